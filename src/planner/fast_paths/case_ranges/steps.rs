//! The steps of a CASE: from which value on each of its results holds.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt8Array, UInt64Array, new_null_array};
use arrow::compute::{concat, take};
use arrow::datatypes::UInt64Type;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, internal_err};

use super::condition::RangeTest;
use super::lookup;

/// Steps and results of a CASE; more are left to the stock operator.
const MOST: usize = 250;

/// The results of a CASE by ranges of its value.
#[derive(Debug, Clone)]
pub(in crate::planner::fast_paths) struct CaseSteps {
    /// First value of each step but the first, ascending, as integers in the order of the type.
    starts: Vec<u64>,
    /// Place among `values` of each step, and at last of NULL.
    places: Vec<u8>,
    /// The distinct results.
    values: ArrayRef,
}

impl CaseSteps {
    /// Steps of branches with the results `values`, which are tried in their order; the last of `values` is that of
    /// ELSE. `None` if there are too many.
    ///
    /// # Errors
    /// When the results are not of one type.
    pub(super) fn of_branches(tests: &[RangeTest], values: &[ScalarValue]) -> Result<Option<Self>> {
        let mut constants = Vec::new();
        for test in tests {
            test.constants(&mut constants);
        }
        // Every test gives one answer between two of these.
        let mut starts: Vec<u64> = constants
            .iter()
            .flat_map(|constant| [Some(*constant), constant.checked_add(1)])
            .flatten()
            .collect();
        starts.sort_unstable();
        starts.dedup();
        let branch = |value: Option<u64>| {
            let place = tests
                .iter()
                .position(|test| test.holds(value) == Some(true));
            &values[place.unwrap_or(tests.len())]
        };
        let least = starts.first().map_or(0, |start| start.saturating_sub(1));
        let mut results = vec![branch(Some(least))];
        let mut kept: Vec<u64> = Vec::new();
        for start in starts {
            let result = branch(Some(start));
            if results.last() != Some(&result) {
                results.push(result);
                kept.push(start);
            }
        }
        results.push(branch(None));
        let mut distinct: Vec<ScalarValue> = Vec::new();
        let mut places = Vec::with_capacity(results.len());
        for result in results {
            let known = distinct.iter().position(|value| value == result);
            places.push(known.unwrap_or_else(|| {
                distinct.push(result.clone());
                distinct.len() - 1
            }));
        }
        if places.len() > MOST {
            return Ok(None);
        }
        let places: Option<Vec<u8>> = places
            .into_iter()
            .map(|place| place.try_into().ok())
            .collect();
        let Some(places) = places else {
            return Ok(None);
        };
        Ok(Some(Self {
            starts: kept,
            places,
            values: ScalarValue::iter_to_array(distinct)?,
        }))
    }

    /// From the arguments of the function behind the value: lists of the starts, the places and the results.
    ///
    /// # Errors
    /// When they are none.
    pub(super) fn from_arguments(
        starts: &ArrayRef,
        places: &ArrayRef,
        values: &ArrayRef,
    ) -> Result<Self> {
        let first = |list: &ArrayRef| match list.as_list_opt::<i32>() {
            Some(list) if list.len() == 1 => Ok(list.value(0)),
            _ => internal_err!("the steps of a CASE are lists"),
        };
        let numbers = |list: &ArrayRef| -> Result<Vec<u64>> {
            let list = first(list)?;
            match list.as_primitive_opt::<UInt64Type>() {
                Some(numbers) => Ok(numbers.values().to_vec()),
                None => internal_err!("the steps of a CASE are numbers"),
            }
        };
        let places: Vec<u8> = numbers(places)?
            .into_iter()
            .filter_map(|place| u8::try_from(place).ok())
            .collect();
        let steps = Self {
            starts: numbers(starts)?,
            places,
            values: first(values)?,
        };
        let are_known = steps
            .places
            .iter()
            .all(|place| usize::from(*place) < steps.values.len());
        if !are_known || steps.places.len() != steps.starts.len() + 2 {
            return internal_err!("the steps of a CASE do not fit its results");
        }
        Ok(steps)
    }

    /// The lists of which [`Self::from_arguments`] makes it again.
    ///
    /// # Errors
    /// When the results are not of one type.
    pub(super) fn arguments(&self) -> Result<[ScalarValue; 3]> {
        let list = |values: ArrayRef| -> ScalarValue {
            ScalarValue::List(Arc::new(
                SingleRowListArrayBuilder::new(values).build_list_array(),
            ))
        };
        let numbers = |values: Vec<u64>| -> ArrayRef { Arc::new(UInt64Array::from(values)) };
        Ok([
            list(numbers(self.starts.clone())),
            list(numbers(
                self.places.iter().map(|place| u64::from(*place)).collect(),
            )),
            list(Arc::clone(&self.values)),
        ])
    }

    /// The same with NULL among the results, which no step may have.
    ///
    /// # Errors
    /// When the type has no NULL.
    pub(super) fn with_null(mut self) -> Result<Self> {
        if self.values.null_count() == 0 {
            let null = new_null_array(self.values.data_type(), 1);
            self.values = concat(&[self.values.as_ref(), null.as_ref()])?;
        }
        Ok(self)
    }

    /// The distinct results.
    pub(in crate::planner::fast_paths) fn values(&self) -> &ArrayRef {
        &self.values
    }

    /// Writes the place of each row's result among [`Self::values`].
    ///
    /// # Errors
    /// When the column is not of the type of the value.
    pub(in crate::planner::fast_paths) fn places(
        &self,
        column: &ArrayRef,
        to: &mut Vec<u8>,
    ) -> Result<()> {
        to.clear();
        let null = self.places.len() - 1;
        lookup::steps_of(
            column,
            &self.starts,
            u8::try_from(null).unwrap_or(u8::MAX),
            to,
        )?;
        for place in to {
            *place = self.places[usize::from(*place)];
        }
        Ok(())
    }

    /// The result of each row.
    ///
    /// # Errors
    /// When the column is not of the type of the value.
    pub(super) fn evaluate(&self, column: &ArrayRef) -> Result<ArrayRef> {
        let mut places = Vec::new();
        self.places(column, &mut places)?;
        Ok(take(&self.values, &UInt8Array::from(places), None)?)
    }
}
