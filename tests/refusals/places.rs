//! Errors of values name the column, the file, the line or the row, and the value.

use super::{configured, engine, located, message};

/// A statement, and the text that its error contains.
async fn each_names(cases: &[(&str, &[&str])]) {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    for (text, parts) in cases {
        let message = message(&engine, text).await;
        let message = message.unwrap_or_else(|| panic!("no error: {text}"));
        for part in *parts {
            assert!(
                message.contains(part),
                "{text}\n    {message}\n    lacks {part}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn casts_name_column_file_and_line() {
    each_names(&[
        (
            "SELECT team::INT FROM t",
            &[
                "column team: 'billing' is not an INTEGER (t.csv, line 2)",
                "TRY_CAST",
            ],
        ),
        (
            "SELECT team::INT FROM n",
            &["column team: 'billing' is not an INTEGER (n.ndjson, line 1)"],
        ),
        (
            "SELECT team::INT FROM p",
            &["column team: 'billing' is not an INTEGER (p.parquet, row group 1, row 1)"],
        ),
        (
            "SELECT sum(note::INT) FROM t",
            &["column note: 'x9' is not an INTEGER (t.csv, line 4)"],
        ),
        (
            "SELECT id FROM t WHERE note::DOUBLE > 3",
            &["column note: 'x9' is not a DOUBLE (t.csv, line 4)"],
        ),
        (
            "SELECT max(x) FROM (SELECT CAST(trim(note) AS BIGINT) AS x FROM t WHERE id > 1) AS q",
            &["'x9' is not a BIGINT (t.csv, line 4)"],
        ),
        (
            "SELECT a.id FROM t AS a JOIN n AS b ON a.note::BIGINT = b.id",
            &["column note: 'x9' is not a BIGINT (t.csv, line 4)"],
        ),
        (
            "SELECT count(*) FROM p GROUP BY team::DATE",
            &["column team: 'billing' is not a DATE"],
        ),
        (
            "SELECT id FROM t ORDER BY note::INT",
            &["column note: 'x9' is not an INTEGER (t.csv, line 4)"],
        ),
        (
            "SELECT id FROM p UNION ALL SELECT note::BIGINT FROM t",
            &["column note: 'x9' is not a BIGINT (t.csv, line 4)"],
        ),
        (
            "SELECT (id * 100)::TINYINT FROM p",
            &[
                "200 does not fit in TINYINT (-128 to 127)",
                "id = 2",
                "p.parquet, row group 1, row 2",
            ],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn casts_in_what_is_written_name_column_file_and_line() {
    each_names(&[
        (
            "CREATE TABLE x AS SELECT note::INT FROM t",
            &["column note: 'x9' is not an INTEGER (t.csv, line 4)"],
        ),
        (
            "COPY (SELECT note::INT AS x FROM t) TO 'x.csv'",
            &["column note: 'x9' is not an INTEGER (t.csv, line 4)"],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arithmetic_names_expression_and_row() {
    each_names(&[
        (
            "SELECT 1 / (id - 2) FROM t",
            &[
                "1 / (id - 2): division by zero where id = 2 (t.csv, line 3)",
                "nullif",
            ],
        ),
        (
            "SELECT amount / 1, 7 % (id - 3) FROM p",
            &["division by zero where id = 3 (p.parquet, row group 1, row 3)"],
        ),
        (
            "SELECT id * 9223372036854775807 FROM t",
            &[
                "2 * 9223372036854775807 does not fit in BIGINT",
                "t.csv, line 3",
            ],
        ),
        (
            "SELECT (money * 1000)::DECIMAL(5, 2) FROM p",
            &["4500.00", "does not fit in a DECIMAL of 5 digits", "row 1"],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_name_column_and_row() {
    each_names(&[
        (
            "SELECT nps(score) FROM t",
            &[
                "column score: nps: score 11 is off the scale",
                "t.csv, line 3",
            ],
        ),
        (
            "SELECT csat(score) FROM p",
            &[
                "column score: csat: score 11 is off the scale",
                "p.parquet, row group 1, row 2",
            ],
        ),
        (
            "SELECT from_local_time(team, 'Europe/Berlin') FROM t",
            &["column team: ", "billing", "t.csv, line 2"],
        ),
        (
            "SELECT strptime(note, '%Y') FROM t",
            &["column note: ", "t.csv, line 2"],
        ),
        (
            "SELECT make_date(2026, id + 10, 1) FROM n",
            &["n.ndjson, line 3"],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_in_the_sql_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    for (text, place) in [
        ("SELECT id, team::INT FROM t", "(line 1, column 12)"),
        ("SELECT CAST('abc' AS INT)", "(line 1, column 13)"),
        ("SELECT id FROM t WHERE at > 'abc'", "(line 1, column 29)"),
        ("SELECT id, round(team) FROM t", "(line 1, column 12)"),
        (
            "SELECT id, nps(score) FROM t GROUP BY id",
            "(line 1, column 16)",
        ),
    ] {
        let message = located(&engine, text).await;
        assert!(message.contains(place), "{text}\n{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quoted_line_breaks_and_later_files_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let parts = folder.path().join("parts");
    std::fs::create_dir(&parts).unwrap();
    std::fs::write(parts.join("a.csv"), "id,n\n1,7\n").unwrap();
    std::fs::write(parts.join("b.csv"), "id,n\n\"2\",\"8\n8\"\n\n3,seven\n").unwrap();
    let config = "[tables.parts]\nlocation = \"parts/\"\n";
    let engine = configured(folder.path(), config).await;
    let text = "SELECT sum(n::INT) FROM parts WHERE id > 2";
    let message = message(&engine, text).await.unwrap();
    assert!(
        message.contains("column n: 'seven' is not an INTEGER (b.csv, line 5)"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_of_a_config_file_are_placed_too() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("semicolon.csv"),
        "id;score\n1;4.5x\n2;3.0\n",
    )
    .unwrap();
    let config = "[tables.t]\nlocation = \"semicolon.csv\"\ncsv = { delimiter = \";\" }\n\n\
                  [tables.t.columns]\nscore = { type = \"float\" }\n";
    let engine = configured(folder.path(), config).await;
    let message = located(&engine, "SELECT score FROM t").await;
    for part in [
        "column score: '4.5x' is not a DOUBLE (semicolon.csv, line 2)",
        "invalid = \"null\"",
    ] {
        assert!(message.contains(part), "{message}");
    }
    // The SQL of the generated column has positions of its own, which mean nothing in the statement.
    assert!(!message.contains('\n'), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_name_column_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("c.csv"), "id,n\n1,7\n2,x\n").unwrap();
    std::fs::write(
        path("j.ndjson"),
        "{\"id\":1,\"n\":7}\n\n{\"id\":2,\"n\":\"x\"}\n",
    )
    .unwrap();
    let engine = super::open(&[]).await;
    for (create, message_of) in [
        (
            format!(
                "CREATE EXTERNAL TABLE c (id BIGINT, n BIGINT) STORED AS CSV LOCATION '{}'",
                path("c.csv")
            ),
            "column n: 'x' is not a BIGINT (c.csv, line 3)",
        ),
        (
            format!(
                "CREATE EXTERNAL TABLE j (id BIGINT, n BIGINT) STORED AS JSON LOCATION '{}'",
                path("j.ndjson")
            ),
            "field n: 'x' is not a BIGINT",
        ),
    ] {
        engine.sql(&create).await.unwrap();
        let table = create.split(' ').nth(3).unwrap();
        let message = message(&engine, &format!("SELECT sum(n) FROM {table}"))
            .await
            .unwrap();
        assert!(message.contains(message_of), "{message}");
        assert!(message.contains("line 3"), "{message}");
    }
}
