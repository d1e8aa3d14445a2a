//! Texts of SQL errors, and the position that they report.

use deskql::internal::sql;
use deskql::{Engine, EngineSettings, Error};
use indoc::indoc;

async fn engine() -> Engine {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let create = r#"CREATE TABLE tickets ("CustomerID" BIGINT, created_at TIMESTAMP, score BIGINT)
        AS VALUES (1, TIMESTAMP '2026-01-01', 9)"#;
    engine.sql(create).await.unwrap();
    engine
}

/// Error text of `script`, as the program prints it.
async fn complaint(engine: &Engine, script: &str) -> String {
    let failed = match engine.sql(script).await {
        Ok(frame) => frame.collect().await.map(drop).map_err(Error::from),
        Err(error) => Err(error),
    };
    match sql::located(failed.unwrap_err(), script) {
        Error::Query(inner) => sql::explain(&inner, Some(script)),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn mistakes_are_shown_where_they_stand() {
    let engine = engine().await;
    for (script, expected) in [
        (
            "SELECT scroe\nFROM tickets",
            indoc! {"
                no column named 'scroe'; did you mean 'score'? (line 1, column 8)
                  SELECT scroe
                         ^^^^^"},
        ),
        (
            "SELECT score\nFROM tikets",
            indoc! {"
                no table named 'tikets'; did you mean 'tickets'? (line 2, column 6)
                  FROM tikets
                       ^^^^^^"},
        ),
        (
            "SELECT avgg(score) FROM tickets",
            indoc! {"
                no function named 'avgg'; did you mean 'avg'? (line 1, column 8)
                  SELECT avgg(score) FROM tickets
                         ^^^^"},
        ),
        (
            "SELECT score FROM tickets WHERE",
            indoc! {"
                Expected: an expression, found: EOF (line 1, column 32)
                  SELECT score FROM tickets WHERE
                                                 ^"},
        ),
        (
            "SELECT score\n  FORM tickets x",
            indoc! {"
                Expected: end of statement, found: tickets (line 2, column 8)
                    FORM tickets x
                         ^^^^^^^"},
        ),
        (
            "SELECT * FROM tickets TABLESAMPLE (10)",
            indoc! {"
                TABLESAMPLE is not supported: write WHERE random() < 0.1 for about a tenth of the rows (line 1, column 15)
                  SELECT * FROM tickets TABLESAMPLE (10)
                                ^^^^^^^"},
        ),
    ] {
        assert_eq!(complaint(&engine, script).await, expected, "{script}");
    }
}

#[tokio::test]
async fn other_mistakes_take_one_line() {
    let engine = engine().await;
    for (script, expected) in [
        (
            "SET datafusion.execution.batch_sise = 3",
            "did you mean datafusion.execution.batch_size?",
        ),
        (
            "SELECT CAST('x' AS BIGINT)",
            "'x' is not a BIGINT; TRY_CAST gives NULL for such values",
        ),
        ("SELECT 1; SELECT 2", "expected one SQL statement, found 2"),
        ("SELECT nps('a', 'b', 'c', 'd')", "nps"),
        ("SELECT 'open", "Unterminated string literal"),
        ("SELECT sum(DISTINCT score, 1) FROM tickets", "sum"),
        (
            "SELECT 1 FETCH FIRST 1 ROW ONLY",
            "FETCH FIRST is not supported: write LIMIT",
        ),
        (
            "SELECT a.score FROM tickets AS b",
            "no column named 'score' in 'a'",
        ),
    ] {
        let text = complaint(&engine, script).await;
        let first = text.lines().next().unwrap();
        assert!(first.contains(expected), "{script}: {text}");
        for noise in [
            "Error during planning",
            "backtrace",
            "DataFusion",
            "This feature",
        ] {
            assert!(!text.contains(noise), "{script}: {text}");
        }
    }
}

#[tokio::test]
async fn deep_expressions_are_walked_without_overflow() {
    let engine = engine().await;
    let sum = vec!["score"; 100].join(" + ");
    engine
        .sql(&format!("SELECT {sum} FROM tickets"))
        .await
        .unwrap();
}

#[tokio::test]
async fn scripts_run_in_the_dialect_that_is_set() {
    let engine = engine().await;
    engine
        .sql("SET datafusion.sql_parser.dialect = 'mysql'")
        .await
        .unwrap();
    engine.sql("SELECT interval 1 + 1 month").await.unwrap();
}
