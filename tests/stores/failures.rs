//! Requests that fail once, for ever, or behind the back: the tables are as before or as after, and whole.

use hyper::{Method, StatusCode};

use super::{StoreDesk, out, said};
use crate::support::s3_server::{FaultKind, StoreConduct, StoreFault};

const COUNT: &str =
    "SELECT count(*), count(DISTINCT ticket_id), max(updated_at)::DATE FROM tickets";

fn kinds() -> [FaultKind; 4] {
    [
        FaultKind::Status(StatusCode::INTERNAL_SERVER_ERROR),
        FaultKind::Status(StatusCode::SERVICE_UNAVAILABLE),
        FaultKind::Reset,
        FaultKind::Silence,
    ]
}

fn faulty(faults: &[StoreFault]) -> StoreConduct {
    StoreConduct {
        faults: faults.to_vec(),
        ..StoreConduct::default()
    }
}

/// A table of 60 tickets in a store that works.
async fn desk() -> StoreDesk {
    let desk = StoreDesk::new(StoreConduct::default()).await;
    desk.export(0..60, "2026-07-01");
    out(&desk.ingest().await);
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_survives_what_passes() {
    for kind in kinds() {
        let faults = [
            StoreFault::new(Method::GET, "_delta_log", kind, 1),
            StoreFault::new(Method::GET, ".zstd.parquet", kind, 1),
        ];
        let desk = desk().await.behaving(faulty(&faults)).await;
        assert_eq!(
            desk.ask("SELECT sum(ticket_id) FROM tickets").await,
            "1770",
            "{kind:?}"
        );
        assert!(
            faults.iter().all(|fault| fault.left() == 0),
            "{kind:?}: {faults:?}"
        );
        let audit = desk
            .run(&["audit", "--data", "s3://desk/lake", "--fail-on", "never"])
            .await;
        assert!(audit.status.success(), "{kind:?}: {}", said(&audit));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_survives_what_passes_or_changes_nothing() {
    for kind in kinds() {
        for (method, path) in [
            (Method::GET, "_delta_log"),
            (Method::GET, ".zstd.parquet"),
            (Method::PUT, ".zstd.parquet"),
            (Method::PUT, "00000000000000000001.json"),
        ] {
            let fault = StoreFault::new(method.clone(), path, kind, 1);
            let desk = desk()
                .await
                .behaving(faulty(std::slice::from_ref(&fault)))
                .await;
            desk.export(30..90, "2026-08-01");
            let shown = format!("{kind:?} of {method} {path}");
            let first = desk.ingest().await;
            assert_eq!(fault.left(), 0, "{shown}");
            let after = desk.ask(COUNT).await;
            if first.status.success() {
                assert_eq!(after, "90,90,2026-08-01", "{shown}");
            } else {
                assert_eq!(after, "60,60,2026-07-01", "{shown}: {}", said(&first));
                assert_eq!(said(&first).lines().count(), 1, "{shown}: {}", said(&first));
            }
            // A second run completes it, and what the first has left is no part of the table.
            out(&desk.ingest().await);
            assert_eq!(desk.ask(COUNT).await, "90,90,2026-08-01", "{shown}");
            out(&desk
                .run(&["optimize", "s3://desk/lake/tickets", "--retain", "0s"])
                .await);
            assert_eq!(desk.ask(COUNT).await, "90,90,2026-08-01", "{shown}");
            assert_eq!(desk.data_files().len(), 6, "{shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_in_a_store_are_asked_for_again() {
    for kind in kinds() {
        // One that is fetched before its turn, and one that is not.
        for tickets in [60, 60_000_u64] {
            let fault = StoreFault::new(Method::GET, "exports/export.csv", kind, 1);
            let desk = StoreDesk::new(faulty(std::slice::from_ref(&fault))).await;
            desk.export(0..tickets, "2026-07-01");
            let exports = desk.root.path().join("desk/exports");
            std::fs::create_dir(&exports).unwrap();
            let export = desk.local.path().join("export.csv");
            std::fs::copy(export, exports.join("export.csv")).unwrap();
            let source = ["ingest", "s3://desk/exports/", "--mapping", "mapping.toml"];
            let done = desk
                .run(&[&source[..], &["--to", "s3://desk/lake"]].concat())
                .await;
            let counts = format!("{tickets} rows in = {tickets} written + 0 duplicate");
            assert!(out(&done).contains(&counts), "{kind:?}: {}", out(&done));
            assert_eq!(fault.left(), 0, "{kind:?}");
        }
    }
}

/// A commit that the store has taken, but said otherwise: its files belong to the table.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_kept() {
    for kind in [
        FaultKind::DoneButStatus(StatusCode::INTERNAL_SERVER_ERROR),
        FaultKind::DoneButStatus(StatusCode::SERVICE_UNAVAILABLE),
        FaultKind::DoneButReset,
    ] {
        // The first version, and one behind it.
        let fault = StoreFault::new(Method::PUT, "00000000000000000000.json", kind, 1);
        let desk = StoreDesk::new(faulty(std::slice::from_ref(&fault))).await;
        desk.export(0..60, "2026-07-01");
        let first = desk.ingest().await;
        assert_eq!(fault.left(), 0);
        assert_eq!(
            desk.ask(COUNT).await,
            "60,60,2026-07-01",
            "{kind:?}: {}",
            said(&first)
        );

        let fault = StoreFault::new(Method::PUT, "00000000000000000001.json", kind, 1);
        let desk = desk.behaving(faulty(std::slice::from_ref(&fault))).await;
        desk.export(30..90, "2026-08-01");
        let second = desk.ingest().await;
        assert_eq!(fault.left(), 0);
        assert_eq!(
            desk.ask(COUNT).await,
            "90,90,2026-08-01",
            "{kind:?}: {}",
            said(&second)
        );
        if second.status.success() {
            let counts = "60 rows in = 60 written + 0 duplicate + 0 rejected\n";
            assert!(out(&second).ends_with(counts), "{kind:?}: {}", out(&second));
        }
        // A third one over the same export finds all of it there.
        let third = out(&desk.ingest().await);
        let counts = "60 rows in = 0 written + 60 duplicate + 0 rejected\n";
        assert!(third.ends_with(counts), "{kind:?}: {third}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn optimizing_survives_what_passes_or_changes_nothing() {
    let all = kinds().into_iter().chain([FaultKind::DoneButReset]);
    for kind in all {
        for (method, path) in [
            (Method::GET, ".zstd.parquet"),
            (Method::PUT, ".zstd.parquet"),
            (Method::PUT, "00000000000000000002.json"),
        ] {
            let desk = desk().await;
            desk.export(60..90, "2026-08-01");
            out(&desk.ingest().await);
            let fault = StoreFault::new(method.clone(), path, kind, 1);
            let desk = desk.behaving(faulty(std::slice::from_ref(&fault))).await;
            let optimize = ["optimize", "s3://desk/lake/tickets", "--retain", "0s"];
            let shown = format!("{kind:?} of {method} {path}");
            let first = desk.run(&optimize).await;
            assert_eq!(fault.left(), 0, "{shown}");
            assert_eq!(
                desk.ask(COUNT).await,
                "90,90,2026-08-01",
                "{shown}: {}",
                said(&first)
            );
            out(&desk.run(&optimize).await);
            out(&desk.run(&optimize).await);
            assert_eq!(desk.ask(COUNT).await, "90,90,2026-08-01", "{shown}");
            assert_eq!(desk.data_files().len(), 6, "{shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_survives_what_passes_or_is_done_by_the_next_run() {
    for kind in kinds() {
        let desk = desk().await;
        desk.export(60..90, "2026-08-01");
        out(&desk.ingest().await);
        let optimize = ["optimize", "s3://desk/lake/tickets", "--retain", "0s"];
        out(&desk.run(&optimize).await);
        assert_eq!(desk.data_files().len(), 18, "{kind:?}");
        // Objects are deleted by one request for many.
        let fault = StoreFault::new(Method::POST, "?delete", kind, 1);
        let desk = desk.behaving(faulty(std::slice::from_ref(&fault))).await;
        desk.run(&optimize).await;
        assert_eq!(fault.left(), 0, "{kind:?}");
        assert_eq!(desk.ask(COUNT).await, "90,90,2026-08-01", "{kind:?}");
        out(&desk.run(&optimize).await);
        assert_eq!(desk.data_files().len(), 6, "{kind:?}");
        assert_eq!(desk.ask(COUNT).await, "90,90,2026-08-01", "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_stays_broken_is_told_in_one_line() {
    let desk = desk().await;
    let fault = |method, path| {
        StoreFault::new(
            method,
            path,
            FaultKind::Status(StatusCode::SERVICE_UNAVAILABLE),
            10_000,
        )
    };
    let desk = desk
        .behaving(faulty(&[
            fault(Method::PUT, ".zstd.parquet"),
            fault(Method::POST, ".zstd.parquet"),
        ]))
        .await;
    desk.export(30..90, "2026-08-01");
    let before = desk.data_files();
    let failed = desk.ingest().await;
    assert!(!failed.status.success());
    let text = said(&failed);
    assert!(
        text.contains("s3://desk/lake/tickets") && text.lines().count() == 1,
        "{text}"
    );
    assert_eq!(desk.data_files(), before, "what was written is deleted");
    assert_eq!(desk.ask(COUNT).await, "60,60,2026-07-01");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_without_conditions_is_refused() {
    let conduct = StoreConduct {
        ignores_conditions: true,
        ..StoreConduct::default()
    };
    let desk = StoreDesk::new(conduct).await;
    desk.export(0..60, "2026-07-01");
    let refused = desk.ingest().await;
    assert_eq!(refused.status.code(), Some(1));
    let text = said(&refused);
    assert!(
        text.contains("the store lets two writers create the same object"),
        "{text}"
    );
    let log = desk.root.path().join("desk/lake/tickets/_delta_log");
    let versions = super::files_below(&log).into_iter();
    let versions: Vec<_> = versions.filter(|path| path.extension().is_some()).collect();
    assert!(
        versions
            .iter()
            .all(|path| path.extension().unwrap() != "json"),
        "{versions:?}"
    );
}

/// Writers who create the same version at once: each row is there once.
#[tokio::test(flavor = "multi_thread")]
async fn writers_at_once_lose_nothing() {
    let desk = StoreDesk::new(StoreConduct::default()).await;
    let exports = [(0..40, "a.csv"), (40..80, "b.csv"), (80..120, "c.csv")];
    for (tickets, name) in exports.clone() {
        desk.export(tickets, "2026-07-01");
        std::fs::rename(
            desk.local.path().join("export.csv"),
            desk.local.path().join(name),
        )
        .unwrap();
    }
    for round in 0..3 {
        let runs = exports.iter().map(|(_, name)| {
            let to = format!("s3://desk/lake{round}");
            let (desk, name) = (&desk, *name);
            async move {
                let arguments = ["ingest", name, "--mapping", "mapping.toml", "--to", &to];
                out(&desk.run(&arguments).await)
            }
        });
        futures::future::join_all(runs).await;
        let sql = "SELECT count(*), count(DISTINCT ticket_id) FROM tickets";
        let data = format!("s3://desk/lake{round}");
        let answer = desk
            .run(&["-q", "--format", "csv", "--data", &data, "-c", sql])
            .await;
        assert!(
            out(&answer).ends_with("\n120,120\n"),
            "round {round}: {}",
            out(&answer)
        );
    }
}
