//! Scales of survey answers.

use crate::functions::kernels::numbers::NumericValue;

/// A scale of scores, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScoreRange {
    pub(crate) low: i32,
    pub(crate) high: i32,
}

/// Answers to "how likely are you to recommend us".
pub(crate) const NPS_RANGE: ScoreRange = ScoreRange { low: 0, high: 10 };
/// Satisfaction, unless a call says another highest score.
pub(crate) const CSAT_RANGE: ScoreRange = ScoreRange { low: 1, high: 5 };
/// Effort, unless a call says another highest score.
pub(crate) const CES_RANGE: ScoreRange = ScoreRange { low: 1, high: 7 };

impl ScoreRange {
    #[inline]
    pub(crate) fn contains(self, score: NumericValue) -> bool {
        (f64::from(self.low)..=f64::from(self.high)).contains(&score.to_f64())
    }

    /// The scale for messages: `0..10`.
    pub(crate) fn text(self) -> String {
        format!("{}..{}", self.low, self.high)
    }
}
