//! Simulation of a ticket, event by event.

use super::calendar::{DAY, HOUR, SimulationCalendar, SimulationSeconds};
use super::contact::SimulatedContact;
use super::customers::CustomerProfile;
use super::desk::{SimulatedRole, SimulatedStatus, SupportTeam, TicketChannel, TicketPriority};
use super::events::{
    EventActor, SimulatedEventKind, SimulatedEventLog, SimulatedTicketField, TicketFieldValue,
};
use super::known_effects::{queue_factor, release_dip};
use super::rng::{RandomDomain, RandomStream, round};
use super::steps::TicketSimulation;
use super::traits::TicketTraits;
use super::world::SimulationWorld;

/// Days after which a solved ticket is finally closed.
pub(super) const CLOSE_AFTER: SimulationSeconds = 4 * DAY;

/// Result of a simulated ticket, including its events.
#[derive(Debug)]
pub(super) struct SimulatedTicket {
    pub(super) traits: TicketTraits,
    pub(super) log: SimulatedEventLog,
    /// Seconds of work of all agents.
    pub(super) handle_seconds: i64,
    pub(super) cost_cents: i64,
    /// Skill of the last agent of the ticket; `None` if it had none.
    pub(super) skill: Option<f64>,
    /// Random stream of the ticket, for later draws that depend on its course.
    pub(super) rng: RandomStream,
}

/// Simulates the ticket that `contact` opens. `merged_into` is only used for merged contacts.
pub(super) fn simulate(
    world: &SimulationWorld,
    customer: &CustomerProfile,
    contact: &SimulatedContact,
    merged_into: Option<i64>,
) -> SimulatedTicket {
    let number = u64::from(contact.number);
    let mut rng = RandomStream::new(world.seed, RandomDomain::Ticket, contact.customer, number);
    let traits = TicketTraits::draw(customer, contact, &mut rng);
    let mut case = TicketSimulation {
        world,
        customer: EventActor {
            role: SimulatedRole::Customer,
            id: i64::try_from(contact.customer).ok(),
        },
        traits,
        rng,
        now: contact.at,
        team: traits.category.team(),
        priority: traits.priority,
        agent: None,
        status: SimulatedStatus::New,
        slow: slow(contact),
        log: SimulatedEventLog::default(),
        handle_seconds: 0,
        cost: 0,
    };
    case.run(contact.merged, merged_into);
    SimulatedTicket {
        traits,
        handle_seconds: case.handle_seconds,
        cost_cents: (case.cost + 1_800) / 3_600 + fee(traits.channel),
        skill: case.agent.map(|agent| agent.skill(contact.at)),
        log: case.log,
        rng: case.rng,
    }
}

/// Factor by which the desk is slower than usual.
fn slow(contact: &SimulatedContact) -> f64 {
    let queue = if contact.incident > 0 { 1.8 } else { 1.0 };
    queue * (1.0 + 0.25 * release_dip(contact.at))
}

/// Cents that a ticket costs without any work of agents.
const fn fee(channel: TicketChannel) -> i64 {
    match channel {
        TicketChannel::Phone => 140,
        TicketChannel::Chat => 45,
        _ => 20,
    }
}

