//! An aggregate call from which accumulators are created repeatedly.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{FieldRef, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF};
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};

/// State of an accumulator, one value per state column.
pub(super) type MovingAggregateState = Vec<ScalarValue>;

/// A function with its arguments.
#[derive(Debug)]
pub(super) struct AggregateCall {
    function: AggregateUDF,
    return_field: FieldRef,
    schema: Schema,
    ignore_nulls: bool,
    order_bys: Vec<PhysicalSortExpr>,
    is_reversed: bool,
    name: String,
    is_distinct: bool,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    expr_fields: Vec<FieldRef>,
}

impl AggregateCall {
    pub(super) fn new(function: &AggregateUDF, args: &AccumulatorArgs<'_>) -> Self {
        Self {
            function: function.clone(),
            return_field: Arc::clone(&args.return_field),
            schema: args.schema.clone(),
            ignore_nulls: args.ignore_nulls,
            order_bys: args.order_bys.to_vec(),
            is_reversed: args.is_reversed,
            name: args.name.to_owned(),
            is_distinct: args.is_distinct,
            exprs: args.exprs.to_vec(),
            expr_fields: args.expr_fields.to_vec(),
        }
    }

    /// A new accumulator without rows.
    pub(super) fn accumulator(&self) -> Result<Box<dyn Accumulator>> {
        self.function.accumulator(AccumulatorArgs {
            return_field: Arc::clone(&self.return_field),
            schema: &self.schema,
            ignore_nulls: self.ignore_nulls,
            order_bys: &self.order_bys,
            is_reversed: self.is_reversed,
            name: &self.name,
            is_distinct: self.is_distinct,
            exprs: &self.exprs,
            expr_fields: &self.expr_fields,
        })
    }

    /// State of `rows`, merged with the states of the rows `before` and `behind` them.
    pub(super) fn state(
        &self,
        before: Option<&MovingAggregateState>,
        rows: &[ArrayRef],
        behind: Option<&MovingAggregateState>,
    ) -> Result<MovingAggregateState> {
        let mut accumulator = self.accumulator()?;
        if let Some(before) = before {
            accumulator.merge_batch(&columns(before)?)?;
        }
        accumulator.update_batch(rows)?;
        if let Some(behind) = behind {
            accumulator.merge_batch(&columns(behind)?)?;
        }
        accumulator.state()
    }

    /// Result of two states, merged in this order.
    pub(super) fn result(&self, states: [Option<&MovingAggregateState>; 2]) -> Result<ScalarValue> {
        let mut accumulator = self.accumulator()?;
        for state in states.into_iter().flatten() {
            accumulator.merge_batch(&columns(state)?)?;
        }
        accumulator.evaluate()
    }

    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.name.capacity()
    }
}

fn columns(state: &MovingAggregateState) -> Result<Vec<ArrayRef>> {
    state.iter().map(ScalarValue::to_array).collect()
}
