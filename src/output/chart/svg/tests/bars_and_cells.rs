//! Bars and the cells of heat maps.

use std::sync::Arc;

use super::{attribute, draw, groups, numbers, paths, spec, texts, with_series};
use crate::output::chart::{ChartOverlays, ChartType};

#[test]
fn bars_begin_at_zero_on_both_sides() {
    let y = numbers(&[Some(-10.0), Some(30.0), Some(0.0), None]);
    let columns = || {
        vec![
            ("team", texts(&["a", "b", "c", "d"])),
            ("y", Arc::clone(&y)),
        ]
    };
    let drawn = draw(columns(), &spec(ChartType::Bar), &ChartOverlays::default());
    let zero = attribute(groups(&drawn, "axis")[0], "x1")[0];
    let bars = groups(&drawn, "series-0")[0];
    let (x, width) = (attribute(bars, "x"), attribute(bars, "width"));
    assert!((x[0] + width[0] - zero).abs() < 0.11 && (x[1] - zero).abs() < 0.11);
    assert!((width[1] / width[0] - 3.0).abs() < 0.01 && width[2] < 0.01 && width.len() == 3);
    assert!(drawn.contains(">no value<"));
}

#[test]
fn a_whisker_is_the_interval_of_its_bar() {
    let columns = vec![
        ("team", texts(&["a", "b", "c", "d"])),
        ("y", numbers(&[Some(-10.0), Some(30.0), Some(20.0), None])),
        ("low", numbers(&[Some(-12.0), Some(25.0), Some(22.0), None])),
        ("high", numbers(&[Some(-8.0), Some(40.0), Some(25.0), None])),
    ];
    let drawn = draw(columns, &spec(ChartType::Bar), &ChartOverlays::default());
    assert!(drawn.contains(">thin lines: low to high<"));
    let zero = attribute(groups(&drawn, "axis")[0], "x1")[0];
    let bars = paths(groups(&drawn, "series-0")[0]);
    let length = (bars[1][1][0] - zero) / 30.0;
    assert!((bars[0][1][0] - zero).abs() < 0.11 && (bars[1][0][0] - zero).abs() < 0.11);
    let whiskers = groups(&drawn, "label")[0];
    let (from, to) = (attribute(whiskers, "x1"), attribute(whiskers, "x2"));
    // The line, and one at each end; the value of the third bar is not in what is called its interval.
    assert_eq!(from.len(), 6);
    for (line, ends) in [(0, [-12.0, -8.0]), (3, [25.0, 40.0])] {
        let [low, high] = ends.map(|end: f64| zero + end * length);
        assert!((from[line] - low).abs() < 0.2 && (to[line] - high).abs() < 0.2);
    }
}

#[test]
fn shades_are_fifths_of_the_values() {
    let count = 20;
    let x: Vec<Option<f64>> = (0..count).map(|cell| Some(f64::from(cell / 2))).collect();
    let y: Vec<Option<f64>> = (0..count)
        .map(|cell| Some(f64::from(cell).exp2()))
        .collect();
    let s = ["a", "b"].repeat(10);
    let columns = vec![("s", texts(&s)), ("x", numbers(&x)), ("y", numbers(&y))];
    let drawn = draw(
        columns,
        &with_series(ChartType::Heatmap),
        &ChartOverlays::default(),
    );
    for shade in 0..5 {
        let cells = groups(&drawn, &format!("shade-{shade}"));
        assert_eq!(cells[0].matches("<rect").count(), 4, "{shade}");
    }
    let same = vec![
        ("s", texts(&["a", "b"])),
        ("x", numbers(&[Some(1.0); 2])),
        ("y", numbers(&[Some(7.0); 2])),
    ];
    let drawn = draw(
        same,
        &with_series(ChartType::Heatmap),
        &ChartOverlays::default(),
    );
    assert_eq!(groups(&drawn, "shade-2")[0].matches("<text").count(), 2);
}
