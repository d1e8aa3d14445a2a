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
pub(super) struct GroupedCall {
    call: Arc<dyn WindowExpr>,
    kind: GroupedKind,
}

/// What computes it.
#[derive(Debug)]
enum GroupedKind {
    Numbering(RowNumbering),
    Shift(RowShift),
    Total(GroupTotal),
    Picked(PickedValue),
    Framed(FramedAggregate),
    /// Group by group.
    Stock,
}

impl GroupedCall {
    /// `call` over rows of `input`.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, input: &Schema) -> Self {
        Self {
            call: Arc::clone(call),
            kind: GroupedKind::new(call, input).unwrap_or(GroupedKind::Stock),
        }
    }

    /// The values of all rows; `groups` are their places, one behind the other.
    ///
    /// # Errors
    /// Those of the function and its arguments.
    pub(super) fn evaluate(&self, rows: &RecordBatch, groups: &[Range<usize>]) -> Result<ArrayRef> {
        let call = &self.call;
        let values = match &self.kind {
            GroupedKind::Numbering(numbering) => Some(numbering.evaluate(call, rows, groups)?),
            GroupedKind::Shift(shift) => Some(shift.evaluate(rows, groups)?),
            GroupedKind::Total(total) => Some(total.evaluate(rows, groups)?),
            GroupedKind::Picked(picked) => picked.evaluate(call, rows, groups)?,
            GroupedKind::Framed(framed) => framed.evaluate(call, rows, groups)?,
            GroupedKind::Stock => None,
        };
        values.map_or_else(|| group_by_group(call, rows, groups), Ok)
    }
}

impl GroupedKind {
    /// `None` of calls that are asked group by group.
    fn new(call: &Arc<dyn WindowExpr>, input: &Schema) -> Option<Self> {
        if let Some(standard) = StandardCall::new(call) {
            let written = standard_function(call);
            let numbering = written.and_then(|it| RowNumbering::named(it.fun().name()));
            let shift = || written.and_then(|it| RowShift::new(it, input));
            let picked = || PickedValue::new(call, &standard);
            return numbering
                .map(Self::Numbering)
                .or_else(|| shift().map(Self::Shift))
                .or_else(|| picked().map(Self::Picked));
        }
        let total = GroupTotal::new(call, input).map(Self::Total);
        total.or_else(|| FramedAggregate::new(call, input).map(Self::Framed))
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
