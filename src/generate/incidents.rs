//! Service incidents and the demand that they and the bad release cause.

use chrono::NaiveDate;

use super::calendar::{DAY, END, HOUR, SimulationSeconds, moment};
use super::known_effects::release;
use super::rng::{RandomDomain, RandomStream, round, whole};

/// One incident.
#[derive(Clone, Debug)]
pub(super) struct ServiceIncident {
    pub(super) id: i64,
    pub(super) severity: &'static str,
    pub(super) service: &'static str,
    pub(super) cause: &'static str,
    pub(super) is_customer_facing: bool,
    pub(super) started: SimulationSeconds,
    pub(super) acknowledged: SimulationSeconds,
    pub(super) resolved: SimulationSeconds,
    /// Extra contacts during the incident, as a share of the usual number.
    pub(super) lift: f64,
}

const SERVICES: &[&str] = &[
    "web", "api", "sign_in", "search", "billing", "import", "mail",
];
const CAUSES: &[&str] = &[
    "deployment",
    "capacity",
    "database",
    "network",
    "supplier",
    "configuration",
];

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The one large outage: 2025-09-16 from 10:12 to 16:50 in New York.
fn outage() -> ServiceIncident {
    ServiceIncident {
        id: 0,
        severity: "sev1",
        service: "web",
        cause: "database",
        is_customer_facing: true,
        started: moment(day(2025, 9, 16), 10, 12),
        acknowledged: moment(day(2025, 9, 16), 10, 16),
        resolved: moment(day(2025, 9, 16), 16, 50),
        lift: 9.0,
    }
}

fn small(stream: &mut RandomStream) -> ServiceIncident {
    // (severity, median minutes to acknowledge, median hours to resolve, extra demand)
    let (severity, acknowledge, resolve, lift) = stream.pick(&[
        (("sev1", 4.0, 1.6, 1.2), 9.0),
        (("sev2", 9.0, 3.2, 0.7), 26.0),
        (("sev3", 28.0, 9.0, 0.12), 68.0),
    ]);
    let is_customer_facing = severity != "sev3" || stream.chance(0.5);
    let started = round(stream.unit() * (END - 30 * DAY) as f64);
    let acknowledged = started + 60 + round(60.0 * stream.log_normal(acknowledge, 0.8));
    ServiceIncident {
        id: 0,
        severity,
        service: stream.any(SERVICES),
        cause: stream.any(CAUSES),
        is_customer_facing,
        started,
        acknowledged,
        resolved: acknowledged + 300 + round(3600.0 * stream.log_normal(resolve, 0.9)),
        lift: if is_customer_facing { lift } else { 0.0 },
    }
}

/// Draws all incidents of the window, by start, numbered from 1; their count does not depend on the
/// desk's size.
pub(super) fn draw(seed: u64) -> Vec<ServiceIncident> {
    let mut stream = RandomStream::new(seed, RandomDomain::Incidents, 0, 0);
    let count = 52 + stream.index(13);
    let mut incidents: Vec<ServiceIncident> = (0..count).map(|_| small(&mut stream)).collect();
    incidents.push(outage());
    incidents.sort_by_key(|incident| (incident.started, incident.resolved));
    for (id, incident) in (1..).zip(&mut incidents) {
        incident.id = id;
    }
    incidents
}

/// Deviations of each hour from the usual.
#[derive(Clone, Debug)]
pub(super) struct HourlyDisturbances {
    /// Extra demand by hour, and the number (from 1) of the incident that causes most of it.
    hours: Vec<(f64, u16)>,
}

impl HourlyDisturbances {
    pub(super) fn new(incidents: &[ServiceIncident]) -> Self {
        let mut hours = vec![(0.0, 0_u16); whole((END / HOUR) as f64)];
        for (number, incident) in (1..).zip(incidents) {
            for (hour, slot) in hours.iter_mut().enumerate() {
                let lift = lift(incident, hour as i64 * HOUR);
                if lift > slot.0 {
                    *slot = (lift, number);
                }
            }
        }
        Self { hours }
    }

    /// Extra demand in `hour` of the window.
    pub(super) fn lift(&self, hour: usize) -> f64 {
        let since = hour as i64 * HOUR - release();
        let bugs = if (0..14 * DAY).contains(&since) {
            0.15
        } else {
            0.0
        };
        self.hours[hour].0 + bugs
    }

    /// Number of the incident that causes a contact at `at`; 0 for none.
    pub(super) fn behind(&self, at: SimulationSeconds, stream: &mut RandomStream) -> u16 {
        let (lift, number) = self.hours[whole((at / HOUR) as f64).min(self.hours.len() - 1)];
        if number > 0 && stream.chance(lift / (1.0 + lift)) {
            number
        } else {
            0
        }
    }
}

/// Extra demand from one incident in the hour that starts at `at`: all of it during the incident,
/// then an echo that halves every six hours, for a day and a half.
fn lift(incident: &ServiceIncident, at: SimulationSeconds) -> f64 {
    if at + HOUR <= incident.started || at > incident.resolved + 36 * HOUR {
        return 0.0;
    }
    let since = (at - incident.resolved).max(0) as f64 / (6.0 * HOUR as f64);
    let echo = if since > 0.0 {
        0.25 * libm::exp2(-since)
    } else {
        1.0
    };
    incident.lift * echo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incidents_are_in_order_and_hold_the_outage() {
        let incidents = draw(1);
        assert!(incidents.windows(2).all(|w| w[0].started <= w[1].started));
        assert!(
            incidents
                .iter()
                .all(|i| i.started < i.acknowledged && i.acknowledged < i.resolved)
        );
        let disturbances = HourlyDisturbances::new(&incidents);
        let hour = whole((outage().started / HOUR) as f64);
        assert!(disturbances.lift(hour + 1) >= 9.0);
    }
}
