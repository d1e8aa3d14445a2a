//! What joins share that collect their left side: which rows they give, and in which order of work.

mod join_kind;
mod output_columns;
mod stream;
mod visited_keys;

pub(super) use join_kind::{BuildOutput, CollectedJoinKind, ProbeOutput};
pub(super) use output_columns::{JoinOutputColumn, output_columns};
pub(super) use stream::{BatchProbe, CollectedJoinStream};
pub(super) use visited_keys::VisitedKeys;
