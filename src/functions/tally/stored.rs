//! Tallies as columns: one column a part, one row a tally.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, Int64Array};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};

use super::{Part, PartKind, Tally};

/// Name and type of each column of a stored tally.
pub(crate) fn state_of<T: Tally>(
    _arguments: &[DataType],
    _detail: bool,
) -> Vec<(&'static str, DataType)> {
    T::PARTS
        .iter()
        .map(|part| (part.name, part_type(part.kind)))
        .collect()
}

fn part_type(kind: PartKind) -> DataType {
    match kind {
        PartKind::Count => DataType::Int64,
        PartKind::Sum => DataType::Decimal128(38, 0),
    }
}

/// The values of one part.
#[derive(Debug)]
enum Column {
    Counts(Vec<i64>),
    Sums(Vec<i128>),
}

/// The columns while they are written.
#[derive(Debug)]
pub(crate) struct Columns(Vec<Column>);

impl Columns {
    /// No rows yet, with room for some.
    pub(crate) fn with_capacity<T: Tally>(rows: usize) -> Self {
        let column = |part: &Part| match part.kind {
            PartKind::Count => Column::Counts(Vec::with_capacity(rows)),
            PartKind::Sum => Column::Sums(Vec::with_capacity(rows)),
        };
        Self(T::PARTS.iter().map(column).collect())
    }

    /// The columns of these tallies.
    pub(crate) fn of<T: Tally>(tallies: &[T]) -> Vec<ArrayRef> {
        let mut columns = Self::with_capacity::<T>(tallies.len());
        columns.extend(tallies);
        columns.finish()
    }

    /// Appends these tallies, of the type the columns were made for.
    #[expect(clippy::cast_possible_truncation, reason = "a Count part is an i64")]
    pub(crate) fn extend<T: Tally>(&mut self, tallies: &[T]) {
        for (position, column) in self.0.iter_mut().enumerate() {
            let values = tallies.iter().map(|t| t.values().as_ref()[position]);
            match column {
                Column::Counts(counts) => counts.extend(values.map(|value| value as i64)),
                Column::Sums(sums) => sums.extend(values),
            }
        }
    }

    /// The columns as arrays.
    pub(crate) fn finish(self) -> Vec<ArrayRef> {
        let array = |column| -> ArrayRef {
            match column {
                Column::Counts(counts) => Arc::new(Int64Array::from(counts)),
                Column::Sums(sums) => {
                    Arc::new(Decimal128Array::from(sums).with_data_type(part_type(PartKind::Sum)))
                }
            }
        };
        self.0.into_iter().map(array).collect()
    }
}

/// The stored values of one part.
#[derive(Debug, Clone, Copy)]
enum Stored<'a> {
    Counts(&'a [i64]),
    Sums(&'a [i128]),
}

/// Calls `each(row, tally)` for every stored tally.
pub(crate) fn read_stored<T: Tally>(columns: &[ArrayRef], mut each: impl FnMut(usize, &T)) {
    let rows = columns.first().map_or(0, |column| column.len());
    let parts: Vec<_> = T::PARTS.iter().zip(columns).map(stored).collect();
    let mut values = T::default().values();
    for row in 0..rows {
        for (value, part) in values.as_mut().iter_mut().zip(&parts) {
            *value = match part {
                Stored::Counts(counts) => i128::from(counts[row]),
                Stored::Sums(sums) => sums[row],
            };
        }
        each(row, &T::from_values(values));
    }
}

fn stored<'a>((part, column): (&Part, &'a ArrayRef)) -> Stored<'a> {
    match part.kind {
        PartKind::Count => Stored::Counts(column.as_primitive::<Int64Type>().values()),
        PartKind::Sum => Stored::Sums(column.as_primitive::<Decimal128Type>().values()),
    }
}
