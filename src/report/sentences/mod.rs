//! What a report may say: a sentence is made of a template and numbers, and there are no others.
//!
//! `rose` and `fell` are said of clear changes only, `clear` is the only word for evidence, and no template
//! gives a statistic as a cause. Names come from data and stand as they are: the faces escape them.

mod amounts;
mod causes;
mod cells;
mod changes;
mod compared;
mod conflicts;
mod counts;
mod events;
mod evidence;
mod goals;
#[cfg(test)]
mod laws;
mod proposals;
mod scope;
mod segments;
mod summary;
#[cfg(test)]
mod summary_tests;

pub(crate) use causes::{
    ChangePart, MixShift, dimension_moved_alike, mix_part, none_stands_out, segment_part,
    segments_against_whole,
};
pub(crate) use cells::{KpiCells, row_sentences};
pub(crate) use changes::{change_sentence, not_comparable};
pub(crate) use compared::{ComparedKpi, DaysOfPeriods, ReferencePeriod};
pub(crate) use conflicts::{disagreeing_scores, speed_against_quality};
pub(crate) use events::{
    AnomalousValue, OverlappingEvent, ThemeShares, anomaly, control_state, level_shift, no_theme,
    theme,
};
pub(crate) use evidence::verdict;
pub(crate) use goals::{
    goal_outcome, goal_sentence, goal_words, missing_segments, segment_goals_sentence,
};
pub(crate) use proposals::ProposedQuestion;
pub(crate) use scope::{footer_lines, scope_sentence};
pub(crate) use segments::{SegmentAgainstRest, segment_against_rest};
pub(crate) use summary::{SummaryFacts, summary_sentences};
