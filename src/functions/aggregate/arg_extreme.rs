//! `arg_max` and `arg_min`: the value of the row with the greatest or least key.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Accumulator, AggregateUDF};

use crate::functions::declaration::aggregate::{AggregateFunctionSpec, function};

const ARGUMENTS: &[(&str, &str)] = &[("value", "What to return."), ("key", "What to compare.")];

pub(crate) fn all() -> Vec<AggregateUDF> {
    let greatest = AggregateFunctionSpec {
        name: "arg_max",
        aliases: &["max_by", "argmax"],
        syntax: "arg_max(value, key)",
        meaning: "The value from the row with the greatest key. Rows where either is NULL do not count. Of several rows with that key the least value is taken, so that the answer does not depend on the order of rows. NULL without rows.",
        arguments: ARGUMENTS,
        example: "SELECT arg_max(name, score) FROM (VALUES ('Ada', 9), ('Bo', 7)) AS t(name, score)",
        coerce,
        returns: |types| types[0].clone(),
        state,
        accumulator: |types, _| ArgExtremeAccumulator::boxed(types, Ordering::Greater),
        groups: None,
    };
    let least = AggregateFunctionSpec {
        name: "arg_min",
        aliases: &["min_by", "argmin"],
        syntax: "arg_min(value, key)",
        meaning: "The value from the row with the least key; otherwise as arg_max.",
        arguments: ARGUMENTS,
        example: "SELECT arg_min(name, score) FROM (VALUES ('Ada', 9), ('Bo', 7)) AS t(name, score)",
        coerce,
        returns: |types| types[0].clone(),
        state,
        accumulator: |types, _| ArgExtremeAccumulator::boxed(types, Ordering::Less),
        groups: None,
    };
    vec![function(greatest), function(least)]
}

fn coerce(types: &[DataType]) -> Result<Vec<DataType>> {
    match types {
        [_, _] => Ok(types.to_vec()),
        _ => plan_err!("arg_max and arg_min take a value and a key: arg_max(agent, score)"),
    }
}

fn state(types: &[DataType]) -> Vec<(&'static str, DataType)> {
    vec![("value", types[0].clone()), ("key", types[1].clone())]
}

#[derive(Debug)]
struct ArgExtremeAccumulator {
    /// Comparison of a better key with the stored key.
    wanted: Ordering,
    /// Both NULL, or neither is.
    value: ScalarValue,
    key: ScalarValue,
}

impl ArgExtremeAccumulator {
    fn boxed(types: &[DataType], wanted: Ordering) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Self {
            wanted,
            value: ScalarValue::try_from(&types[0])?,
            key: ScalarValue::try_from(&types[1])?,
        }))
    }

    /// Index of the winning row of a batch.
    fn best(&self, values: &ArrayRef, keys: &ArrayRef) -> Result<Option<usize>> {
        let by_key = make_comparator(keys, keys, SortOptions::default())?;
        let by_value = make_comparator(values, values, SortOptions::default())?;
        let wins = |new: usize, held: usize| match by_key(new, held) {
            Ordering::Equal => by_value(new, held) == Ordering::Less,
            other => other == self.wanted,
        };
        let rows = (0..keys.len()).filter(|&row| keys.is_valid(row) && values.is_valid(row));
        Ok(rows.reduce(|held, new| if wins(new, held) { new } else { held }))
    }
}

impl Accumulator for ArgExtremeAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(row) = self.best(&values[0], &values[1])? else {
            return Ok(());
        };
        let value = ScalarValue::try_from_array(&values[0], row)?;
        let key = ScalarValue::try_from_array(&values[1], row)?;
        let is_better = self.key.is_null()
            || match key.try_cmp(&self.key)? {
                Ordering::Equal => value.try_cmp(&self.value)? == Ordering::Less,
                other => other == self.wanted,
            };
        if is_better {
            // A slice of a batch would retain the whole batch in memory.
            self.value = value.compacted();
            self.key = key.compacted();
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value.clone(), self.key.clone()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value.clone())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.value.size() + self.key.size()
            - size_of_val(&self.value)
            - size_of_val(&self.key)
    }
}
