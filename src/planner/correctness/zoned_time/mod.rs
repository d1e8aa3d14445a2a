//! Local times of a zone: casts and bins for which the stock engine fails or uses another zone.
//!
//! UTC and its other names are left to the stock engine, which prunes files by such comparisons.
//!
//! Upstream: none found: casts of local times that a clock skips fail, and `date_bin` counts days of UTC whatever the zone
//! Retire when: `date_bin` by days begins at midnight of the zone, and casts of skipped local times give an instant

mod bins;
mod casts;
mod coercion;
mod first_instant;
mod function;
mod text;

pub(crate) use bins::LocalBins;
pub(crate) use casts::LocalCasts;
pub(crate) use coercion::ZonedTimeCoercion;
pub(crate) use text::CastsToLocalTime;

/// True if a zone is UTC by its name.
fn is_utc(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "Z", "+00:00", "+0000", "+00"].contains(&zone)
}
