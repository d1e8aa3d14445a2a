//! `backlog_moves` and `backlog_levels`: a backlog by periods of local time.

mod function;
mod groups;
mod levels;
mod periods;
mod single;

pub(crate) use function::{NAME as MOVES, function as moves};
pub(crate) use levels::function as levels;
