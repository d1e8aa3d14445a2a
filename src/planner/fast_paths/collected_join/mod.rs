//! What joins share that collect their left side: which rows they give, and in which order of work.

mod build_columns;
mod join_kind;
mod output_columns;
mod stock_join;
mod stream;
mod visited_keys;

pub(super) use build_columns::{batch_of_build_rows, batch_of_rows, collected_columns};
pub(super) use join_kind::{BuildOutput, CollectedJoinKind, ProbeOutput};
pub(super) use output_columns::{JoinOutputColumn, output_columns};
pub(super) use stock_join::over_collected;
pub(super) use stream::{BatchProbe, CollectedJoinStream};
pub(super) use visited_keys::VisitedKeys;
