//! The keys of a join as one integer.
//!
//! Several keys are the digits of a number: each is the place of its value among the values that the build side has,
//! times the numbers that the keys behind it can make. So months as dates are as close together as their numbers are.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt64Array};
use arrow::buffer::NullBuffer;
use datafusion::common::{NullEquality, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::BinaryExpr;
use datafusion::physical_plan::PhysicalExpr;

use super::key_bounds::DenseKeyBounds;
use super::key_values::KeyValues;
use super::keys::is_dense_key_type;

/// The keys of the build side.
#[derive(Debug)]
pub(super) struct CombinedKeys {
    /// Of the keys that are no texts and not NULL in every row.
    bounds: Vec<Option<DenseKeyBounds>>,
    /// True if the build side has a NULL that is equal to NULL.
    has_equal_nulls: bool,
    /// None for a single integer, which is its own number.
    digits: Vec<KeyDigit>,
    /// The lowest number.
    pub(super) from: u64,
    /// The highest number minus the lowest.
    pub(super) range: u64,
}

/// One of several keys.
#[derive(Debug)]
struct KeyDigit {
    values: KeyValues,
    /// How much the next value adds to the number.
    stride: u64,
}

impl CombinedKeys {
    /// The keys in `columns`, of each of which there are the parts; `None` if one has values too far apart, or they make
    /// more numbers than 64 bits hold.
    ///
    /// # Errors
    /// When a key has another type, or memory does not suffice.
    pub(super) fn try_new(
        columns: &[Vec<ArrayRef>],
        null_equality: NullEquality,
        reservation: &MemoryReservation,
    ) -> Result<Option<Self>> {
        let bounds: Vec<Option<DenseKeyBounds>> = columns
            .iter()
            .map(|parts| key_bounds(parts))
            .collect::<Result<_>>()?;
        // A NULL of the other side has no match either way where this side has none.
        let has_null =
            |parts: &Vec<ArrayRef>| parts.iter().any(|part| part.logical_null_count() > 0);
        let equal_nulls: Vec<bool> = match null_equality {
            NullEquality::NullEqualsNull => columns.iter().map(has_null).collect(),
            NullEquality::NullEqualsNothing => vec![false; columns.len()],
        };
        let mut combined = Self {
            bounds,
            has_equal_nulls: equal_nulls.contains(&true),
            digits: vec![],
            from: 0,
            range: 0,
        };
        if let ([Some(only)], false) = (&combined.bounds[..], combined.has_equal_nulls) {
            (combined.from, combined.range) = (only.from, only.range);
            return Ok(Some(combined));
        }
        let mut numbers: u64 = 1;
        let keys = combined.bounds.iter().zip(columns).zip(equal_nulls);
        for ((bounds, parts), equal_nulls) in keys {
            let values = KeyValues::try_new(parts, bounds.as_ref(), equal_nulls, reservation)?;
            let Some(values) = values else {
                return Ok(None);
            };
            let stride = numbers;
            let Some(more) = numbers.checked_mul(u64::from(values.count.max(1))) else {
                return Ok(None);
            };
            numbers = more;
            combined.digits.push(KeyDigit { values, stride });
        }
        combined.range = numbers - 1;
        Ok(Some(combined))
    }

    /// True if the numbers are computed.
    pub(super) const fn has_digits(&self) -> bool {
        !self.digits.is_empty()
    }

    /// The numbers of rows with these keys; NULL where a key is NULL that is equal to nothing, or has a value that the
    /// build side has not.
    ///
    /// # Errors
    /// When a key has another type.
    pub(super) fn numbers(&self, mut columns: Vec<ArrayRef>) -> Result<ArrayRef> {
        if self.digits.is_empty()
            && let Some(only) = columns.pop()
        {
            return Ok(only);
        }
        let rows = columns.first().map_or(0, Array::len);
        let mut numbers = vec![0_u64; rows];
        let mut is_known = vec![true; rows];
        for (column, digit) in columns.iter().zip(&self.digits) {
            let places = digit.values.numbers(column)?;
            for ((number, is_known), place) in numbers.iter_mut().zip(&mut is_known).zip(places) {
                *is_known &= place.is_some();
                *number += place.map_or(0, |place| u64::from(place) * digit.stride);
            }
        }
        let known = NullBuffer::from(is_known);
        Ok(Arc::new(UInt64Array::new(numbers.into(), Some(known))))
    }

    /// The predicate that each of `keys` is within its bounds, if any is known. It drops NULL.
    pub(super) fn condition(
        &self,
        keys: &[Arc<dyn PhysicalExpr>],
    ) -> Option<Arc<dyn PhysicalExpr>> {
        if self.has_equal_nulls {
            return None;
        }
        let conditions = self.bounds.iter().zip(keys);
        let conditions =
            conditions.filter_map(|(bounds, key)| Some(bounds.as_ref()?.condition(key)));
        conditions.reduce(|all, one| Arc::new(BinaryExpr::new(all, Operator::And, one)))
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.digits.iter().map(|digit| digit.values.size()).sum()
    }
}

/// The bounds of the values in `parts`; `None` of texts, and if all are NULL.
fn key_bounds(parts: &[ArrayRef]) -> Result<Option<DenseKeyBounds>> {
    let is_integer = |part: &ArrayRef| is_dense_key_type(part.data_type());
    if parts.first().is_some_and(is_integer) {
        DenseKeyBounds::from_keys(parts)
    } else {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::{AsArray, Date32Array, Int8Array, StringViewArray};
    use arrow::datatypes::UInt64Type;
    use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, UnboundedMemoryPool};
    use proptest::prelude::*;

    use super::*;

    type ThreeKeys = (Option<i8>, Option<i32>, Option<u8>);

    fn columns(rows: &[ThreeKeys]) -> Vec<ArrayRef> {
        let text = |number: u8| format!("{number} of some length");
        let texts = rows.iter().map(|row| row.2.map(text));
        vec![
            Arc::new(rows.iter().map(|row| row.0).collect::<Int8Array>()),
            Arc::new(rows.iter().map(|row| row.1).collect::<Date32Array>()),
            Arc::new(texts.collect::<StringViewArray>()),
        ]
    }

    fn rows(number: usize, days: i32) -> impl Strategy<Value = Vec<ThreeKeys>> {
        let row = (
            prop::option::of(any::<i8>()),
            prop::option::of(-days..days),
            prop::option::of(0..9_u8),
        );
        prop::collection::vec(row, number..60)
    }

    proptest! {
        /// Equal keys have equal numbers within the range, others have others, and values that the build side has not
        /// have none.
        #[test]
        fn numbers_are_as_many_as_keys(build in rows(1, 40), probe in rows(0, 60), equal_nulls: bool) {
            let null_equality = if equal_nulls {
                NullEquality::NullEqualsNull
            } else {
                NullEquality::NullEqualsNothing
            };
            let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
            let reservation = MemoryConsumer::new("test").register(&pool);
            let parts: Vec<Vec<ArrayRef>> = columns(&build).into_iter().map(|part| vec![part]).collect();
            let keys = CombinedKeys::try_new(&parts, null_equality, &reservation).unwrap().unwrap();
            let mut known = BTreeMap::new();
            for rows in [&build, &probe] {
                let numbers = keys.numbers(columns(rows)).unwrap();
                for (row, number) in rows.iter().zip(numbers.as_primitive::<UInt64Type>()) {
                    let has_null = row.0.is_none() || row.1.is_none() || row.2.is_none();
                    let is_known = (equal_nulls || !has_null)
                        && build.iter().any(|other| other.0 == row.0)
                        && build.iter().any(|other| other.1 == row.1)
                        && build.iter().any(|other| other.2 == row.2);
                    prop_assert_eq!(number.is_some(), is_known);
                    if let Some(number) = number {
                        prop_assert!(number <= keys.range);
                        prop_assert_eq!(*known.entry(number).or_insert(*row), *row);
                    }
                }
            }
        }
    }
}