impl TicketSimulation<'_> {
    fn run(&mut self, merged: bool, merged_into: Option<i64>) {
        self.open();
        if merged {
            return self.merge(merged_into);
        }
        if self.traits.is_spam {
            return self.discard();
        }
        let by_bot = self.bot();
        if !by_bot {
            self.pick_up();
            if !self.converse() {
                return;
            }
            self.solve();
        }
        self.reopen(if by_bot { 0.12 } else { 0.055 });
        self.now += CLOSE_AFTER;
        self.set_status(EventActor::SYSTEM, SimulatedStatus::Closed);
    }

    fn open(&mut self) {
        let creator = match self.traits.created_by {
            SimulatedRole::Agent => self.staff_member(self.team),
            SimulatedRole::Customer => self.customer,
            SimulatedRole::Bot | SimulatedRole::System => EventActor::SYSTEM,
        };
        self.log
            .message(self.now, SimulatedEventKind::Created, creator, true);
        let team = TicketFieldValue::Label(self.team.label());
        self.log.change(
            self.now,
            EventActor::SYSTEM,
            SimulatedTicketField::Team,
            TicketFieldValue::None,
            team,
        );
    }

    /// Waits in the queue until the first answer.
    fn pick_up(&mut self) {
        if self.traits.created_by == SimulatedRole::Agent {
            let owner = self.log.events.first().and_then(|event| event.actor);
            self.set_agent(owner);
            self.set_status(self.owner(), SimulatedStatus::Pending);
            self.await_customer();
            self.wait_work(1.0);
            return;
        }
        if self.rng.chance(0.07) {
            self.misroute();
        }
        let before = self.now;
        self.queue();
        let reading = round(self.rng.log_normal(400.0, 0.9)).min((self.now - before) / 2);
        let answer = self.now;
        self.now -= reading;
        let actor = self.assign(self.team);
        self.set_status(actor, SimulatedStatus::Open);
        if self.rng.chance(0.05) {
            self.set_priority(actor);
        }
        self.now = answer;
    }

    fn queue(&mut self) {
        let live = SimulationCalendar::is_open(self.now);
        match self.traits.channel {
            TicketChannel::Phone => {
                self.now += 5 + round(self.rng.log_normal(35.0 * self.slow, 0.9));
            }
            TicketChannel::Chat if live => {
                self.now += 8 + round(self.rng.log_normal(100.0 * self.slow, 1.1));
            }
            TicketChannel::Social => self.wait_in_queue(0.5 * self.priority.reply_hours(), 1.1),
            _ => self.wait_in_queue(self.priority.reply_hours(), 1.2),
        }
    }

    fn wait_in_queue(&mut self, median: f64, sigma: f64) {
        let factor = queue_factor(self.team, self.now);
        self.wait_staffed(median * factor, sigma);
    }

    /// The wrong team passes the ticket on.
    fn misroute(&mut self) {
        self.wait_staffed(0.7, 1.0);
        let actor = self.assign(self.team);
        self.set_status(actor, SimulatedStatus::Open);
        self.work(45.0);
        self.log
            .message(self.now, SimulatedEventKind::Comment, actor, false);
        let others = [
            SupportTeam::Frontline,
            SupportTeam::Technical,
            SupportTeam::Billing,
            SupportTeam::Success,
        ];
        let team = self.rng.any(&others);
        self.set_team(actor, team);
    }

    /// Exchanges messages until the agent has all information. False if the customer stops
    /// answering and the ticket ends that way.
    fn converse(&mut self) -> bool {
        let difficulty = self.traits.category.difficulty();
        let live = matches!(
            self.traits.channel,
            TicketChannel::Phone | TicketChannel::Chat
        );
        let skill = self.agent.map_or(0.0, |agent| agent.skill(self.now));
        let base = if live { 0.27 } else { 0.38 };
        let more = (base + 0.13 * difficulty - 0.05 * skill).clamp(0.04, 0.8);
        let mut escalates = self.rng.chance(self.escalation(skill));
        for _ in 0..8 {
            self.reply();
            if !escalates && !self.rng.chance(more) {
                return true;
            }
            self.set_status(self.owner(), SimulatedStatus::Pending);
            if self.rng.chance(0.05) {
                self.fall_silent();
                return false;
            }
            self.await_customer();
            if escalates {
                self.escalate();
                escalates = false;
            }
            let long = self.rng.chance(0.22 + 0.1 * difficulty);
            self.wait_work(if long { 14.0 } else { 1.0 });
        }
        self.reply();
        true
    }

    fn escalation(&self, skill: f64) -> f64 {
        let urgent = match self.priority {
            TicketPriority::Urgent => 0.10,
            TicketPriority::High => 0.05,
            _ => 0.0,
        };
        (0.055 + urgent + 0.05 * self.traits.category.difficulty() - 0.015 * skill).max(0.01)
    }

    fn escalate(&mut self) {
        let actor = self.owner();
        self.log
            .message(self.now, SimulatedEventKind::Comment, actor, false);
        let (no, yes) = (
            TicketFieldValue::Label("false"),
            TicketFieldValue::Label("true"),
        );
        self.log
            .change(self.now, actor, SimulatedTicketField::Escalated, no, yes);
        if self.rng.chance(0.35) {
            self.set_priority(actor);
        }
        self.set_team(actor, SupportTeam::Tier2);
        self.wait_staffed(2.5, 1.0);
        let actor = self.assign(SupportTeam::Tier2);
        self.work(240.0);
        self.log
            .message(self.now, SimulatedEventKind::Comment, actor, false);
    }

    /// Solves the ticket with the last reply, or later, when the fix is live or the customer has
    /// confirmed.
    fn solve(&mut self) {
        if self.rng.chance(0.42) {
            let live = matches!(
                self.traits.channel,
                TicketChannel::Phone | TicketChannel::Chat
            );
            self.wait_staffed(if live { 2.0 } else { 8.0 }, 1.9);
            if self.rng.chance(0.3) {
                self.log
                    .message(self.now, SimulatedEventKind::Comment, self.customer, true);
            }
        }
        self.replace_leaver();
        self.set_status(self.owner(), SimulatedStatus::Solved);
    }

    /// The customer reopens a solved ticket, sometimes more than once.
    fn reopen(&mut self, mut probability: f64) {
        for _ in 0..3 {
            let skill = self.agent.map_or(0.0, |agent| agent.skill(self.now));
            let p = probability + 0.04 * self.traits.category.difficulty() - 0.02 * skill;
            let gap = 600 + round(self.rng.log_normal(14.0 * HOUR as f64, 1.0));
            if !self.rng.chance(p.max(0.01)) || gap >= CLOSE_AFTER {
                return;
            }
            self.now += gap;
            self.log
                .message(self.now, SimulatedEventKind::Comment, self.customer, true);
            self.set_status(self.customer, SimulatedStatus::Open);
            if self.agent.is_none() {
                self.wait_staffed(1.5, 1.0);
                self.assign(self.team);
            } else {
                self.wait_work(1.5);
            }
            self.reply();
            self.set_status(self.owner(), SimulatedStatus::Solved);
            probability = 0.16;
        }
    }
}
