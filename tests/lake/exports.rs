//! What becomes of rows that are there, are newer or older, or do not fit.

use super::{MAPPING, ask, deskql, ingest, ingest_command};

const HEADER: &str = "ticket_id,created_at,updated_at,channel\n";

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

#[test]
fn the_same_export_again_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let export = format!(
        "{HEADER}1,2026-01-05 10:00:00,2026-01-06,mail\n2,2026-02-05 10:00:00,2026-02-06,chat\n"
    );
    let first = ingest(folder, &export);
    assert_eq!(
        last_line(&first),
        "2 rows in = 2 written + 0 duplicate + 0 rejected"
    );
    let log = std::fs::read_dir(folder.join("lake/tickets/_delta_log"))
        .unwrap()
        .count();
    let again = ingest(folder, &export);
    assert_eq!(
        last_line(&again),
        "2 rows in = 0 written + 2 duplicate + 0 rejected"
    );
    assert!(again.contains("unchanged"), "{again}");
    let entries = std::fs::read_dir(folder.join("lake/tickets/_delta_log"))
        .unwrap()
        .count();
    assert_eq!(log, entries);
    assert_eq!(
        ask(
            folder,
            "SELECT ticket_id, channel, created_at_month FROM tickets ORDER BY 1"
        ),
        ["1,email,2026-01-01", "2,chat,2026-02-01"]
    );
}

#[test]
fn a_newer_row_replaces_an_older_one_and_not_the_other_way() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ingest(
        folder,
        &format!(
            "{HEADER}1,2026-01-05,2026-01-06,mail\n2,2026-01-07,2026-01-08,chat\n3,2026-02-01,,web\n"
        ),
    );
    // 1 is newer, 2 older, 3 has a time now, 4 is new, and 5 comes twice: the later update counts.
    let second = ingest(
        folder,
        &format!(
            "{HEADER}1,2026-01-05,2026-01-09,phone\n2,2026-01-07,2026-01-07,phone\n3,2026-02-01,2026-02-02,phone\n\
             4,2026-03-01,2026-03-02,web\n5,2026-03-01,2026-03-05,last\n5,2026-03-01,2026-03-04,first\n"
        ),
    );
    assert_eq!(
        last_line(&second),
        "6 rows in = 4 written + 2 duplicate + 0 rejected"
    );
    assert!(
        second.contains("4 written (2 of them replace older rows) + 2 duplicate"),
        "{second}"
    );
    assert_eq!(
        ask(folder, "SELECT ticket_id, channel FROM tickets ORDER BY 1"),
        ["1,phone", "2,chat", "3,phone", "4,web", "5,last"]
    );
    // The rows that were replaced are in the version before.
    assert_eq!(
        ask(
            folder,
            "SELECT ticket_id, channel FROM tickets VERSION AS OF 0 ORDER BY 1"
        ),
        ["1,email", "2,chat", "3,web"]
    );
}

#[test]
fn a_ticket_that_moves_to_another_month_stands_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ingest(
        folder,
        &format!("{HEADER}1,2026-01-05,2026-01-06,mail\n2,2026-01-07,2026-01-08,chat\n"),
    );
    ingest(folder, &format!("{HEADER}1,2026-04-05,2026-04-06,mail\n"));
    assert_eq!(
        ask(
            folder,
            "SELECT ticket_id, created_at_month FROM tickets ORDER BY 1"
        ),
        ["1,2026-04-01", "2,2026-01-01"]
    );
}

#[test]
fn rows_that_do_not_fit_are_kept_beside_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let export = format!("{HEADER}1,2026-01-05,,mail\nx,2026-01-05,,mail\n3,soon,,mail\n");
    let said = ingest(folder, &export);
    assert_eq!(
        last_line(&said),
        "3 rows in = 1 written + 0 duplicate + 2 rejected"
    );
    let files = || -> Vec<String> {
        let found = std::fs::read_dir(folder.join("lake/_rejects")).unwrap();
        found
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let [name] = files().try_into().unwrap();
    let text = std::fs::read_to_string(folder.join("lake/_rejects").join(&name)).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["line"], &lines[0]["raw"]),
        (&3.into(), &"x,2026-01-05,,mail".into())
    );
    assert_eq!(
        (&lines[1]["line"], &lines[1]["value"]),
        (&4.into(), &"soon".into())
    );
    // Again: the same file, not another one, and the lake is as it was.
    ingest(folder, &export);
    assert_eq!(files(), [name]);
    assert_eq!(ask(folder, "SELECT ticket_id FROM tickets"), ["1"]);
    assert_eq!(
        ask(folder, "SHOW TABLES").len(),
        ask(folder, "SHOW TABLES").len()
    );
}

#[test]
fn too_many_rejects_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("mapping.toml"), MAPPING).unwrap();
    std::fs::write(
        folder.join("export.csv"),
        format!("{HEADER}1,2026-01-05,,mail\nx,2026-01-05,,mail\n"),
    )
    .unwrap();
    let output = ingest_command(folder)
        .args(["--max-rejects", "0"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.join("lake").exists());
}

#[test]
fn a_column_that_the_mapping_gets_later_is_added() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ingest(folder, &format!("{HEADER}1,2026-01-05,,mail\n"));
    let mapping = format!("{MAPPING}team = \"Team\"\n");
    std::fs::write(folder.join("later.toml"), mapping).unwrap();
    std::fs::write(
        folder.join("export.csv"),
        "ticket_id,created_at,updated_at,channel,Team\n2,2026-01-06,,chat,red\n",
    )
    .unwrap();
    let mut later = deskql(folder);
    later.args([
        "ingest",
        "export.csv",
        "--mapping",
        "later.toml",
        "--to",
        "lake",
    ]);
    later.assert().success();
    assert_eq!(
        ask(folder, "SELECT ticket_id, team FROM tickets ORDER BY 1"),
        ["1,", "2,red"]
    );
    // And an export by the older mapping still fits.
    ingest(folder, &format!("{HEADER}3,2026-01-07,,web\n"));
    assert_eq!(
        ask(folder, "SELECT count(*), count(team) FROM tickets"),
        ["3,1"]
    );
}

#[test]
fn one_month_of_many_is_read_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut export = HEADER.to_owned();
    for month in 0..120 {
        for row in 0..50 {
            let (year, of_year) = (2016 + month / 12, month % 12 + 1);
            let id = month * 50 + row;
            export += &format!("{id},{year}-{of_year:02}-10 10:{row:02}:00,,mail\n");
        }
    }
    ingest(folder, &export);
    let plan = "EXPLAIN ANALYZE SELECT count(ticket_id) FROM tickets \
                WHERE created_at >= '2020-03-01' AND created_at < '2020-04-01'";
    let text = ask(folder, plan).join("\n");
    let files = text.matches(".zstd.parquet").count();
    assert_eq!(files, 1, "{text}");
    let bytes = |text: &str| -> f64 {
        let scanned = text.split("bytes_scanned=").nth(1).unwrap();
        let number: String = scanned
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let unit = &scanned[number.len()..];
        number.parse::<f64>().unwrap()
            * if unit.trim_start().starts_with('K') {
                1024.0
            } else {
                1.0
            }
    };
    let sizes = std::fs::read_dir(folder.join("lake/tickets"))
        .unwrap()
        .flat_map(|entry| {
            let inner = std::fs::read_dir(entry.unwrap().path()).unwrap();
            inner.map(|file| file.unwrap().metadata().unwrap().len())
        });
    let all: u64 = sizes.sum();
    assert!(
        bytes(&text) < all as f64 / 100.0,
        "{} of {all}: {text}",
        bytes(&text)
    );
}
