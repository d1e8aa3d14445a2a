//! `mode` and `histogram`: frequencies of values.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, ListArray, MapArray, StructArray, UInt64Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Int64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue, not_impl_err, plan_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF};

use crate::functions::declaration::aggregate::{AggregateFunctionSpec, function};
use crate::functions::kernels::lengths::{nanoseconds, split};

const ARGUMENTS: &[(&str, &str)] = &[("value", "Any value that can be compared.")];

pub(crate) fn all() -> Vec<AggregateUDF> {
    let mode = AggregateFunctionSpec {
        name: "mode",
        aliases: &[],
        syntax: "mode(value)",
        meaning: "The most frequent value. NULLs do not count. Of several values that are equally frequent the least is taken, so that the answer does not depend on the order of rows. NULL without rows.",
        arguments: ARGUMENTS,
        example: "SELECT mode(channel) FROM (VALUES ('email'), ('chat'), ('email')) AS t(channel)",
        coerce: |types| coerce("mode", types),
        returns: |types| types[0].clone(),
        state,
        accumulator: |types, args| {
            FrequencyAccumulator::boxed("mode", types, args, FrequencyStatistic::Mode)
        },
        groups: None,
    };
    let histogram = AggregateFunctionSpec {
        name: "histogram",
        aliases: &[],
        syntax: "histogram(value)",
        meaning: "A map from each value to how often it occurs, in the order of the values. NULLs do not count. NULL without rows.",
        arguments: ARGUMENTS,
        example: "SELECT histogram(channel) FROM (VALUES ('email'), ('chat'), ('email')) AS t(channel)",
        coerce: |types| coerce("histogram", types),
        returns: |types| map_type(&types[0]),
        state,
        accumulator: |types, args| {
            FrequencyAccumulator::boxed("histogram", types, args, FrequencyStatistic::Histogram)
        },
        groups: None,
    };
    vec![function(mode), function(histogram)]
}

fn coerce(function: &str, types: &[DataType]) -> Result<Vec<DataType>> {
    match types {
        [DataType::Dictionary(_, value)] => Ok(vec![value.as_ref().clone()]),
        [value] if !value.is_nested() => Ok(vec![value.clone()]),
        _ => plan_err!("{function} takes one value that is no list or struct: {function}(channel)"),
    }
}

fn list_of(data_type: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(data_type, true)))
}

fn state(types: &[DataType]) -> Vec<(&'static str, DataType)> {
    vec![
        ("values", list_of(types[0].clone())),
        ("counts", list_of(DataType::Int64)),
    ]
}

fn entry_fields(key: &DataType) -> Fields {
    Fields::from(vec![
        Field::new("key", key.clone(), false),
        Field::new("value", DataType::UInt64, true),
    ])
}

fn map_type(key: &DataType) -> DataType {
    let entries = DataType::Struct(entry_fields(key));
    DataType::Map(Arc::new(Field::new("entries", entries, false)), false)
}

#[derive(Debug, Clone, Copy)]
enum FrequencyStatistic {
    Mode,
    Histogram,
}

/// One interval for all of its length: `24 hours` and `1 day` are the same.
fn by_length(value: ScalarValue) -> ScalarValue {
    match value {
        ScalarValue::IntervalMonthDayNano(Some(interval)) => {
            let same = split(nanoseconds(interval)).unwrap_or(interval);
            ScalarValue::IntervalMonthDayNano(Some(same))
        }
        other => other,
    }
}

#[derive(Debug)]
struct FrequencyAccumulator {
    outcome: FrequencyStatistic,
    data_type: DataType,
    counts: HashMap<ScalarValue, i64>,
    /// Heap bytes of the values, without the table of the map.
    held: usize,
}

