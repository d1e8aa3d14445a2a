//! Charts as `<svg>` elements inside an HTML page.
//!
//! The page's style sheet gives the colours. A class stands on a `<g>` with `fill="currentColor"` and
//! `stroke="currentColor"`, and each shape in it switches off the one that it does not have. So a rule needs to set
//! `color` only: `.series-0 { color: var(--series-0) }`. The classes are
//!
//! - `series-0` to `series-7`: line, point signs, bars and whiskers of a series;
//! - `axis`: base line and zero line; `grid`: the lines at the ticks, and from a moved label to its line;
//! - `band`: the interval around a line, an opaque area behind all else, hence a pale colour;
//! - `goal`, `limit`: the dashed lines; their words are of class `label`;
//! - `mark`: the sign of a point that stands out;
//! - `annotation`: the number in a circle, and the thin line below it;
//! - `unfinished`: the lines of the hatching behind a period that has not ended;
//! - `shade-0` (least) to `shade-4`: cells of a heat map, by fifths of the values. The text in a cell is a `label`
//!   in the same `<g>`, so that `.shade-4 .label` can have another colour if it is not readable on it;
//! - `label`: all text.
//!
//! Nothing else is left to the style sheet: sizes, widths and dashes are attributes. The root element fills the width
//! it is given; its text is as large as that of the page where it is about 640 px wide, so a `max-width` is good.
//! There is no `style`, no script, no address outside of the element, and no `xmlns`, which HTML does not need.

mod annotations;
mod apart;
mod bars;
mod end_labels;
mod frame;
mod heatmap;
mod key;
mod lines;
mod markup;
mod overlays;
mod signs;
pub(super) mod sparkline;
mod sparklines;
mod thinning;

#[cfg(test)]
mod tests;

use markup::{SvgMarkup, coordinate, escaped};

use super::bar_rows;
use super::paint::ClampedCanvas;
use super::points::ChartPlot;
use super::{ChartOverlays, ChartType};

/// Width of a chart. All lengths are in the units of its `viewBox`.
const WIDTH: f64 = 640.0;
/// Size of all text: 8 px on a screen 320 px wide, 16 px where the chart has its own size.
const FONT: f64 = 16.0;
/// Estimated width of a character that takes one cell of a terminal.
const CELL: f64 = 0.6 * FONT;
/// From one line of text to the next.
const LINE: f64 = 20.0;
/// From the middle of a line of text to its base.
const BASE: f64 = 0.35 * FONT;

/// Name and description of a chart in its page.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChartElement<'a> {
    pub(super) id: &'a str,
    pub(super) description: &'a str,
}

/// Shapes of a chart and the height that they need.
#[derive(Debug)]
struct ChartShapes {
    shapes: SvgMarkup,
    height: f64,
}

pub(super) fn draw(
    plot: &ChartPlot,
    kind: ChartType,
    room: ClampedCanvas,
    overlays: &ChartOverlays,
    element: ChartElement<'_>,
) -> String {
    let id = identifier(element.id);
    let ChartShapes { shapes, height } = match kind {
        ChartType::Bar => bars::draw(plot, room, overlays, bar_rows::bars(plot)),
        ChartType::Waterfall => bars::draw(plot, room, overlays, bar_rows::steps(plot, room.bars)),
        ChartType::Line => lines::draw(plot, overlays, &id),
        ChartType::Sparkline => sparklines::draw(plot, room),
        ChartType::Heatmap => heatmap::draw(plot, room),
    };
    // Visible overflow: in a wide font a text may be a little wider than estimated.
    format!(
        "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {} {}\" width=\"100%\" \
         overflow=\"visible\" font-size=\"{FONT}\" direction=\"ltr\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n\
         {}</svg>\n",
        coordinate(WIDTH),
        coordinate(height),
        escaped(&markup::shortened(&plot.title)),
        escaped(element.description),
        shapes.into_text(),
    )
}

/// `id` in characters that an address of the page's style sheet or of a pattern may have.
fn identifier(id: &str) -> String {
    let safe = |character: char| match character {
        '-' | '_' => character,
        other if other.is_ascii_alphanumeric() => other,
        _ => '-',
    };
    id.chars().map(safe).collect()
}
