//! Window calls over the rows of several groups at once.
//!
//! The stock functions are asked for each group, which costs more than the rows of a small one. Those that analysts use
//! most are computed here over all groups of a batch; the others are still asked group by group.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::concat;
use arrow::datatypes::Schema;
use datafusion::common::Result;
use datafusion::physical_expr::window::WindowExpr;

use super::framed_aggregate::FramedAggregate;
use super::numbering::RowNumbering;
use super::picked_value::PickedValue;
use super::shift::RowShift;
use super::standard_call::{StandardCall, standard_function};
use super::totals::GroupTotal;

/// A call of a window function with PARTITION BY.
#[derive(Debug)]
pub(super) enum GroupedCall {
    Numbering(RowNumbering, Arc<dyn WindowExpr>),
    Shift(RowShift),
    Total(GroupTotal),
    Picked(PickedValue),
    Framed(FramedAggregate),
    /// Group by group.
    Stock(Arc<dyn WindowExpr>),
}

impl GroupedCall {
    /// `call` over rows of `input`.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, input: &Schema) -> Self {
        if let Some(function) = standard_function(call) {
            if let Some(numbering) = RowNumbering::named(function.fun().name()) {
                return Self::Numbering(numbering, Arc::clone(call));
            }
            if let Some(shift) = RowShift::new(function, input) {
                return Self::Shift(shift);
            }
        }
        if let Some(standard) = StandardCall::new(call) {
            let picked = PickedValue::new(call, &standard);
            return picked.map_or_else(|| Self::Stock(Arc::clone(call)), Self::Picked);
        }
        if let Some(total) = GroupTotal::new(call, input) {
            return Self::Total(total);
        }
        let framed = FramedAggregate::new(call, input);
        framed.map_or_else(|| Self::Stock(Arc::clone(call)), Self::Framed)
    }

    /// The values of all rows; `groups` are their places, one behind the other.
    ///
    /// # Errors
    /// Those of the function and its arguments.
    pub(super) fn evaluate(&self, rows: &RecordBatch, groups: &[Range<usize>]) -> Result<ArrayRef> {
        match self {
            Self::Numbering(numbering, call) => numbering.evaluate(call, rows, groups),
            Self::Shift(shift) => shift.evaluate(rows, groups),
            Self::Total(total) => total.evaluate(rows, groups),
            Self::Picked(picked) => match picked.evaluate(rows, groups)? {
                Some(values) => Ok(values),
                None => group_by_group(picked.call(), rows, groups),
            },
            Self::Framed(framed) => match framed.evaluate(rows, groups)? {
                Some(values) => Ok(values),
                None => group_by_group(framed.call(), rows, groups),
            },
            Self::Stock(call) => group_by_group(call, rows, groups),
        }
    }
}

fn group_by_group(
    call: &Arc<dyn WindowExpr>,
    rows: &RecordBatch,
    groups: &[Range<usize>],
) -> Result<ArrayRef> {
    let values = groups
        .iter()
        .map(|group| call.evaluate(&rows.slice(group.start, group.len())))
        .collect::<Result<Vec<_>>>()?;
    let values: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
    Ok(concat(&values)?)
}
