//! `deskql.toml`: tables, column mapping, and errors in the file.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, TimestampMicrosecondArray};
use deskql::{Engine, EngineSettings};

use crate::support::data::{error, ints, parquet, rows, text, texts};

async fn configured(folder: &Path, config: &str) -> deskql::Result<Engine> {
    let path = folder.join("deskql.toml");
    text(&path, config);
    Engine::open(EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    })
    .await
}

/// The error of a config, without the folder before `deskql.toml`.
async fn refused(folder: &Path, config: &str) -> String {
    let problem = configured(folder, config).await.unwrap_err().to_string();
    assert!(!problem.contains('\n'), "one line: {problem}");
    problem.replace(&format!("{}/", folder.display()), "")
}

const EXPORT: &str = "number,opened_at,state,zip,fee,reopened,score\n\
    INC1,29/2/2016 01:16,New,02134,1.10,Yes,5\n\
    INC2,27/3/2016 01:30,?,00501,?,No,?\n\
    INC3,30/10/2016 01:30,Closed,10001,2.20,?,4\n";

const MAPPING: &str = r#"
[tables.tickets]
location = "export/*.csv"
null = ["?"]
timezone = "Europe/Lisbon"

[tables.tickets.columns]
ticket_id   = "number"
opened_at   = { time = "d/m/yyyy H:MM" }
opened_utc  = { from = "opened_at", time = "%d/%m/%Y %H:%M", timezone = "UTC" }
was_reopened = { from = "reopened", true = ["Yes"], false = ["No"] }
fee         = { type = "decimal(10,2)" }
doubled     = { sql = "score * 2" }
"#;

#[tokio::test]
async fn columns_are_mapped() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("export/a.csv"), EXPORT);
    let engine = configured(folder.path(), MAPPING).await.unwrap();
    // Lisbon skips 01:30 on 27 March 2016 and repeats it on 30 October.
    assert_eq!(
        rows(&engine, "SELECT * FROM tickets ORDER BY ticket_id").await,
        [
            "INC1|2016-02-29T01:16:00Z|2016-02-29T01:16:00Z|true|1.10|10|New|02134|5",
            "INC2|2016-03-27T01:30:00Z|2016-03-27T01:30:00Z|false||||00501|",
            "INC3|2016-10-30T00:30:00Z|2016-10-30T01:30:00Z||2.20|8|Closed|10001|4",
        ]
    );
    assert_eq!(
        rows(&engine, "SELECT sum(fee), count(state) FROM tickets").await,
        ["3.30|2"]
    );
    text(&folder.path().join("export/b.csv"), EXPORT);
    assert_eq!(rows(&engine, "SELECT count(*) FROM tickets").await, ["6"]);
}

#[tokio::test]
async fn filters_on_renamed_columns_reach_the_scan() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![
        ("number", ints(&[1, 2, 3])),
        ("state", texts(&["a", "?", "b"])),
    ];
    parquet(&folder.path().join("t.parquet"), columns);
    let config = "[tables.t]\nlocation = 't.parquet'\nnull = ['?']\nother_columns = 'drop'\n\
                  columns.ticket_id = 'number'\ncolumns.state = 'state'\n";
    let engine = configured(folder.path(), config).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT * FROM t WHERE ticket_id > 1").await,
        ["2|", "3|b"]
    );
    let plan = rows(&engine, "EXPLAIN SELECT * FROM t WHERE ticket_id > 1")
        .await
        .join("\n");
    assert!(plan.contains("predicate=number@0 > 1"), "{plan}");
    assert!(plan.contains("number_max@0 > 1"), "{plan}");
}

#[tokio::test]
async fn partitions_and_sort_order_can_be_declared() {
    let folder = tempfile::tempdir().unwrap();
    for month in ["01", "02"] {
        let at: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1, 2]));
        let path = folder.path().join(format!("t/month={month}/a.parquet"));
        parquet(&path, vec![("at", at), ("v", ints(&[1, 2]))]);
    }
    let config = "[tables.t]\nlocation = 't'\npartitions = ['month text']\nsort = ['opened desc']\n\
                  columns.opened = 'at'\n";
    let engine = configured(folder.path(), config).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT count(*) FROM t WHERE month = '01'").await,
        ["2"]
    );
    let sql = "EXPLAIN SELECT opened FROM t ORDER BY opened DESC";
    let plan = rows(&engine, sql).await.join("\n");
    assert!(
        plan.contains("SortPreservingMergeExec") && !plan.contains("SortExec"),
        "{plan}"
    );
    let wrong = config.replace("month text", "year int");
    let problem = refused(folder.path(), &wrong).await;
    assert!(
        problem.contains("declared as (year) but the folders have (month)"),
        "{problem}"
    );
}

