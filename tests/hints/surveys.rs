//! The hint that needs a look at the data: one number over the answers of several surveys.

use deskql::Engine;

use super::sample;

async fn data_hints(engine: &Engine, sql: &str) -> Vec<String> {
    let execution = engine.run(sql).await.unwrap();
    let hints = execution.hints_from_data(engine.context()).await;
    hints.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn surveys_of_several_kinds_in_one_number() {
    let engine = sample().await;
    let every = "counts the answers of every kind (ces, csat, nps)";
    let nps = format!("nps(score) {every}: add WHERE kind = 'nps', or GROUP BY kind");
    for sql in [
        "SELECT nps(score) FROM surveys",
        "SELECT nps(s.score) AS nps, count(*) AS n FROM surveys AS s",
        "WITH answers AS (SELECT * FROM surveys) SELECT nps(score) FROM answers WHERE score IS NOT NULL",
        "SELECT t.channel, nps(score) FROM surveys JOIN tickets AS t USING (ticket_id) GROUP BY ALL",
        "SELECT nps(score) FROM surveys WHERE offered_at >= '2025-01-01'",
    ] {
        assert_eq!(data_hints(&engine, sql).await, [nps.as_str()], "{sql}");
    }
    assert_eq!(
        data_hints(&engine, "SELECT csat_detail(score) FROM surveys").await,
        [format!(
            "csat_detail(score) {every}: add WHERE kind = 'csat', or GROUP BY kind"
        )]
    );
    for sql in [
        "SELECT nps(score) FROM surveys WHERE kind = 'nps'",
        "SELECT kind, nps(score) FROM surveys GROUP BY kind",
        "SELECT nps(score) FILTER (WHERE kind = 'nps') FROM surveys",
        "SELECT nps(CASE WHEN kind = 'nps' THEN score END) FROM surveys",
        "SELECT nps(score) FROM (SELECT * FROM surveys WHERE kind = 'nps')",
        "SELECT nps(score) FROM (SELECT kind AS k, score FROM surveys) WHERE k = 'nps'",
        "SELECT nps(score) FROM surveys WHERE ticket_id < 0",
        "SELECT avg(score) FROM surveys",
        "SELECT nps(x) FROM (VALUES (9), (10)) AS t(x)",
        "SELECT count(*) FROM tickets",
    ] {
        assert_eq!(data_hints(&engine, sql).await, [""; 0], "{sql}");
    }
}

#[tokio::test]
async fn surveys_of_one_kind_need_no_choice() {
    let engine = sample().await;
    for (table, rows, is_hinted) in [
        ("one", "('NPS', 'a', 9), ('NPS', 'b', 10)", false),
        ("words", "('red', 'a', 9), ('blue', 'b', 10)", false),
        (
            "named",
            "('NPS relational', 'a', 9), ('CSAT ticket', 'b', 5)",
            true,
        ),
        // The other kind has no answers in this column.
        ("apart", "('nps', 'a', 9), ('csat', 'b', NULL)", false),
    ] {
        let create = format!(
            "CREATE TABLE {table} AS SELECT * FROM (VALUES {rows}) AS t(survey_name, agent, score)"
        );
        engine.run(&create).await.unwrap();
        let hints = data_hints(&engine, &format!("SELECT nps(score) FROM {table}")).await;
        assert_eq!(!hints.is_empty(), is_hinted, "{table}: {hints:?}");
    }
}
