//! Columns of a result as a chart sees them: keys that name its places, and measures that are drawn.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};

use super::column_values::{numbers, texts};
use super::refused;
use crate::error::Result;
use crate::sql::{ColumnRole, UNIT};
use crate::sql_type;
use crate::text::nearest;

/// Columns that accompany a value and are drawn only on request.
const COMPANIONS: &[&str] = &["n", "low", "high"];
/// Ends of an interval that have the unit of their value in their name.
const COMPANIONS_WITH_UNIT: &[&str] = &[
    "low_pct",
    "high_pct",
    "low_h",
    "high_h",
    "low_points",
    "high_points",
];
/// Integers of these names are parts of a date, not amounts.
const CALENDAR_PARTS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "weekday",
    "dow",
    "isodow",
    "doy",
    "day_of_week",
    "day_of_month",
    "hour_of_day",
];

/// What a column is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChartColumnRole {
    /// Dates and instants.
    Time,
    /// Numbers in an order: hours, years, whatever number rows are grouped by.
    Ordinal,
    /// Texts, truth values and ids.
    Name,
    /// A number that accompanies a measure, such as its n.
    Companion,
    Measure,
}

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

    pub(super) fn is_integer(&self) -> bool {
        self.field.data_type().is_integer()
    }

    /// True if its rows may be added up.
    pub(super) fn is_amount(&self) -> bool {
        let own = self.own_name();
        ColumnRole::of_field(&self.field) == Some(ColumnRole::Amount)
            || (self.is_integer() && (own == "n" || own.starts_with("count")))
    }

    /// Unit of a KPI.
    pub(super) fn unit(&self) -> Option<&str> {
        self.field.metadata().get(UNIT).map(String::as_str)
    }

    pub(super) fn role(&self) -> ChartColumnRole {
        let name = self.name().to_ascii_lowercase();
        let is_id = self.is_integer() && (name == "id" || name.ends_with("_id"));
        let known = ColumnRole::of_field(&self.field);
        let is_part = || self.is_integer() && CALENDAR_PARTS.contains(&name.as_str());
        if self.is_time() {
            ChartColumnRole::Time
        } else if is_id || !self.is_number() {
            ChartColumnRole::Name
        } else if known == Some(ColumnRole::Key) || (known.is_none() && is_part()) {
            ChartColumnRole::Ordinal
        } else if COMPANIONS.contains(&self.own_name().as_str())
            || COMPANIONS_WITH_UNIT.contains(&name.as_str())
        {
            ChartColumnRole::Companion
        } else {
            ChartColumnRole::Measure
        }
    }

    /// True if it names places: `false` for lists, structs and other types that nothing shows well.
    pub(super) fn is_key(&self) -> bool {
        match self.role() {
            ChartColumnRole::Time | ChartColumnRole::Ordinal => true,
            ChartColumnRole::Name => self.is_integer() || self.is_text(),
            ChartColumnRole::Companion | ChartColumnRole::Measure => false,
        }
    }

    pub(super) fn is_text(&self) -> bool {
        match self.field.data_type() {
            DataType::Dictionary(_, value) => value.is_string(),
            DataType::Boolean => true,
            other => other.is_string(),
        }
    }

    /// Number of distinct values.
    pub(super) fn distinct(&self) -> usize {
        let values = texts(&self.values).unwrap_or_default();
        values
            .into_iter()
            .collect::<std::collections::HashSet<_>>()
            .len()
    }

    /// True if each row has more, or each row has less than the one before.
    pub(super) fn is_monotone(&self) -> bool {
        let values: Option<Vec<f64>> = numbers(&self.values)
            .ok()
            .and_then(|values| values.into_iter().collect());
        values.is_some_and(|values| {
            let mut pairs = values.windows(2);
            let all = |is_so: fn(f64, f64) -> bool| {
                move |pair: &[f64]| matches!(pair, [a, b] if is_so(*a, *b))
            };
            pairs.clone().all(all(|a, b| a < b)) || pairs.all(all(|a, b| a > b))
        })
    }

    /// `n` of `detail.n` and of `csat_n`.
    fn own_name(&self) -> String {
        let own = self.name().rsplit(['.', '_']).next().unwrap_or_default();
        own.to_ascii_lowercase()
    }
}

/// Columns of a result, followed by the fields of structs; `schema` has what is known of them.
pub(super) fn flattened(schema: &SchemaRef, batch: &RecordBatch) -> Vec<ChartColumn> {
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

/// The column called `name`, in any case.
pub(super) fn find(columns: &[ChartColumn], name: &str, role: &str) -> Result<ChartColumn> {
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

/// The number called `name`.
pub(super) fn numeric(columns: &[ChartColumn], name: &str) -> Result<ChartColumn> {
    let column = find(columns, name, "y")?;
    if column.is_number() {
        return Ok(column);
    }
    let what = sql_type::name(column.field.data_type());
    Err(refused(format!(
        "'{name}' is not a number but {what}, so it cannot be y: {}",
        numbers_there(columns)
    )))
}

pub(super) fn numbers_there(columns: &[ChartColumn]) -> String {
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
