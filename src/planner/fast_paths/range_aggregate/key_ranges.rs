//! Places of groups by the values of their keys.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::physical_plan::PhysicalExpr;

/// A key whose values lie in a known range.
#[derive(Debug, Clone)]
pub(super) struct KeyRange {
    expression: Arc<dyn PhysicalExpr>,
    data_type: DataType,
    /// The bits of the lowest value as 64-bit integer.
    lowest: u64,
    /// The highest value minus the lowest.
    width: u64,
    /// Number of places between one value and the next.
    stride: usize,
}

/// An integer key with what is known of its values.
#[derive(Debug)]
pub(super) struct BoundedKey {
    pub(super) expression: Arc<dyn PhysicalExpr>,
    /// The type of the key in the output.
    pub(super) data_type: DataType,
    /// The lowest and the highest value.
    pub(super) bounds: (i128, i128),
}

/// The keys of a grouping: every combination of their values has a place, NULL the first of each key.
#[derive(Debug, Clone)]
pub(super) struct KeyRanges {
    keys: Vec<KeyRange>,
    /// Number of places.
    pub(super) places: usize,
}

impl KeyRanges {
    /// The ranges of `keys`. `None` if there are more than `most` combinations.
    pub(super) fn try_new(keys: Vec<BoundedKey>, most: usize) -> Option<Self> {
        let mut places: usize = 1;
        let mut ranges = vec![];
        for key in keys {
            let (lowest, highest) = key.bounds;
            let width = u64::try_from(highest.checked_sub(lowest)?).ok()?;
            ranges.push(KeyRange {
                expression: key.expression,
                lowest: bits(lowest)?,
                data_type: key.data_type,
                width,
                stride: places,
            });
            let values = usize::try_from(width).ok()?.checked_add(2)?;
            places = places
                .checked_mul(values)
                .filter(|places| *places <= most)?;
        }
        Some(Self {
            keys: ranges,
            places,
        })
    }

    /// Writes the place of each row of `batch`, plus 1. False if a value lies outside.
    ///
    /// # Errors
    /// When a key cannot be evaluated.
    pub(super) fn places_of(&self, batch: &RecordBatch, places: &mut Vec<usize>) -> Result<bool> {
        let rows = batch.num_rows();
        places.clear();
        places.resize(rows, 1);
        for key in &self.keys {
            let values = key.expression.evaluate(batch)?.into_array(rows)?;
            let is_within = match values.data_type() {
                DataType::UInt64 => {
                    let values = values.as_primitive::<UInt64Type>();
                    key.add_places(values, values.values().iter().copied(), places)
                }
                _ => {
                    let values = cast(&values, &DataType::Int64)?;
                    let values = values.as_primitive::<Int64Type>();
                    let as_bits = values.values().iter().map(|value| value.cast_unsigned());
                    key.add_places(values, as_bits, places)
                }
            };
            if !is_within {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The keys at `places`, which are counted from 0.
    ///
    /// # Errors
    /// When a value is not of the type of its key.
    pub(super) fn values(&self, places: &[usize]) -> Result<Vec<ArrayRef>> {
        self.keys.iter().map(|key| key.values(places)).collect()
    }

    /// The places of partition `number` of so many.
    pub(super) fn part(&self, number: usize, of: usize) -> Range<usize> {
        let each = self.places.div_ceil(of.max(1));
        let end = |part: usize| (part * each).min(self.places);
        end(number)..end(number + 1)
    }
}

impl KeyRange {
    /// Adds the part of this key to the places of the rows; false if a value lies outside.
    fn add_places(
        &self,
        column: &dyn Array,
        values: impl Iterator<Item = u64>,
        places: &mut [usize],
    ) -> bool {
        let mut widest = 0;
        let places = places.iter_mut().zip(values);
        match column.nulls().filter(|nulls| nulls.null_count() > 0) {
            None => {
                for (place, value) in places {
                    let above = value.wrapping_sub(self.lowest);
                    widest = widest.max(above);
                    *place = place.wrapping_add(self.steps(above));
                }
            }
            Some(nulls) => {
                for (row, (place, value)) in places.enumerate() {
                    if nulls.is_valid(row) {
                        let above = value.wrapping_sub(self.lowest);
                        widest = widest.max(above);
                        *place = place.wrapping_add(self.steps(above));
                    }
                }
            }
        }
        widest <= self.width
    }

    /// Number of places from NULL to the value that is `above` the lowest; any for one outside.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "values within are fewer than the places"
    )]
    fn steps(&self, above: u64) -> usize {
        (above as usize).wrapping_add(1).wrapping_mul(self.stride)
    }

    fn values(&self, places: &[usize]) -> Result<ArrayRef> {
        let values = usize::try_from(self.width).unwrap_or(usize::MAX) + 2;
        let as_bits = places.iter().map(|place| {
            let above = (place / self.stride % values).checked_sub(1)?;
            Some(self.lowest.wrapping_add(above as u64))
        });
        let column: ArrayRef = match self.data_type {
            DataType::UInt64 => Arc::new(as_bits.collect::<UInt64Array>()),
            _ => {
                let signed = as_bits.map(|bits| bits.map(u64::cast_signed));
                Arc::new(signed.collect::<Int64Array>())
            }
        };
        Ok(cast(&column, &self.data_type)?)
    }
}

impl fmt::Display for KeyRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, key) in self.keys.iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}", key.expression)?;
        }
        Ok(())
    }
}

