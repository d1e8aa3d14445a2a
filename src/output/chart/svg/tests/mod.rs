//! What every chart keeps to, read from its text.

mod bars_and_cells;
mod lines;

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};

use super::markup::{coordinate, escaped};
use crate::output::chart::{ChartOverlays, ChartSpec, ChartType, sparkline_svg, svg};

const DAY: i64 = 86_400_000_000;
const HOSTILE: &str = "</title><script>alert('\"&\u{202e}\u{7}\u{1b}[31m مرحبا 👩‍👩‍👧";

fn numbers(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn days(count: i32) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values((0..count).map(|day| day * 7)))
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn spec(kind: ChartType) -> ChartSpec {
    ChartSpec {
        kind: Some(kind),
        ..ChartSpec::default()
    }
}

fn with_series(kind: ChartType) -> ChartSpec {
    ChartSpec {
        x: Some("x".to_owned()),
        y: vec!["y".to_owned()],
        series: Some("s".to_owned()),
        ..spec(kind)
    }
}

fn try_draw(
    columns: Vec<(&str, ArrayRef)>,
    spec: &ChartSpec,
    overlays: &ChartOverlays,
) -> Result<String, String> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, values)| (name, values, true)),
    )
    .unwrap();
    let drawn = svg(
        &batch.schema(),
        &[batch],
        spec,
        overlays,
        "chart-1",
        "79 & up",
    );
    drawn.map_err(|error| error.to_string())
}

fn draw(columns: Vec<(&str, ArrayRef)>, spec: &ChartSpec, overlays: &ChartOverlays) -> String {
    let drawn = try_draw(columns, spec, overlays).unwrap();
    assert_well_formed(&drawn);
    drawn
}

/// Tags are closed in their order, attributes are quoted, and ids begin with that of the chart and are unique.
fn assert_well_formed(drawn: &str) {
    let mut open = Vec::new();
    let mut ids = HashSet::new();
    let mut pieces = drawn.split('<');
    assert_eq!(pieces.next(), Some(""));
    for piece in pieces {
        let (tag, text) = piece.split_once('>').expect(piece);
        assert!(!text.contains('>') && !text.contains(char::is_control) || text.contains('\n'));
        for entity in text.split('&').skip(1) {
            let name = entity.split(';').next().unwrap();
            assert!(
                ["amp", "lt", "gt", "quot", "#39"].contains(&name),
                "{entity}"
            );
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{drawn}");
            continue;
        }
        let quotes = tag.matches('"').count();
        assert!(
            quotes % 2 == 0 && !tag.contains("style") && !tag.contains(" on"),
            "{tag}"
        );
        for id in tag.split(" id=\"").skip(1) {
            let id = id.split('"').next().unwrap();
            assert!(
                id.starts_with("chart-1-") && ids.insert(id.to_owned()),
                "{id}"
            );
        }
        if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!drawn.contains("NaN") && !drawn.contains("inf\"") && !drawn.contains("http"));
}

/// Content of the groups of `class`.
fn groups<'a>(drawn: &'a str, class: &str) -> Vec<&'a str> {
    let start = format!("<g class=\"{class}\" fill=\"currentColor\" stroke=\"currentColor\">");
    let parts = drawn.split(start.as_str()).skip(1);
    parts
        .map(|part| part.split("</g>").next().unwrap())
        .collect()
}

/// Values of an attribute of each tag that has it.
fn attribute(text: &str, name: &str) -> Vec<f64> {
    let start = format!(" {name}=\"");
    let values = text.split(start.as_str()).skip(1);
    values
        .map(|value| value.split('"').next().unwrap().parse().unwrap())
        .collect()
}

/// Points of the paths in `text`.
fn paths(text: &str) -> Vec<Vec<[f64; 2]>> {
    let point = |step: &str| {
        let (x, y) = step.split('Z').next().unwrap().split_once(' ').unwrap();
        [x.parse().unwrap(), y.parse().unwrap()]
    };
    let paths = text.split(" d=\"M").skip(1);
    let path = |path: &str| {
        path.split('"')
            .next()
            .unwrap()
            .split('L')
            .map(point)
            .collect()
    };
    paths.map(path).collect()
}

fn overlays() -> ChartOverlays {
    ChartOverlays {
        goal: Some((85.0, "goal 85%".to_owned())),
        limits: Some([65.0, 72.0, 79.0]),
        annotations: vec![(8 * DAY, 1), (9 * DAY, 2), (9000 * DAY, 3)],
        interval: Some("95% interval".to_owned()),
        unfinished_from: Some(28 * DAY),
    }
}

