//! Hints: each mistake gets exactly its line, and correct SQL close to it gets none.

mod intervals;
mod surveys;

use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin_cmd;
use deskql::internal::sql::hints;
use deskql::{Engine, EngineSettings};

async fn sample() -> Engine {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned();
    let settings = EngineSettings {
        data: vec![data],
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

async fn hints_on(engine: &Engine, sql: &str) -> Vec<String> {
    let frame = engine.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let hints = hints(frame.logical_plan());
    hints.iter().map(ToString::to_string).collect()
}

async fn each_gets(mistakes: &[(&str, &str)]) {
    let engine = sample().await;
    for (sql, hint) in mistakes {
        assert_eq!(hints_on(&engine, sql).await, [*hint], "{sql}");
    }
}

async fn none_gets_any(queries: &[&str]) {
    let engine = sample().await;
    for sql in queries {
        assert_eq!(hints_on(&engine, sql).await, [""; 0], "{sql}");
    }
}

#[tokio::test]
async fn whole_numbers_that_divide_counts() {
    let tail = "divides whole numbers, which cuts off the fraction (1 / 3 is 0): multiply one side \
                by 1.0, or use rate(..) for a share";
    let share = format!("share {tail}");
    let headed = format!("count(*) FILTER (WHERE is_escalated) / count(*) {tail}");
    each_gets(&[
        (
            "SELECT count(*) FILTER (WHERE is_escalated) / count(*) FROM tickets",
            &headed,
        ),
        (
            "SELECT count(*) FILTER (WHERE is_escalated) / count(*) AS share FROM tickets",
            &share,
        ),
        (
            "SELECT 100 * count(is_escalated) / count(*) AS share FROM tickets",
            &share,
        ),
        (
            "SELECT 100 * (count(is_escalated) / count(*)) AS share FROM tickets",
            &share,
        ),
        (
            "SELECT 100 * replies / reopens AS share FROM tickets",
            &share,
        ),
        (
            "SELECT sum(replies) / count(*) AS share FROM tickets",
            &share,
        ),
        (
            "SELECT CAST(sum(replies) / count(*) AS DOUBLE) AS share FROM tickets",
            &format!("sum(tickets.replies) / count(*) {tail}"),
        ),
        (
            "WITH t AS (SELECT sum(reopens) AS some, count(*) AS every FROM tickets) \
          SELECT some / every AS share FROM t",
            &share,
        ),
        (
            "SELECT channel, count(*) / sum(count(*)) OVER () AS share FROM tickets GROUP BY ALL",
            &share,
        ),
    ])
    .await;
    none_gets_any(&[
        "SELECT 1.0 * count(*) FILTER (WHERE is_escalated) / count(*) FROM tickets",
        "SELECT 100.0 * count(is_escalated) / count(*) FROM tickets",
        "SELECT count(is_escalated)::DOUBLE / count(*) FROM tickets",
        "SELECT sum(cost) / count(*) FROM tickets",
        "SELECT sum(handle_seconds) / 60 FROM tickets",
        "SELECT count(*) / 12 FROM tickets",
        "SELECT rate(is_escalated) FROM tickets",
        "SELECT handle_seconds / 60 AS minutes FROM tickets",
        "SELECT row_number() OVER (ORDER BY created_at) * 10 / count(*) OVER () FROM tickets",
        "SELECT replies / 2 * 100 FROM tickets",
    ])
    .await;
}

#[tokio::test]
async fn ranges_that_drop_their_last_day() {
    let hint = "created_at up to '2026-01-31' ends at that day's midnight, which leaves the day \
                itself out: write created_at >= '2026-01-01' AND created_at < '2026-02-01'";
    let half = "created_at up to '2026-01-31' ends at that day's midnight, which leaves the day \
                itself out: write created_at < '2026-02-01'";
    each_gets(&[
        ("SELECT count(*) FROM tickets WHERE created_at BETWEEN '2026-01-01' AND '2026-01-31'", hint),
        ("SELECT count(*) FROM tickets WHERE created_at BETWEEN DATE '2026-01-01' AND DATE '2026-01-31'", hint),
        ("SELECT count(*) FROM tickets WHERE created_at BETWEEN TIMESTAMP '2026-01-01 08:00:00' AND '2026-01-31'", half),
        ("SELECT count(*) FROM tickets WHERE created_at >= '2026-01-01' AND created_at <= '2026-01-31'", hint),
        ("SELECT count(*) FROM tickets WHERE '2026-01-31' >= created_at AND '2026-01-01' <= created_at", hint),
        ("SELECT count(*) FILTER (WHERE created_at BETWEEN '2026-01-01' AND '2026-01-31') FROM tickets", hint),
        ("SELECT count(*) FROM (SELECT * FROM tickets) AS t WHERE t.created_at BETWEEN '2026-01-01' AND '2026-01-31'", hint),
        ("SELECT count(*) FROM tickets AS a JOIN surveys AS s ON a.ticket_id = s.ticket_id \
          AND a.created_at BETWEEN '2026-01-01' AND '2026-01-31'", hint),
    ])
    .await;
    none_gets_any(&[
        "SELECT count(*) FROM tickets WHERE created_at >= '2026-01-01' AND created_at < '2026-02-01'",
        "SELECT count(*) FROM tickets WHERE created_at BETWEEN '2026-01-01' AND '2026-01-31 23:59:59'",
        "SELECT count(*) FROM tickets WHERE created_at::DATE BETWEEN '2026-01-01' AND '2026-01-31'",
        "SELECT count(*) FROM tickets WHERE date_trunc('month', created_at) BETWEEN '2026-01-01' AND '2026-03-01'",
        "WITH t AS (SELECT date_trunc('day', created_at) AS day FROM tickets) \
         SELECT count(*) FROM t WHERE day BETWEEN '2026-01-01' AND '2026-01-31'",
        "SELECT count(*) FROM tickets WHERE created_at <= '2026-01-01' AND closed_at > '2026-01-01'",
        "SELECT count(*) FROM tickets WHERE created_at > '2025-12-31' AND created_at <= '2026-01-31'",
        "SELECT count(*) FROM tickets WHERE replies BETWEEN 1 AND 3",
        "SELECT DATE '2026-01-15' BETWEEN '2026-01-01' AND '2026-01-31'",
    ])
    .await;
}

#[tokio::test]
async fn not_in_with_a_null_among_the_values() {
    let list = "channel NOT IN (.., NULL) is never true, so no row is left: take the NULL out, and \
                add channel IS NOT NULL if that is meant";
    let query = "ticket_id NOT IN (SELECT merged_into_id ..) leaves no row at all if one \
                 merged_into_id is NULL: add WHERE merged_into_id IS NOT NULL inside, or use NOT EXISTS";
    each_gets(&[
        ("SELECT count(*) FROM tickets WHERE channel NOT IN ('email', NULL)", list),
        ("SELECT count(*) FROM tickets WHERE NOT (channel IN ('email', NULL))", list),
        ("SELECT count(*) FROM tickets WHERE ticket_id NOT IN (SELECT merged_into_id FROM tickets)", query),
        ("SELECT count(*) FROM tickets WHERE NOT ticket_id IN (SELECT DISTINCT merged_into_id FROM tickets)", query),
    ])
    .await;
    none_gets_any(&[
        "SELECT count(*) FROM tickets WHERE channel NOT IN ('email', 'chat')",
        "SELECT count(*) FROM tickets WHERE channel IN ('email', NULL)",
        "SELECT count(*) FROM tickets WHERE ticket_id IN (SELECT merged_into_id FROM tickets)",
        "SELECT count(*) FROM tickets WHERE ticket_id NOT IN \
         (SELECT merged_into_id FROM tickets WHERE merged_into_id IS NOT NULL)",
        "SELECT count(*) FROM tickets WHERE ticket_id NOT IN \
         (SELECT merged_into_id FROM tickets WHERE replies > 1 AND merged_into_id > 0 GROUP BY 1)",
        "SELECT count(*) FROM tickets AS t WHERE NOT EXISTS \
         (SELECT 1 FROM tickets AS m WHERE m.merged_into_id = t.ticket_id)",
        "SELECT count(*) FROM tickets WHERE replies NOT IN (SELECT count(*) FROM surveys)",
        "SELECT count(*) FROM tickets WHERE replies NOT IN (SELECT coalesce(reopens, 0) FROM tickets)",
    ])
    .await;
}

#[tokio::test]
async fn averages_of_averages() {
    let of = |column: &str| {
        format!(
            "avg({column}) averages averages, so a group of 3 weighs as much as one of 3,000: \
             compute it from the rows, or weight it: sum({column} * n) / sum(n)"
        )
    };
    let (mean, fcr, share) = (of("mean"), of("fcr"), of("share"));
    each_gets(&[
        ("SELECT avg(mean) FROM (SELECT channel, avg(cost) AS mean FROM tickets GROUP BY channel)", &mean),
        ("WITH c AS (SELECT channel, median(cost) AS mean FROM tickets GROUP BY channel), \
          d AS (SELECT * FROM c WHERE mean > 0) SELECT avg(mean) FROM d", &mean),
        ("WITH c AS (SELECT channel, count(*) AS n, fcr(replies, reopens) AS fcr FROM tickets GROUP BY ALL) \
          SELECT avg(fcr), sum(n) FROM c", &fcr),
        ("WITH c AS (SELECT channel, rate_detail(is_escalated) AS d FROM tickets GROUP BY ALL) \
          SELECT avg(share) FROM (SELECT d.rate AS share FROM c)", &share),
        ("WITH c AS (SELECT channel, 1.0 * count(is_escalated) / count(*) AS share FROM tickets GROUP BY ALL) \
          SELECT avg(share) FROM c", &share),
    ])
    .await;
    none_gets_any(&[
        "SELECT avg(cost) FROM tickets",
        "SELECT avg(n) FROM (SELECT channel, count(*) AS n FROM tickets GROUP BY channel)",
        "SELECT avg(spent) FROM (SELECT customer_id, sum(cost) AS spent FROM tickets GROUP BY ALL)",
        "SELECT avg(longest) FROM (SELECT channel, max(cost) AS longest FROM tickets GROUP BY ALL)",
        "SELECT avg(d.n) FROM (SELECT channel, rate_detail(is_escalated) AS d FROM tickets GROUP BY ALL)",
        "SELECT max(mean), min(mean) FROM (SELECT channel, avg(cost) AS mean FROM tickets GROUP BY channel)",
        "SELECT sum(mean * n) / sum(n) FROM \
         (SELECT channel, avg(cost) AS mean, count(*) AS n FROM tickets GROUP BY channel)",
        "SELECT avg(b) FROM (SELECT month, backlog(created_at, closed_at, month) AS b \
         FROM tickets, (SELECT DISTINCT date_trunc('month', created_at) AS month FROM tickets) GROUP BY month)",
    ])
    .await;
}

#[tokio::test]
async fn kpis_of_groups_without_their_n() {
    let of = |column: &str, kpi: &str| {
        format!(
            "{column} is shown by group without its n, so ten rows look as sure as ten thousand: add \
             count(*) AS n, or use {kpi}_detail(..)"
        )
    };
    let (fcr, first, nps) = (of("fcr", "fcr"), of("first", "frt"), of("nps", "nps"));
    each_gets(&[
        ("SELECT channel, fcr(replies, reopens) AS fcr FROM tickets GROUP BY ALL", &fcr),
        ("SELECT channel, round(frt(created_at, first_response_at), 1) AS first, \
          sla_rate(sla_met) AS sla FROM tickets GROUP BY ALL ORDER BY first LIMIT 3", &first),
        ("WITH c AS (SELECT channel, fcr(replies, reopens) AS fcr, count(*) AS n FROM tickets GROUP BY ALL) \
          SELECT channel, fcr FROM c", &fcr),
        ("WITH c AS (SELECT date_trunc('month', responded_at) AS month, nps_detail(score) AS d \
          FROM surveys WHERE kind = 'nps' GROUP BY ALL) SELECT month, d.nps AS nps FROM c", &nps),
        ("SELECT channel, 'sum' AS n, fcr(replies, reopens) AS fcr, sum(cost) AS cost FROM tickets GROUP BY ALL", &fcr),
    ])
    .await;
    none_gets_any(&[
        "SELECT fcr(replies, reopens) FROM tickets",
        "SELECT fcr(replies, reopens), csat(true) FROM tickets WHERE channel = 'email'",
        "SELECT channel, fcr(replies, reopens), count(*) FROM tickets GROUP BY ALL",
        "SELECT channel, fcr(replies, reopens), count(replies) AS n FROM tickets GROUP BY ALL",
        "SELECT channel, fcr(replies, reopens), count(DISTINCT customer_id) FROM tickets GROUP BY ALL",
        "SELECT channel, fcr_detail(replies, reopens) FROM tickets GROUP BY ALL",
        "WITH c AS (SELECT channel, fcr_detail(replies, reopens) AS d FROM tickets GROUP BY ALL) \
         SELECT channel, d.fcr, d.n FROM c",
        "SELECT channel, fcr(replies, reopens) FROM tickets GROUP BY ALL HAVING count(*) >= 50",
        "SELECT channel, backlog(created_at, closed_at, '2026-01-01T00:00:00Z'::TIMESTAMPTZ) FROM tickets GROUP BY ALL",
        "SELECT channel, avg(cost) FROM tickets GROUP BY ALL",
        "SELECT max(f) FROM (SELECT channel, fcr(replies, reopens) AS f FROM tickets GROUP BY ALL)",
        "SELECT channel, count(*) FROM tickets GROUP BY ALL ORDER BY fcr(replies, reopens)",
        "SELECT a.channel, a.f, b.n FROM (SELECT channel, fcr(replies, reopens) AS f FROM tickets GROUP BY ALL) a \
         JOIN (SELECT channel, count(*) AS n FROM tickets GROUP BY ALL) b ON a.channel = b.channel",
        "SELECT channel, d.nps FROM (SELECT 'all' AS channel, nps_detail(score) AS d FROM surveys WHERE kind = 'nps')",
    ])
    .await;
}

#[tokio::test]
async fn hints_come_once_and_in_order() {
    let engine = sample().await;
    let sql = "WITH c AS (SELECT channel, fcr(replies, reopens) AS fcr, count(*) / count(replies) AS share \
        FROM tickets WHERE channel NOT IN ('x', NULL) GROUP BY ALL) \
        SELECT channel, fcr FROM c UNION ALL SELECT channel, fcr FROM c";
    let first = hints_on(&engine, sql).await;
    assert_eq!(first.len(), 3, "{first:?}");
    assert!(first[0].starts_with("fcr is shown by group"), "{first:?}");
    for _ in 0..5 {
        assert_eq!(hints_on(&engine, sql).await, first);
    }
    assert!(first.iter().all(|hint| !hint.contains('\n')));
}

#[tokio::test]
async fn statements_that_answer_nothing_get_none() {
    let engine = sample().await;
    let mistake = "SELECT count(is_escalated) / count(*) AS share FROM tickets";
    for sql in [
        format!("EXPLAIN {mistake}"),
        format!("EXPLAIN ANALYZE {mistake}"),
        format!("CREATE VIEW v AS {mistake}"),
        format!("CREATE TABLE t AS {mistake}"),
        "SET deskql.invalid_values = 'ignore'".to_owned(),
        "SHOW TABLES".to_owned(),
        "SHOW ALL".to_owned(),
        "DESCRIBE tickets".to_owned(),
        "SUMMARIZE tickets".to_owned(),
        "SELECT 1".to_owned(),
    ] {
        assert_eq!(hints_on(&engine, &sql).await, [""; 0], "{sql}");
    }
    // The definition of a view is checked where it is used.
    assert_eq!(hints_on(&engine, "SELECT share FROM v").await.len(), 1);
}

/// All documented and shipped queries are correct, so none of them may get a hint.
#[tokio::test]
async fn what_we_ship_gets_none() {
    let engine = sample().await;
    let root = env!("CARGO_MANIFEST_DIR");
    let mut checked = 0;
    for folder in ["queries", "docs"] {
        let folder = format!("{root}/{folder}");
        for path in datafusion_sqllogictest::read_dir_recursive(folder).unwrap() {
            let text = std::fs::read_to_string(&path).unwrap();
            for sql in scripts(&path.display().to_string(), &text) {
                checked += check_script(&engine, &sql, &path.display().to_string()).await;
            }
        }
    }
    for page in engine.functions().iter().filter(|page| page.is_own) {
        checked += check_script(&engine, page.example().unwrap(), &page.name).await;
    }
    assert!(checked > 80, "only {checked} statements");
}

#[tokio::test]
async fn named_queries_get_none() {
    let engine = sample().await;
    let mut loud = Vec::new();
    for query in engine.queries().unwrap().all() {
        let Ok(frame) = engine.plan_named(&query.name, &[]).await else {
            continue;
        };
        for hint in hints(frame.logical_plan()) {
            loud.push(format!("{}: {hint}", query.name));
        }
    }
    assert!(loud.is_empty(), "{}", loud.join("\n"));
}

fn scripts(path: &str, text: &str) -> Vec<String> {
    if path.ends_with(".sql") {
        return vec![text.to_owned()];
    }
    let blocks = text.split("```sql\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// The number of statements that could be planned here; templates and other tables cannot.
async fn check_script(engine: &Engine, script: &str, place: &str) -> usize {
    let mut checked = 0;
    for statement in deskql::parse(script).unwrap_or_default() {
        let Ok(frame) = engine.plan(&statement).await else {
            continue;
        };
        let found = hints(frame.logical_plan());
        assert!(found.is_empty(), "{place}: {}\n{found:?}", statement.text());
        checked += 1;
    }
    checked
}

/// Columns that are used twice at each of many levels would double the work with each.
#[tokio::test]
async fn hints_on_deep_queries_cost_little() {
    let engine = sample().await;
    let mut sql =
        "WITH c0 AS (SELECT channel, count(*) AS a, count(replies) AS b FROM tickets GROUP BY ALL)"
            .to_owned();
    for level in 1..40 {
        sql.push_str(&format!(
            ", c{level} AS (SELECT channel, a + b AS a, a * 1.0 + b AS b FROM c{})",
            level - 1
        ));
    }
    sql.push_str(" SELECT a / b FROM c39");
    let frame = engine.sql(&sql).await.unwrap();
    let start = Instant::now();
    drop(hints(frame.logical_plan()));
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn hints_follow_the_result_on_standard_error_and_can_be_silenced() {
    let sql = "SELECT count(x) / count(*) AS share FROM (VALUES (1), (NULL)) AS t(x)";
    let run = |arguments: &[&str], variable: Option<&str>| {
        let mut command = cargo_bin_cmd!("deskql");
        command.args(["--format", "csv", "-c", sql]).args(arguments);
        if let Some(value) = variable {
            command.env("DESKQL_NO_HINTS", value);
        }
        let output = command
            .assert()
            .success()
            .stdout("share\n0\n")
            .get_output()
            .clone();
        String::from_utf8(output.stderr).unwrap()
    };
    let hint = "hint: share divides whole numbers, which cuts off the fraction (1 / 3 is 0): \
                multiply one side by 1.0, or use rate(..) for a share\n";
    assert_eq!(run(&[], None), hint);
    assert_eq!(run(&[], Some("0")), hint);
    assert_eq!(run(&["--no-hints"], None), "");
    assert_eq!(run(&["--quiet"], None), "");
    assert_eq!(run(&[], Some("1")), "");
}
