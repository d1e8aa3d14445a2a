//! The argument of a call, over the frames of the call.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use datafusion::common::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::window::WindowExpr;

use super::frames::FrameShape;
use crate::functions::kernels::frames::FrameRanges;

/// An expression whose values are looked at in frames.
#[derive(Debug)]
pub(super) struct FramedArgument {
    value: Arc<dyn PhysicalExpr>,
    frame: FrameShape,
}

impl FramedArgument {
    /// `None` where the frames of `call` are left to the stock operator.
    pub(super) fn new(call: &Arc<dyn WindowExpr>, value: Arc<dyn PhysicalExpr>) -> Option<Self> {
        let frame = FrameShape::new(call)?;
        Some(Self { value, frame })
    }

    pub(super) const fn value(&self) -> &Arc<dyn PhysicalExpr> {
        &self.value
    }

    pub(super) const fn frame(&self) -> &FrameShape {
        &self.frame
    }

    /// The values of `rows`, and the frames of `call` within `groups`; `None` where these are left to the stock function.
    ///
    /// # Errors
    /// When the argument or a key cannot be evaluated.
    pub(super) fn in_groups(
        &self,
        call: &Arc<dyn WindowExpr>,
        rows: &RecordBatch,
        groups: &[Range<usize>],
    ) -> Result<Option<(ArrayRef, FrameRanges)>> {
        let Some(frames) = self.frame.ranges(call, rows, groups)? else {
            return Ok(None);
        };
        Ok(Some((self.values(rows)?, frames)))
    }

    /// The values of `rows`, and their frames from the first of them on; rows that are equal are `peers`.
    ///
    /// # Errors
    /// When the argument cannot be evaluated.
    pub(super) fn running(
        &self,
        rows: &RecordBatch,
        peers: &[Range<usize>],
    ) -> Result<(ArrayRef, FrameRanges)> {
        Ok((self.values(rows)?, self.frame.running_ranges(peers)))
    }

    fn values(&self, rows: &RecordBatch) -> Result<ArrayRef> {
        self.value.evaluate(rows)?.into_array(rows.num_rows())
    }
}