#[test]
fn hostile_names_are_text() {
    let long = "x".repeat(10_000);
    let accents = "a\u{301}".repeat(5_000);
    let names = [HOSTILE, long.as_str(), accents.as_str(), "b"];
    let y = numbers(&[1.0, 2.0, 3.0, 4.0].map(Some));
    let x = numbers(&[1.0, 1.0, 2.0, 2.0].map(Some));
    for kind in [
        ChartType::Bar,
        ChartType::Line,
        ChartType::Sparkline,
        ChartType::Heatmap,
    ] {
        let chart = ChartSpec {
            title: Some(HOSTILE.to_owned()),
            ..with_series(kind)
        };
        let columns = vec![
            ("s", texts(&names)),
            ("x", Arc::clone(&x)),
            ("y", Arc::clone(&y)),
        ];
        let over = ChartOverlays {
            goal: Some((3.0, format!("{HOSTILE}{long}"))),
            ..ChartOverlays::default()
        };
        let drawn = draw(columns, &chart, &over);
        assert!(drawn.contains("&lt;/title&gt;&lt;script&gt;") && drawn.len() < 30_000);
        assert!(!drawn.contains(['\u{202e}', '\u{7}', '\u{1b}']));
    }
    assert_eq!(escaped("a\u{0}b\tc\u{2066}\u{fffe}"), "ab c");
}

#[test]
fn many_series_bars_and_rows_are_cut_with_a_note() {
    let names: Vec<String> = (0..500)
        .map(|number| format!("series {number:03}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let values: Vec<Option<f64>> = (0..500).map(|number| Some(f64::from(number))).collect();
    let x = numbers(&vec![Some(1.0); 500]);
    for (kind, note) in [
        (ChartType::Line, "first 8 of 500 series shown"),
        (ChartType::Bar, "first 40 of 500 bars shown"),
        (ChartType::Sparkline, "first 40 of 500 series shown"),
        (ChartType::Heatmap, "first 60 of 500 lines shown"),
    ] {
        let columns = vec![
            ("s", texts(&names)),
            ("x", Arc::clone(&x)),
            ("y", numbers(&values)),
        ];
        let drawn = draw(columns, &with_series(kind), &ChartOverlays::default());
        assert!(
            drawn.contains(note) && drawn.len() < 60_000,
            "{note}: {drawn}"
        );
    }
}

#[test]
fn nothing_to_draw_is_an_error() {
    let columns = vec![("day", days(2)), ("y", numbers(&[None, None]))];
    let error = try_draw(columns, &spec(ChartType::Line), &overlays()).unwrap_err();
    assert!(error.contains("y has no value in any row"), "{error}");
}

#[test]
fn extreme_values_have_places() {
    for values in [
        [f64::MAX, f64::MIN],
        [1e300, 1e300],
        [1e16, 1e16 + 2.0],
        [5e-324, 0.0],
    ] {
        for kind in [ChartType::Line, ChartType::Bar, ChartType::Sparkline] {
            let columns = vec![("day", days(2)), ("y", numbers(&values.map(Some)))];
            draw(columns, &spec(kind), &overlays());
        }
    }
}

#[test]
fn a_small_line_has_its_band_and_its_label() {
    let values = [Some(1.0), None, Some(2.0), Some(4.0), Some(3.0)];
    let intervals = values.map(|value| value.map(|value: f64| [value - 0.5, value + 0.5]));
    let drawn = sparkline_svg(&values, &intervals, true, "<b> & \"c\"");
    assert_well_formed(&drawn);
    assert!(
        drawn.contains("aria-label=\"&lt;b&gt; &amp; &quot;c&quot;\"") && !drawn.contains(" id=")
    );
    assert!(drawn.contains("stroke-dasharray") && drawn.contains("class=\"band\""));
    for values in [
        &[][..],
        &[None],
        &[Some(3.0)],
        &[Some(2.0), Some(2.0)],
        &[Some(f64::NAN), None],
    ] {
        assert_well_formed(&sparkline_svg(values, &[], true, "x"));
    }
}

#[test]
fn ids_are_fit_for_an_address() {
    let values: ArrayRef = numbers(&[Some(1.0), Some(2.0)]);
    let batch = RecordBatch::try_from_iter([("day", days(2)), ("y", values)]).unwrap();
    let schema = batch.schema();
    let drawn = svg(
        &schema,
        &[batch],
        &spec(ChartType::Line),
        &overlays(),
        "a\" b)",
        "",
    )
    .unwrap();
    assert!(
        drawn.contains("aria-labelledby=\"a--b--title a--b--desc\"") && !drawn.contains("a\" b")
    );
}

#[test]
fn coordinates_are_short() {
    for (value, shown) in [
        (1.0, "1"),
        (1.25, "1.2"),
        (-0.01, "0"),
        (100.0, "100"),
        (-3.96, "-4"),
        (f64::NAN, "0"),
        (f64::INFINITY, "0"),
    ] {
        assert_eq!(coordinate(value), shown);
    }
}
