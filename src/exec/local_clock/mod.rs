//! Times on the clock of a zone: casts and bins where the stock engine fails or follows another clock.
//!
//! UTC and its other names are left to the stock engine, which prunes files by such comparisons.

mod beside;
mod bins;
mod casts;
mod first;
mod function;
mod shown;

pub(super) use beside::BesideZoned;
pub(super) use bins::LocalBins;
pub(super) use casts::LocalCasts;
pub(super) use shown::ShownByClocks;

/// Whether clocks of a zone always show UTC.
fn is_utc(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "Z", "+00:00", "+0000", "+00"].contains(&zone)
}
