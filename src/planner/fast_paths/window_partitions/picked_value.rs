//! `first_value`, `last_value` and `nth_value`.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::take;
use datafusion::common::Result;
use datafusion::physical_expr::window::WindowExpr;

use super::framed_argument::FramedArgument;
use super::standard_call::{StandardCall, constant_integer};
use crate::functions::kernels::frames::FrameRanges;

/// The value of one row of each frame.
#[derive(Debug)]
pub(super) struct PickedValue {
    argument: FramedArgument,
    row: PickedRow,
    ignores_nulls: bool,
}

/// Which row of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PickedRow {
    First,
    Last,
    /// From 0 on.
    Nth(usize),
}

impl PickedValue {
    /// `None` of other functions and frames.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, standard: &StandardCall<'_>) -> Option<Self> {
        let mut arguments = standard.function.args().iter();
        let value = Arc::clone(arguments.next()?);
        // The planner turns `first_value` into `last_value` where it turns the order round.
        let row = match standard.function.fun().name() {
            "first_value" => PickedRow::First,
            "last_value" => PickedRow::Last,
            "nth_value" if !standard.is_reversed && !standard.ignores_nulls => {
                let place = constant_integer(arguments.next()?)?;
                PickedRow::Nth(usize::try_from(place).ok()?.checked_sub(1)?)
            }
            _ => return None,
        };
        Some(Self {
            argument: FramedArgument::new(call, value)?,
            row,
            ignores_nulls: standard.ignores_nulls,
        })
    }

    /// `None` where the frames are left to the stock function.
    ///
    /// # Errors
    /// When an argument or a key cannot be evaluated.
    pub(super) fn evaluate(
        &self,
        call: &Arc<dyn WindowExpr>,
        rows: &RecordBatch,
        groups: &[Range<usize>],
    ) -> Result<Option<ArrayRef>> {
        let Some((values, frames)) = self.argument.in_groups(call, rows, groups)? else {
            return Ok(None);
        };
        let places = if self.ignores_nulls && values.logical_null_count() > 0 {
            self.known_places(&values, &frames)
        } else {
            let place = |(start, end): (usize, usize)| {
                let place = match self.row {
                    PickedRow::First => Some(start),
                    PickedRow::Last => end.checked_sub(1),
                    PickedRow::Nth(nth) => start.checked_add(nth),
                };
                place.filter(|place| (start..end).contains(place))
            };
            in_32_bits(frames.iter().map(place))
        };
        Ok(Some(take(&values, &places, None)?))
    }

    /// The first or the last row of each frame that is not NULL.
    fn known_places(&self, values: &ArrayRef, frames: &FrameRanges) -> UInt32Array {
        let nulls = values.logical_nulls();
        let is_known = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let mut nearest = vec![None; values.len()];
        let mut last = None;
        let mut note = |row: usize| {
            if is_known(row) {
                last = Some(row);
            }
            nearest[row] = last;
        };
        match self.row {
            PickedRow::First => (0..values.len()).rev().for_each(&mut note),
            _ => (0..values.len()).for_each(&mut note),
        }
        in_32_bits(frames.iter().map(|(start, end)| {
            let from = match self.row {
                PickedRow::First => start,
                _ => end.checked_sub(1)?,
            };
            let found = *nearest.get(from)?;
            found.filter(|row| (start..end).contains(row))
        }))
    }
}

fn in_32_bits(places: impl Iterator<Item = Option<usize>>) -> UInt32Array {
    places.map(|place| u32::try_from(place?).ok()).collect()
}
