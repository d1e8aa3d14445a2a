//! Simulation of a customer: contacts, mood, revenue and, possibly, churn.

use super::calendar::{DAY, END, HOUR, MONTHS, NEVER, SimulationSeconds, local, moment};
use super::contact::{SimulatedContact, SimulatedContactKind};
use super::customers::CustomerProfile;
use super::facts::SimulatedTicketFacts;
use super::known_effects::price_shock;
use super::life::CustomerLife;
use super::rng::{RandomDomain, RandomStream, round};
use super::world::SimulationWorld;
use super::{experience, goodwill, subscription, timeline};

/// Simulates customer number `id`.
pub(super) fn simulate_customer(world: &SimulationWorld, id: u64) -> CustomerLife {
    let profile = CustomerProfile::draw(world.seed, id, &world.calendar);
    let mut rng = RandomStream::new(world.seed, RandomDomain::Life, id, 0);
    let onboarding = goodwill::onboarding(world, &profile, &mut rng);
    let owner = goodwill::owner(world, profile.plan, &mut rng);
    let begin = profile.started.max(0);
    let first = world.calendar.demand.at(begin) + rng.exponential() / profile.rate;
    let ask = if profile.started >= 0 {
        begin + 60 * DAY
    } else {
        0
    };
    let ask = ask + round(rng.unit() * 182.0) * DAY;
    let mut journey = CustomerJourney {
        world,
        mood: 0.9 + 0.3 * profile.temper,
        grief: 0.0,
        fresh: first,
        pending: Vec::new(),
        ask,
        life: CustomerLife {
            plan: profile.plan,
            seats: profile.seats,
            contacts: Vec::new(),
            months: Vec::new(),
            ended: None,
            end_reason: None,
            owner,
            onboarding,
            outreach: Vec::new(),
            profile,
        },
        rng,
    };
    for month in world.calendar.month_of(begin)..MONTHS {
        journey.month(month);
        if journey.life.ended.is_some() {
            break;
        }
    }
    if let (Some(onboarding), Some(ended)) = (&mut journey.life.onboarding, journey.life.ended) {
        onboarding.stop(ended);
    }
    journey.life
}

/// Contact that is already scheduled.
#[derive(Clone, Copy, Debug)]
struct PendingContact {
    at: SimulationSeconds,
    merged: bool,
    incident: u16,
}

struct CustomerJourney<'a> {
    world: &'a SimulationWorld,
    rng: RandomStream,
    life: CustomerLife,
    /// Satisfaction with the desk, a moving average of experiences.
    mood: f64,
    /// Bad experiences that still have an effect; they increase the probability of churn.
    grief: f64,
    /// Cumulative demand at which the next new matter arises.
    fresh: f64,
    pending: Vec<PendingContact>,
    /// Time of the next relationship survey.
    ask: SimulationSeconds,
}

