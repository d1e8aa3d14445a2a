//! Aggregates from the first row of a group to the current one.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, Int64Array, PrimitiveArray, RecordBatch,
    UInt32Array, downcast_integer_array, downcast_temporal_array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, Schema};
use datafusion::common::Result;
use datafusion::logical_expr::{WindowFrameBound, WindowFrameUnits};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::window::{PlainAggregateWindowExpr, WindowExpr};

use super::peers::peers;
use crate::planner::fast_paths::window_totals::has_filter;

/// `count`, `min`, `max` and `sum` of whole numbers, from the first row of the group to the current one.
#[derive(Debug)]
pub(super) struct RunningAggregate {
    call: Arc<dyn WindowExpr>,
    kind: RunningKind,
    value: Arc<dyn PhysicalExpr>,
    /// False if rows that are equal in ORDER BY have the same frame.
    is_by_row: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RunningKind {
    Count,
    Least,
    Most,
    Sum,
}

impl RunningAggregate {
    /// `None` of other aggregates, types and frames.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, input: &Schema) -> Option<Self> {
        let window = call.as_any().downcast_ref::<PlainAggregateWindowExpr>()?;
        let frame = call.get_window_frame();
        let is_running = frame.start_bound.is_unbounded()
            && matches!(frame.end_bound, WindowFrameBound::CurrentRow);
        let aggregate = window.get_aggregate_expr();
        let [value] = aggregate.expressions().try_into().ok()?;
        let of = value.data_type(input).ok()?;
        let is_ordered_number =
            of.is_integer() || of.is_temporal() || matches!(of, DataType::Decimal128(..));
        let same_type = aggregate.field().data_type() == &of;
        let kind = match aggregate.fun().name() {
            "count" => RunningKind::Count,
            "min" if is_ordered_number && same_type => RunningKind::Least,
            "max" if is_ordered_number && same_type => RunningKind::Most,
            "sum" if of == DataType::Int64 && same_type => RunningKind::Sum,
            _ => return None,
        };
        let is_plain =
            !aggregate.is_distinct() && aggregate.order_bys().is_empty() && !has_filter(window);
        (is_running && is_plain).then(|| Self {
            call: Arc::clone(call),
            kind,
            value,
            is_by_row: frame.units == WindowFrameUnits::Rows,
        })
    }

    pub(super) const fn call(&self) -> &Arc<dyn WindowExpr> {
        &self.call
    }

    /// `None` if a sum passes the range of its type: the stock function says what that is.
    pub(super) fn evaluate(
        &self,
        rows: &RecordBatch,
        groups: &[Range<usize>],
    ) -> Result<Option<ArrayRef>> {
        let values = self.value.evaluate(rows)?.into_array(rows.num_rows())?;
        let by_row = match self.kind {
            RunningKind::Count => Some(counts(&values, groups)),
            RunningKind::Sum => sums(values.as_primitive::<Int64Type>(), groups),
            RunningKind::Least => extremes(values.as_ref(), groups, Ordering::Less),
            RunningKind::Most => extremes(values.as_ref(), groups, Ordering::Greater),
        };
        let Some(by_row) = by_row else {
            return Ok(None);
        };
        if self.is_by_row {
            return Ok(Some(by_row));
        }
        // Of equal rows all have the value of the last.
        let peers = peers(&self.call, rows, groups)?;
        let last = peers.iter().flat_map(|equal| {
            let last = u32::try_from(equal.end - 1).ok();
            std::iter::repeat_n(last, equal.len())
        });
        let last: UInt32Array = last.collect();
        Ok(Some(take(&by_row, &last, None)?))
    }
}

/// Numbers of rows with a value.
fn counts(values: &ArrayRef, groups: &[Range<usize>]) -> ArrayRef {
    let nulls = values.logical_nulls();
    let is_valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    let mut counts = Vec::with_capacity(values.len());
    for group in groups {
        let mut count = 0;
        counts.extend(group.clone().map(|row| {
            count += i64::from(is_valid(row));
            count
        }));
    }
    Arc::new(Int64Array::from(counts))
}

/// Sums of the values so far, NULL before the first; `None` if one does not fit.
fn sums(values: &Int64Array, groups: &[Range<usize>]) -> Option<ArrayRef> {
    let mut sums: Vec<Option<i64>> = Vec::with_capacity(values.len());
    for group in groups {
        let mut sum: Option<i64> = None;
        for row in group.clone() {
            if values.is_valid(row) {
                sum = Some(sum.unwrap_or(0).checked_add(values.value(row))?);
            }
            sums.push(sum);
        }
    }
    Some(Arc::new(Int64Array::from(sums)))
}

/// The least or the largest of the values so far, NULL before the first; `None` of other types.
fn extremes(values: &dyn Array, groups: &[Range<usize>], kept: Ordering) -> Option<ArrayRef> {
    downcast_integer_array!(
        values => Some(extreme(values, groups, kept)),
        DataType::Decimal128(..) => {
            Some(extreme(values.as_primitive::<Decimal128Type>(), groups, kept))
        }
        _ => downcast_temporal_array!(
            values => Some(extreme(values, groups, kept)),
            _ => None,
        ),
    )
}

fn extreme<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    groups: &[Range<usize>],
    kept: Ordering,
) -> ArrayRef {
    let mut found: Vec<Option<T::Native>> = Vec::with_capacity(values.len());
    for group in groups {
        let mut best: Option<T::Native> = None;
        for row in group.clone() {
            if values.is_valid(row) {
                let value = values.value(row);
                let is_better = |best| value.partial_cmp(&best) == Some(kept);
                if best.is_none_or(is_better) {
                    best = Some(value);
                }
            }
            found.push(best);
        }
    }
    let found: PrimitiveArray<T> = found.into_iter().collect();
    Arc::new(found.with_data_type(values.data_type().clone()))
}
