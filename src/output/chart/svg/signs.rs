//! Signs of series, by which they differ without colour: their dashes and the shapes at their points.

use super::markup::{Position, SvgMarkup};

/// Dashes of the lines of each series; the first is solid.
const DASHES: [&str; 8] = [
    "",
    "9 4",
    "3 3",
    "12 4 3 4",
    "16 5",
    "6 2",
    "2 6",
    "10 3 2 3 2 3",
];
/// Dots of the stretch to an unfinished value, whatever the series.
pub(super) const UNFINISHED_DASHES: &str = "2 5";
/// Half the size of a shape.
pub(super) const SIZE: f64 = 4.5;

pub(super) fn class(series: usize) -> String {
    format!("series-{}", series % 8)
}

pub(super) fn dashes(series: usize) -> &'static str {
    DASHES[series % DASHES.len()]
}

/// The shape of a series at `at`: a disc, triangle, square, diamond, inverted triangle, cross, plus or ring.
pub(super) fn draw(out: &mut SvgMarkup, series: usize, [x, y]: Position) {
    let s = SIZE;
    let mut area = |corners: &[Position]| {
        let corners: Vec<Position> = corners.iter().map(|[dx, dy]| [x + dx, y + dy]).collect();
        out.area(&corners);
    };
    match series % 8 {
        0 => out.disc([x, y], s),
        1 => area(&[[0.0, -s * 1.2], [s * 1.2, s], [-s * 1.2, s]]),
        2 => area(&[[-s, -s], [s, -s], [s, s], [-s, s]]),
        3 => area(&[
            [0.0, -s * 1.4],
            [s * 1.4, 0.0],
            [0.0, s * 1.4],
            [-s * 1.4, 0.0],
        ]),
        4 => area(&[[0.0, s * 1.2], [s * 1.2, -s], [-s * 1.2, -s]]),
        5 => {
            out.line([x - s, y - s], [x + s, y + s], 2.5, "");
            out.line([x - s, y + s], [x + s, y - s], 2.5, "");
        }
        6 => {
            out.line([x - s, y], [x + s, y], 2.5, "");
            out.line([x, y - s], [x, y + s], 2.5, "");
        }
        _ => out.ring([x, y], s, 2.0),
    }
}

/// The sign of a point that stands out: a diamond in a ring.
pub(super) fn mark(out: &mut SvgMarkup, [x, y]: Position) {
    let s = SIZE;
    out.area(&[[x, y - s], [x + s, y], [x, y + s], [x - s, y]]);
    out.ring([x, y], s * 1.7, 1.5);
}
