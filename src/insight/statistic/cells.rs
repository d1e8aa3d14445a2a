//! Results of statistics: one value, or a STRUCT of cells.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, internal_err};

const SUM: DataType = DataType::Decimal128(38, 0);

/// Type of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatisticCellType {
    /// `BIGINT`
    Count,
    /// `DOUBLE`
    Measure,
    /// An exact sum, `DECIMAL(38, 0)`.
    Sum,
    /// `VARCHAR`
    Text,
}

/// One value of a result; `None` is NULL.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum StatisticCell {
    Count(Option<i64>),
    Measure(Option<f64>),
    Sum(i128),
    Text(Option<&'static str>),
}

/// A named cell, and one phrase on it for the documentation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StatisticField {
    pub(crate) name: &'static str,
    pub(crate) cell: StatisticCellType,
    pub(crate) meaning: &'static str,
}

/// A field that counts.
pub(crate) const fn count_field(name: &'static str, meaning: &'static str) -> StatisticField {
    StatisticField {
        name,
        cell: StatisticCellType::Count,
        meaning,
    }
}

/// A field that measures.
pub(crate) const fn measure_field(name: &'static str, meaning: &'static str) -> StatisticField {
    StatisticField {
        name,
        cell: StatisticCellType::Measure,
        meaning,
    }
}

/// A field that holds an exact sum.
pub(crate) const fn sum_field(name: &'static str) -> StatisticField {
    StatisticField {
        name,
        cell: StatisticCellType::Sum,
        meaning: "",
    }
}

/// A field that names something.
pub(crate) const fn text_field(name: &'static str, meaning: &'static str) -> StatisticField {
    StatisticField {
        name,
        cell: StatisticCellType::Text,
        meaning,
    }
}

/// The ends of an interval as two cells, both NULL where there is none.
pub(crate) fn interval_cells(interval: Option<(f64, f64)>) -> [StatisticCell; 2] {
    [
        StatisticCell::Measure(interval.map(|(low, _)| low)),
        StatisticCell::Measure(interval.map(|(_, high)| high)),
    ]
}

/// Shape of a result.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StatisticResult {
    /// One cell.
    Value(StatisticCellType),
    /// One of the cells that a function with more of them computes: its type and place.
    Part(StatisticCellType, usize),
    /// The fields of a STRUCT: the first ones, and those that follow them.
    Struct(&'static [StatisticField], &'static [StatisticField]),
}

impl StatisticCellType {
    fn data_type(self) -> DataType {
        match self {
            Self::Count => DataType::Int64,
            Self::Measure => DataType::Float64,
            Self::Sum => SUM,
            Self::Text => DataType::Utf8,
        }
    }

    fn column(self, cells: impl Iterator<Item = Option<StatisticCell>>) -> ArrayRef {
        match self {
            Self::Count => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(StatisticCell::Count(count)) => count,
                        _ => None,
                    })
                    .collect::<Int64Array>(),
            ),
            Self::Measure => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(StatisticCell::Measure(value)) => value.filter(|v| !v.is_nan()),
                        _ => None,
                    })
                    .collect::<Float64Array>(),
            ),
            Self::Sum => {
                let sums = cells.map(|cell| match cell {
                    Some(StatisticCell::Sum(sum)) => Some(sum),
                    _ => None,
                });
                Arc::new(sums.collect::<Decimal128Array>().with_data_type(SUM))
            }
            Self::Text => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(StatisticCell::Text(text)) => text,
                        _ => None,
                    })
                    .collect::<StringArray>(),
            ),
        }
    }
}

impl StatisticResult {
    /// The fields of a STRUCT, in order.
    pub(crate) fn struct_fields(&self) -> impl Iterator<Item = &'static StatisticField> {
        let (first, then): (&[_], &[_]) = match *self {
            Self::Value(_) | Self::Part(..) => (&[], &[]),
            Self::Struct(first, then) => (first, then),
        };
        first.iter().chain(then)
    }

    /// Arrow type of the result.
    pub(crate) fn data_type(&self) -> DataType {
        match self {
            Self::Value(cell) | Self::Part(cell, _) => cell.data_type(),
            Self::Struct(..) => DataType::Struct(self.arrow_fields()),
        }
    }

    fn arrow_fields(&self) -> Fields {
        self.struct_fields()
            .map(|field| Field::new(field.name, field.cell.data_type(), true))
            .collect()
    }

    /// Results as a column: the cells of each row in the order of the fields, `None` for a NULL.
    ///
    /// # Errors
    /// When the arrays do not fit one another, which they do.
    pub(crate) fn column(&self, rows: &[Option<Vec<StatisticCell>>]) -> Result<ArrayRef> {
        let cell = |place: usize| {
            rows.iter()
                .map(move |row| row.as_ref().and_then(|cells| cells.get(place).copied()))
        };
        match self {
            Self::Value(of) => Ok(of.column(cell(0))),
            Self::Part(of, place) => Ok(of.column(cell(*place))),
            Self::Struct(..) => {
                let columns = self.struct_fields().enumerate();
                let columns: Vec<_> = columns
                    .map(|(place, field)| field.cell.column(cell(place)))
                    .collect();
                let present = rows.iter().map(Option::is_some).collect::<Vec<_>>();
                if columns.is_empty() {
                    return internal_err!("a STRUCT without fields");
                }
                let nulls = (!present.iter().all(|is_present| *is_present)).then(|| present.into());
                Ok(Arc::new(StructArray::try_new(
                    self.arrow_fields(),
                    columns,
                    nulls,
                )?))
            }
        }
    }
}
