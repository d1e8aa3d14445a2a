//! The keys of a join as one integer.
//!
//! Several keys are the digits of a number: each is the place of its value among the values that the build side has,
//! times the numbers that the keys behind it can make. So months as dates are as close together as their numbers are.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt64Array};
use arrow::buffer::NullBuffer;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::BinaryExpr;
use datafusion::physical_plan::PhysicalExpr;

use super::key_bounds::DenseKeyBounds;
use super::keys::{DenseJoinKey, with_keys};
use super::ranks::{KeyRanks, is_dense};

/// The keys of the build side.
#[derive(Debug)]
pub(super) struct CombinedKeys {
    bounds: Vec<DenseKeyBounds>,
    /// None for a single key, which is its own number.
    digits: Vec<KeyDigit>,
    /// The lowest number.
    pub(super) from: u64,
    /// The highest number minus the lowest.
    pub(super) range: u64,
}

/// One of several keys.
#[derive(Debug)]
struct KeyDigit {
    /// The values that it has.
    ranks: KeyRanks,
    /// How much the next value adds to the number.
    stride: u64,
}

impl CombinedKeys {
    /// The bounds of each key, of which `columns` has the parts; `None` if one is NULL in every row.
    ///
    /// # Errors
    /// When a key is no integer.
    pub(super) fn bounds(columns: &[Vec<ArrayRef>]) -> Result<Option<Vec<DenseKeyBounds>>> {
        let bounds = columns.iter().map(|keys| DenseKeyBounds::from_keys(keys));
        bounds.collect()
    }

    /// The keys in `columns` within their `bounds`; `None` if one has values too far apart, or they make more numbers than
    /// 64 bits hold.
    ///
    /// # Errors
    /// When a key is no integer, or memory does not suffice.
    pub(super) fn try_new(
        bounds: Vec<DenseKeyBounds>,
        columns: &[Vec<ArrayRef>],
        reservation: &MemoryReservation,
    ) -> Result<Option<Self>> {
        if let [only] = &bounds[..] {
            return Ok(Some(Self {
                from: only.from,
                range: only.range,
                digits: vec![],
                bounds,
            }));
        }
        let mut numbers: u64 = 1;
        let mut digits = vec![];
        for (bounds, parts) in bounds.iter().zip(columns) {
            let rows: usize = parts.iter().map(Array::len).sum();
            let size = KeyRanks::size_over(bounds.range).filter(|_| is_dense(bounds.range, rows));
            let Some(size) = size else {
                return Ok(None);
            };
            reservation.try_grow(size)?;
            let mut ranks = KeyRanks::over(bounds.from, bounds.range);
            for part in parts {
                ranks.insert_all(part)?;
            }
            let stride = numbers;
            let Some(more) = numbers.checked_mul(u64::from(ranks.number())) else {
                return Ok(None);
            };
            numbers = more;
            digits.push(KeyDigit { ranks, stride });
        }
        Ok(Some(Self {
            bounds,
            digits,
            from: 0,
            range: numbers - 1,
        }))
    }

    /// The numbers of rows with these keys; NULL where a key is NULL, or has a value that the build side has not.
    ///
    /// # Errors
    /// When a key is no integer.
    pub(super) fn numbers(&self, mut columns: Vec<ArrayRef>) -> Result<ArrayRef> {
        if self.digits.is_empty()
            && let Some(only) = columns.pop()
        {
            return Ok(only);
        }
        let rows = columns.first().map_or(0, Array::len);
        let mut numbers = vec![0_u64; rows];
        let mut is_known = vec![true; rows];
        let mut nulls = None;
        for (column, digit) in columns.iter().zip(&self.digits) {
            with_keys!(
                column,
                |keys: Type| {
                    let rows = numbers.iter_mut().zip(&mut is_known);
                    for ((number, is_known), key) in rows.zip(keys.values()) {
                        let place = is_known.then(|| digit.ranks.find(key.bits())).flatten();
                        *is_known = place.is_some();
                        *number += place.map_or(0, |place| u64::from(place) * digit.stride);
                    }
                },
                return internal_err!("{} is no key of a dense join", column.data_type())
            );
            nulls = NullBuffer::union(nulls.as_ref(), column.nulls());
        }
        let known = NullBuffer::from(is_known);
        let nulls = NullBuffer::union(nulls.as_ref(), Some(&known));
        Ok(Arc::new(UInt64Array::new(numbers.into(), nulls)))
    }

    /// The predicate that each of `keys` is within its bounds.
    pub(super) fn condition(
        &self,
        keys: &[Arc<dyn PhysicalExpr>],
    ) -> Option<Arc<dyn PhysicalExpr>> {
        let conditions = self.bounds.iter().zip(keys);
        let conditions = conditions.map(|(bounds, key)| bounds.condition(key));
        conditions.reduce(|all, one| Arc::new(BinaryExpr::new(all, Operator::And, one)))
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.digits.iter().map(|digit| digit.ranks.size()).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::{AsArray, Date32Array, Int8Array};
    use arrow::datatypes::UInt64Type;
    use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, UnboundedMemoryPool};
    use proptest::prelude::*;

    use super::*;

    type TwoKeys = (Option<i8>, Option<i32>);

    fn columns(rows: &[TwoKeys]) -> Vec<ArrayRef> {
        vec![
            Arc::new(rows.iter().map(|row| row.0).collect::<Int8Array>()),
            Arc::new(rows.iter().map(|row| row.1).collect::<Date32Array>()),
        ]
    }

    proptest! {
        /// Equal keys have equal numbers within the range, others have others, and what the build side has not has none.
        #[test]
        fn numbers_are_as_many_as_keys(
            build in prop::collection::vec((prop::option::of(any::<i8>()), prop::option::of(-40..40)), 1..60),
            probe in prop::collection::vec((prop::option::of(any::<i8>()), prop::option::of(-60..60)), 0..60),
        ) {
            let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
            let reservation = MemoryConsumer::new("test").register(&pool);
            let parts: Vec<Vec<ArrayRef>> = columns(&build).into_iter().map(|part| vec![part]).collect();
            let Some(bounds) = CombinedKeys::bounds(&parts).unwrap() else {
                prop_assert!(build.iter().all(|row| row.0.is_none()) || build.iter().all(|row| row.1.is_none()));
                return Ok(());
            };
            let keys = CombinedKeys::try_new(bounds, &parts, &reservation).unwrap().unwrap();
            let mut known = BTreeMap::new();
            for rows in [&build, &probe] {
                let numbers = keys.numbers(columns(rows)).unwrap();
                for (row, number) in rows.iter().zip(numbers.as_primitive::<UInt64Type>()) {
                    let is_known = row.0.is_some()
                        && row.1.is_some()
                        && build.iter().any(|other| other.0 == row.0)
                        && build.iter().any(|other| other.1 == row.1);
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
