//! Rows of a statement, cell by cell.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Date32Type, Float64Type, SchemaRef};
use chrono::{Duration, NaiveDate};

use crate::error::{Error, Result};

/// All rows of a statement.
#[derive(Debug, Clone)]
pub(super) struct ReportAnswer {
    pub(super) schema: SchemaRef,
    pub(super) rows: RecordBatch,
}

impl ReportAnswer {
    pub(super) fn new(schema: SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        let own = batches
            .first()
            .map_or_else(|| Arc::clone(&schema), RecordBatch::schema);
        let rows = concat_batches(&own, batches).map_err(arrow_failed)?;
        Ok(Self { schema, rows })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.num_rows()
    }

    /// Column by its name; `None` if there is none.
    pub(super) fn column(&self, name: &str) -> Option<ReportColumn> {
        let values = self.rows.column_by_name(name)?;
        ReportColumn::new(values).ok()
    }

    /// Number in a row of a column.
    pub(super) fn number(&self, name: &str, row: usize) -> Option<f64> {
        self.column(name)?.number(row)
    }

    /// Text in a row of a column.
    pub(super) fn text(&self, name: &str, row: usize) -> Option<String> {
        self.column(name)?.text(row)
    }

    /// Field of a STRUCT in a row of a column.
    pub(super) fn field(&self, name: &str, field: &str, row: usize) -> Option<f64> {
        let values = self.rows.column_by_name(name)?.as_struct_opt()?;
        if values.is_null(row) {
            return None;
        }
        ReportColumn::new(values.column_by_name(field)?)
            .ok()?
            .number(row)
    }

    /// True if a column is a STRUCT.
    pub(super) fn is_struct(&self, name: &str) -> bool {
        let column = self.rows.column_by_name(name);
        column.is_some_and(|values| matches!(values.data_type(), DataType::Struct(_)))
    }

    /// Date in a row of a column.
    pub(super) fn date(&self, name: &str, row: usize) -> Option<NaiveDate> {
        let values = cast(self.rows.column_by_name(name)?, &DataType::Date32).ok()?;
        let days = values.as_primitive_opt::<Date32Type>()?;
        (row < days.len() && days.is_valid(row))
            .then(|| NaiveDate::default() + Duration::days(days.value(row).into()))
    }
}

/// A number of rows.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of rows are whole and not negative"
)]
pub(super) fn row_count(number: Option<f64>) -> u64 {
    number.unwrap_or(0.0).max(0.0) as u64
}

/// One column, with numbers as doubles and the rest as text.
pub(super) struct ReportColumn(ArrayRef);

impl ReportColumn {
    fn new(values: &ArrayRef) -> Result<Self> {
        let is_number = values.data_type().is_numeric();
        let to = if is_number {
            DataType::Float64
        } else {
            DataType::Utf8
        };
        cast(values, &to).map(Self).map_err(arrow_failed)
    }

    pub(super) fn number(&self, row: usize) -> Option<f64> {
        let values = self.0.as_primitive_opt::<Float64Type>()?;
        (row < values.len() && values.is_valid(row))
            .then(|| values.value(row))
            .filter(|value| value.is_finite())
    }

    pub(super) fn text(&self, row: usize) -> Option<String> {
        let values = self.0.as_string_opt::<i32>()?;
        (row < values.len() && values.is_valid(row)).then(|| values.value(row).to_owned())
    }
}

fn arrow_failed(error: arrow::error::ArrowError) -> Error {
    crate::output::arrow_failed(error)
}
