//! Lines, and what is drawn over them.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};

use super::{DAY, attribute, days, draw, groups, numbers, overlays, paths, spec};
use crate::output::chart::{ChartOverlays, ChartType};

#[test]
fn a_line_has_all_that_is_drawn_over_it() {
    let columns = || {
        let values = [70.0, 71.5, 69.0, 75.0, 73.0].map(Some);
        let out = [false, false, true, false, false].map(Some);
        vec![
            ("day", days(5)),
            ("csat", numbers(&values)),
            ("csat_low", numbers(&values.map(|v| v.map(|v| v - 2.0)))),
            ("csat_high", numbers(&values.map(|v| v.map(|v| v + 2.0)))),
            (
                "is_out",
                Arc::new(BooleanArray::from(out.to_vec())) as ArrayRef,
            ),
        ]
    };
    let drawn = draw(columns(), &spec(ChartType::Line), &overlays());
    assert_eq!(drawn, draw(columns(), &spec(ChartType::Line), &overlays()));
    for class in [
        "axis",
        "grid",
        "band",
        "goal",
        "limit",
        "mark",
        "annotation",
        "unfinished",
        "label",
    ] {
        assert!(!groups(&drawn, class).is_empty(), "{class}");
    }
    for words in [
        "role=\"img\" aria-labelledby=\"chart-1-title chart-1-desc\"",
        "<title id=\"chart-1-title\">csat by day</title>",
        "<desc id=\"chart-1-desc\">79 &amp; up</desc>",
        "<pattern id=\"chart-1-hatch\"",
        "url(#chart-1-hatch)",
        ">goal 85%<",
        ">upper limit<",
        ">axis begins at 65<",
        ">95% interval<",
        ">out of limits (1)<",
        ">not finished yet<",
        ">1<",
        ">2<",
    ] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
    // The third annotation is years later.
    assert_eq!(
        groups(&drawn, "annotation")[0].matches("<circle").count(),
        2
    );
}

#[test]
fn a_band_contains_its_line_and_the_goal_is_inside() {
    let values = [20.0, 22.0, 21.0].map(Some);
    let columns = vec![
        ("day", days(3)),
        ("y", numbers(&values)),
        ("low", numbers(&values.map(|v| v.map(|v| v - 3.0)))),
        ("high", numbers(&values.map(|v| v.map(|v| v + 1.0)))),
    ];
    let goal = ChartOverlays {
        goal: Some((400.0, "goal 400".to_owned())),
        ..ChartOverlays::default()
    };
    let drawn = draw(columns, &spec(ChartType::Line), &goal);
    let band = &paths(groups(&drawn, "band")[0])[0];
    let line = &paths(groups(&drawn, "series-0")[0])[0];
    for (index, [x, y]) in line.iter().enumerate() {
        let (high, low) = (band[index], band[band.len() - 1 - index]);
        assert!((high[0] - x).abs() < 0.01 && (low[0] - x).abs() < 0.01);
        assert!(high[1] < *y && *y < low[1] && (y - high[1]) < (low[1] - y));
    }
    let goal = attribute(groups(&drawn, "goal")[0], "y1")[0];
    assert!(goal > 0.0 && line.iter().all(|[_, y]| goal < *y));
}

#[test]
fn gaps_are_gaps_and_lone_points_are_dots() {
    let values = [
        Some(1.0),
        Some(2.0),
        None,
        Some(f64::NAN),
        Some(4.0),
        None,
        Some(3.0),
        Some(3.5),
    ];
    let columns = vec![("day", days(8)), ("y", numbers(&values))];
    let drawn = draw(columns, &spec(ChartType::Line), &ChartOverlays::default());
    let line = groups(&drawn, "series-0")[0];
    assert_eq!(paths(line).iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(line.matches("<circle").count(), 5);
    let single = vec![("day", days(1)), ("y", numbers(&[Some(5.0)]))];
    let drawn = draw(single, &spec(ChartType::Line), &overlays());
    assert!(drawn.contains(">1970-01<") && groups(&drawn, "series-0")[0].contains("<circle"));
}

#[test]
fn the_stretch_to_an_unfinished_value_is_dotted() {
    let columns = vec![
        ("day", days(4)),
        ("y", numbers(&[1.0, 2.0, 3.0, 2.0].map(Some))),
    ];
    let unfinished = ChartOverlays {
        unfinished_from: Some(21 * DAY),
        ..ChartOverlays::default()
    };
    let drawn = draw(columns, &spec(ChartType::Line), &unfinished);
    let line = groups(&drawn, "series-0")[0];
    let dotted = line.split_once("stroke-dasharray").unwrap().0;
    let paths = paths(line);
    assert_eq!(paths.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(dotted.matches("<path").count(), 2);
    assert_eq!(paths[0].last(), paths[1].first());
}
