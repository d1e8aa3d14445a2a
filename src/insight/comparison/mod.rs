//! Two groups of rows compared: `compare_*`, the same from totals, adjusted p values, and sample sizes.

mod adjustment;
mod counted;
mod functions;
mod means;
mod moments;
mod net_shares;
mod p_adjust;
mod planning;
mod planning_functions;
mod ranks;
mod shares;
mod side_difference;
mod tallied;
mod totals;

pub(super) use adjustment::benjamini_hochberg;
pub(crate) use adjustment::holm;
pub(super) use functions::{SCALARS, STATISTICS};
pub(super) use means::compare_means;
pub(super) use moments::{MomentTally, SignedNumbers};
pub(super) use net_shares::{NetShareCounts, compare_net_shares};
pub(crate) use p_adjust::NAME as P_ADJUST;
pub(super) use p_adjust::function as p_adjust;
pub(super) use shares::{ShareCounts, compare_shares};
