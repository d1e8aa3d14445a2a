//! Charts of a result: bars, lines, sparklines, heat maps and waterfalls, as text and as SVG.
//!
//! [`render`] is a pure function of rows, spec and canvas; it knows no terminal and prints nothing. [`svg()`] draws
//! the same points on the same scales for a page.

mod axis;
mod bar_rows;
mod bars;
mod bounds;
mod calendar_parts;
mod choice;
mod column_values;
mod columns;
mod defaults;
mod heat_values;
mod heatmap;
mod limits;
mod lines;
mod paint;
mod points;
mod repeats;
mod sparklines;
mod svg;
mod ticks;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use choice::ResolvedChart;
use points::ChartPlot;

use crate::error::{Error, Result};
use crate::queries::{self, ChartKind};

/// Type of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ChartType {
    /// A horizontal bar a row
    Bar,
    /// Values along an axis, usually of time
    Line,
    /// One small line a series, with its extremes
    Sparkline,
    /// A shade for each value: a line a series, a column a place of x
    Heatmap,
    /// A bar a row, which begins where the one before ended, and one of their sum
    Waterfall,
}

/// Content of a chart. Fields without a value are chosen from the types of the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartSpec {
    /// `None` draws lines over time and over many numbers, and bars for everything else.
    pub kind: Option<ChartType>,
    /// Column of the axis, or of the names of the bars; by default the first column of time, else the
    /// first number that rows are grouped by, else the first text.
    pub x: Option<String>,
    /// Columns to draw: numbers or durations.
    pub y: Vec<String>,
    /// Column whose values distinguish the lines or bars.
    pub series: Option<String>,
    /// Heading; `None` uses the names of the columns.
    pub title: Option<String>,
    /// True to draw every bar and every series, however many there are.
    pub all: bool,
}

/// Chart settings in the header of a named query.
impl From<&queries::QueryChart> for ChartSpec {
    fn from(chart: &queries::QueryChart) -> Self {
        Self {
            kind: Some(match chart.kind {
                ChartKind::Bar => ChartType::Bar,
                ChartKind::Line => ChartType::Line,
                ChartKind::Sparkline => ChartType::Sparkline,
                ChartKind::Heatmap => ChartType::Heatmap,
                ChartKind::Waterfall => ChartType::Waterfall,
            }),
            x: Some(chart.x.clone()),
            y: chart.y.clone(),
            series: chart.series.clone(),
            title: None,
            all: false,
        }
    }
}

/// What is drawn over the values of a chart over time. Terminals leave it out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ChartOverlays {
    /// Level to reach, and its words, such as "goal 85%".
    pub goal: Option<(f64, String)>,
    /// Lower limit, centre and upper limit of common variation.
    pub limits: Option<[f64; 3]>,
    /// Numbered marks at places of time: microseconds on the clock of x.
    pub annotations: Vec<(i64, usize)>,
    /// Words for the interval, such as "95% interval"; its columns when absent.
    pub interval: Option<String>,
    /// Place from which on the values are of an unfinished period, in microseconds on the clock of x.
    pub unfinished_from: Option<i64>,
}

/// Size of a chart, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartCanvas {
    /// Number of characters of a line.
    pub width: usize,
    /// Number of lines; a chart may need a few more than a very low canvas has.
    pub height: usize,
    /// Number of bars, or of sparklines, unless all are wanted.
    pub bars: usize,
    /// What to do to see all of them; empty if there is nothing to do.
    pub more: &'static str,
    /// True to use ANSI colours.
    pub color: bool,
}

/// Draws the rows of a result according to `spec`; `schema` is theirs, with what is known of the
/// columns. NULL, NaN and infinity are gaps. Content that does not fit is omitted, and a last line says
/// so. Fields of a struct column are columns called `column.field`.
///
/// A single line has the interval of its values around it (`low` and `high`, `csat_low` and `csat_high`), and a sign
/// where `is_anomaly` or `is_out` is true.
///
/// Of several rows for one place the values are told apart by another column, or added up if they are
/// counts or sums.
///
/// # Errors
/// [`Error::Usage`] if there is nothing to draw, a column does not exist, it cannot be drawn, or a
/// place has several values that can neither be told apart nor added up.
pub fn render(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    spec: &ChartSpec,
    canvas: ChartCanvas,
) -> Result<String> {
    let choice = ResolvedChart::resolve(schema, batches, spec)?;
    let room = paint::ClampedCanvas::from_canvas(canvas, spec.all);
    let plot = ChartPlot::read(&choice, room)?;
    let text = match choice.kind {
        ChartType::Bar => bars::draw(&plot, room, bar_rows::bars(&plot)),
        ChartType::Waterfall => bars::draw(&plot, room, bar_rows::steps(&plot, room.bars)),
        ChartType::Line => lines::draw(plot, room),
        ChartType::Sparkline => sparklines::draw(&plot, room),
        ChartType::Heatmap => heatmap::draw(&plot, room),
    };
    Ok(text)
}

/// Bars of an SVG chart.
const SVG_BARS: usize = 40;

/// Draws the rows of a result as an `<svg>` element for a page, whose style sheet colours it by its classes: see the
/// module `svg`. Points and scales are those of [`render`]; at most eight lines, 40 bars or sparklines and 60 rows of
/// a heat map are drawn, whatever `spec` says, and a note in the chart says so.
///
/// The ids in it begin with `id`. `description` is its `<desc>`: the range and the last value, for readers who do not
/// see the chart. The title is its `<title>`, not visible text: the page shows it above.
///
/// # Errors
/// As of [`render`].
pub(crate) fn svg(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    spec: &ChartSpec,
    overlays: &ChartOverlays,
    id: &str,
    description: &str,
) -> Result<String> {
    let choice = ResolvedChart::resolve(schema, batches, spec)?;
    let canvas = ChartCanvas {
        width: 80,
        height: 20,
        bars: SVG_BARS,
        more: "",
        color: false,
    };
    let room = paint::ClampedCanvas::from_canvas(canvas, false);
    let mut plot = ChartPlot::read(&choice, room)?;
    if let (Some(words), false) = (&overlays.interval, plot.interval_names.is_empty()) {
        plot.interval_names = vec![words.clone()];
    }
    let element = svg::ChartElement { id, description };
    Ok(svg::draw(&plot, choice.kind, room, overlays, element))
}

/// A small line without axes for a tile or a row of a table, as an `<svg>` element of 120 by 28. `label` says in words
/// what it shows. The interval of each value, if it has one, is a band around the line; with `unfinished_last` the
/// stretch to the last value is dotted.
#[must_use]
pub(crate) fn sparkline_svg(
    values: &[Option<f64>],
    intervals: &[Option<[f64; 2]>],
    unfinished_last: bool,
    label: &str,
) -> String {
    svg::sparkline::draw(values, intervals, unfinished_last, label)
}

fn refused(problem: impl Into<String>) -> Error {
    Error::Usage(format!("chart: {}", problem.into()))
}