/// The bits of a 64-bit integer, with or without sign.
fn bits(value: i128) -> Option<u64> {
    let signed = i64::try_from(value).map(i64::cast_unsigned);
    signed.or_else(|_| u64::try_from(value)).ok()
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, UInt64Array};
    use arrow::datatypes::{Field, Schema};
    use datafusion::physical_expr::expressions::Column;

    use super::*;

    fn ranges(keys: &[(DataType, i128, i128)], most: usize) -> Option<KeyRanges> {
        let keys = keys
            .iter()
            .enumerate()
            .map(|(position, (data_type, low, high))| {
                let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new("k", position));
                BoundedKey {
                    expression: column,
                    data_type: data_type.clone(),
                    bounds: (*low, *high),
                }
            });
        KeyRanges::try_new(keys.collect(), most)
    }

    fn batch(columns: Vec<ArrayRef>) -> RecordBatch {
        let fields = columns
            .iter()
            .map(|column| Field::new("k", column.data_type().clone(), true));
        let schema = Schema::new(fields.collect::<Vec<_>>());
        RecordBatch::try_new(Arc::new(schema), columns).unwrap()
    }

    #[test]
    fn places_lead_back_to_their_values() {
        let top = i128::from(u64::MAX);
        let ranges = ranges(
            &[(DataType::Int32, -2, 3), (DataType::UInt64, top - 1, top)],
            100,
        )
        .unwrap();
        assert_eq!(ranges.places, 7 * 3);
        let first: ArrayRef = Arc::new(Int32Array::from(vec![Some(-2), Some(3), None, Some(0)]));
        let second: ArrayRef = Arc::new(UInt64Array::from(vec![
            Some(u64::MAX),
            None,
            None,
            Some(u64::MAX - 1),
        ]));
        let mut places = vec![];
        let batch = batch(vec![Arc::clone(&first), Arc::clone(&second)]);
        assert!(ranges.places_of(&batch, &mut places).unwrap());
        assert!(
            places
                .iter()
                .all(|place| (1..=ranges.places).contains(place)),
            "{places:?}"
        );
        let places: Vec<usize> = places.iter().map(|place| place - 1).collect();
        assert_eq!(ranges.values(&places).unwrap(), [first, second]);
    }

    #[test]
    fn values_outside_are_seen() {
        let ranges = ranges(&[(DataType::Int32, 5, 9)], 100).unwrap();
        for outside in [4, 10, i32::MIN] {
            let column: ArrayRef = Arc::new(Int32Array::from(vec![5, outside, 9]));
            assert!(
                !ranges.places_of(&batch(vec![column]), &mut vec![]).unwrap(),
                "{outside}"
            );
        }
    }

    #[test]
    fn too_many_combinations_are_refused() {
        let key = (DataType::Int64, 0, 98);
        let one = std::slice::from_ref(&key);
        assert!(ranges(one, 100).is_some());
        assert!(ranges(one, 99).is_none());
        assert!(ranges(&[key.clone(), key], 9_999).is_none());
        let all = (DataType::Int64, i128::from(i64::MIN), i128::from(i64::MAX));
        assert!(ranges(&[all], usize::MAX).is_none());
    }

    #[test]
    fn parts_are_all_places() {
        let ranges = ranges(&[(DataType::Int64, 1, 9)], 100).unwrap();
        let parts: Vec<_> = (0..4).map(|part| ranges.part(part, 4)).collect();
        assert_eq!(parts, [0..3, 3..6, 6..9, 9..10]);
    }
}
