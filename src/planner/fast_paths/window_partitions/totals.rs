//! Aggregates over whole groups.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::Schema;
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, WindowFrameUnits};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::window::{PlainAggregateWindowExpr, WindowExpr};

use crate::planner::fast_paths::window_totals::has_filter;
use crate::planner::order_of_rows::aggregate_depends_on_order;

/// An aggregate whose frame is the whole group, by the accumulator of GROUP BY.
#[derive(Debug)]
pub(super) struct GroupTotal {
    aggregate: AggregateFunctionExpr,
}

impl GroupTotal {
    /// `None` of other frames, and where the order of rows matters.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, input: &Schema) -> Option<Self> {
        let window = call.as_any().downcast_ref::<PlainAggregateWindowExpr>()?;
        let frame = call.get_window_frame();
        let is_whole = frame.end_bound.is_unbounded()
            || (call.order_by().is_empty() && frame.units != WindowFrameUnits::Rows);
        let is_whole = is_whole && frame.start_bound.is_unbounded();
        let aggregate = window.get_aggregate_expr();
        let arguments = aggregate.expressions();
        let of = arguments.first().map(|argument| argument.data_type(input));
        let of = of.transpose().ok()?;
        let is_free = !aggregate_depends_on_order(aggregate.fun().name(), of.as_ref())
            && aggregate.order_bys().is_empty()
            && !aggregate.is_distinct();
        (is_whole && is_free && !has_filter(window) && aggregate.groups_accumulator_supported())
            .then(|| Self {
                aggregate: aggregate.clone(),
            })
    }

    pub(super) fn evaluate(&self, rows: &RecordBatch, groups: &[Range<usize>]) -> Result<ArrayRef> {
        let arguments = self.aggregate.expressions();
        let arguments = arguments
            .iter()
            .map(|argument| argument.evaluate(rows)?.into_array(rows.num_rows()))
            .collect::<Result<Vec<_>>>()?;
        let numbers = || {
            groups
                .iter()
                .enumerate()
                .flat_map(|(number, group)| std::iter::repeat_n(number, group.len()))
        };
        let mut accumulator = self.aggregate.create_groups_accumulator()?;
        let of_rows: Vec<usize> = numbers().collect();
        accumulator.update_batch(&arguments, &of_rows, None, groups.len())?;
        let totals = accumulator.evaluate(EmitTo::All)?;
        let of_rows: UInt32Array = numbers().map(|number| u32::try_from(number).ok()).collect();
        Ok(take(&totals, &of_rows, None)?)
    }
}
