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
async fn several_rows_of_one_customer_in_a_test() {
    let engine = sample().await;
    let remedy = "its interval is too narrow; take one row a customer first, by QUALIFY row_number() OVER \
                  (PARTITION BY customer_id ORDER BY ..) = 1";
    let sql = "SELECT compare_duration(created_at, first_response_at, plan = 'pro') FROM tickets";
    let counts =
        "SELECT count(*), count(DISTINCT customer_id) FROM tickets WHERE created_at IS NOT NULL";
    let counts = crate::support::data::rows(&engine, counts).await.concat();
    let (rows, customers) = counts.split_once('|').unwrap();
    assert_eq!(
        data_hints(&engine, sql).await,
        [format!(
            "compare_duration takes rows as independent, and {rows} that were looked at are of {customers} customers: \
             {remedy}"
        )]
    );
    let sql = "SELECT compare_csat(score, channel = 'chat') FROM surveys WHERE kind = 'csat'";
    let hints = data_hints(&engine, sql).await;
    assert!(hints.len() == 1 && hints[0].ends_with(remedy), "{hints:?}");
    for sql in [
        "SELECT compare_csat(score, channel = 'chat') FROM (
             SELECT * FROM surveys WHERE kind = 'csat'
             QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY responded_at DESC) = 1)",
        "SELECT compare_mean(n, is_chat) FROM (
             SELECT customer_id, count(*) AS n, bool_or(channel = 'chat') AS is_chat FROM tickets GROUP BY customer_id)",
        "SELECT compare_mean(mrr, plan = 'pro') FROM customers",
        "SELECT compare_mean(x, y) FROM (VALUES (1, true), (2, false), (3, false), (4, true)) AS v(x, y)",
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

/// 120 answers from 1 to 5, and as many of which one is above.
#[tokio::test]
async fn answers_on_a_short_scale_are_no_nps() {
    let engine = sample().await;
    for (table, score, is_hinted) in [
        ("short", "value % 5 + 1", true),
        (
            "long",
            "CASE WHEN value = 7 THEN 6 ELSE value % 5 + 1 END",
            false,
        ),
        ("zero", "value % 5", false),
    ] {
        let sql = format!(
            "CREATE TABLE {table} AS SELECT {score} AS score, value AS id FROM generate_series(1, 120)"
        );
        engine.sql(&sql).await.unwrap();
        let found = data_hints(&engine, &format!("SELECT nps(score) FROM {table}")).await;
        assert_eq!(found.len(), usize::from(is_hinted), "{found:?}");
    }
    let hint = data_hints(&engine, "SELECT nps(score) FROM short").await;
    assert!(hint[0].starts_with(
        "nps(score) takes answers from 0 to 10, and of 120 looked at none is above 5"
    ));
    for sql in [
        "SELECT nps(score) FROM short WHERE score <= 5",
        "SELECT nps(score) FROM short WHERE id <= 99",
        "SELECT csat(score) FROM short",
    ] {
        assert_eq!(data_hints(&engine, sql).await, [""; 0], "{sql}");
    }
}
