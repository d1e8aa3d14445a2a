//! Charts of results over the sample data, narrow and wide.

use deskql::internal::chart::{ChartCanvas, ChartSpec, ChartType, render};
use deskql::{Engine, EngineSettings};

async fn draw(sql: &str, spec: &ChartSpec, canvas: ChartCanvas) -> Result<String, String> {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned();
    let settings = EngineSettings {
        data: vec![data],
        ..EngineSettings::default()
    };
    let engine = Engine::open(settings).await.unwrap();
    let execution = engine.run(sql).await.unwrap();
    let schema = execution.units().mark(&execution.schema());
    let batches = execution.collect().await.unwrap();
    render(&schema, &batches, spec, canvas).map_err(|error| error.to_string())
}

fn canvas(width: usize, height: usize) -> ChartCanvas {
    ChartCanvas {
        width,
        height,
        bars: height.saturating_sub(2),
        more: "",
        color: false,
    }
}

fn of(kind: ChartType) -> ChartSpec {
    ChartSpec {
        kind: Some(kind),
        ..ChartSpec::default()
    }
}

/// Chart of `sql` with the kind chosen from the columns, 80 wide and 20 high.
async fn plain(sql: &str) -> String {
    draw(sql, &ChartSpec::default(), canvas(80, 20))
        .await
        .unwrap()
}

const BY_CHANNEL: &str = "SELECT channel, fcr(replies, reopens) AS fcr, count(*) AS n
    FROM tickets GROUP BY ALL ORDER BY fcr DESC";

const BY_MONTH: &str = "SELECT date_trunc('month', created_at) AS month, channel,
    duration_median(created_at, first_response_at) AS median, count(*) AS n
    FROM tickets GROUP BY ALL ORDER BY ALL";

#[tokio::test]
async fn bars_of_a_kpi_by_a_name() {
    insta::assert_snapshot!("bars_80", plain(BY_CHANNEL).await);
    let wide = draw(BY_CHANNEL, &ChartSpec::default(), canvas(120, 20)).await;
    insta::assert_snapshot!("bars_120", wide.unwrap());
}

#[tokio::test]
async fn lines_of_a_kpi_over_months_by_channel() {
    insta::assert_snapshot!("lines_80", plain(BY_MONTH).await);
    let wide = draw(BY_MONTH, &ChartSpec::default(), canvas(120, 30)).await;
    insta::assert_snapshot!("lines_120", wide.unwrap());
}

#[tokio::test]
async fn sparklines_of_weekly_tickets() {
    let sql = "SELECT date_trunc('week', created_at) AS week, channel, count(*) AS tickets
        FROM tickets GROUP BY ALL ORDER BY ALL";
    for width in [80, 120] {
        let drawn = draw(sql, &of(ChartType::Sparkline), canvas(width, 20)).await;
        insta::assert_snapshot!(format!("sparklines_{width}"), drawn.unwrap());
    }
}

#[tokio::test]
async fn bars_below_zero_hang_left_of_the_zero_line() {
    let sql = "SELECT * FROM (VALUES ('billing', -25.0), ('delivery', 50.0), ('returns', 0.0),
        ('setup', NULL), ('outage', -0.5)) AS t(team, nps)";
    insta::assert_snapshot!("bars_negative_80", plain(sql).await);
}

#[tokio::test]
async fn bars_of_several_series_stand_together() {
    let sql = "SELECT priority, channel, count(*) AS tickets FROM tickets
        WHERE channel IN ('email', 'chat') GROUP BY ALL ORDER BY ALL";
    insta::assert_snapshot!("bars_series_80", plain(sql).await);
}

#[tokio::test]
async fn lines_below_zero_show_the_zero_and_break_where_values_are_missing() {
    let sql = "SELECT value AS day, CASE WHEN date_part('day', value) NOT IN (9, 10, 12)
        THEN (date_part('day', value) % 7 - 3) * 10.5 END AS nps
        FROM generate_series(TIMESTAMP '2026-01-05', TIMESTAMP '2026-01-25', INTERVAL '1 day')";
    insta::assert_snapshot!("lines_gaps_80", plain(sql).await);
}

