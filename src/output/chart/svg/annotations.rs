//! Numbered marks of events: a number in a circle above the plot area, and a thin line down to the axis.

use super::apart::apart;
use super::frame::ChartFrame;
use super::markup::SvgMarkup;
use crate::output::chart::axis::as_place;

const RADIUS: f64 = 10.5;
/// Between the middles of circles.
const DISTANCE: f64 = 2.0 * RADIUS + 3.0;
/// Between the circles and the plot area, where lines lead from a circle that was moved to its place.
const GAP: f64 = 12.0;
/// Height of the marks above the plot area.
pub(super) const HEIGHT: f64 = 2.0 * RADIUS + GAP;

pub(super) fn draw(out: &mut SvgMarkup, frame: &ChartFrame, annotations: &[(f64, usize)]) {
    let places: Vec<f64> = annotations
        .iter()
        .map(|(place, _)| frame.x(*place))
        .collect();
    let sides = [frame.left, frame.right];
    let room = (frame.right - frame.left) / as_place(places.len().max(2) - 1);
    let middles = apart(&places, DISTANCE.min(room), sides);
    let y = frame.top - HEIGHT + RADIUS;
    out.group("annotation", |out| {
        for ((&x, &middle), (_, number)) in places.iter().zip(&middles).zip(annotations) {
            let line = [[middle, y + RADIUS], [x, frame.top], [x, frame.bottom]];
            out.polyline(&line, 0.7, "");
            out.ring([middle, y], RADIUS, 1.5);
            let text = number.to_string();
            out.small_text([middle, y], &text);
        }
    });
}
