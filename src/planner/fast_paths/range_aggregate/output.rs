//! The groups of all partitions, a stretch of places at a time.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter;
use arrow::record_batch::RecordBatch;
use datafusion::common::{HashMap, Result, ScalarValue};
use datafusion::logical_expr::EmitTo;

use super::partition::PartitionStates;
use super::plan::{KeyPosition, RangeAggregationPlan};

/// Places for a group from which batches become smaller: their merged states take memory too.
const MOST_SPARSE: usize = 64;

/// The groups of all partitions.
pub(super) struct MergedGroups {
    plan: Arc<RangeAggregationPlan>,
    partitions: Vec<PartitionStates>,
    pub(super) combinations: Vec<KeyCombination>,
}

/// Values of the coded keys; one without any if there are no such keys.
pub(super) struct KeyCombination {
    values: Vec<ScalarValue>,
    /// By partition: the number of the combination there.
    numbers: Vec<Option<usize>>,
}

impl MergedGroups {
    /// # Errors
    /// When a key cannot be read.
    pub(super) fn try_new(
        plan: Arc<RangeAggregationPlan>,
        partitions: Vec<PartitionStates>,
    ) -> Result<Self> {
        let mut positions: HashMap<Vec<ScalarValue>, usize> = HashMap::new();
        let mut combinations: Vec<KeyCombination> = vec![];
        for (partition, states) in partitions.iter().enumerate() {
            let keys = &states.combinations;
            for number in 0..keys.first().map_or(1, |key| key.len()) {
                let values = keys
                    .iter()
                    .map(|key| ScalarValue::try_from_array(key, number));
                let values: Vec<ScalarValue> = values.collect::<Result<_>>()?;
                let position = *positions.entry(values).or_insert_with_key(|values| {
                    combinations.push(KeyCombination {
                        values: values.clone(),
                        numbers: vec![None; partitions.len()],
                    });
                    combinations.len() - 1
                });
                combinations[position].numbers[partition] = Some(number);
            }
        }
        Ok(Self {
            plan,
            partitions,
            combinations,
        })
    }

    /// Number of places that have about as many groups as a batch has rows.
    pub(super) fn step(&self, batch_size: usize) -> usize {
        let occurring = self
            .partitions
            .iter()
            .map(|states| states.seen.count_set_bits());
        let groups = occurring.max().unwrap_or(0).max(1);
        let places = self.combinations.len() * self.plan.ranges.places;
        batch_size * (places / groups).clamp(1, MOST_SPARSE)
    }

    /// The keys and results of the groups of a combination at `places`; `None` if there are none.
    ///
    /// # Errors
    /// When states cannot be merged.
    pub(super) fn batch(
        &self,
        combination: &KeyCombination,
        places: Range<usize>,
    ) -> Result<Option<RecordBatch>> {
        let parts = self.parts(combination, &places);
        let seen = parts
            .iter()
            .map(|(states, start)| states.seen.slice(*start, places.len()));
        let Some(seen) = seen.reduce(|all, seen| &all | &seen) else {
            return Ok(None);
        };
        let at: Vec<usize> = seen
            .set_indices()
            .map(|place| places.start + place)
            .collect();
        if at.is_empty() {
            return Ok(None);
        }
        let mut columns = self.keys(combination, &at)?;
        for number in 0..self.plan.work.calls.len() {
            let results = self.results(number, &parts, places.len())?;
            columns.push(of_groups(results, &seen)?);
        }
        let schema = self.plan.stock.schema();
        Ok(Some(RecordBatch::try_new(schema, columns)?))
    }

    /// The partitions that have the combination, each with the row of the first of `places`.
    fn parts(
        &self,
        combination: &KeyCombination,
        places: &Range<usize>,
    ) -> Vec<(&PartitionStates, usize)> {
        let partitions = self.partitions.iter().zip(&combination.numbers);
        let within = self.plan.ranges.places;
        partitions
            .filter_map(|(states, number)| Some((states, (*number)? * within + places.start)))
            .collect()
    }

    fn keys(&self, combination: &KeyCombination, at: &[usize]) -> Result<Vec<ArrayRef>> {
        let ranges = self.plan.ranges.values(at)?;
        let keys = self.plan.keys.iter().map(|position| match *position {
            KeyPosition::Range(range) => Ok(Arc::clone(&ranges[range])),
            KeyPosition::Coded(coded) => combination.values[coded].to_array_of_size(at.len()),
        });
        keys.collect()
    }

    /// The result of an aggregate for each of so many places.
    fn results(
        &self,
        number: usize,
        parts: &[(&PartitionStates, usize)],
        places: usize,
    ) -> Result<ArrayRef> {
        let groups: Vec<usize> = (0..places).collect();
        let function = &self.plan.work.calls[number].function;
        let mut merged = function.create_groups_accumulator()?;
        for (states, start) in parts {
            let columns = states.states[number].iter();
            let columns: Vec<ArrayRef> =
                columns.map(|column| column.slice(*start, places)).collect();
            merged.merge_batch(&columns, &groups, places)?;
        }
        merged.evaluate(EmitTo::All)
    }
}

/// `results` of the places that occur.
fn of_groups(results: ArrayRef, seen: &BooleanBuffer) -> Result<ArrayRef> {
    if seen.count_set_bits() == seen.len() {
        return Ok(results);
    }
    Ok(filter(&results, &BooleanArray::new(seen.clone(), None))?)
}
