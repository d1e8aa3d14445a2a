//! Events of known date and size, which the insight functions are tried on: a bad release, an
//! understaffed queue and a price rise. `docs/data-model.md` describes them.

use chrono::NaiveDate;

use super::calendar::{DAY, SimulationSeconds, moment};
use super::desk::{SubscriptionPlan, SupportTeam};

/// Team whose queue was understaffed.
const SHORT_TEAM: SupportTeam = SupportTeam::Billing;
/// Factor of its waits until the first answer.
const SHORT_WAIT: f64 = 3.0;
/// Plan whose price rose.
const DEARER_PLAN: SubscriptionPlan = SubscriptionPlan::Business;
/// Month of the price rise, from the first of the window: October 2025.
const DEARER_MONTH: usize = 21;
/// Cents by which a seat became dearer.
const DEARER_CENTS: i64 = 1_000;
/// Number of days until the effect of the bad release on satisfaction has worn off.
const DIP_DAYS: i64 = 42;
/// Number of days until customers have got used to the new price.
const SHOCK_DAYS: i64 = 92;

fn start_of(year: i32, month: u32, day: u32, hour: u32) -> SimulationSeconds {
    moment(
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default(),
        hour,
        0,
    )
}

/// Time since `start` as a share of `days`; `None` outside of them.
fn progress(at: SimulationSeconds, start: SimulationSeconds, days: i64) -> Option<f64> {
    let since = at - start;
    (0..days * DAY)
        .contains(&since)
        .then(|| since as f64 / (days * DAY) as f64)
}

/// Start of the bad release: 2025-03-11 06:00 in New York.
pub(super) fn release() -> SimulationSeconds {
    start_of(2025, 3, 11, 6)
}

/// Decrease of satisfaction by the bad release at `at`: largest at first, then fading.
pub(super) fn release_dip(at: SimulationSeconds) -> f64 {
    progress(at, release(), DIP_DAYS).map_or(0.0, |part| 1.3 * (1.0 - part))
}

/// Factor of the wait in the queue of `team`: six weeks from 2025-06-02 the billing team lacked
/// people.
pub(super) fn queue_factor(team: SupportTeam, at: SimulationSeconds) -> f64 {
    let is_short =
        team == SHORT_TEAM && (start_of(2025, 6, 2, 0)..start_of(2025, 7, 14, 0)).contains(&at);
    if is_short { SHORT_WAIT } else { 1.0 }
}

/// Cents that a seat of `plan` costs in `month` on top of its first price.
pub(super) fn price_rise(plan: SubscriptionPlan, month: usize) -> i64 {
    if plan == DEARER_PLAN && month >= DEARER_MONTH {
        DEARER_CENTS
    } else {
        0
    }
}

/// How much a new price is on the mind of a customer of `plan`: 1 on the day, fading to 0.
pub(super) fn price_shock(plan: SubscriptionPlan, at: SimulationSeconds) -> f64 {
    if plan != DEARER_PLAN {
        return 0.0;
    }
    progress(at, start_of(2025, 10, 1, 0), SHOCK_DAYS).map_or(0.0, |part| 1.0 - part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::calendar::SimulationCalendar;

    #[test]
    fn effects_begin_and_end_on_their_days() {
        let dip = |days: i64| release_dip(release() + days * DAY);
        assert!(dip(0) > dip(20) && dip(20) > dip(41));
        assert!(dip(-1).abs() < 1e-12 && dip(43).abs() < 1e-12);
        let june = start_of(2025, 6, 2, 0);
        let is_short = |team, at| queue_factor(team, at) > 1.0;
        let billing = SupportTeam::Billing;
        assert!(!is_short(billing, june - 1) && is_short(billing, june));
        assert!(!is_short(billing, june + 42 * DAY) && !is_short(SupportTeam::Frontline, june));
    }

    #[test]
    fn the_price_rises_with_its_month() {
        let months = SimulationCalendar::new(|_| 0.0).months;
        let business = SubscriptionPlan::Business;
        assert!((price_shock(business, months[DEARER_MONTH]) - 1.0).abs() < 1e-12);
        assert!(price_shock(business, months[DEARER_MONTH] - 1).abs() < 1e-12);
        assert_eq!(price_rise(business, DEARER_MONTH - 1), 0);
        assert_eq!(price_rise(business, DEARER_MONTH), 1_000);
        assert_eq!(price_rise(SubscriptionPlan::Starter, DEARER_MONTH), 0);
    }
}