impl CustomerJourney<'_> {
    fn month(&mut self, month: usize) {
        let calendar = &self.world.calendar;
        let (start, end) = (calendar.months[month], calendar.months[month + 1]);
        // The whole effect on the mood comes in the month in which the shock begins.
        if price_shock(self.life.plan, start) >= 1.0 {
            self.mood -= 1.2;
        }
        self.end(start, end);
        let until = self.life.ended.unwrap_or(end);
        self.contacts(until);
        subscription::month(&mut self.life, month, start, self.mood, &mut self.rng);
        let life = &mut self.life;
        let at_risk = self.grief > 0.7;
        if let Some(outreach) = goodwill::outreach(life, start, until, at_risk, &mut self.rng) {
            if outreach.engaged.is_some() {
                self.grief *= 0.7;
            }
            life.outreach.push(outreach);
        }
        self.grief *= 0.72;
        self.mood += 0.15 * (0.9 + 0.3 * life.profile.temper - self.mood);
    }

    /// Decides if the customer leaves between `start` and `end`.
    fn end(&mut self, start: SimulationSeconds, end: SimulationSeconds) {
        let age = start - self.life.profile.started;
        if age < 20 * DAY {
            return;
        }
        let settled = match &self.life.onboarding {
            Some(onboarding) if onboarding.is_completed != Some(true) => 1.7,
            Some(_) => 0.8,
            None => 1.0,
        };
        let dearer = 1.0 + 6.0 * price_shock(self.life.plan, start);
        let hazard = self.life.plan.monthly_churn()
            * settled
            * libm::exp(1.35 * self.grief.min(2.6))
            * dearer;
        let (leaves, part) = (self.rng.chance(hazard.min(0.4)), self.rng.unit());
        let reason = self
            .rng
            .any(&["price", "competitor", "no_longer_needed", "out_of_business"]);
        // Drawn only while the new price is on their mind, so that it shifts no other numbers.
        let by_price = dearer > 1.0 && self.rng.chance(1.0 - 1.0 / dearer);
        if leaves {
            let demand = &self.world.calendar.demand;
            let (from, to) = (demand.at(start), demand.at(end - 1));
            self.life.ended = Some(demand.when(from + (to - from) * part).max(start + 1));
            self.life.end_reason = Some(match () {
                () if by_price => "price",
                () if self.grief > 0.5 => "service",
                () => reason,
            });
        }
    }

    /// Generates all contacts and relationship surveys of the customer before `until`.
    fn contacts(&mut self, until: SimulationSeconds) {
        loop {
            let fresh = self.world.calendar.demand.when(self.fresh);
            self.pending.sort_unstable_by_key(|pending| pending.at);
            let known = self.pending.first().map_or(NEVER, |pending| pending.at);
            let next = fresh.min(known).min(self.ask);
            if next >= until {
                return;
            }
            if next == self.ask {
                self.relationship_survey();
            } else if known <= fresh {
                let pending = self.pending.remove(0);
                self.ticket(pending, true);
            } else {
                self.fresh += self.rng.exponential() / self.life.profile.rate;
                let incident = self.world.disturbances.behind(fresh, &mut self.rng);
                let merged = false;
                self.ticket(
                    PendingContact {
                        at: fresh,
                        merged,
                        incident,
                    },
                    false,
                );
            }
        }
    }

    fn contact(&self, at: SimulationSeconds, kind: SimulatedContactKind) -> SimulatedContact {
        SimulatedContact {
            at,
            customer: self.life.profile.id,
            number: u16::try_from(self.life.contacts.len()).unwrap_or(u16::MAX),
            kind,
            plan: self.life.plan,
            repeat: false,
            merged: false,
            target: false,
            incident: 0,
            mood: 0,
        }
    }

    fn relationship_survey(&mut self) {
        let tenths = round(self.mood * 10.0).clamp(-127, 127);
        let sent = self.rng.chance(0.7);
        if sent {
            let mut contact = self.contact(self.ask, SimulatedContactKind::Relationship);
            contact.mood = i8::try_from(tenths).unwrap_or_default();
            self.life.contacts.push(contact);
        }
        let next = self.ask + 182 * DAY;
        let minutes = self.rng.index(60) as i64;
        self.ask = moment(local(next).date_naive(), 10, 0) + 60 * minutes;
    }

    fn ticket(&mut self, pending: PendingContact, repeat: bool) {
        let mut contact = self.contact(pending.at, SimulatedContactKind::Ticket);
        contact.incident = pending.incident;
        contact.repeat = repeat;
        contact.merged = pending.merged && self.mark_target();
        if !contact.merged {
            self.outcome(&contact);
        }
        self.life.contacts.push(contact);
    }

    /// Marks the latest ticket as the target into which the next contact is merged.
    fn mark_target(&mut self) -> bool {
        let tickets = self.life.contacts.iter_mut().rev();
        let mut own = tickets
            .filter(|contact| contact.kind == SimulatedContactKind::Ticket && !contact.merged);
        own.next().is_some_and(|contact| {
            contact.target = true;
            true
        })
    }

    /// Effect of a ticket on the customer: mood, grief, and possibly another contact.
    fn outcome(&mut self, contact: &SimulatedContact) {
        let mut course = timeline::simulate(self.world, &self.life.profile, contact, None);
        let facts = SimulatedTicketFacts::from_events(&course.log.events, course.traits.priority);
        if course.traits.is_spam {
            return;
        }
        let experience = experience::assess(&self.life.profile, contact, &mut course, &facts);
        let quality = experience.quality;
        self.mood += 0.35 * (quality - self.mood);
        self.grief += (0.75 - quality).max(0.0);
        let again = (0.17 - 0.10 * quality).clamp(0.015, 0.5);
        let (copies, repeats) = (self.rng.chance(0.018), self.rng.chance(again));
        let incident = contact.incident;
        if copies {
            let at = contact.at + 300 + round(self.rng.log_normal(1.5 * HOUR as f64, 1.0));
            if facts.first_resolved.is_none_or(|resolved| at < resolved) {
                self.pending.push(PendingContact {
                    at,
                    merged: true,
                    incident,
                });
            }
        }
        if repeats {
            let hours = self.rng.log_normal(34.0, 1.0);
            let settled = facts
                .resolved
                .or(facts.first_response)
                .unwrap_or(contact.at);
            let from = settled.min(contact.at + 3 * DAY);
            let at = self.world.calendar.demand.after(from, hours / 730.0) + 60;
            self.pending.push(PendingContact {
                at,
                merged: false,
                incident,
            });
        }
    }
}

/// Number of tickets; contacts after the window do not count.
pub(super) fn tickets(life: &CustomerLife) -> u64 {
    let known = |contact: &&SimulatedContact| {
        contact.kind == SimulatedContactKind::Ticket && contact.at < END
    };
    life.contacts.iter().filter(known).count() as u64
}
