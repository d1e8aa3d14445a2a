//! Single steps of a simulated ticket: waiting, working, and changing a field.

use super::agents::SupportAgent;
use super::calendar::{CumulativeHourlyRate, END, SimulationSeconds};
use super::desk::{SimulatedStatus, SupportTeam, TicketChannel, TicketPriority};
use super::events::{
    EventActor, SimulatedEventKind, SimulatedEventLog, SimulatedTicketField, TicketFieldValue,
};
use super::rng::{RandomStream, round};
use super::traits::TicketTraits;
use super::world::SimulationWorld;

/// Unfinished ticket: its current state and its events so far.
pub(super) struct TicketSimulation<'a> {
    pub(super) world: &'a SimulationWorld,
    pub(super) customer: EventActor,
    pub(super) traits: TicketTraits,
    pub(super) rng: RandomStream,
    pub(super) now: SimulationSeconds,
    pub(super) team: SupportTeam,
    pub(super) priority: TicketPriority,
    pub(super) agent: Option<&'a SupportAgent>,
    pub(super) status: SimulatedStatus,
    pub(super) slow: f64,
    pub(super) log: SimulatedEventLog,
    pub(super) handle_seconds: i64,
    /// Cost in cents times 3,600.
    pub(super) cost: i64,
}

impl TicketSimulation<'_> {
    pub(super) fn reply(&mut self) {
        self.replace_leaver();
        let median = match self.traits.channel {
            TicketChannel::Phone => 430.0,
            TicketChannel::Chat => 400.0,
            _ => 270.0,
        };
        self.work(median);
        if self.rng.chance(0.16) {
            self.log
                .message(self.now, SimulatedEventKind::Comment, self.owner(), false);
        }
        self.log
            .message(self.now, SimulatedEventKind::Comment, self.owner(), true);
    }

    pub(super) fn await_customer(&mut self) {
        let hours = match self.traits.channel {
            TicketChannel::Chat => self.rng.log_normal(0.12, 1.2),
            TicketChannel::Phone => self.rng.log_normal(1.5, 1.3),
            _ => self.rng.log_normal(4.0, 1.3),
        };
        // Customers write at the hours of their usual demand.
        let demand = &self.world.calendar.demand;
        self.now = demand.after(self.now, hours / 730.0) + 20;
        self.log
            .message(self.now, SimulatedEventKind::Comment, self.customer, true);
        self.set_status(self.customer, SimulatedStatus::Open);
    }

    pub(super) fn wait_work(&mut self, factor: f64) {
        let pace = self.agent.map_or(1.0, |agent| agent.pace);
        let hours = match self.traits.channel {
            TicketChannel::Chat => 0.25,
            _ => 1.3,
        };
        let hard = libm::exp(0.8 * self.traits.category.difficulty());
        self.wait_staffed(hours * hard * pace * factor, 1.3);
    }

    /// Advances by log-normal staffed hours; urgent tickets use the roster that never closes.
    pub(super) fn wait_staffed(&mut self, median: f64, sigma: f64) {
        let hours = self.rng.log_normal(median * self.slow, sigma);
        let rhythm: &CumulativeHourlyRate = match self.priority {
            TicketPriority::Urgent => &self.world.calendar.on_call,
            _ => &self.world.calendar.staff,
        };
        self.now = rhythm.after(self.now, hours) + 15;
    }

    /// Working time of the agent of the ticket; only time inside the window counts.
    pub(super) fn work(&mut self, median: f64) {
        let Some(agent) = self.agent else { return };
        let hard = libm::exp(0.45 * self.traits.category.difficulty());
        let seconds = 10 + round(self.rng.log_normal(median * hard * agent.pace, 0.65));
        if self.now < END {
            self.handle_seconds += seconds;
            self.cost += seconds * agent.hourly_cents;
        }
    }

    /// Another agent takes over from one who has left the company.
    pub(super) fn replace_leaver(&mut self) {
        if self.agent.is_some_and(|agent| !agent.works(self.now)) {
            self.assign(self.team);
        }
    }

    pub(super) fn owner(&self) -> EventActor {
        self.agent
            .map_or(EventActor::SYSTEM, |agent| EventActor::agent(agent.id))
    }

    pub(super) fn staff_member(&mut self, team: SupportTeam) -> EventActor {
        EventActor::agent(self.world.staff.pick(team, self.now, &mut self.rng).id)
    }

    pub(super) fn assign(&mut self, team: SupportTeam) -> EventActor {
        let id = self.staff_member(team).id;
        self.set_agent(id);
        self.owner()
    }

    pub(super) fn set_agent(&mut self, id: Option<i64>) {
        let before = self.agent.map(|agent| agent.id);
        if id.is_none() || id == before {
            return;
        }
        let (old, new) = (
            before.map_or(TicketFieldValue::None, TicketFieldValue::Id),
            id.map_or(TicketFieldValue::None, TicketFieldValue::Id),
        );
        self.log.change(
            self.now,
            EventActor::SYSTEM,
            SimulatedTicketField::Agent,
            old,
            new,
        );
        self.agent = id.and_then(|id| self.world.staff.by_id(id));
    }

    pub(super) fn set_status(&mut self, actor: EventActor, status: SimulatedStatus) {
        if self.status != status {
            let (old, new) = (
                TicketFieldValue::Label(self.status.label()),
                TicketFieldValue::Label(status.label()),
            );
            self.log
                .change(self.now, actor, SimulatedTicketField::Status, old, new);
            self.status = status;
        }
    }

    pub(super) fn set_team(&mut self, actor: EventActor, team: SupportTeam) {
        if self.team != team {
            let (old, new) = (
                TicketFieldValue::Label(self.team.label()),
                TicketFieldValue::Label(team.label()),
            );
            self.log
                .change(self.now, actor, SimulatedTicketField::Team, old, new);
            self.team = team;
        }
    }

    pub(super) fn set_priority(&mut self, actor: EventActor) {
        let priority = match self.priority {
            TicketPriority::Low => TicketPriority::Normal,
            TicketPriority::Normal => TicketPriority::High,
            TicketPriority::High | TicketPriority::Urgent => TicketPriority::Urgent,
        };
        if self.priority != priority {
            let (old, new) = (
                TicketFieldValue::Label(self.priority.label()),
                TicketFieldValue::Label(priority.label()),
            );
            self.log
                .change(self.now, actor, SimulatedTicketField::Priority, old, new);
            self.priority = priority;
        }
    }
}
