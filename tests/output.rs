//! Representation of each kind of value in each format.

use std::sync::Arc;

use deskql::internal::output::{self, ResultFormat};
use deskql::{Engine, EngineSettings};

use crate::support::text::{self, Shared};

async fn bytes(sql: &str, format: ResultFormat, terminal: Option<usize>) -> Vec<u8> {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let frame = engine.sql(sql).await.unwrap();
    text::bytes(frame, format, terminal).await
}

async fn text(sql: &str, format: ResultFormat) -> String {
    String::from_utf8(bytes(sql, format, None).await).unwrap()
}

const NUMBERS: &str = "SELECT * FROM (VALUES
    (1, 0.1::DOUBLE + 0.2::DOUBLE, 12.50::DECIMAL(10, 2), true),
    (-20, 1e300::DOUBLE, NULL, NULL)) AS t(whole, number, money, flag)";

const TEXTS: &str = r#"SELECT * FROM (VALUES
    (1, 'a,b'), (2, 'say "hi"'), (3, E'two\nlines'), (4, E'tab\there'), (5, ''), (6, NULL),
    (7, 'a|b\c'), (8, '日本 é')) AS t(n, t) ORDER BY n"#;

const TIMES: &str = "SELECT
    TIMESTAMP '2026-03-29 01:30:00' AS plain,
    arrow_cast(TIMESTAMP '2026-03-29 01:30:00.25', 'Timestamp(Millisecond, Some(\"+02:00\"))') AS zoned,
    DATE '2026-03-29' AS day,
    TIMESTAMP '2026-03-03 12:30:00' - TIMESTAMP '2026-03-01 10:00:00' AS took,
    INTERVAL '1 month 2 days 3 hours' AS span";

const NESTED: &str =
    "SELECT 1 AS n, named_struct('score', 25.0, 'answers', 4, 'note', NULL) AS detail,
    [1, 2, NULL] AS list UNION ALL SELECT 2, NULL, NULL ORDER BY n";

