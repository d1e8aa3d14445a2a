//! Which rows a join gives, and when.

use datafusion::common::JoinType;

/// What is given for the rows of the probe side as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::planner::fast_paths) enum ProbeOutput {
    /// Each pair of equal keys.
    Pairs,
    /// The same, and the rows without a match.
    PairsAndUnmatched,
    /// The rows with a match.
    Matched,
    /// The rows without a match.
    Unmatched,
    /// Nothing: they only tell which rows of the build side have a match.
    Nothing,
}

/// The rows of the build side that are given when all of the probe side has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::planner::fast_paths) enum BuildOutput {
    Nothing,
    Matched,
    Unmatched,
}

impl BuildOutput {
    /// The rows that it gives of those that have a match or none, in their order.
    pub(in crate::planner::fast_paths) fn rows(
        self,
        is_matched: impl Iterator<Item = bool>,
    ) -> Vec<u32> {
        let wanted = match self {
            Self::Nothing => return vec![],
            Self::Matched => true,
            Self::Unmatched => false,
        };
        let rows = is_matched.zip(0..);
        rows.filter(|(is_matched, _)| *is_matched == wanted)
            .map(|(_, row)| row)
            .collect()
    }
}

/// A type of join with the left side as build side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::planner::fast_paths) struct CollectedJoinKind {
    pub(in crate::planner::fast_paths) probe: ProbeOutput,
    pub(in crate::planner::fast_paths) build: BuildOutput,
}

impl CollectedJoinKind {
    /// `None` for types that are not supported.
    pub(in crate::planner::fast_paths) fn from_join_type(join_type: JoinType) -> Option<Self> {
        let (probe, build) = match join_type {
            JoinType::Inner => (ProbeOutput::Pairs, BuildOutput::Nothing),
            JoinType::Left => (ProbeOutput::Pairs, BuildOutput::Unmatched),
            JoinType::Right => (ProbeOutput::PairsAndUnmatched, BuildOutput::Nothing),
            JoinType::Full => (ProbeOutput::PairsAndUnmatched, BuildOutput::Unmatched),
            JoinType::LeftSemi => (ProbeOutput::Nothing, BuildOutput::Matched),
            JoinType::LeftAnti => (ProbeOutput::Nothing, BuildOutput::Unmatched),
            JoinType::RightSemi => (ProbeOutput::Matched, BuildOutput::Nothing),
            JoinType::RightAnti => (ProbeOutput::Unmatched, BuildOutput::Nothing),
            _ => return None,
        };
        Some(Self { probe, build })
    }

    /// True if the output has columns of the probe side.
    pub(in crate::planner::fast_paths) fn shows_probe(self) -> bool {
        self.probe != ProbeOutput::Nothing
    }

    /// True if the output has columns of the build side.
    pub(in crate::planner::fast_paths) fn shows_build(self) -> bool {
        let has_pairs = matches!(
            self.probe,
            ProbeOutput::Pairs | ProbeOutput::PairsAndUnmatched
        );
        has_pairs || self.build != BuildOutput::Nothing
    }

    /// True if rows of the probe side that have no match change nothing.
    pub(in crate::planner::fast_paths) fn drops_unmatched_probe(self) -> bool {
        !matches!(
            self.probe,
            ProbeOutput::PairsAndUnmatched | ProbeOutput::Unmatched
        )
    }

    /// True if there is no output where the build side has no key.
    pub(in crate::planner::fast_paths) fn needs_keys(self) -> bool {
        self.drops_unmatched_probe() && self.build != BuildOutput::Unmatched
    }
}
