//! A first run that ends before its commit: its files are no table, here and in a store, and are cleaned up later.

use std::time::{Duration, Instant};

use hyper::{Method, StatusCode};

use super::{INGEST, StoreDesk, files_below, out, said};
use crate::support::s3_server::{FaultKind, StoreConduct, StoreFault};

/// A store in which the first commit never gets an answer.
fn without_commits() -> StoreConduct {
    let fault = StoreFault::new(
        Method::PUT,
        "00000000000000000000.json",
        FaultKind::Silence,
        10_000,
    );
    StoreConduct {
        faults: vec![fault],
        ..StoreConduct::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_first_run_in_a_store_is_no_table() {
    let desk = StoreDesk::new(without_commits()).await;
    desk.export(0..60, "2026-07-01");
    let mut run = desk.start(&INGEST);
    let since = Instant::now();
    while desk.server.count(&Method::PUT, "00000000000000000000.json") == 0 {
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "no commit was tried"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(
        desk.data_files().len(),
        6,
        "the files of all months are there"
    );

    // They are not read as a folder of plain files.
    let desk = desk.behaving(StoreConduct::default()).await;
    for data in ["s3://desk/lake", "s3://desk/lake/tickets"] {
        let answer = desk
            .run(&["--data", data, "-c", "SELECT count(*) FROM tickets"])
            .await;
        let text = said(&answer);
        assert!(
            !answer.status.success(),
            "{}",
            String::from_utf8_lossy(&answer.stdout)
        );
        assert!(
            text.contains("has no version yet") && text.lines().count() == 1,
            "{text}"
        );
    }
    let optimize = ["optimize", "s3://desk/lake/tickets", "--retain", "0s"];
    let text = said(&desk.run(&optimize).await);
    assert!(text.contains("has no version yet"), "{text}");

    // The second run makes the table, without the rows of the first.
    desk.export(30..90, "2026-08-01");
    out(&desk.ingest().await);
    let count = "SELECT count(*), count(DISTINCT ticket_id) FROM tickets";
    assert_eq!(desk.ask(count).await, "60,60");
    assert_eq!(desk.data_files().len(), 12);
    let dry = out(&desk.run(&[&optimize[..], &["--dry-run"]].concat()).await);
    assert!(
        dry.contains("6 files") && dry.contains("would be deleted"),
        "{dry}"
    );
    let done = out(&desk.run(&optimize).await);
    assert!(
        done.contains("6 files") && done.contains("deleted"),
        "{done}"
    );
    assert_eq!(desk.data_files().len(), 6);
    assert_eq!(desk.ask(count).await, "60,60");
    let log = files_below(&desk.root.path().join("desk/lake/tickets/_delta_log"));
    let marks = log
        .iter()
        .filter(|path| path.to_string_lossy().contains(".deskql"));
    assert_eq!(marks.count(), 0, "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_first_run_leaves_no_data() {
    let busy = FaultKind::Status(StatusCode::SERVICE_UNAVAILABLE);
    let conduct = StoreConduct {
        // The files of the first months are there when the store fails.
        faults: vec![StoreFault::new(Method::PUT, "2026-06-01", busy, 10_000)],
        ..StoreConduct::default()
    };
    let desk = StoreDesk::new(conduct).await;
    desk.export(0..60, "2026-07-01");
    let failed = desk.ingest().await;
    assert!(!failed.status.success());
    assert_eq!(said(&failed).lines().count(), 1, "{}", said(&failed));
    assert_eq!(desk.data_files().len(), 0, "what was written is deleted");
    let desk = desk.behaving(StoreConduct::default()).await;
    out(&desk.ingest().await);
    assert_eq!(desk.ask("SELECT count(*) FROM tickets").await, "60");
}

#[test]
fn a_killed_first_run_on_a_disk_is_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = super::HEADER.to_owned();
    for id in 0..200_000 {
        text += &format!("{id},2026-{:02}-10 10:00:00,2026-07-01,mail\n", id % 6 + 1);
    }
    std::fs::write(folder.join("export.csv"), &text).unwrap();
    std::fs::write(folder.join("mapping.toml"), crate::lake::MAPPING).unwrap();
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_deskql"))
        .args([
            "ingest",
            "export.csv",
            "--mapping",
            "mapping.toml",
            "--to",
            "lake",
        ])
        .current_dir(folder)
        .stdout(std::process::Stdio::null())
        .spawn();
    let mut program = program.unwrap();
    let since = Instant::now();
    let table = folder.join("lake/tickets");
    while files_below(&table).is_empty() && since.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(1));
    }
    program.kill().unwrap();
    program.wait().unwrap();
    let left = files_below(&table);
    let has_version = left
        .iter()
        .any(|path| path.extension().is_some_and(|ending| ending == "json"));
    if !has_version {
        let mut ask = crate::lake::deskql(folder);
        ask.args(["--data", "lake", "-c", "SELECT count(*) FROM tickets"]);
        let answer = ask.output().unwrap();
        let text = String::from_utf8_lossy(&answer.stderr).into_owned();
        assert!(text.contains("has no version yet"), "{text}");
    }
    crate::lake::ingest(folder, &text);
    assert_eq!(
        crate::lake::ask(folder, "SELECT count(*) FROM tickets"),
        ["200000"]
    );
    // Names of files that are being written, whose writers were killed there.
    for name in [
        "part-1.zstd.parquet#1",
        "_delta_log/00000000000000000009.json#2",
    ] {
        std::fs::write(table.join(name), "PAR1").unwrap();
    }
    let mut optimize = crate::lake::deskql(folder);
    optimize
        .args(["optimize", "lake/tickets", "--retain", "0s"])
        .assert()
        .success();
    let of_table = |path: &&std::path::PathBuf| !path.to_string_lossy().contains("_delta_log");
    assert_eq!(files_below(&table).iter().filter(of_table).count(), 6);
    let is_staged = |path: &std::path::PathBuf| path.to_string_lossy().contains('#');
    assert!(!files_below(&table).iter().any(is_staged));
}
