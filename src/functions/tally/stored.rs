//! Tallies as columns: one column per part, one row per tally.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, Int64Array};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};

use super::{KpiTally, TallyPart, TallyPartKind};

/// Name and type of each column of a stored tally.
pub(crate) fn state_of<T: KpiTally>(
    _arguments: &[DataType],
    _detail: bool,
) -> Vec<(&'static str, DataType)> {
    T::PARTS
        .iter()
        .map(|part| (part.name, part_type(part.kind)))
        .collect()
}

fn part_type(kind: TallyPartKind) -> DataType {
    match kind {
        TallyPartKind::Count => DataType::Int64,
        TallyPartKind::Sum => DataType::Decimal128(38, 0),
    }
}

/// Values of one part.
#[derive(Debug)]
enum TallyColumnBuilder {
    Counts(Vec<i64>),
    Sums(Vec<i128>),
}

/// Builder of the columns.
#[derive(Debug)]
pub(crate) struct TallyColumnsBuilder(Vec<TallyColumnBuilder>);

impl TallyColumnsBuilder {
    /// An empty builder with room for `rows` rows.
    pub(crate) fn with_capacity<T: KpiTally>(rows: usize) -> Self {
        let column = |part: &TallyPart| match part.kind {
            TallyPartKind::Count => TallyColumnBuilder::Counts(Vec::with_capacity(rows)),
            TallyPartKind::Sum => TallyColumnBuilder::Sums(Vec::with_capacity(rows)),
        };
        Self(T::PARTS.iter().map(column).collect())
    }

    /// Columns of these tallies.
    pub(crate) fn build_arrays<T: KpiTally>(tallies: &[T]) -> Vec<ArrayRef> {
        let mut columns = Self::with_capacity::<T>(tallies.len());
        columns.extend(tallies);
        columns.finish()
    }

    /// Appends these tallies, which must have the type of the columns.
    #[expect(clippy::cast_possible_truncation, reason = "a Count part is an i64")]
    pub(crate) fn extend<T: KpiTally>(&mut self, tallies: &[T]) {
        for (position, column) in self.0.iter_mut().enumerate() {
            let values = tallies.iter().map(|t| t.values().as_ref()[position]);
            match column {
                TallyColumnBuilder::Counts(counts) => {
                    counts.extend(values.map(|value| value as i64));
                }
                TallyColumnBuilder::Sums(sums) => sums.extend(values),
            }
        }
    }

    /// The columns as arrays.
    pub(crate) fn finish(self) -> Vec<ArrayRef> {
        let array = |column| -> ArrayRef {
            match column {
                TallyColumnBuilder::Counts(counts) => Arc::new(Int64Array::from(counts)),
                TallyColumnBuilder::Sums(sums) => Arc::new(
                    Decimal128Array::from(sums).with_data_type(part_type(TallyPartKind::Sum)),
                ),
            }
        };
        self.0.into_iter().map(array).collect()
    }
}

/// Stored values of one part.
#[derive(Debug, Clone, Copy)]
enum StoredTallyColumn<'a> {
    Counts(&'a [i64]),
    Sums(&'a [i128]),
}

/// Calls `each(row, tally)` for every stored tally.
pub(crate) fn read_stored<T: KpiTally>(columns: &[ArrayRef], mut each: impl FnMut(usize, &T)) {
    let rows = columns.first().map_or(0, |column| column.len());
    let parts: Vec<_> = T::PARTS.iter().zip(columns).map(stored).collect();
    let mut values = T::default().values();
    for row in 0..rows {
        for (value, part) in values.as_mut().iter_mut().zip(&parts) {
            *value = match part {
                StoredTallyColumn::Counts(counts) => i128::from(counts[row]),
                StoredTallyColumn::Sums(sums) => sums[row],
            };
        }
        each(row, &T::from_values(values));
    }
}

fn stored<'a>((part, column): (&TallyPart, &'a ArrayRef)) -> StoredTallyColumn<'a> {
    match part.kind {
        TallyPartKind::Count => {
            StoredTallyColumn::Counts(column.as_primitive::<Int64Type>().values())
        }
        TallyPartKind::Sum => {
            StoredTallyColumn::Sums(column.as_primitive::<Decimal128Type>().values())
        }
    }
}
