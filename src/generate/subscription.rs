//! Monthly revenue of a customer.

use super::calendar::SimulationSeconds;
use super::life::{CustomerLife, SubscriptionMonth};
use super::rng::{RandomStream, round};

/// Adds a month to a customer: expansion is more likely with a better mood, contraction with a
/// worse one.
pub(super) fn month(
    life: &mut CustomerLife,
    month: usize,
    start: SimulationSeconds,
    mood: f64,
    rng: &mut RandomStream,
) {
    let plan = life.plan;
    // A new price holds from the first day of its month: until then the month before's was paid.
    let was = life
        .profile
        .mrr_cents(plan, life.seats, month.saturating_sub(1));
    let is_new = life.profile.started > start;
    change(life, is_new, mood, rng);
    let end = life.profile.mrr_cents(life.plan, life.seats, month);
    let movement = match () {
        () if life.ended.is_some() => "churned",
        () if is_new => "new",
        () if end > was => "expansion",
        () if end < was => "contraction",
        () => "unchanged",
    };
    life.months.push(SubscriptionMonth {
        month,
        plan,
        seats: life.seats,
        start_cents: if is_new { 0 } else { was },
        end_cents: life.ended.is_none().then_some(end),
        movement,
    });
}

/// Changes the seats or plan of a customer who stays. All draws are always made, so that one
/// decision does not shift the next ones.
fn change(life: &mut CustomerLife, is_new: bool, mood: f64, rng: &mut RandomStream) {
    let grows = rng.chance(0.034 * libm::exp(0.25 * (mood - 0.9)));
    let shrinks = rng.chance(0.017 * libm::exp(-0.4 * (mood - 0.9)));
    let (more, less) = (rng.between(0.04, 0.36), rng.between(0.04, 0.36));
    let (up, down) = (rng.chance(0.003), rng.chance(0.0022));
    if life.ended.is_some() || is_new {
        return;
    }
    let part = |share: f64| round((life.seats as f64 * share).max(1.0));
    if grows {
        life.seats += part(more);
    } else if shrinks {
        life.seats = (life.seats - part(less)).max(1);
    } else if up {
        life.plan = life.plan.up();
    } else if down {
        life.plan = life.plan.down();
    }
}