#[tokio::test]
async fn csv_keeps_numbers_to_the_last_digit_and_null_empty() {
    insta::assert_snapshot!(text(NUMBERS, ResultFormat::Csv).await, @r"
    whole,number,money,flag
    1,0.30000000000000004,12.50,true
    -20,1e300,,
    ");
}

#[tokio::test]
async fn csv_quotes_what_would_be_misread_and_tells_empty_from_null() {
    insta::assert_snapshot!(text(TEXTS, ResultFormat::Csv).await, @r#"
    n,t
    1,"a,b"
    2,"say ""hi"""
    3,"two
    lines"
    4,tab	here
    5,""
    6,
    7,a|b\c
    8,日本 é
    "#);
}

#[tokio::test]
async fn tsv_quotes_tabs_and_not_commas() {
    let tsv = text(TEXTS, ResultFormat::Tsv).await;
    let lines: Vec<&str> = tsv.lines().collect();
    assert_eq!(lines[..2], ["n\tt", "1\ta,b"]);
    assert!(lines.contains(&"4\t\"tab\there\""), "{tsv}");
}

#[tokio::test]
async fn csv_writes_times_as_iso_and_durations_as_a_clock() {
    insta::assert_snapshot!(text(TIMES, ResultFormat::Csv).await, @r"
    plain,zoned,day,took,span
    2026-03-29T01:30:00,2026-03-29T01:30:00.250+02:00,2026-03-29,2 days 02:30:00,1 mons 2 days 3 hours
    ");
}

#[tokio::test]
async fn nested_values_are_json_in_text_formats() {
    insta::assert_snapshot!(text(NESTED, ResultFormat::Csv).await, @r#"
    n,detail,list
    1,"{""score"":25.0,""answers"":4,""note"":null}","[1,2,null]"
    2,,
    "#);
}

#[tokio::test]
async fn json_is_an_array_with_an_object_a_line() {
    insta::assert_snapshot!(text(NUMBERS, ResultFormat::Json).await, @r#"
    [
    {"whole":1,"number":0.30000000000000004,"money":12.50,"flag":true},
    {"whole":-20,"number":1.0e300,"money":null,"flag":null}
    ]
    "#);
}

#[tokio::test]
async fn json_of_no_rows_is_an_empty_array() {
    let empty = text("SELECT 1 AS a WHERE false", ResultFormat::Json).await;
    let parsed: serde_json::Value = serde_json::from_str(&empty).unwrap();
    assert_eq!(parsed, serde_json::json!([]));
    assert_eq!(
        text("SELECT 1 AS a WHERE false", ResultFormat::Ndjson).await,
        ""
    );
}

#[tokio::test]
async fn ndjson_keeps_nested_values_nested() {
    insta::assert_snapshot!(text(NESTED, ResultFormat::Ndjson).await, @r#"
    {"n":1,"detail":{"score":25.0,"answers":4,"note":null},"list":[1,2,null]}
    {"n":2,"detail":null,"list":null}
    "#);
}

#[tokio::test]
async fn json_durations_are_iso_8601() {
    // 2 days, 2 hours and 30 minutes are 181,800 seconds.
    let line = text(TIMES, ResultFormat::Ndjson).await;
    let parsed: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(parsed["took"], "PT181800S");
    assert_eq!(parsed["zoned"], "2026-03-29T01:30:00.250+02:00");
}

#[tokio::test]
async fn json_text_is_escaped() {
    let lines = text(TEXTS, ResultFormat::Ndjson).await;
    let third: serde_json::Value = serde_json::from_str(lines.lines().nth(2).unwrap()).unwrap();
    assert_eq!(third["t"], "two\nlines");
}

#[tokio::test]
async fn markdown_aligns_numbers_and_escapes_pipes() {
    insta::assert_snapshot!(text(TEXTS, ResultFormat::Markdown).await, @r#"
    | n | t |
    |---:|---|
    | 1 | a,b |
    | 2 | say "hi" |
    | 3 | two<br>lines |
    | 4 | tab\there |
    | 5 |  |
    | 6 | NULL |
    | 7 | a\|b\\c |
    | 8 | 日本 é |
    "#);
}

#[tokio::test]
async fn tables_align_numbers_right_and_wide_characters_by_their_width() {
    insta::assert_snapshot!(text(TEXTS, ResultFormat::Table).await, @r#"
    ┌───┬─────────────┐
    │ n │ t           │
    ├───┼─────────────┤
    │ 1 │ a,b         │
    │ 2 │ say "hi"    │
    │ 3 │ two         │
    │   │ lines       │
    │ 4 │ tab    here │
    │ 5 │             │
    │ 6 │ NULL        │
    │ 7 │ a|b\c       │
    │ 8 │ 日本 é      │
    └───┴─────────────┘
    "#);
}

#[tokio::test]
async fn tables_of_no_rows_show_their_columns() {
    insta::assert_snapshot!(text("SELECT 1 AS a, '' AS b WHERE false", ResultFormat::Table).await, @r"
    ┌───┬───┐
    │ a │ b │
    ├───┼───┤
    └───┴───┘
    ");
}

#[tokio::test]
async fn tables_show_control_characters_instead_of_sending_them() {
    let table = text(r"SELECT E'\u001b[31mred' AS t", ResultFormat::Table).await;
    assert!(!table.contains('\u{1b}'), "{table:?}");
}

#[tokio::test]
async fn a_terminal_gets_wrapped_text_and_a_note_about_columns_left_out() {
    let sql = "SELECT 1111111111 AS a, 2222222222 AS b, 3333333333 AS c, 4444444444 AS d,
        'a sentence of several words' AS note";
    let narrow = String::from_utf8(bytes(sql, ResultFormat::Table, Some(60)).await).unwrap();
    insta::assert_snapshot!(narrow, @r"
    ┌───────────────┬───────────────┬───┬──────────────────────┐
    │             a │             b │ … │ note                 │
    ├───────────────┼───────────────┼───┼──────────────────────┤
    │ 1,111,111,111 │ 2,222,222,222 │ … │ a sentence of        │
    │               │               │   │ several words        │
    └───────────────┴───────────────┴───┴──────────────────────┘
    3 of 5 columns shown; --expanded shows all
    ");
    let table = narrow.lines().filter(|line| !line.contains("shown"));
    assert!(
        table
            .map(|line| line.chars().count())
            .all(|width| width <= 60)
    );
}

#[tokio::test]
async fn a_terminal_gets_numbers_and_instants_in_one_piece() {
    let sql =
        "SELECT TIMESTAMP '2026-01-05 09:30:00' AS at, 123456789012 AS n, 'some text to wrap' AS t";
    let narrow = String::from_utf8(bytes(sql, ResultFormat::Table, Some(56)).await).unwrap();
    assert!(
        narrow.contains("2026-01-05 09:30:00") && narrow.contains("123,456,789,012"),
        "{narrow}"
    );
}

#[tokio::test]
async fn a_terminal_gets_the_first_and_the_last_rows_and_the_count() {
    let sql = "SELECT value FROM generate_series(1, 15000)";
    let table = String::from_utf8(bytes(sql, ResultFormat::Table, Some(80)).await).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    // 3 lines of frame above, 40 rows around a line of dots, 1 below, 1 note.
    assert_eq!(lines.len(), 46, "{table}");
    assert_eq!(lines[22..25], ["│     20 │", "│      ⋮ │", "│ 14,981 │"]);
    assert_eq!(lines[45], "40 of 15,000 rows shown; --rows all shows all");
    assert_eq!(text(sql, ResultFormat::Table).await.lines().count(), 15_004);
}

#[tokio::test]
async fn parquet_and_arrow_files_read_back_the_same() {
    let sql = "SELECT n, detail, arrow_cast('x', 'Dictionary(Int32, Utf8)') AS label
        FROM (SELECT 1 AS n, named_struct('score', 25.0) AS detail UNION ALL SELECT 2, NULL)
        ORDER BY n";
    let expected = text(sql, ResultFormat::Ndjson).await;
    for (format, extension) in [
        (ResultFormat::Parquet, "parquet"),
        (ResultFormat::Arrow, "arrow"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("result.{extension}"));
        std::fs::write(&path, bytes(sql, format, None).await).unwrap();
        let again = format!(
            "CREATE EXTERNAL TABLE again STORED AS {extension} LOCATION '{}'",
            path.display()
        );
        let engine = Engine::open(EngineSettings::default()).await.unwrap();
        engine.sql(&again).await.unwrap();
        let frame = engine.sql("SELECT * FROM again ORDER BY n").await.unwrap();
        let sink = Shared::default();
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let mut writer =
            output::writer(ResultFormat::Ndjson, &schema, Box::new(sink.clone()), None).unwrap();
        for batch in frame.collect().await.unwrap() {
            writer.write(&batch).unwrap();
        }
        writer.finish().unwrap();
        drop(writer);
        let read = String::from_utf8(sink.take()).unwrap();
        assert_eq!(read, expected, "{extension}");
    }
}

#[tokio::test]
async fn parquet_refuses_intervals_with_advice() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let frame = engine
        .sql("SELECT INTERVAL '1 month' AS span")
        .await
        .unwrap();
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let sink = Box::new(Shared::default());
    let refused = output::writer(ResultFormat::Parquet, &schema, sink, None)
        .err()
        .unwrap();
    assert!(refused.to_string().contains("span::VARCHAR"), "{refused}");
}
