//! Charts in text: bars, lines and sparklines of a result, for a terminal or a text file.
//!
//! [`render`] is a pure function of rows, wishes and room; it knows no terminal and prints nothing.

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

/// The form of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ChartType {
    /// A horizontal bar a row
    Bar,
    /// Values along an axis, usually of time
    Line,
    /// One small line a series, with its extremes
    Sparkline,
}

/// What to draw. Everything left empty is chosen from the types of the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartSpec {
    /// Lines over time, bars for everything else when absent.
    pub kind: Option<ChartType>,
    /// The column along the axis, or that names the bars: the first of time, else of text.
    pub x: Option<String>,
    /// The columns to draw: numbers or durations.
    pub y: Vec<String>,
    /// The column whose values tell the lines or bars apart.
    pub series: Option<String>,
    /// A heading; the names of the columns when absent.
    pub title: Option<String>,
}

/// What the header of a named query asks for.
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

/// The room for a chart, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartCanvas {
    /// Characters of a line.
    pub width: usize,
    /// Lines; a chart may need a few more than a very low canvas has.
    pub height: usize,
    /// Whether to use ANSI colours.
    pub color: bool,
}

/// Draws the rows of a result as `spec` asks. NULL, NaN and infinity are gaps. What does not fit is
/// left out, and a last line says so. Fields of a struct column are columns called `column.field`.
///
/// # Errors
/// [`Error::Usage`] when there is nothing to draw, no such column, or a column cannot be drawn.
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
