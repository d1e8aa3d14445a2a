//! Columns that a chart shows: the requested ones, or defaults based on what they are.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;

use super::columns::{ChartColumn, ChartColumnRole, find, flattened, numeric};
use super::repeats::{self, ChartAxes, RepeatedPlaces};
use super::{ChartSpec, ChartType, calendar_parts, defaults, limits, refused};
use crate::error::Result;
use crate::output::arrow_failed;

/// Numbers of more places than this are a line, not bars.
const MOST_BARS: usize = 60;

/// Resolved content and type of a chart.
#[derive(Debug)]
pub(super) struct ResolvedChart {
    pub(super) kind: ChartType,
    /// `None` numbers the rows.
    pub(super) x: Option<ChartColumn>,
    pub(super) y: Vec<ChartColumn>,
    /// Columns whose values together name a series.
    pub(super) series: Vec<ChartColumn>,
    /// True if the values of one place and series are added up.
    pub(super) adds: bool,
    /// The least and the greatest value around each of the only measure of lines or bars.
    pub(super) interval: Option<[ChartColumn; 2]>,
    /// True for rows of lines that stand out.
    pub(super) mark: Option<ChartColumn>,
    pub(super) title: Option<String>,
    pub(super) rows: usize,
    /// What a reader has to know of the choice.
    pub(super) notes: Vec<String>,
}

impl ResolvedChart {
    pub(super) fn resolve(
        schema: &SchemaRef,
        batches: &[RecordBatch],
        spec: &ChartSpec,
    ) -> Result<Self> {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let [first, ..] = batches else {
            return Err(refused("the result has no rows"));
        };
        if rows == 0 {
            return Err(refused("the result has no rows"));
        }
        let all = concat_batches(&first.schema(), batches).map_err(arrow_failed)?;
        let mut columns = flattened(schema, &all);
        let mark = limits::mark(&columns);
        if let Some(mark) = &mark {
            columns.retain(|column| column.name() != mark.name());
        }
        let x = match &spec.x {
            Some(name) => Some(find(&columns, name, "x")?),
            None => default_x(&columns, spec),
        };
        let kind = spec.kind.unwrap_or_else(|| default_kind(x.as_ref(), rows));
        let (mut y, mut notes) = measures(&columns, x.as_ref(), spec, kind)?;
        let repeated = series(&columns, x.as_ref(), &y, spec, kind)?;
        notes.extend(repeated.note);
        let has_one_value = kind == ChartType::Heatmap;
        if has_one_value && repeated.series.is_empty() {
            return Err(refused(
                "a heat map has a line for each value of a second column: \\chart heatmap X Y by COLUMN",
            ));
        }
        let is_waterfall = kind == ChartType::Waterfall;
        if is_waterfall && !repeated.series.is_empty() {
            return Err(refused(
                "the steps of a waterfall add up to one sum: leave other columns of names out of the query",
            ));
        }
        if has_one_value
            || is_waterfall
            || kind == ChartType::Bar && spec.y.is_empty() && !repeated.series.is_empty()
        {
            // Bars of several measures and several series could not be told apart.
            y.truncate(1);
        }
        let is_line = kind == ChartType::Line;
        let interval = match y.as_slice() {
            [y] if (is_line || is_waterfall || kind == ChartType::Bar) && !repeated.adds => {
                limits::interval(&columns, y)
            }
            _ => None,
        };
        Ok(Self {
            kind,
            interval,
            mark: mark.filter(|_| is_line),
            x,
            y,
            series: repeated.series,
            adds: repeated.adds,
            title: spec.title.clone(),
            rows,
            notes,
        })
    }
}

fn default_x(columns: &[ChartColumn], spec: &ChartSpec) -> Option<ChartColumn> {
    let is_free = |column: &&ChartColumn| {
        let name = column.name();
        let is_series = spec.series.as_deref() == Some(name);
        !is_series && !spec.y.iter().any(|y| y == name)
    };
    let free: Vec<&ChartColumn> = columns.iter().filter(is_free).collect();
    defaults::x(&free)
}

/// Lines over time and over many numbers, and bars for everything else.
fn default_kind(x: Option<&ChartColumn>, rows: usize) -> ChartType {
    let is_line = x.is_some_and(|x| match x.role() {
        ChartColumnRole::Time => rows > 1,
        ChartColumnRole::Name => false,
        _ => x.distinct() > MOST_BARS,
    });
    if is_line {
        ChartType::Line
    } else {
        ChartType::Bar
    }
}

/// The columns to draw, and a note about those that are left out.
fn measures(
    columns: &[ChartColumn],
    x: Option<&ChartColumn>,
    spec: &ChartSpec,
    kind: ChartType,
) -> Result<(Vec<ChartColumn>, Vec<String>)> {
    if !spec.y.is_empty() {
        let wanted = spec.y.iter().map(|name| numeric(columns, name));
        return Ok((wanted.collect::<Result<_>>()?, Vec::new()));
    }
    let is_taken = |column: &&ChartColumn| {
        let of_x =
            x.is_some_and(|x| column.name() == x.name() || calendar_parts::is_part(x, column));
        of_x || spec.series.as_deref() == Some(column.name())
    };
    let taken: Vec<&str> = columns
        .iter()
        .filter(is_taken)
        .map(ChartColumn::name)
        .collect();
    let (y, left_out) = defaults::y(columns, &taken, kind)?;
    let note = (!left_out.is_empty()).then(|| format!("not drawn: {}", left_out.join(", ")));
    Ok((y, note.into_iter().collect()))
}

fn series(
    columns: &[ChartColumn],
    x: Option<&ChartColumn>,
    y: &[ChartColumn],
    spec: &ChartSpec,
    kind: ChartType,
) -> Result<RepeatedPlaces> {
    let Some(x) = x else {
        return Ok(RepeatedPlaces::default());
    };
    repeats::settle(columns, ChartAxes { kind, x, y }, spec)
}
