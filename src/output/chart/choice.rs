//! Columns that a chart shows: the requested ones, or defaults based on their types.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, FieldRef};

use super::{ChartSpec, ChartType, refused};
use crate::error::Result;
use crate::output::arrow_failed;
use crate::text::nearest;

/// Columns that accompany a value and are drawn only on request.
const COMPANIONS: &[&str] = &["n", "low", "high"];
/// Lines of one chart share an axis if their largest values differ by at most this factor.
const SAME_SCALE: f64 = 20.0;

/// Column of the result; a field of a struct column counts as one.
#[derive(Debug, Clone)]
pub(super) struct ChartColumn {
    pub(super) field: FieldRef,
    pub(super) values: ArrayRef,
}

impl ChartColumn {
    pub(super) fn name(&self) -> &str {
        self.field.name()
    }

    pub(super) fn is_time(&self) -> bool {
        matches!(
            self.field.data_type(),
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
        )
    }

    pub(super) fn is_number(&self) -> bool {
        let data_type = self.field.data_type();
        data_type.is_numeric() || matches!(data_type, DataType::Duration(_))
    }

    fn is_text(&self) -> bool {
        match self.field.data_type() {
            DataType::Dictionary(_, value) => value.is_string(),
            DataType::Boolean => true,
            other => other.is_string(),
        }
    }

    /// True if it is a measurement; integers, which are mostly counts, have lower priority.
    fn is_measure(&self) -> bool {
        !self.field.data_type().is_integer()
    }

    fn is_companion(&self) -> bool {
        let own = self.name().rsplit(['.', '_']).next().unwrap_or_default();
        COMPANIONS.contains(&own)
    }

    /// True for an integer that identifies things and is not a count.
    fn is_name_like(&self) -> bool {
        const NAMES: &[&str] = &["id", "year", "quarter", "month", "week", "day", "hour"];
        let name = self.name().to_ascii_lowercase();
        self.field.data_type().is_integer()
            && (name.ends_with("_id") || NAMES.contains(&name.as_str()))
    }
}

/// Resolved content and type of a chart.
#[derive(Debug)]
pub(super) struct ResolvedChart {
    pub(super) kind: ChartType,
    /// `None` numbers the rows.
    pub(super) x: Option<ChartColumn>,
    pub(super) y: Vec<ChartColumn>,
    pub(super) series: Option<ChartColumn>,
    pub(super) title: Option<String>,
    pub(super) rows: usize,
}

impl ResolvedChart {
    pub(super) fn resolve(batches: &[RecordBatch], spec: &ChartSpec) -> Result<Self> {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let [first, ..] = batches else {
            return Err(refused("the result has no rows"));
        };
        if rows == 0 {
            return Err(refused("the result has no rows"));
        }
        let all = concat_batches(&first.schema(), batches).map_err(arrow_failed)?;
        let columns = flattened(&all);
        let x = match &spec.x {
            Some(name) => Some(find(&columns, name, "x")?),
            None => default_x(&columns, spec),
        };
        let kind = spec.kind.unwrap_or_else(|| {
            let over_time = x.as_ref().is_some_and(ChartColumn::is_time) && rows > 1;
            if over_time {
                ChartType::Line
            } else {
                ChartType::Bar
            }
        });
        let y = if spec.y.is_empty() {
            let taken: Vec<&str> = [x.as_ref().map(ChartColumn::name), spec.series.as_deref()]
                .into_iter()
                .flatten()
                .collect();
            default_y(&columns, &taken, kind)?
        } else {
            let wanted = spec.y.iter().map(|name| numeric(&columns, name));
            wanted.collect::<Result<_>>()?
        };
        let series = match &spec.series {
            Some(name) => Some(find(&columns, name, "series")?),
            None => default_series(&columns, x.as_ref()),
        };
        Ok(Self {
            kind,
            x,
            y,
            series,
            title: spec.title.clone(),
            rows,
        })
    }
}

/// Columns of a result, followed by the fields of structs.
fn flattened(batch: &RecordBatch) -> Vec<ChartColumn> {
    let schema = batch.schema();
    let mut columns = Vec::new();
    for (field, values) in schema.fields().iter().zip(batch.columns()) {
        let column = |field: &FieldRef, values: &ArrayRef| ChartColumn {
            field: Arc::clone(field),
            values: Arc::clone(values),
        };
        let DataType::Struct(inner) = field.data_type() else {
            columns.push(column(field, values));
            continue;
        };
        let parts = values.as_struct();
        for (part, values) in inner.iter().zip(parts.columns()) {
            let name = format!("{}.{}", field.name(), part.name());
            let named = Field::clone(part).with_name(name);
            columns.push(column(&Arc::new(named), values));
        }
    }
    columns
}