#[tokio::test]
async fn what_does_not_fit_is_counted() {
    let sql =
        "SELECT concat('agent ', value) AS agent, value AS tickets FROM generate_series(1, 50)";
    let drawn = draw(sql, &ChartSpec::default(), canvas(80, 10))
        .await
        .unwrap();
    assert!(drawn.ends_with("first 8 of 50 bars shown\n"), "{drawn}");
    assert_eq!(drawn.lines().count(), 10);

    let sql = "SELECT a.value AS x, concat('s', b.value) AS s, a.value * b.value AS y
        FROM generate_series(1, 3) AS a, generate_series(1, 12) AS b ORDER BY ALL";
    let spec = ChartSpec {
        x: Some("x".to_owned()),
        y: vec!["y".to_owned()],
        series: Some("s".to_owned()),
        ..of(ChartType::Line)
    };
    let drawn = draw(sql, &spec, canvas(80, 20)).await.unwrap();
    assert!(drawn.ends_with("first 8 of 12 series shown\n"), "{drawn}");

    let sql = "SELECT value AS hour, value % 24 AS calls FROM generate_series(1, 1000)";
    let spec = ChartSpec {
        x: Some("hour".to_owned()),
        ..of(ChartType::Sparkline)
    };
    let drawn = draw(sql, &spec, canvas(80, 20)).await.unwrap();
    assert!(drawn.contains("a mark is the mean of"), "{drawn}");
    assert!(
        drawn.lines().all(|line| line.chars().count() <= 80),
        "{drawn}"
    );
}

#[tokio::test]
async fn details_are_columns_of_their_own() {
    let sql = "SELECT kind, csat_detail(score) AS c FROM surveys WHERE kind = 'csat' GROUP BY ALL";
    let drawn = plain(sql).await;
    assert!(drawn.starts_with("c.csat by kind\n"), "{drawn}");
}

#[tokio::test]
async fn durations_are_drawn_in_a_unit_that_suits_them() {
    let sql = "SELECT channel, max(first_response_at - created_at) AS longest
        FROM tickets GROUP BY ALL ORDER BY ALL";
    let drawn = plain(sql).await;
    assert!(drawn.starts_with("longest (h) by channel\n") || drawn.starts_with("longest (days)"));
}

#[tokio::test]
async fn colours_are_there_when_asked_for() {
    let colored = ChartCanvas {
        color: true,
        ..canvas(80, 20)
    };
    for kind in [ChartType::Bar, ChartType::Line, ChartType::Sparkline] {
        let drawn = draw(BY_MONTH, &of(kind), colored).await.unwrap();
        assert!(drawn.contains("\u{1b}[36m"), "{drawn:?}");
        let plain = draw(BY_MONTH, &of(kind), canvas(80, 20)).await.unwrap();
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
    }
}

#[tokio::test]
async fn text_of_the_data_cannot_drive_the_terminal() {
    let sql = r"SELECT E'\u001b[31mred\nline' AS name, 1 AS value";
    let drawn = plain(sql).await;
    assert!(!drawn.contains('\u{1b}'), "{drawn:?}");
    assert_eq!(drawn.lines().count(), 2, "{drawn:?}");
}

#[tokio::test]
async fn what_cannot_be_drawn_is_one_clear_line() {
    let spec = |x: &str, y: &str| ChartSpec {
        x: (!x.is_empty()).then(|| x.to_owned()),
        y: if y.is_empty() {
            vec![]
        } else {
            vec![y.to_owned()]
        },
        ..ChartSpec::default()
    };
    for (sql, spec, problem) in [
        (
            "SELECT 'a' AS name, 1 AS value WHERE false",
            spec("", ""),
            "chart: the result has no rows",
        ),
        (
            "SELECT 'a' AS name",
            spec("", ""),
            "chart: nothing to draw: no column of the result is a number",
        ),
        (
            "SELECT 'a' AS name, NULL::DOUBLE AS value",
            spec("", ""),
            "chart: nothing to draw: value has no value in any row",
        ),
        (
            "SELECT 'a' AS name, 1 AS value",
            spec("", "name"),
            "chart: 'name' is not a number but VARCHAR, so it cannot be y: numbers are value",
        ),
        (
            "SELECT 'a' AS name, 1 AS value",
            spec("nam", ""),
            "chart: there is no column 'nam' for x: did you mean 'name'?",
        ),
        (
            "SELECT 'a' AS name, 1 AS value",
            spec("", "tickets"),
            "chart: there is no column 'tickets' for y: the result has name, value",
        ),
    ] {
        let refused = draw(sql, &spec, canvas(80, 20)).await.unwrap_err();
        assert_eq!(refused, problem, "{sql}");
    }
}

#[tokio::test]
async fn no_canvas_is_too_small() {
    for kind in [ChartType::Bar, ChartType::Line, ChartType::Sparkline] {
        for (width, height) in [(0, 0), (1, 1), (10, 3), (30, 5), (10_000, 10_000)] {
            let drawn = draw(BY_MONTH, &of(kind), canvas(width, height)).await;
            assert!(drawn.is_ok(), "{kind:?} {width}x{height}");
        }
    }
}
