//! Calls without PARTITION BY whose frames only gain rows: what they are of the rows so far is carried from batch to
//! batch, so that rows go on at once.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch};
use arrow::compute::kernels::cmp::{gt, lt};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{is_null, or};
use arrow::datatypes::{DataType, Float64Type, Schema, UInt64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::physical_expr::window::WindowExpr;

use super::framed_aggregate::{
    FramedAggregate, FramedKind, RunningMean, running_means, running_sums,
};
use super::numbering::RowNumbering;
use super::standard_call::standard_function;
use crate::functions::correctness::checked_totals::{
    CarriedTotal, CheckedTotalKind, CompensatedSum, frame_totals,
};
use crate::functions::kernels::frames::{FrameEnd, counts, extremes, has_extremes};

/// A call, and what it is of the rows so far.
#[derive(Debug)]
pub(super) enum RunningCall {
    /// With the number of rows before, and for `dense_rank()` the last rank.
    Numbering(RowNumbering, Arc<dyn WindowExpr>, u64),
    Framed(Box<FramedAggregate>, CarriedState),
}

/// An aggregate of the rows so far.
#[derive(Debug)]
pub(super) enum CarriedState {
    Count(i64),
    Total(CarriedTotal),
    Sum(Box<CompensatedSum>),
    Mean(RunningMean),
    Best(ScalarValue),
}

impl RunningCall {
    /// `None` of calls that are left to the stock operator.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, input: &Schema) -> Option<Self> {
        if let Some(function) = standard_function(call) {
            let numbering = RowNumbering::named(function.fun().name())?;
            return Some(Self::Numbering(numbering, Arc::clone(call), 0));
        }
        let framed = FramedAggregate::new(call, input)?;
        let argument = framed.argument();
        if !argument.frame().is_running() || !argument.frame().ends_here() {
            return None;
        }
        let of = argument.value().data_type(input).ok()?;
        let is_summed = match of {
            DataType::Decimal256(..) => false,
            ref of => *of == DataType::Int64 || of.is_decimal(),
        };
        let state = match framed.kind() {
            FramedKind::Count => CarriedState::Count(0),
            FramedKind::Total(CheckedTotalKind::Sum) if of == DataType::Float64 => {
                CarriedState::Sum(Box::default())
            }
            FramedKind::Total(CheckedTotalKind::Mean) if of == DataType::Float64 => {
                CarriedState::Mean(RunningMean::default())
            }
            FramedKind::Total(_) if is_summed => CarriedState::Total(CarriedTotal::default()),
            FramedKind::End(_) if has_extremes(&of) => {
                CarriedState::Best(ScalarValue::try_from(&of).ok()?)
            }
            _ => return None,
        };
        Some(Self::Framed(Box::new(framed), state))
    }

    /// True if the stock operator is slow at it.
    pub(super) const fn is_aggregate(&self) -> bool {
        matches!(self, Self::Framed(..))
    }

    /// The values of the next rows, whose equal ones in ORDER BY are `peers`.
    ///
    /// # Errors
    /// Those of the function and its arguments.
    pub(super) fn next(&mut self, rows: &RecordBatch, peers: &[Range<usize>]) -> Result<ArrayRef> {
        match self {
            Self::Numbering(numbering, call, before) => {
                let all = 0..rows.num_rows();
                let numbers = numbering.evaluate(call, rows, std::slice::from_ref(&all))?;
                let first = *before;
                let numbers = numbers.as_primitive::<UInt64Type>();
                let numbers = numbers.unary::<_, UInt64Type>(|number| number + first);
                *before += match numbering {
                    RowNumbering::DenseRank => peers.len() as u64,
                    _ => rows.num_rows() as u64,
                };
                Ok(Arc::new(numbers))
            }
            Self::Framed(framed, state) => state.next(framed, rows, peers),
        }
    }
}

impl CarriedState {
    fn next(
        &mut self,
        framed: &FramedAggregate,
        rows: &RecordBatch,
        peers: &[Range<usize>],
    ) -> Result<ArrayRef> {
        let (values, frames) = framed.argument().running(rows, peers)?;
        match (self, framed.kind()) {
            (Self::Count(before), _) => {
                let counts: Int64Array =
                    counts(values.as_ref(), &frames).unary(|count| count + *before);
                *before = counts.values().last().copied().unwrap_or(*before);
                Ok(Arc::new(counts))
            }
            (Self::Sum(sum), _) => {
                let values = values.as_primitive::<Float64Type>();
                Ok(Arc::new(running_sums(values, &frames, sum)))
            }
            (Self::Mean(mean), _) => {
                let values = values.as_primitive::<Float64Type>();
                Ok(Arc::new(running_means(values, &frames, mean)))
            }
            (Self::Total(carried), FramedKind::Total(total)) => {
                match frame_totals(total, &values, framed.result_type(), &frames, carried)? {
                    Some(totals) => Ok(totals),
                    None => internal_err!("no running total of {}", values.data_type()),
                }
            }
            (Self::Best(best), FramedKind::End(end)) => {
                let Some(found) = extremes(values.as_ref(), &frames, end) else {
                    return internal_err!("no running extreme of {}", values.data_type());
                };
                let found = better(&found, best, end)?;
                if let Some(row) = found.len().checked_sub(1) {
                    *best = ScalarValue::try_from_array(&found, row)?;
                }
                Ok(found)
            }
            _ => internal_err!("a running aggregate of another kind"),
        }
    }
}

/// Each of `found`, or `best` if that is better.
fn better(found: &ArrayRef, best: &ScalarValue, end: FrameEnd) -> Result<ArrayRef> {
    if best.is_null() {
        return Ok(Arc::clone(found));
    }
    let best = best.to_scalar()?;
    let is_better = match end {
        FrameEnd::Least => lt(&best, found)?,
        FrameEnd::Greatest => gt(&best, found)?,
    };
    let is_known: BooleanArray = is_better
        .iter()
        .map(|is_better| Some(is_better.unwrap_or(false)))
        .collect();
    Ok(zip(&or(&is_known, &is_null(found)?)?, &best, found)?)
}
