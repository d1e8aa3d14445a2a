//! Text charts: bars, lines and sparklines of a result, for a terminal or a text file.
//!
//! [`render`] is a pure function of rows, spec and canvas; it knows no terminal and prints nothing.

mod axis;
mod bars;
mod choice;
mod column_values;
mod lines;
mod paint;
mod points;
mod sparklines;
mod ticks;

use arrow::array::RecordBatch;
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
}

/// Content of a chart. Fields without a value are chosen from the types of the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartSpec {
    /// `None` draws lines over time, and bars for everything else.
    pub kind: Option<ChartType>,
    /// Column of the axis, or of the names of the bars; by default the first time, else text
    /// column.
    pub x: Option<String>,
    /// Columns to draw: numbers or durations.
    pub y: Vec<String>,
    /// Column whose values distinguish the lines or bars.
    pub series: Option<String>,
    /// Heading; `None` uses the names of the columns.
    pub title: Option<String>,
}

/// Chart settings in the header of a named query.
impl From<&queries::QueryChart> for ChartSpec {
    fn from(chart: &queries::QueryChart) -> Self {
        Self {
            kind: Some(match chart.kind {
                ChartKind::Bar => ChartType::Bar,
                ChartKind::Line => ChartType::Line,
                ChartKind::Sparkline => ChartType::Sparkline,
            }),
            x: Some(chart.x.clone()),
            y: chart.y.clone(),
            series: chart.series.clone(),
            title: None,
        }
    }
}

/// Size of a chart, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartCanvas {
    /// Number of characters of a line.
    pub width: usize,
    /// Number of lines; a chart may need a few more than a very low canvas has.
    pub height: usize,
    /// True to use ANSI colours.
    pub color: bool,
}

/// Draws the rows of a result according to `spec`. NULL, NaN and infinity are gaps. Content that
/// does not fit is omitted, and a last line says so. Fields of a struct column are columns called
/// `column.field`.
///
/// # Errors
/// [`Error::Usage`] if there is nothing to draw, a column does not exist, or it cannot be drawn.
pub fn render(batches: &[RecordBatch], spec: &ChartSpec, canvas: ChartCanvas) -> Result<String> {
    let choice = ResolvedChart::resolve(batches, spec)?;
    let plot = ChartPlot::read(&choice)?;
    let room = paint::ClampedCanvas::from_canvas(canvas);
    let text = match choice.kind {
        ChartType::Bar => bars::draw(&plot, room),
        ChartType::Line => lines::draw(plot, room),
        ChartType::Sparkline => sparklines::draw(&plot, room),
    };
    Ok(text)
}

fn refused(problem: impl Into<String>) -> Error {
    Error::Usage(format!("chart: {}", problem.into()))
}
