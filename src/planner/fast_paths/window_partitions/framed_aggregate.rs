//! Aggregates over the frame of each row.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch};
use arrow::compute::sum;
use arrow::datatypes::{DataType, Float64Type, Schema};
use datafusion::common::Result;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::window::{
    PlainAggregateWindowExpr, SlidingAggregateWindowExpr, WindowExpr,
};

use super::framed_argument::FramedArgument;
use crate::functions::correctness::checked_totals::{
    CarriedTotal, CheckedTotalKind, CompensatedSum, frame_totals,
};
use crate::functions::kernels::frames::{FrameEnd, FrameRanges, counts, exact_sums, extremes};
use crate::planner::fast_paths::window_totals::has_filter;

/// `count`, `sum`, `avg`, `min` or `max` of one expression.
#[derive(Debug)]
pub(super) struct FramedAggregate {
    argument: FramedArgument,
    kind: FramedKind,
    result_type: DataType,
}

/// What is computed of the values of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FramedKind {
    Count,
    Total(CheckedTotalKind),
    End(FrameEnd),
}

impl FramedAggregate {
    /// `None` of other aggregates, types and frames.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, input: &Schema) -> Option<Self> {
        let aggregate = unfiltered(call)?;
        let [value] = aggregate.expressions().try_into().ok()?;
        let of = value.data_type(input).ok()?;
        let result_type = aggregate.field().data_type().clone();
        let kind = match aggregate.fun().name() {
            "count" => FramedKind::Count,
            "sum" => FramedKind::Total(CheckedTotalKind::Sum),
            "avg" => FramedKind::Total(CheckedTotalKind::Mean),
            "min" if of == result_type => FramedKind::End(FrameEnd::Least),
            "max" if of == result_type => FramedKind::End(FrameEnd::Greatest),
            _ => return None,
        };
        let is_plain = !aggregate.is_distinct() && aggregate.order_bys().is_empty();
        is_plain.then_some(())?;
        Some(Self {
            argument: FramedArgument::new(call, value)?,
            kind,
            result_type,
        })
    }

    pub(super) const fn kind(&self) -> FramedKind {
        self.kind
    }

    pub(super) const fn argument(&self) -> &FramedArgument {
        &self.argument
    }

    pub(super) const fn result_type(&self) -> &DataType {
        &self.result_type
    }

    /// `None` where values or frames are left to the stock function.
    ///
    /// # Errors
    /// When an argument or a key cannot be evaluated, and those of the aggregate.
    pub(super) fn evaluate(
        &self,
        call: &Arc<dyn WindowExpr>,
        rows: &RecordBatch,
        groups: &[Range<usize>],
    ) -> Result<Option<ArrayRef>> {
        let Some((values, frames)) = self.argument.in_groups(call, rows, groups)? else {
            return Ok(None);
        };
        Ok(match self.kind {
            FramedKind::Count => Some(Arc::new(counts(values.as_ref(), &frames))),
            FramedKind::End(end) => extremes(values.as_ref(), &frames, end),
            FramedKind::Total(total) if *values.data_type() == DataType::Float64 => {
                let values = values.as_primitive::<Float64Type>();
                let sum = &mut CompensatedSum::default();
                match (self.argument.frame().is_running(), total) {
                    (true, CheckedTotalKind::Sum) => {
                        Some(Arc::new(running_sums(values, &frames, sum)))
                    }
                    (true, CheckedTotalKind::Mean) => {
                        let mean = &mut RunningMean::default();
                        Some(Arc::new(running_means(values, &frames, mean)))
                    }
                    (false, total) => moving(total, values, &frames),
                }
            }
            FramedKind::Total(total) => {
                let carried = &mut CarriedTotal::default();
                frame_totals(total, &values, &self.result_type, &frames, carried)?
            }
        })
    }
}

/// The aggregate of a call without FILTER.
fn unfiltered(call: &Arc<dyn WindowExpr>) -> Option<&AggregateFunctionExpr> {
    let call = call.as_any();
    if let Some(plain) = call.downcast_ref::<PlainAggregateWindowExpr>() {
        return (!has_filter(plain)).then(|| plain.get_aggregate_expr());
    }
    let sliding = call.downcast_ref::<SlidingAggregateWindowExpr>()?;
    (!has_filter(sliding)).then(|| sliding.get_aggregate_expr())
}

/// Sums of doubles over frames that start with their group, as `sum` adds them. The first group goes on from `sum`.
pub(super) fn running_sums(
    values: &Float64Array,
    frames: &FrameRanges,
    sum: &mut CompensatedSum,
) -> Float64Array {
    let added = entering(frames).map(|(is_new, rows)| {
        if is_new {
            *sum = CompensatedSum::default();
        }
        let rows = values.slice(rows.start, rows.len());
        match rows.null_count() {
            0 => sum.add_all(rows.values()),
            _ => rows
                .iter()
                .flatten()
                .for_each(|value| sum.add_all(&[value])),
        }
        sum.total()
    });
    added.collect()
}

/// The sum and number of doubles so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RunningMean {
    total: f64,
    count: usize,
}

/// Means of doubles over frames that start with their group, as `avg` adds them. The first group goes on from `mean`.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 rows")]
pub(super) fn running_means(
    values: &Float64Array,
    frames: &FrameRanges,
    mean: &mut RunningMean,
) -> Float64Array {
    let added = entering(frames).map(|(is_new, rows)| {
        if is_new {
            *mean = RunningMean::default();
        }
        let rows = values.slice(rows.start, rows.len());
        if let Some(more) = sum(&rows) {
            mean.total += more;
            mean.count += rows.len() - rows.null_count();
        }
        (mean.count > 0).then(|| mean.total / mean.count as f64)
    });
    added.collect()
}

/// For each frame, whether another group than the first begins with it, and the rows that it has and the one before
/// has not.
fn entering(frames: &FrameRanges) -> impl Iterator<Item = (bool, Range<usize>)> {
    let mut last = None;
    frames.iter().map(move |(start, end)| {
        let goes_on = last.filter(|&(first, _)| first == start);
        let is_new = last.is_some() && goes_on.is_none();
        let from = goes_on.map_or(start, |(_, before)| before);
        last = Some((start, end));
        (is_new, from..end)
    })
}

/// Sums and means of doubles over frames that lose rows too, which are exact.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 rows")]
fn moving(
    total: CheckedTotalKind,
    values: &Float64Array,
    frames: &FrameRanges,
) -> Option<ArrayRef> {
    let sums = exact_sums(values, frames)?;
    let counts = counts(values, frames);
    let pairs = sums.into_iter().zip(counts.values());
    let totals = pairs.map(|(sum, &count)| {
        let value = match total {
            CheckedTotalKind::Sum => sum,
            CheckedTotalKind::Mean => sum / count as f64,
        };
        (count > 0).then_some(value)
    });
    Some(Arc::new(totals.collect::<Float64Array>()))
}