impl FrequencyAccumulator {
    fn boxed(
        function: &str,
        types: &[DataType],
        args: &AccumulatorArgs<'_>,
        outcome: FrequencyStatistic,
    ) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return not_impl_err!("{function}(DISTINCT ..): every value would count once");
        }
        Ok(Box::new(Self {
            outcome,
            data_type: types[0].clone(),
            counts: HashMap::new(),
            held: 0,
        }))
    }

    fn add(&mut self, column: &ArrayRef, row: usize, times: i64) -> Result<()> {
        let value = by_length(ScalarValue::try_from_array(column, row)?);
        if let Some(count) = self.counts.get_mut(&value) {
            *count += times;
            if *count == 0 {
                self.counts.remove(&value);
            }
            return Ok(());
        }
        let value = value.compacted();
        self.held += value.size() - size_of_val(&value);
        self.counts.insert(value, times);
        Ok(())
    }

    fn mode(&self) -> Result<ScalarValue> {
        let mut best: Option<(&ScalarValue, i64)> = None;
        for (value, &count) in &self.counts {
            let wins = match best {
                None => true,
                Some((held, most)) => {
                    count > most || (count == most && value.try_cmp(held)?.is_lt())
                }
            };
            if wins {
                best = Some((value, count));
            }
        }
        match best {
            Some((value, _)) => Ok(value.clone()),
            None => ScalarValue::try_from(&self.data_type),
        }
    }

    fn histogram(&self) -> Result<ScalarValue> {
        if self.counts.is_empty() {
            return ScalarValue::try_from(&map_type(&self.data_type));
        }
        let values = ScalarValue::iter_to_array(self.counts.keys().cloned())?;
        let counts: Vec<i64> = self.counts.values().copied().collect();
        let order = arrow::compute::sort_to_indices(&values, None, None)?;
        let keys = arrow::compute::take(&values, &order, None)?;
        let sorted = order
            .values()
            .iter()
            .map(|&i| counts[i as usize].unsigned_abs());
        let numbers: UInt64Array = sorted.map(Some).collect();
        let offsets = OffsetBuffer::from_lengths([keys.len()]);
        let fields = entry_fields(&self.data_type);
        let entries = StructArray::try_new(fields, vec![keys, Arc::new(numbers)], None)?;
        let field = Field::new("entries", entries.data_type().clone(), false);
        let map = MapArray::try_new(Arc::new(field), offsets, entries, None, false)?;
        Ok(ScalarValue::Map(Arc::new(map)))
    }
}

impl Accumulator for FrequencyAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let column = &values[0];
        (0..column.len())
            .filter(|&row| column.is_valid(row))
            .try_for_each(|row| self.add(column, row, 1))
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let column = &values[0];
        (0..column.len())
            .filter(|&row| column.is_valid(row))
            .try_for_each(|row| self.add(column, row, -1))
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (values, counts) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for group in (0..values.len()).filter(|&group| values.is_valid(group)) {
            let (values, counts) = (values.value(group), counts.value(group));
            let counts = counts.as_primitive::<Int64Type>();
            for row in 0..values.len() {
                self.add(&values, row, counts.value(row))?;
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = if self.counts.is_empty() {
            arrow::array::new_empty_array(&self.data_type)
        } else {
            ScalarValue::iter_to_array(self.counts.keys().cloned())?
        };
        let counts: Int64Array = self.counts.values().copied().map(Some).collect();
        let list = |items: ArrayRef| {
            let field = Arc::new(Field::new_list_field(items.data_type().clone(), true));
            let offsets = OffsetBuffer::from_lengths([items.len()]);
            let list = ListArray::try_new(field, offsets, items, None)?;
            Ok::<_, DataFusionError>(ScalarValue::List(Arc::new(list)))
        };
        Ok(vec![list(values)?, list(Arc::new(counts))?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match self.outcome {
            FrequencyStatistic::Mode => self.mode(),
            FrequencyStatistic::Histogram => self.histogram(),
        }
    }

    fn size(&self) -> usize {
        let entry = size_of::<(ScalarValue, i64)>() + 1;
        size_of_val(self) + self.counts.capacity() * entry + self.held
    }
}