/// Columns that are not mapped, or only renamed, are also in the table's zone; in any format.
#[tokio::test]
async fn the_zone_of_a_table_reaches_all_of_its_times() {
    let folder = tempfile::tempdir().unwrap();
    let csv = "id,opened,closed,told,day\n\
        1,2026-03-08 02:30:00,2026-03-09 09:30:00,2026-03-08T12:00:00,2026-03-08\n";
    text(&folder.path().join("a.csv"), csv);
    let naive = |unit: i64| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from(vec![unit * 1_000_000]))
    };
    let zoned: ArrayRef =
        Arc::new(TimestampMicrosecondArray::from(vec![1_773_000_000_000_000]).with_timezone("UTC"));
    parquet(
        &folder.path().join("b.parquet"),
        vec![("opened", naive(1_773_000_000)), ("at", zoned)],
    );
    let config = "[tables.a]\nlocation = 'a.csv'\ntimezone = 'America/New_York'\n\
                  columns.told_at = { from = 'told', timezone = 'UTC' }\ncolumns.closed_at = 'closed'\n\
                  [tables.b]\nlocation = 'b.parquet'\ntimezone = 'UTC'\nother_columns = 'keep'\n\
                  columns.shown = { sql = 'opened' }\n\
                  [tables.c]\nlocation = 'a.csv'\ntimezone = 'America/New_York'\n\
                  [calendars.us]\ntime_zone = 'America/New_York'\nhours = { mon-fri = ['09:00-17:00'] }\n";
    let engine = configured(folder.path(), config).await.unwrap();
    // New York skipped 02:30 on 8 March.
    let sql = "SELECT told_at, closed_at, opened, day FROM a";
    assert_eq!(
        rows(&engine, sql).await,
        ["2026-03-08T12:00:00Z|2026-03-09T13:30:00Z|2026-03-08T07:30:00Z|2026-03-08"]
    );
    let sql = "SELECT opened, closed, art(opened, closed, 'minute', calendar => 'us') FROM c GROUP BY ALL";
    assert_eq!(
        rows(&engine, sql).await,
        ["2026-03-08T07:30:00Z|2026-03-09T13:30:00Z|30.0"]
    );
    let sql = "SELECT opened = at, arrow_typeof(opened), arrow_typeof(shown) FROM b WHERE opened >= '2026-03-01'";
    assert_eq!(
        rows(&engine, sql).await,
        ["true|Timestamp(µs, \"UTC\")|Timestamp(µs)"]
    );
    let plan = rows(&engine, &format!("EXPLAIN {sql}")).await.join("\n");
    assert!(
        plan.contains("pruning_predicate=opened_null_count"),
        "{plan}"
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    text(&root.join("export/a.csv"), EXPORT);
    let of_x = "deskql.toml:3: column \"x\": ";
    let with = |key: &str| format!("[tables.t]\nlocation = 'export/a.csv'\n{key}\n");
    for (config, expected) in [
        (
            with("fromat = 'csv'"),
            "deskql.toml:3: unknown key \"fromat\"; did you mean \"format\"?",
        ),
        (
            with("format = 'xml'"),
            "deskql.toml:3: unknown format \"xml\": use parquet, csv, tsv, json, arrow",
        ),
        (
            "[table.t]\n".to_owned(),
            "deskql.toml:1: unknown key \"table\"; did you mean \"tables\"?",
        ),
        (
            "[tables.t]\nlocation = 'exprt/a.csv'".to_owned(),
            "deskql.toml:2: exprt/a.csv: no such file or folder",
        ),
        (
            with("columns.id = 'numbr'"),
            "deskql.toml:3: the files have no column \"numbr\"; did you mean \"number\"?",
        ),
        (
            with("columns.id = { form = 'number' }"),
            "deskql.toml:3: unknown key \"form\"; did you mean \"from\"?",
        ),
        (
            with("columns.opened_at = { time = 'd/m/yyyy H:MM' }"),
            "deskql.toml:3: column \"opened_at\": time needs a timezone",
        ),
        (with("columns.x = { sql = 'score +' }"), of_x),
        (with("columns.x = { sql = 'nothing + 1' }"), of_x),
        (
            with("columns.x = { sql = \"score * INTERVAL '1 day'\" }"),
            of_x,
        ),
        (
            with("columns.zip = { type = 'in(t' }"),
            "deskql.toml:3: column \"zip\": ",
        ),
        (
            with("sort = ['opend_at']"),
            "deskql.toml:3: the files have no column \"opend_at\"",
        ),
        (with("location = 'b'"), "deskql.toml:3: duplicate key"),
        (
            "[tables.t]\n".to_owned(),
            "deskql.toml:1: missing field `location`",
        ),
    ] {
        let problem = refused(root, &config).await;
        assert!(problem.starts_with(expected), "{expected}\n{problem}");
    }
}

#[tokio::test]
async fn values_that_cannot_be_converted_fail_unless_null_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    text(
        &folder.path().join("a.csv"),
        "at,fee,flag\nyesterday,dear,perhaps\n",
    );
    let columns = |invalid: &str| {
        format!(
            "[tables.t]\nlocation = 'a.csv'\ntimezone = 'UTC'\n\
             columns.at = {{ time = 'iso', invalid = '{invalid}' }}\n\
             columns.fee = {{ type = 'decimal(10,2)', invalid = '{invalid}' }}\n\
             columns.flag = {{ true = ['yes'], invalid = '{invalid}' }}\n"
        )
    };
    let engine = configured(folder.path(), &columns("null")).await.unwrap();
    assert_eq!(rows(&engine, "SELECT at, fee, flag FROM t").await, ["||"]);
    let engine = configured(folder.path(), &columns("error")).await.unwrap();
    for (column, value) in [("at", "yesterday"), ("fee", "dear"), ("flag", "perhaps")] {
        let problem = error(&engine, &format!("SELECT {column} FROM t")).await;
        assert!(problem.contains(value), "{problem}");
    }
}

#[tokio::test]
async fn csv_files_may_be_written_in_other_ways() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("a.txt"), "# exported\n1;'x;y'\n2;z\n");
    let config = "[tables.t]\nlocation = 'a.txt'\nformat = 'csv'\n\
                  csv = { delimiter = ';', quote = \"'\", comment = '#', header = false }\n\
                  columns.id = 'column_1'\ncolumns.name = 'column_2'\n";
    let engine = configured(folder.path(), config).await.unwrap();
    assert_eq!(rows(&engine, "SELECT * FROM t").await, ["1|x;y", "2|z"]);
}
