//! Small files become one, sorted; what is not needed is deleted; the rows stay.

use std::path::Path;

use super::{ask, deskql, ingest};

fn parquet_files(folder: &Path) -> usize {
    let table = folder.join("lake/tickets");
    let folders = std::fs::read_dir(table)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir() && !path.ends_with("_delta_log"));
    folders
        .map(|path| std::fs::read_dir(path).unwrap().count())
        .sum()
}

fn optimize(folder: &Path, options: &[&str]) -> String {
    let mut command = deskql(folder);
    command.args(["optimize", "lake/tickets"]).args(options);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn many_exports(folder: &Path) {
    for day in 1..=5 {
        let rows = (0..20).map(|row| {
            let (id, month) = (day * 100 + row, row % 2 + 1);
            format!("{id},2026-{month:02}-{day:02} {row:02}:00:00,2026-03-01,mail\n")
        });
        ingest(
            folder,
            &format!(
                "ticket_id,created_at,updated_at,channel\n{}",
                rows.collect::<String>()
            ),
        );
    }
}

#[test]
fn files_become_few_and_the_rows_stay() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    many_exports(folder);
    let all = "SELECT * FROM tickets ORDER BY ticket_id";
    let before = ask(folder, all);
    assert_eq!((before.len(), parquet_files(folder)), (100, 10));
    let said = optimize(folder, &["--dry-run"]);
    assert!(
        said.contains("10 files") && said.contains("2 partitions with 100 rows would become fewer"),
        "{said}"
    );
    assert_eq!(parquet_files(folder), 10);
    let said = optimize(folder, &[]);
    assert!(said.contains("became 2 ("), "{said}");
    // The old files stay for readers of older versions.
    assert_eq!(parquet_files(folder), 12);
    assert_eq!(ask(folder, all), before);
    assert_eq!(
        ask(folder, "SELECT count(*) FROM tickets VERSION AS OF 4"),
        ["100"]
    );
    let said = optimize(folder, &[]);
    assert!(
        said.contains("its files are few and large enough"),
        "{said}"
    );
    optimize(folder, &["--retain", "0s"]);
    assert_eq!(parquet_files(folder), 2);
    assert_eq!(ask(folder, all), before);
    // In the order of the mapping.
    let times = ask(
        folder,
        "SELECT created_at FROM tickets WHERE created_at_month = DATE '2026-01-01'",
    );
    let mut sorted = times.clone();
    sorted.sort();
    assert_eq!(times, sorted);
}

#[test]
fn a_folder_without_a_table_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lake")).unwrap();
    let mut command = deskql(folder.path());
    let output = command.args(["optimize", "lake"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("lake: is not a Delta table"), "{said}");
}
