//! `ASOF JOIN`: each row of the left side with the one row of the right side whose time is the nearest on one
//! side of its own, among those of equal keys.
//!
//! `sql` writes it as a join whose condition is an argument of [`ASOF_MATCH`]. `rule` puts a node in its place,
//! once types are settled; `operator` goes through both sides in order of keys and time, so that its cost is that
//! of sorting them.

mod marker;
mod matching;
mod node;
mod operator;
mod rule;

pub(crate) use marker::ASOF_MATCH;
pub(super) use marker::function;
pub(super) use node::AsOfJoinPlanner;
pub(super) use rule::AsOfJoins;
