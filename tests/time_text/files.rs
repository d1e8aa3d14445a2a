//! Times in files, in forms that arrow's CSV reader does not support.

use deskql::{Engine, EngineSettings};
use tempfile::{TempDir, tempdir};

use crate::support::data::{error, open, rows, text};

/// The rows and the type of column `at` of a CSV file with these values.
async fn read(values: &[&str]) -> (Vec<String>, String) {
    let folder = tempdir().unwrap();
    let file = folder.path().join("t.csv");
    let lines: String = values
        .iter()
        .map(|value| format!("\"{value}\",1\n"))
        .collect();
    text(&file, &format!("at,n\n{lines}"));
    let engine = open(&[&file]).await.unwrap();
    let found = rows(&engine, "SELECT at FROM t").await;
    let types = rows(&engine, "SELECT arrow_typeof(at) FROM t LIMIT 1").await;
    (found, types[0].clone())
}

#[tokio::test]
async fn every_form_is_read_as_a_timestamp() {
    for (value, wanted) in [
        ("2026-03-02 09:05", "2026-03-02T09:05:00"),
        ("2026-03-02T09:05", "2026-03-02T09:05:00"),
        ("2026/03/02 9:05", "2026-03-02T09:05:00"),
        ("2026-3-2 09:05:00", "2026-03-02T09:05:00"),
        ("2026-03-02 9:05 PM", "2026-03-02T21:05:00"),
        ("2 Mar 2026 09:05", "2026-03-02T09:05:00"),
        ("Mar 2, 2026 09:05", "2026-03-02T09:05:00"),
        (" 2026-03-02 09:05:00 ", "2026-03-02T09:05:00"),
    ] {
        // Beside one that arrow reads, and an empty field.
        let (found, data_type) = read(&[value, "2026-01-01 00:00:00", ""]).await;
        assert_eq!(found, [wanted, "2026-01-01T00:00:00", ""], "{value}");
        assert_eq!(data_type, "Timestamp(s)", "{value}");
    }
    for value in [
        "2026-03-02T10:05+0100",
        "2026-03-02 10:05:00 +01",
        "2026-03-02T09:05Z",
        "2026-03-02 09:05:00 UTC",
        "2026-03-02 04:05-05:00",
    ] {
        let (found, data_type) = read(&[value, "2026-01-01T00:00:00Z"]).await;
        assert_eq!(
            found,
            ["2026-03-02T09:05:00Z", "2026-01-01T00:00:00Z"],
            "{value}"
        );
        assert_eq!(data_type, "Timestamp(s, \"UTC\")", "{value}");
    }
    let (found, data_type) = read(&["2026/03/02", "2 Mar 2026"]).await;
    assert_eq!(found, ["2026-03-02", "2026-03-02"]);
    assert_eq!(data_type, "Date32");
    // Day and month are ambiguous: text, as written.
    let (found, data_type) = read(&["25/12/2021", "1/9/21"]).await;
    assert_eq!(found, ["25/12/2021", "1/9/21"]);
    assert_eq!(data_type, "Utf8");
}

#[tokio::test]
async fn conditions_and_kpis_over_such_columns() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("t.csv");
    let lines = "1,2026-03-02 09:05,2026-03-02 10:35\n2,2026-03-02 10:00,\n";
    text(&file, &format!("ticket_id,created_at,solved_at\n{lines}"));
    let engine = open(&[&file]).await.unwrap();
    let sql = "SELECT mttr(created_at, solved_at, 'minute'), count(*) FILTER (WHERE created_at > '2026-03-02 09:30') \
               FROM t";
    assert_eq!(rows(&engine, sql).await, ["90.0|1"]);
    let sql = "SELECT ticket_id FROM t WHERE created_at < TIMESTAMP '2026-03-02 09:30:00'";
    assert_eq!(rows(&engine, sql).await, ["1"]);
}

async fn configured(csv: &str, column: &str) -> (Engine, TempDir) {
    let folder = tempdir().unwrap();
    text(&folder.path().join("t.csv"), csv);
    let config = folder.path().join("deskql.toml");
    text(
        &config,
        &format!("[tables.t]\nlocation = \"t.csv\"\n[tables.t.columns]\n{column}\n"),
    );
    let engine = Engine::open(EngineSettings {
        config: Some(config),
        ..EngineSettings::default()
    })
    .await;
    (engine.unwrap(), folder)
}

#[tokio::test]
async fn keys_of_the_config_file() {
    let iso = "at = { time = \"iso\", timezone = \"Europe/Lisbon\" }";
    let csv = "at\n2026-07-02 09:05\n2026-07-02T09:05:00.000+0100\n2026-07-02T10:00:00Z\n";
    let (engine, _folder) = configured(csv, iso).await;
    let wanted = [
        "2026-07-02T08:05:00Z",
        "2026-07-02T08:05:00Z",
        "2026-07-02T10:00:00Z",
    ];
    assert_eq!(rows(&engine, "SELECT at FROM t").await, wanted);

    let short = "at = { time = \"d/m/yyyy\", timezone = \"UTC\" }";
    let (engine, _folder) = configured("at\n1/9/21\n25/12/2021\n30/11/21\n", short).await;
    let sql = "SELECT DISTINCT extract(year FROM at) FROM t";
    assert_eq!(rows(&engine, sql).await, ["2021"]);

    let epoch = "at = { time = \"epoch\", timezone = \"UTC\" }";
    let (engine, _folder) =
        configured("at\n1772442300\n1772442300000\n1772442300000000\n", epoch).await;
    let wanted = ["2026-03-02T09:05:00Z"; 3];
    assert_eq!(rows(&engine, "SELECT at FROM t").await, wanted);

    let other = "at = { time = \"yyyy-mm-dd\", timezone = \"UTC\" }";
    let (engine, _folder) = configured("at\n2026-03-01\n25/03/2026\n", other).await;
    let message = error(&engine, "SELECT at FROM t").await;
    assert!(message.contains("'dd/mm/yyyy'"), "{message}");
}
