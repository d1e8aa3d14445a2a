//! A moving frame as rows, for aggregates whose state grows with them: lists, texts, sets.

use std::collections::VecDeque;
use std::mem::size_of;

use arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::call::{AggregateCall, MovingAggregateState};
use super::stacks::joined;

/// Rows of a frame; a new accumulator consumes them for each result.
#[derive(Debug)]
pub(super) struct FrameRowsAccumulator {
    call: AggregateCall,
    pieces: VecDeque<Vec<ArrayRef>>,
}

impl FrameRowsAccumulator {
    pub(super) const fn new(call: AggregateCall) -> Self {
        Self {
            call,
            pieces: VecDeque::new(),
        }
    }
}

fn rows(piece: &[ArrayRef]) -> usize {
    piece.first().map_or(0, Array::len)
}

impl Accumulator for FrameRowsAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if rows(values) > 0 {
            self.pieces.push_back(values.to_vec());
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mut leaving = rows(values);
        while leaving > 0 {
            let Some(piece) = self.pieces.pop_front() else {
                return internal_err!("more rows are retracted than were added");
            };
            let here = rows(&piece);
            if here > leaving {
                let rest = piece
                    .iter()
                    .map(|column| column.slice(leaving, here - leaving));
                self.pieces.push_front(rest.collect());
            }
            leaving = leaving.saturating_sub(here);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.pieces.len() > 1 {
            let columns = joined(self.pieces.make_contiguous())?;
            self.pieces = VecDeque::from([columns]);
        }
        let mut accumulator = self.call.accumulator()?;
        if let Some(columns) = self.pieces.front() {
            accumulator.update_batch(columns)?;
        }
        accumulator.evaluate()
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn size(&self) -> usize {
        let columns = self.pieces.iter().flatten();
        let values: usize = columns.map(Array::get_array_memory_size).sum();
        size_of::<Self>() + self.call.size() + values
    }

    fn state(&mut self) -> Result<MovingAggregateState> {
        internal_err!("a moving frame has no state to merge")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("a moving frame has no state to merge")
    }
}
