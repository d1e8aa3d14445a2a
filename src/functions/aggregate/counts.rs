//! `count_if` and `product`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, not_impl_err, plan_err};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF, EmitTo, GroupsAccumulator};

use crate::functions::declaration::aggregate::{AggregateFunctionSpec, function};
use crate::functions::kernels::rows::eligible;

pub(crate) fn all() -> Vec<AggregateUDF> {
    let count_if = AggregateFunctionSpec {
        name: "count_if",
        aliases: &["countif"],
        syntax: "count_if(condition)",
        meaning: "How many rows the condition is true for: 0 when there is none. The same as count(*) FILTER (WHERE condition).",
        arguments: &[("condition", "A boolean; NULL counts as false.")],
        example: "SELECT count_if(score >= 9) FROM (VALUES (10), (9), (3)) AS t(score)",
        coerce: |types| match types {
            [DataType::Boolean | DataType::Null] => Ok(vec![DataType::Boolean]),
            _ => plan_err!("count_if takes a condition: count_if(score >= 9)"),
        },
        returns: |_| DataType::Int64,
        state: |_| vec![("count", DataType::Int64)],
        accumulator: |_, args| {
            refuse_distinct("count_if", args)?;
            Ok(Box::new(CountIfAccumulator::default()))
        },
        groups: Some(|args| {
            let args = AccumulatorArgs {
                return_field: Arc::clone(&args.return_field),
                ..*args
            };
            let counts = count_udaf().create_groups_accumulator(args)?;
            Ok(Box::new(CountIfGroupsAccumulator(counts)))
        }),
    };
    let product = AggregateFunctionSpec {
        name: "product",
        aliases: &[],
        syntax: "product(number)",
        meaning: "All values multiplied, as a double. NULLs do not count. NULL without rows.",
        arguments: &[("number", "A number.")],
        example: "SELECT product(n) FROM (VALUES (2), (3)) AS t(n)",
        coerce: |types| match types {
            [number] if number.is_numeric() || number.is_null() => Ok(vec![DataType::Float64]),
            _ => plan_err!("product takes a number: product(factor)"),
        },
        returns: |_| DataType::Float64,
        state: |_| vec![("product", DataType::Float64)],
        accumulator: |_, args| {
            refuse_distinct("product", args)?;
            Ok(Box::new(ProductAccumulator::default()))
        },
        groups: None,
    };
    vec![function(count_if), function(product)]
}

fn refuse_distinct(function: &str, args: &AccumulatorArgs<'_>) -> Result<()> {
    if args.is_distinct {
        not_impl_err!("{function}(DISTINCT ..): select the distinct values first")
    } else {
        Ok(())
    }
}

#[derive(Debug, Default)]
struct CountIfAccumulator(i64);

fn trues(column: &ArrayRef) -> i64 {
    let count = column
        .as_boolean()
        .iter()
        .flatten()
        .filter(|&is| is)
        .count();
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Accumulator for CountIfAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0 += trues(&values[0]);
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0 -= trues(&values[0]);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0 += states[0]
            .as_primitive::<Int64Type>()
            .iter()
            .flatten()
            .sum::<i64>();
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Int64(Some(self.0))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(self.0)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// `count` with the condition as its filter.
struct CountIfGroupsAccumulator(Box<dyn GroupsAccumulator>);

/// Rows whose condition is true and that pass the filter.
fn true_and(conditions: &ArrayRef, filter: Option<&BooleanArray>) -> BooleanArray {
    let trues = conditions.as_boolean().values();
    match eligible(&[conditions], filter) {
        None => BooleanArray::new(trues.clone(), None),
        Some(eligible) => BooleanArray::new(trues & &eligible, None),
    }
}

impl GroupsAccumulator for CountIfGroupsAccumulator {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let filter = true_and(&values[0], opt_filter);
        self.0
            .update_batch(values, group_indices, Some(&filter), total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.0.evaluate(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.0.state(emit_to)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.0.merge_batch(values, group_indices, total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let filter = true_and(&values[0], opt_filter);
        self.0.convert_to_state(values, Some(&filter))
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}

/// `None` until the first value.
#[derive(Debug, Default)]
struct ProductAccumulator(Option<f64>);

impl Accumulator for ProductAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<Float64Type>().iter().flatten() {
            self.0 = Some(self.0.unwrap_or(1.0) * value);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Float64(self.0)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.0))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}
