//! Customer profiles: drawn once from the customer's own stream, identical in every pass.

use super::calendar::{DAY, HOUR, SimulationCalendar, SimulationSeconds};
use super::desk::{CustomerRegion, SubscriptionPlan};
use super::known_effects::price_rise;
use super::rng::{RandomDomain, RandomStream, round};

/// Traits that do not change over the lifetime of a customer.
#[derive(Clone, Debug)]
pub(super) struct CustomerProfile {
    pub(super) id: u64,
    pub(super) region: CustomerRegion,
    pub(super) industry: &'static str,
    pub(super) plan: SubscriptionPlan,
    pub(super) started: SimulationSeconds,
    /// Contacts in an average month.
    pub(super) rate: f64,
    /// General contentment of the customer: standard normal.
    pub(super) temper: f64,
    pub(super) seats: i64,
    pub(super) discount: i64,
    name: (usize, usize, usize),
}

/// Contacts per month of a typical customer, without the effect of its plan.
const RATE: f64 = 0.19;
/// Share of customers who signed up before the window.
const BEFORE: f64 = 0.52;
const REGIONS: &[(CustomerRegion, f64)] = &[
    (CustomerRegion::NorthAmerica, 64.0),
    (CustomerRegion::Europe, 22.0),
    (CustomerRegion::Apac, 9.0),
    (CustomerRegion::Latam, 5.0),
];
const INDUSTRIES: &[(&str, f64)] = &[
    ("software", 24.0),
    ("retail", 20.0),
    ("finance", 14.0),
    ("health", 12.0),
    ("education", 10.0),
    ("manufacturing", 9.0),
    ("media", 7.0),
    ("public", 4.0),
];
const PLANS: &[(SubscriptionPlan, f64)] = &[
    (SubscriptionPlan::Free, 20.0),
    (SubscriptionPlan::Starter, 42.0),
    (SubscriptionPlan::Business, 28.0),
    (SubscriptionPlan::Enterprise, 10.0),
];
const NAMES: [&[&str]; 3] = [
    &[
        "Alder", "Birch", "Cobalt", "Delta", "Ember", "Fable", "Granite", "Harbor", "Indigo",
        "Juniper", "Kestrel", "Lumen", "Maple", "North", "Orchid", "Pioneer", "Quartz", "River",
        "Summit", "Timber", "Union", "Vista", "Willow", "Zephyr",
    ],
    &[
        "Foods",
        "Labs",
        "Health",
        "Media",
        "Works",
        "Systems",
        "Bank",
        "Schools",
        "Motors",
        "Travel",
        "Energy",
        "Design",
        "Books",
        "Parts",
        "Logistics",
        "Studio",
    ],
    &["Inc", "LLC", "Group", "Co", "Ltd", "Partners"],
];

impl CustomerProfile {
    /// Draws customer number `id` (from 1) of the desk of `seed`.
    pub(super) fn draw(seed: u64, id: u64, calendar: &SimulationCalendar) -> Self {
        let mut stream = RandomStream::new(seed, RandomDomain::Customer, id, 0);
        let plan = stream.pick(PLANS);
        let seats = round(stream.log_normal(plan.seats(), 0.7)).max(1);
        Self {
            id,
            region: stream.pick(REGIONS),
            industry: stream.pick(INDUSTRIES),
            plan,
            started: started(&mut stream, calendar),
            rate: plan.contacts() * stream.log_normal(RATE, 0.85),
            temper: stream.normal(),
            seats,
            discount: stream.pick(&[(0, 6.0), (5, 1.0), (10, 2.0), (20, 1.0)]),
            name: (
                stream.index(NAMES[0].len()),
                stream.index(NAMES[1].len()),
                stream.index(NAMES[2].len()),
            ),
        }
    }

    /// Name of the company; names repeat on large desks, as they do in reality.
    pub(super) fn name(&self) -> String {
        let (first, second, form) = self.name;
        format!(
            "{} {} {}",
            NAMES[0][first], NAMES[1][second], NAMES[2][form]
        )
    }

    /// Revenue of `month`, in cents.
    pub(super) fn mrr_cents(&self, plan: SubscriptionPlan, seats: i64, month: usize) -> i64 {
        (plan.seat_cents() + price_rise(plan, month)) * seats * (100 - self.discount) / 100
    }
}

/// Draws the sign-up time: old customers signed up in the five years before; later ones at a
/// growing rate, during working hours.
fn started(stream: &mut RandomStream, calendar: &SimulationCalendar) -> SimulationSeconds {
    let u = stream.unit();
    if stream.chance(BEFORE) {
        let days = 1 + round(1_800.0 * u * u);
        return round(stream.between(9.0, 18.0) * HOUR as f64) - days * DAY;
    }
    let share = 0.35 * u + 0.65 * libm::sqrt(u);
    calendar.demand.when(calendar.demand.total() * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_unequal() {
        let calendar = SimulationCalendar::new(|_| 0.0);
        let mut rates: Vec<f64> = (1..=4_000)
            .map(|id| CustomerProfile::draw(5, id, &calendar).rate)
            .collect();
        rates.sort_by(f64::total_cmp);
        let top: f64 = rates[3_600..].iter().sum();
        let share = top / rates.iter().sum::<f64>();
        // The busiest tenth causes about half of the contacts.
        assert!((0.35..0.65).contains(&share), "{share}");
    }
}
