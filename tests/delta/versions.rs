//! Older versions, by number and by time.

use std::time::{Duration, SystemTime};

use super::DeltaFolder;
use crate::support::data::{error, ints, open, rows, text};

async fn three_versions(folder: &std::path::Path) -> (deskql::Engine, DeltaFolder) {
    let mut table = DeltaFolder::new(&folder.join("t"), &[("id", "long")], &[]);
    table.append("a.parquet", vec![("id", ints(&[1]))]);
    table.append("b.parquet", vec![("id", ints(&[2]))]);
    // Version 0 on the first of January 2026, each further one a day later.
    for version in 0..3 {
        let written =
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600 + version * 86_400);
        let entry = std::fs::File::options()
            .append(true)
            .open(table.entry(version))
            .unwrap();
        entry.set_modified(written).unwrap();
    }
    (open(&[&table.root]).await.unwrap(), table)
}

#[tokio::test]
async fn every_form_names_a_version() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, table) = three_versions(folder.path()).await;
    let root = table.root.display();
    for (from, sum) in [
        ("t".to_owned(), "3"),
        ("t VERSION AS OF 1".to_owned(), "1"),
        ("T version as of 1".to_owned(), "1"),
        ("\"t@v1\"".to_owned(), "1"),
        ("t VERSION AS OF 0".to_owned(), ""),
        ("t TIMESTAMP AS OF '2026-01-02'".to_owned(), "1"),
        ("t TIMESTAMP AS OF '2026-01-02 23:59:59'".to_owned(), "1"),
        (
            "t FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-03 01:00:00+01:00'".to_owned(),
            "3",
        ),
        ("t TIMESTAMP AS OF '2030-01-01'".to_owned(), "3"),
        (format!("'{root}' VERSION AS OF 1"), "1"),
        (format!("'{root}@v1'"), "1"),
    ] {
        let query = format!("SELECT sum(id) FROM {from}");
        assert_eq!(rows(&engine, &query).await, [sum], "{from}");
    }
    let both = "SELECT t.id FROM t VERSION AS OF 2 LEFT JOIN t VERSION AS OF 1 old ON t.id = old.id WHERE old.id IS NULL";
    assert_eq!(rows(&engine, both).await, ["2"]);
    let alias = "SELECT x.id FROM t VERSION AS OF 1 AS x";
    assert_eq!(rows(&engine, alias).await, ["1"]);
}

#[tokio::test]
async fn a_table_of_the_config_file_may_be_an_older_version() {
    let folder = tempfile::tempdir().unwrap();
    let (_, table) = three_versions(folder.path()).await;
    let root = table.root.display();
    let ask = async |keys: &str| {
        let config = folder.path().join("deskql.toml");
        text(
            &config,
            &format!("[tables.old]\nlocation = \"{root}\"\n{keys}\n"),
        );
        let settings = deskql::EngineSettings {
            config: Some(config),
            ..deskql::EngineSettings::default()
        };
        match deskql::Engine::open(settings).await {
            Ok(engine) => rows(&engine, "SELECT sum(id) FROM old").await.concat(),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(ask("").await, "3");
    assert_eq!(ask("version = 1").await, "1");
    assert_eq!(ask("timestamp = \"2026-01-02\"").await, "1");
    for (keys, said) in [
        ("version = 9", "version 9 of the Delta table is not there"),
        ("timestamp = \"soon\"", "toml:3: \"soon\" is no time"),
        ("version = 1\ntimestamp = \"2026-01-02\"", "leave one out"),
        ("sort = [\"id\"]", "sort does nothing for Delta tables"),
    ] {
        let problem = ask(keys).await;
        assert!(problem.contains(said), "{keys}: {problem}");
    }
}

#[tokio::test]
async fn a_version_that_is_not_there_is_said_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, _table) = three_versions(folder.path()).await;
    text(&folder.path().join("plain.csv"), "id\n1\n");
    let plain = format!(
        "'{}' VERSION AS OF 1",
        folder.path().join("plain.csv").display()
    );
    for (from, said) in [
        (
            "t VERSION AS OF 7",
            "version 7 of the Delta table is not there",
        ),
        (
            "t TIMESTAMP AS OF '2025-01-01'",
            "has no version of that time: the oldest",
        ),
        (plain.as_str(), "has no versions: it is not a Delta table"),
    ] {
        let problem = error(&engine, &format!("SELECT * FROM {from}")).await;
        assert!(
            problem.contains(said) && problem.lines().count() == 1,
            "{from}: {problem}"
        );
    }
}