fn find(columns: &[ChartColumn], name: &str, role: &str) -> Result<ChartColumn> {
    let same = |column: &&ChartColumn| column.name() == name;
    let alike = |column: &&ChartColumn| column.name().eq_ignore_ascii_case(name);
    let found = columns.iter().find(same);
    if let Some(column) = found.or_else(|| columns.iter().find(alike)) {
        return Ok(column.clone());
    }
    let names: Vec<&str> = columns.iter().map(ChartColumn::name).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("the result has {}", names.join(", ")),
    };
    Err(refused(format!(
        "there is no column '{name}' for {role}: {hint}"
    )))
}

fn numeric(columns: &[ChartColumn], name: &str) -> Result<ChartColumn> {
    let column = find(columns, name, "y")?;
    if column.is_number() {
        return Ok(column);
    }
    let what = column.field.data_type();
    Err(refused(format!(
        "'{name}' is not a number but {what}, so it cannot be y: {}",
        numbers_there(columns)
    )))
}

fn numbers_there(columns: &[ChartColumn]) -> String {
    let names: Vec<&str> = columns
        .iter()
        .filter(|column| column.is_number())
        .map(ChartColumn::name)
        .collect();
    if names.is_empty() {
        return "no column of the result is a number".to_owned();
    }
    format!("numbers are {}", names.join(", "))
}

/// First time column, else the first text column, else an integer that identifies things.
fn default_x(columns: &[ChartColumn], spec: &ChartSpec) -> Option<ChartColumn> {
    let free = |column: &&ChartColumn| {
        let name = column.name();
        Some(name) != spec.series.as_deref() && !spec.y.iter().any(|y| y == name)
    };
    let free: Vec<&ChartColumn> = columns.iter().filter(free).collect();
    let x = free
        .iter()
        .find(|column| column.is_time())
        .or_else(|| free.iter().find(|column| column.is_text()))
        .or_else(|| free.iter().find(|column| column.is_name_like()));
    x.map(|&column| column.clone())
}

/// Measurements before counts; a bar chart has one, lines share the chart if the scale is the same.
fn default_y(columns: &[ChartColumn], taken: &[&str], kind: ChartType) -> Result<Vec<ChartColumn>> {
    let free: Vec<&ChartColumn> = columns
        .iter()
        .filter(|column| column.is_number() && !taken.contains(&column.name()))
        .collect();
    let values = |column: &&ChartColumn| !column.is_companion() && !column.is_name_like();
    let mut chosen: Vec<&ChartColumn> = free.iter().copied().filter(values).collect();
    if chosen.iter().any(|column| column.is_measure()) {
        chosen.retain(|column| column.is_measure());
    }
    if chosen.is_empty() {
        chosen = free.into_iter().take(1).collect();
    }
    let Some(&first) = chosen.first() else {
        return Err(refused(format!(
            "nothing to draw: {}",
            numbers_there(columns)
        )));
    };
    match kind {
        ChartType::Bar => chosen.truncate(1),
        ChartType::Line => {
            let scale = largest(first);
            chosen.retain(|column| {
                let own = largest(column);
                own <= scale * SAME_SCALE && scale <= own * SAME_SCALE
            });
            if chosen.is_empty() {
                chosen.push(first);
            }
        }
        ChartType::Sparkline => {}
    }
    Ok(chosen.into_iter().cloned().collect())
}

fn largest(column: &ChartColumn) -> f64 {
    let Ok(numbers) = super::column_values::numbers(&column.values) else {
        return 0.0;
    };
    let finite = numbers.into_iter().flatten().filter(|v| v.is_finite());
    finite.fold(0.0, |max, value| max.max(value.abs()))
}

/// First text column that is not x.
fn default_series(columns: &[ChartColumn], x: Option<&ChartColumn>) -> Option<ChartColumn> {
    let x = x?;
    let is_other = |column: &&ChartColumn| column.is_text() && column.name() != x.name();
    columns.iter().find(is_other).cloned()
}
