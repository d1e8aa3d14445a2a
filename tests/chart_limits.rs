//! Intervals and marks of lines, and heat maps.

use deskql::internal::chart::{ChartSpec, ChartType};

use crate::charts::{canvas, draw, of, plain};

#[tokio::test]
async fn a_line_has_its_interval_and_what_stands_out() {
    let sql = "SELECT time, value, low, high, is_anomaly FROM anomalies(
            (SELECT created_at::DATE AS day, count(*) AS n FROM tickets GROUP BY 1),
            time => day, value => n, counts => true)
        WHERE time >= DATE '2025-04-01' AND time < DATE '2025-07-01' ORDER BY time";
    let drawn = plain(sql).await;
    assert!(drawn.contains("░ low to high; ◆ is_anomaly ("), "{drawn}");
    insta::assert_snapshot!("line_with_interval", drawn);
    // Of two lines the bands could not be told apart.
    let two = "SELECT * FROM (VALUES (1, 'a', 5, 4, 6), (2, 'a', 6, 5, 7), (1, 'b', 1, 0, 2), (2, 'b', 2, 1, 3))
        AS v(x, s, y, low, high)";
    let spec = ChartSpec {
        x: Some("x".to_owned()),
        y: vec!["y".to_owned()],
        series: Some("s".to_owned()),
        ..of(ChartType::Line)
    };
    let drawn = draw(two, &spec, canvas(60, 12)).await.unwrap();
    assert!(!drawn.contains('░'), "{drawn}");
}

#[tokio::test]
async fn a_band_lies_between_the_ends_of_each_row() {
    let sql = "SELECT x, 10 AS y_pct, 10 - x AS low_pct, 10 + x AS high_pct FROM generate_series(0, 10) AS s(x)";
    let spec = ChartSpec {
        x: Some("x".to_owned()),
        y: vec!["y_pct".to_owned()],
        ..of(ChartType::Line)
    };
    let drawn = draw(sql, &spec, canvas(60, 24)).await.unwrap();
    let shaded = |line: &str| line.matches('░').count();
    let lines: Vec<usize> = drawn.lines().skip(1).map(shaded).collect();
    // It opens like a fan: the nearer to the line, the longer; and as much above as below.
    let area: Vec<usize> = lines.iter().copied().filter(|count| *count > 1).collect();
    let widest = area
        .iter()
        .position(|count| count == area.iter().max().unwrap());
    let (above, below) = area.split_at(widest.unwrap());
    assert!(
        above.is_sorted() && below.iter().rev().is_sorted(),
        "{drawn}"
    );
    assert!(above.len().abs_diff(below.len()) <= 2, "{drawn}");
}

#[tokio::test]
async fn a_heat_map_shades_each_pair() {
    let cohorts =
        "SELECT date_trunc('quarter', created_at)::DATE AS quarter, channel, count(*) AS tickets
        FROM tickets GROUP BY ALL ORDER BY ALL";
    let heat = |x: &str, y: &str, by: &str| ChartSpec {
        x: Some(x.to_owned()),
        y: vec![y.to_owned()],
        series: Some(by.to_owned()),
        ..of(ChartType::Heatmap)
    };
    let drawn = draw(
        cohorts,
        &heat("quarter", "tickets", "channel"),
        canvas(80, 20),
    )
    .await;
    insta::assert_snapshot!("heatmap_80", drawn.unwrap());
    let hours = "SELECT extract(hour FROM created_at)::INT AS hour, isodow(created_at) AS weekday, count(*) AS tickets
        FROM tickets GROUP BY ALL ORDER BY weekday, hour";
    let drawn = draw(hours, &heat("hour", "tickets", "weekday"), canvas(80, 20)).await;
    insta::assert_snapshot!("heatmap_hours_80", drawn.unwrap());
    // NULL is blank, the ends of the range have the lightest and the darkest shade.
    let few = "SELECT * FROM (VALUES ('a', 1, 0), ('a', 2, 100), ('b', 1, NULL), ('b', 2, 50)) AS v(s, x, y)";
    let drawn = draw(few, &heat("x", "y", "s"), canvas(40, 10))
        .await
        .unwrap();
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    assert_eq!(
        lines,
        [
            "y by x and s",
            "a    0░ 100█",
            "b        50▓",
            "     1    2",
            "from 0: ░ to 25, ▒ to 50, ▓ to 75, █ to 100",
        ]
    );
    let one = of(ChartType::Heatmap);
    let error = draw(
        "SELECT channel, count(*) AS n FROM tickets GROUP BY 1",
        &one,
        canvas(80, 20),
    )
    .await;
    let expected = "chart: a heat map has a line for each value of a second column: \\chart heatmap X Y by COLUMN";
    assert_eq!(error.unwrap_err(), expected);
}
