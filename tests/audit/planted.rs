//! The faults that the generator plants are found, as many as it says; a clean desk has no errors.

use std::collections::BTreeMap;
use std::path::Path;

use deskql::internal::generate::{DataFault, GenerateOptions, run};

use super::{ReportedFinding, report, sql_gives_the_counts};

/// The end of the generated two years.
const END: [&str; 2] = ["--as-of", "2026-01-02"];

fn desk(folder: &Path, seed: u64, dirty: f64) -> BTreeMap<DataFault, u64> {
    let options = GenerateOptions {
        dirty,
        ..GenerateOptions::new(2_000, seed, folder)
    };
    run(&options, |_| Ok(()))
        .unwrap()
        .faults
        .into_iter()
        .collect()
}

/// Rows of the findings of a check in the tables that get faults.
fn found(findings: &[ReportedFinding], check: &str) -> u64 {
    let dirty = ["tickets", "ticket_events", "surveys"];
    let counted = findings
        .iter()
        .filter(|finding| finding.check == check && dirty.contains(&finding.table.as_str()));
    counted.map(|finding| finding.count).sum()
}

#[tokio::test]
async fn planted_faults_are_found_and_counted() {
    for (seed, dirty) in [(11, 0.05), (5, 0.02)] {
        let folder = tempfile::tempdir().unwrap();
        let planted = desk(folder.path(), seed, dirty);
        let (code, findings) = report(folder.path(), &END);
        assert_eq!(code, 3);
        for (fault, check) in [
            (DataFault::OffScaleScore, "off_scale"),
            (DataFault::EndBeforeStart, "end_before_start"),
            (DataFault::Duplicate, "duplicate_key"),
            (DataFault::Orphan, "orphan"),
            (DataFault::Null, "null"),
        ] {
            assert!(planted[&fault] > 0, "{fault:?}");
            assert_eq!(
                found(&findings, check),
                planted[&fault],
                "{fault:?}, seed {seed}"
            );
        }
        sql_gives_the_counts(folder.path(), &findings).await;
    }
}

#[test]
fn reports_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path(), 11, 0.05);
    let [one, four] = ["1", "4"].map(|threads| report(folder.path(), &["--threads", threads]));
    assert_eq!(one, four);
}

#[tokio::test]
async fn a_clean_desk_has_no_errors() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let (code, findings) = report(&sample, &END);
    assert_eq!(code, 0);
    let faulty = [
        "duplicate_key",
        "orphan",
        "off_scale",
        "end_before_start",
        "null",
        "unknown_value",
    ];
    let wrong = findings
        .iter()
        .filter(|finding| faulty.contains(&finding.check.as_str()));
    assert_eq!(wrong.count(), 0);
    assert!(findings.iter().all(|finding| finding.severity != "error"));
    // The outage of 16 September 2025 is out of pattern.
    let volume = findings
        .iter()
        .find(|finding| finding.check == "volume" && finding.table == "tickets");
    assert!(
        volume
            .unwrap()
            .examples
            .iter()
            .any(|day| day.starts_with("2025-09-16")),
        "{volume:?}"
    );
    sql_gives_the_counts(&sample, &findings).await;
}
