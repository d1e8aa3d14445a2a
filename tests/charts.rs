//! Charts of results over the sample data, narrow and wide.

use deskql::internal::chart::{ChartCanvas, ChartSpec, ChartType, render};
use deskql::{Engine, EngineSettings};

pub(crate) async fn draw(
    sql: &str,
    spec: &ChartSpec,
    canvas: ChartCanvas,
) -> Result<String, String> {
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

pub(crate) fn canvas(width: usize, height: usize) -> ChartCanvas {
    ChartCanvas {
        width,
        height,
        bars: height.saturating_sub(2),
        more: "",
        color: false,
    }
}

pub(crate) fn of(kind: ChartType) -> ChartSpec {
    ChartSpec {
        kind: Some(kind),
        ..ChartSpec::default()
    }
}

/// Chart of `sql` with the kind chosen from the columns, 80 wide and 20 high.
pub(crate) async fn plain(sql: &str) -> String {
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

/// Lines of a chart without its bars: label and value.
fn labels(drawn: &str) -> Vec<String> {
    let lines = drawn.lines().skip(1);
    let words = lines.map(|line| line.replace(['│', '█', '▏', '▎', '▍', '▌', '▋', '▊', '▉'], " "));
    words
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[tokio::test]
async fn numbers_that_rows_are_grouped_by_are_places_not_amounts() {
    let sql = "SELECT * FROM (SELECT h % 3 AS h, count(*) AS n FROM generate_series(1, 10) AS t(h) GROUP BY 1) ORDER BY h";
    let drawn = plain(sql).await;
    assert!(drawn.starts_with("n by h\n"), "{drawn}");
    assert_eq!(labels(&drawn), ["0 3", "1 4", "2 3"]);
    let hours = "SELECT hour(created_at) AS h, count(*) AS n FROM tickets GROUP BY 1 ORDER BY 1";
    let drawn = draw(hours, &ChartSpec::default(), canvas(80, 40))
        .await
        .unwrap();
    assert!(
        drawn.starts_with("n by h\n") && labels(&drawn).len() == 24,
        "{drawn}"
    );
    // The key need not be called as one, nor come first.
    let sql =
        "SELECT count(*) AS n, replies AS r FROM tickets WHERE replies < 3 GROUP BY ALL ORDER BY 2";
    assert!(plain(sql).await.starts_with("n by r\n"));
    let ids =
        "SELECT customer_id, count(*) AS n FROM tickets GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT 3";
    assert!(plain(ids).await.starts_with("n by customer_id\n"));
}

#[tokio::test]
async fn a_year_and_a_month_are_one_axis_of_time() {
    let sql = "SELECT year(created_at) AS year, month(created_at) AS month, count(*) AS n
        FROM tickets WHERE created_at < '2026-01-01' GROUP BY ALL ORDER BY ALL";
    let drawn = plain(sql).await;
    assert!(drawn.starts_with("n by year and month\n"), "{drawn}");
    assert!(
        drawn.contains("2024-01") && drawn.contains("2025-12"),
        "{drawn}"
    );
    let bars = draw(sql, &of(ChartType::Bar), canvas(80, 40))
        .await
        .unwrap();
    assert_eq!(labels(&bars).len(), 24, "{bars}");
    assert!(labels(&bars)[0].starts_with("2024-01 "), "{bars}");
}

#[tokio::test]
async fn the_first_of_nothing_but_numbers_is_the_axis() {
    let sql = "SELECT * FROM (VALUES (0, 4, 7), (1, 5, 3), (2, 6, 1)) AS t(x, y, z)";
    let drawn = plain(sql).await;
    assert!(drawn.starts_with("y, z by x\n"), "{drawn}");
    assert_eq!(
        labels(&drawn),
        ["0 y 4", "z 7", "1 y 5", "z 3", "2 y 6", "z 1"]
    );
    let sql = "SELECT value AS i, value * value AS sq FROM generate_series(0, 99)";
    assert!(plain(sql).await.contains('┤'), "many places are a line");
}

const TEAMS: &str = "SELECT * FROM (VALUES ('a', 1, 10, 0.5), ('a', 2, 20, 0.6), ('b', 1, 1, 0.7), \
    ('b', 2, 2, 0.8)) AS t(team, week, n, share) ORDER BY team, week";

#[tokio::test]
async fn rows_of_one_place_are_told_apart_added_up_or_refused() {
    let spec = |text: &str| {
        let mut words = text.split(' ').map(str::to_owned);
        ChartSpec {
            kind: Some(ChartType::Bar),
            x: words.next(),
            y: words.next().into_iter().collect(),
            series: words.next(),
            ..ChartSpec::default()
        }
    };
    let drawn = async |text: &str| draw(TEAMS, &spec(text), canvas(80, 20)).await;
    let added = drawn("team n").await;
    assert_eq!(
        labels(&added.unwrap()),
        ["a 30", "b 3", "n is the sum over week"]
    );
    assert_eq!(
        labels(&drawn("week n").await.unwrap()),
        ["1 a 10", "b 1", "2 a 20", "b 2"]
    );
    let apart = drawn("team share week").await.unwrap();
    assert!(apart.starts_with("share by team and week\n"), "{apart}");
    let counted = "SELECT team, week, count(*) AS v FROM (VALUES ('a', 1), ('a', 1), ('a', 2)) AS t(team, week) GROUP BY ALL ORDER BY ALL";
    let added = draw(counted, &spec("team v"), canvas(80, 20)).await;
    assert_eq!(labels(&added.unwrap()), ["a 3", "v is the sum over week"]);
}

#[tokio::test]
async fn a_line_has_one_value_for_each_place() {
    let line = |y: &str| ChartSpec {
        x: Some("i".to_owned()),
        y: vec![y.to_owned()],
        ..of(ChartType::Line)
    };
    let sql = "SELECT * FROM (VALUES (1, 0.5), (1, 0.7), (2, 0.1)) AS t(i, v)";
    assert_eq!(
        draw(sql, &line("v"), canvas(80, 20)).await.unwrap_err(),
        "chart: i has several rows for each value, and v cannot be added up: GROUP BY i in the query"
    );
    let sql = "SELECT i, date_trunc('day', TIMESTAMP '2026-01-01') + j * INTERVAL '1 day' AS d, \
        max(j / 3.0) AS v FROM generate_series(1, 2) AS a(i), generate_series(1, 20) AS b(j) GROUP BY ALL";
    assert_eq!(
        draw(sql, &line("v"), canvas(80, 20)).await.unwrap_err(),
        "chart: i has several rows for each value, and v cannot be added up: write \\chart line i v by d, \
         or leave d out of the query"
    );
}

#[tokio::test]
async fn all_bars_are_drawn_when_asked_for() {
    let sql =
        "SELECT concat('agent ', value) AS agent, value AS tickets FROM generate_series(1, 50)";
    let few = ChartCanvas {
        more: "\\chart .. all draws all",
        ..canvas(80, 10)
    };
    let drawn = draw(sql, &ChartSpec::default(), few).await.unwrap();
    assert!(
        drawn.ends_with("first 8 of 50 bars shown (\\chart .. all draws all)\n"),
        "{drawn}"
    );
    let all = ChartSpec {
        all: true,
        ..ChartSpec::default()
    };
    let drawn = draw(sql, &all, few).await.unwrap();
    assert_eq!(labels(&drawn).len(), 50, "{drawn}");
}

#[tokio::test]
async fn many_lines_have_letters() {
    let sql = "SELECT i, concat('s', s) AS s, i * s AS v FROM generate_series(1, 9) AS a(i), \
        generate_series(1, 12) AS b(s) ORDER BY ALL";
    let spec = ChartSpec {
        x: Some("i".to_owned()),
        all: true,
        ..of(ChartType::Line)
    };
    let drawn = draw(sql, &spec, canvas(80, 30)).await.unwrap();
    assert!(drawn.contains("A s1") && drawn.contains("L s9"), "{drawn}");
    assert!(!drawn.contains("series shown"), "{drawn}");
    let ends: Vec<char> = drawn
        .lines()
        .filter_map(|line| line.chars().nth(79))
        .collect();
    assert_eq!(ends.len(), 12, "{drawn}");
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

#[tokio::test]
async fn a_waterfall_begins_where_the_step_before_ended() {
    let sql = "SELECT * FROM (VALUES ('mix', -1.25), ('billing', 4.0), ('tier 1', 0.5), ('tier 2', -8.0), ('web', 0.75))
        AS parts (segment, part)";
    let drawn = draw(sql, &of(ChartType::Waterfall), canvas(60, 20)).await;
    insta::assert_snapshot!("waterfall_60", drawn.unwrap());
    // Three steps are left for five parts: two of them, and one of the others.
    let few = draw(sql, &of(ChartType::Waterfall), canvas(60, 6))
        .await
        .unwrap();
    assert!(few.contains("3 others") && few.contains("sum"), "{few}");
    let several = "SELECT 'a' AS name, 'x' AS other, 1.5 AS part UNION ALL SELECT 'a', 'y', 2.5";
    let refused = draw(several, &of(ChartType::Waterfall), canvas(60, 20))
        .await
        .unwrap_err();
    assert!(
        refused.contains("the steps of a waterfall add up to one sum"),
        "{refused}"
    );
}
