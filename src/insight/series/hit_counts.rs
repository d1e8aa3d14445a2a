//! Hits and cases of a period, read from two numbers.

use datafusion::common::Result;

use super::control_limits::HitCount;
use super::periods::PeriodSlot;
use super::series_rows::OneSeries;

/// Largest double below which every whole number is one.
const LARGEST: f64 = 9e15;

/// The counts of a slot, whose numbers are hits and n; `None` where one is NULL or invalid and left out.
///
/// # Errors
/// When one is not a whole number of 0 or more, or hits exceed n, unless they `may_exceed` it.
pub(super) fn hit_count(
    series: &OneSeries<'_>,
    slot: &PeriodSlot,
    may_exceed: bool,
) -> Result<Option<HitCount>> {
    let (Some(hits), Some(n)) = (series.number(0, slot), series.number(1, slot)) else {
        return Ok(None);
    };
    for (name, value) in [("hits", hits), ("n", n)] {
        if whole(value).is_none() {
            let problem = format!("{name} is {value}, not a whole number of 0 or more,");
            return series.invalid(slot, &problem);
        }
    }
    if hits > n && !may_exceed {
        let problem = format!("hits are {hits} of n = {n}");
        return series.invalid(slot, &problem);
    }
    let counts = whole(hits).zip(whole(n));
    Ok(counts.map(|(hits, n)| HitCount { hits, n }))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and below 2^53"
)]
fn whole(value: f64) -> Option<i64> {
    let is_count = value.fract() == 0.0 && (0.0..=LARGEST).contains(&value);
    is_count.then_some(value as i64)
}
