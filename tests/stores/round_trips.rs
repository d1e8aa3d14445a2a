//! Many files in a slow store: requests run side by side, and none is made twice.

use std::time::Duration;

use hyper::Method;

use super::{StoreDesk, out};
use crate::support::s3_server::StoreConduct;

/// Runs over the store are as slow as real ones.
fn slow() -> StoreConduct {
    StoreConduct {
        latency: Duration::from_millis(20),
        ..StoreConduct::default()
    }
}

/// A table of 60 files: ten commits in each of which every month gets one.
async fn many_files() -> StoreDesk {
    let desk = StoreDesk::new(StoreConduct::default()).await;
    for round in 0..10 {
        desk.export(round * 60..(round + 1) * 60, "2026-07-01");
        out(&desk.ingest().await);
    }
    assert_eq!(desk.data_files().len(), 60);
    desk.behaving(slow()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_of_a_table_are_read_side_by_side() {
    let desk = many_files().await;
    // The log answers, and no data file is opened.
    assert_eq!(desk.ask("SELECT count(*) FROM tickets").await, "600");
    assert_eq!(desk.server.count(&Method::GET, ".zstd.parquet"), 0);
    desk.server.forget();
    let sql = "SELECT sum(ticket_id), count(DISTINCT channel) FROM tickets";
    assert_eq!(desk.ask(sql).await, "179700,1");
    let (files, most) = (
        desk.server.count(&Method::GET, ".zstd.parquet"),
        desk.server.most_at_once(),
    );
    // A footer, and the columns of its one row group.
    assert!(
        (60..=120).contains(&files),
        "{files} requests: {:#?}",
        desk.server.requests()
    );
    assert!(most >= 12, "at most {most} requests at once");
    desk.server.forget();
    // A month is chosen by the log.
    let sql = "SELECT sum(ticket_id) FROM tickets WHERE created_at < '2026-02-01'";
    assert_eq!(desk.ask(sql).await, "29700");
    let files = desk.server.count(&Method::GET, ".zstd.parquet");
    assert!((10..=20).contains(&files), "{files} requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_are_rewritten_and_deleted_side_by_side() {
    let desk = many_files().await;
    let optimize = [
        "optimize",
        "s3://desk/lake/tickets",
        "--retain",
        "0s",
        "--threads",
        "4",
    ];
    let done = out(&desk.run(&optimize).await);
    assert!(
        done.contains("60 files") && done.contains("600 rows became 6"),
        "{done}"
    );
    let reads = desk.server.count(&Method::GET, ".zstd.parquet");
    assert!(
        (60..=120).contains(&reads),
        "{reads} requests: {:#?}",
        desk.server.requests()
    );
    assert_eq!(desk.server.count(&Method::PUT, ".zstd.parquet"), 6);
    desk.server.forget();
    // The replaced ones may be deleted by the next run only.
    out(&desk.run(&optimize).await);
    assert_eq!(desk.data_files().len(), 6);
    let deletes = desk.server.count(&Method::POST, "?delete");
    assert!(deletes < 5, "{deletes} requests to delete 60 files");
    assert_eq!(desk.ask("SELECT count(*) FROM tickets").await, "600");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_of_an_export_are_fetched_side_by_side() {
    let desk = StoreDesk::new(StoreConduct::default()).await;
    let exports = desk.root.path().join("desk/exports");
    std::fs::create_dir_all(&exports).unwrap();
    for part in 0..40_u64 {
        let id = part + 1;
        let object = format!(
            "{{\"ticket_id\": {id}, \"created_at\": \"2026-01-05\", \"channel\": \"mail\"}}\n"
        );
        std::fs::write(exports.join(format!("part-{part:02}.json")), object).unwrap();
    }
    let desk = desk.behaving(slow()).await;
    let arguments = [
        "ingest",
        "s3://desk/exports/",
        "--mapping",
        "mapping.toml",
        "--to",
        "s3://desk/lake",
    ];
    let done = out(&desk.run(&arguments).await);
    assert!(
        done.ends_with("40 rows in = 40 written + 0 duplicate + 0 rejected\n"),
        "{done}"
    );
    assert_eq!(
        desk.server.count(&Method::GET, "exports/part-"),
        40,
        "each is fetched once"
    );
    assert!(
        desk.server.most_at_once() >= 6,
        "{} at once",
        desk.server.most_at_once()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_reads_each_file_a_few_times_and_side_by_side() {
    let desk = many_files().await;
    let audit = [
        "audit",
        "--data",
        "s3://desk/lake",
        "--fail-on",
        "never",
        "-q",
    ];
    out(&desk.run(&audit).await);
    let reads = desk.server.count(&Method::GET, ".zstd.parquet");
    assert!(reads <= 60 * 12, "{reads} requests");
    assert!(
        desk.server.most_at_once() >= 12,
        "{} at once",
        desk.server.most_at_once()
    );
}
