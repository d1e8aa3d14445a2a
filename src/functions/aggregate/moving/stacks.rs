//! A moving frame as two stacks of states: nothing is subtracted, and each row is merged about three times.
//!
//! The newer rows share one state. Each older row has a state of itself and all older rows behind it in the
//! frame, so the oldest row leaves when the last of these states is popped. When none is left, the newer
//! rows become the older ones. (Tangwongsan, Hirzel, Schneider: "General incremental sliding-window
//! aggregation", 2015, call it two-stacks.)

use std::mem::size_of;

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::call::{AggregateCall, MovingAggregateState};

/// States of a frame.
#[derive(Debug)]
pub(super) struct TwoStacksAccumulator {
    call: AggregateCall,
    /// One state per older row, of that row and the older rows behind it; the oldest row's is the last.
    older: Vec<MovingAggregateState>,
    /// State of the newer rows.
    newer: Option<MovingAggregateState>,
    newer_rows: Vec<Vec<ArrayRef>>,
}

impl TwoStacksAccumulator {
    pub(super) const fn new(call: AggregateCall) -> Self {
        Self {
            call,
            older: vec![],
            newer: None,
            newer_rows: vec![],
        }
    }

    /// Moves the newer rows to the older ones, except the first `gone`.
    fn turn(&mut self, gone: usize) -> Result<()> {
        let pieces = std::mem::take(&mut self.newer_rows);
        self.newer = None;
        let columns = joined(&pieces)?;
        let rows = columns.first().map_or(0, Array::len);
        self.older.reserve_exact(rows.saturating_sub(gone));
        for row in (gone..rows).rev() {
            let row: Vec<_> = columns.iter().map(|column| column.slice(row, 1)).collect();
            let state = self.call.state(None, &row, self.older.last())?;
            self.older.push(state);
        }
        Ok(())
    }
}

/// Concatenates the pieces of each column.
pub(super) fn joined(pieces: &[Vec<ArrayRef>]) -> Result<Vec<ArrayRef>> {
    let columns = pieces.first().map_or(0, Vec::len);
    let mut joined = Vec::with_capacity(columns);
    for column in 0..columns {
        let parts: Vec<&dyn Array> = pieces.iter().map(|piece| piece[column].as_ref()).collect();
        joined.push(concat(&parts)?);
    }
    Ok(joined)
}

impl Accumulator for TwoStacksAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if values.first().is_none_or(Array::is_empty) {
            return Ok(());
        }
        self.newer = Some(self.call.state(self.newer.as_ref(), values, None)?);
        self.newer_rows.push(values.to_vec());
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let leaving = values.first().map_or(0, Array::len);
        let of_older = leaving.min(self.older.len());
        self.older.truncate(self.older.len() - of_older);
        if leaving > of_older {
            self.turn(leaving - of_older)?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.call.result([self.older.last(), self.newer.as_ref()])
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn size(&self) -> usize {
        let states = self.older.len() + usize::from(self.newer.is_some());
        let parts = self.newer.as_ref().map_or(2, Vec::len);
        let rows: usize = self.newer_rows.iter().flatten().map(Array::len).sum();
        self.call.size() + states * (parts + 1) * size_of::<ScalarValue>() + rows * size_of::<f64>()
    }

    fn state(&mut self) -> Result<MovingAggregateState> {
        internal_err!("a moving frame has no state to merge")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("a moving frame has no state to merge")
    }
}
