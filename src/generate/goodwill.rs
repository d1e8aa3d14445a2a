//! What the desk does of its own accord: onboarding of new customers and proactive outreach.

use super::calendar::{DAY, END, HOUR, Seconds, local, moment};
use super::customers::Profile;
use super::desk::{Plan, Team};
use super::life::{Life, Onboarding, Outreach};
use super::rng::{Stream, round};
use super::world::World;

/// Days that onboarding may take.
const DUE: Seconds = 45 * DAY;

/// Who looks after customers of larger plans.
pub(super) fn owner(world: &World, plan: Plan, rng: &mut Stream) -> Option<i64> {
    let agent = world.staff.pick(Team::Success, END - 1, rng).id;
    matches!(plan, Plan::Business | Plan::Enterprise).then_some(agent)
}

/// Onboarding of customers who came inside the window.
pub(super) fn onboarding(
    world: &World,
    customer: &Profile,
    rng: &mut Stream,
) -> Option<Onboarding> {
    if customer.started < 0 {
        return None;
    }
    let (steps, completes) = match customer.plan {
        Plan::Free => (4, 0.55),
        Plan::Starter => (5, 0.68),
        Plan::Business => (7, 0.78),
        Plan::Enterprise => (9, 0.87),
    };
    let agent = world.staff.pick(Team::Success, customer.started, rng).id;
    let finished = customer.started + round(rng.log_normal(12.0 * DAY as f64, 0.75));
    let completes = rng.chance(completes + 0.04 * customer.temper);
    let due = customer.started + DUE;
    let steps_done = i32::try_from(rng.index(usize::try_from(steps).unwrap_or(1))).unwrap_or(0);
    let completed = (completes && finished < END).then_some(finished);
    Some(Onboarding {
        plan: customer.plan,
        agent: (customer.plan != Plan::Free).then_some(agent),
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

/// At most one proactive message a month; customers at risk get more of them.
pub(super) fn outreach(
    life: &Life,
    start: Seconds,
    until: Seconds,
    at_risk: bool,
    rng: &mut Stream,
) -> Option<Outreach> {
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
    known.then_some(Outreach {
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
