//! Exact sums of a segment before and after.

use super::kpi::{ChangeKpi, SideParts};

/// Sums of a segment on both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct SegmentSums {
    pub(super) before: SideParts,
    pub(super) after: SideParts,
}

impl SegmentSums {
    /// Adds the rows of `other`.
    pub(super) fn merge(&mut self, other: &Self) {
        for (sum, more) in self.before.iter_mut().zip(other.before) {
            *sum = sum.saturating_add(more);
        }
        for (sum, more) in self.after.iter_mut().zip(other.after) {
            *sum = sum.saturating_add(more);
        }
    }

    /// The rows of this segment that are not in `part`.
    pub(super) fn without(&self, part: &Self) -> Self {
        let less = |all: &SideParts, part: &SideParts| -> SideParts {
            std::array::from_fn(|place| all[place].saturating_sub(part[place]))
        };
        Self {
            before: less(&self.before, &part.before),
            after: less(&self.after, &part.after),
        }
    }

    /// Rows of both sides together.
    pub(super) fn rows(&self, kpi: &ChangeKpi) -> i64 {
        kpi.rows(&self.before).saturating_add(kpi.rows(&self.after))
    }

    /// after − before; `None` unless both have a value.
    pub(super) fn change(&self, kpi: &ChangeKpi) -> Option<f64> {
        Some(kpi.value(&self.after)? - kpi.value(&self.before)?)
    }

    /// Squared standard error of [`Self::change`]; `None` where nothing varies on either side.
    pub(super) fn squared_error(&self, kpi: &ChangeKpi) -> Option<f64> {
        let error = kpi.squared_error(&self.before)? + kpi.squared_error(&self.after)?;
        (error > 0.0).then_some(error)
    }
}
