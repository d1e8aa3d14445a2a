//! Work that the desk starts itself: onboarding of new customers and proactive outreach.

use super::calendar::{DAY, END, HOUR, SimulationSeconds, local, moment};
use super::customers::CustomerProfile;
use super::desk::{SubscriptionPlan, SupportTeam};
use super::life::{CustomerLife, OnboardingRow, OutreachRow};
use super::rng::{RandomStream, round};
use super::world::SimulationWorld;

/// Maximum duration of onboarding.
const DUE: SimulationSeconds = 45 * DAY;

/// Agent who is responsible for customers of larger plans.
pub(super) fn owner(
    world: &SimulationWorld,
    plan: SubscriptionPlan,
    rng: &mut RandomStream,
) -> Option<i64> {
    let agent = world.staff.pick(SupportTeam::Success, END - 1, rng).id;
    matches!(
        plan,
        SubscriptionPlan::Business | SubscriptionPlan::Enterprise
    )
    .then_some(agent)
}

/// Onboarding of customers who signed up inside the window.
pub(super) fn onboarding(
    world: &SimulationWorld,
    customer: &CustomerProfile,
    rng: &mut RandomStream,
) -> Option<OnboardingRow> {
    if customer.started < 0 {
        return None;
    }
    let (steps, completes) = match customer.plan {
        SubscriptionPlan::Free => (4, 0.55),
        SubscriptionPlan::Starter => (5, 0.68),
        SubscriptionPlan::Business => (7, 0.78),
        SubscriptionPlan::Enterprise => (9, 0.87),
    };
    let agent = world
        .staff
        .pick(SupportTeam::Success, customer.started, rng)
        .id;
    let finished = customer.started + round(rng.log_normal(12.0 * DAY as f64, 0.75));
    let completes = rng.chance(completes + 0.04 * customer.temper);
    let due = customer.started + DUE;
    let steps_done = i32::try_from(rng.index(usize::try_from(steps).unwrap_or(1))).unwrap_or(0);
    let completed = (completes && finished < END).then_some(finished);
    Some(OnboardingRow {
        plan: customer.plan,
        agent: (customer.plan != SubscriptionPlan::Free).then_some(agent),
        due,
        completed,
        steps,
        steps_done: if completed.is_some() {
            steps
        } else {
            steps_done
        },
        is_completed: match completed {
            Some(_) => Some(true),
            None if due < END => Some(false),
            None => None,
        },
    })
}

/// At most one proactive message per month; customers at risk get more of them.
pub(super) fn outreach(
    life: &CustomerLife,
    start: SimulationSeconds,
    until: SimulationSeconds,
    at_risk: bool,
    rng: &mut RandomStream,
) -> Option<OutreachRow> {
    let age = start - life.profile.started;
    let renewal = age > 300 * DAY && age.rem_euclid(365 * DAY) >= 335 * DAY;
    let reason = match () {
        () if at_risk => "health_check",
        () if renewal => "renewal",
        () if (0..60 * DAY).contains(&age) => "onboarding",
        () => rng.pick(&[("feature", 3.0), ("usage_tip", 2.0), ("check_in", 1.0)]),
    };
    let wanted = match reason {
        "health_check" => 0.4,
        "renewal" => 0.6,
        "onboarding" => 0.3,
        _ => 0.07,
    };
    let (day, minutes) = (rng.index(27) as i64, rng.index(8 * 60) as i64);
    let (channel, engages) = rng.pick(&[
        (("email", 0.27), 6.0),
        (("in_app", 0.38), 3.0),
        (("phone", 0.62), 1.0),
    ]);
    let sent = moment(local(start + day * DAY).date_naive(), 9, 0) + 60 * minutes;
    let delivered = rng.chance(0.96);
    let bonus = if reason == "health_check" { 0.08 } else { 0.0 };
    let engages = rng.chance(engages + bonus);
    let engaged = sent + 60 + round(rng.log_normal(7.0 * HOUR as f64, 1.2));
    let known = rng.chance(wanted) && sent < until.min(END) && sent > life.profile.started;
    known.then_some(OutreachRow {
        sent,
        reason,
        channel,
        agent: life
            .owner
            .filter(|_| channel == "phone" || reason == "renewal"),
        delivered,
        engaged: (delivered && engages && engaged < END).then_some(engaged),
    })
}
