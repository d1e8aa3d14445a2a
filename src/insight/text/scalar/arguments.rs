//! The arguments of a call, row by row.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Float64Type;
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

/// The arguments of a call, each a column or one value for all rows.
#[derive(Debug)]
pub(super) struct TextArguments {
    /// Rows of the result.
    pub(super) rows: usize,
    columns: Vec<ArgumentColumn>,
}

#[derive(Debug)]
struct ArgumentColumn {
    values: ArrayRef,
    is_constant: bool,
}

impl ArgumentColumn {
    /// The place of the value of `row`, where that is not NULL.
    fn place(&self, row: usize) -> Option<usize> {
        let place = if self.is_constant { 0 } else { row };
        self.values.is_valid(place).then_some(place)
    }
}

impl TextArguments {
    /// The arguments of a call of `rows` rows, already of their coerced types.
    ///
    /// # Errors
    /// When a constant is of no column.
    pub(super) fn try_new(arguments: &[ColumnarValue], rows: usize) -> Result<Self> {
        let columns = arguments.iter().map(|argument| match argument {
            ColumnarValue::Array(values) => Ok(ArgumentColumn {
                values: ArrayRef::clone(values),
                is_constant: false,
            }),
            ColumnarValue::Scalar(value) => Ok(ArgumentColumn {
                values: value.to_array_of_size(1)?,
                is_constant: true,
            }),
        });
        Ok(Self {
            rows,
            columns: columns.collect::<Result<_>>()?,
        })
    }

    fn value(&self, place: usize, row: usize) -> Option<(&ArrayRef, usize)> {
        let column = self.columns.get(place)?;
        Some((&column.values, column.place(row)?))
    }

    /// True if the argument at `place` is one value for all rows, or absent.
    pub(super) fn is_constant(&self, place: usize) -> bool {
        let column = self.columns.get(place);
        column.is_none_or(|column| column.is_constant)
    }

    /// A text; `None` for NULL, and where it is absent.
    pub(super) fn text(&self, place: usize, row: usize) -> Option<&str> {
        let (values, row) = self.value(place, row)?;
        Some(values.as_string_opt::<i32>()?.value(row))
    }

    /// A number.
    pub(super) fn number(&self, place: usize, row: usize) -> Option<f64> {
        let (values, row) = self.value(place, row)?;
        Some(values.as_primitive_opt::<Float64Type>()?.value(row))
    }

    /// A boolean.
    pub(super) fn flag(&self, place: usize, row: usize) -> Option<bool> {
        let (values, row) = self.value(place, row)?;
        Some(values.as_boolean_opt()?.value(row))
    }

    /// The texts of a list, without NULLs.
    pub(super) fn texts(&self, place: usize, row: usize) -> Option<Vec<String>> {
        let (values, row) = self.value(place, row)?;
        let texts = values.as_list_opt::<i32>()?.value(row);
        let texts = texts.as_string_opt::<i32>()?.iter().flatten();
        Some(texts.map(str::to_owned).collect())
    }
}
