//! The single steps of a ticket's life: waiting, working, and changing a field.

use super::agents::Agent;
use super::calendar::{END, Rhythm, Seconds};
use super::desk::{Channel, Priority, Status, Team};
use super::events::{Actor, Field, Kind, Log, Value};
use super::rng::{Stream, round};
use super::traits::Traits;
use super::world::World;

/// A ticket under way: where it stands, and what has happened so far.
pub(super) struct Case<'a> {
    pub(super) world: &'a World,
    pub(super) customer: Actor,
    pub(super) traits: Traits,
    pub(super) rng: Stream,
    pub(super) now: Seconds,
    pub(super) team: Team,
    pub(super) priority: Priority,
    pub(super) agent: Option<&'a Agent>,
    pub(super) status: Status,
    pub(super) slow: f64,
    pub(super) log: Log,
    pub(super) handle_seconds: i64,
    /// Cents times 3,600.
    pub(super) cost: i64,
}

impl Case<'_> {
    pub(super) fn reply(&mut self) {
        self.replace_leaver();
        let median = match self.traits.channel {
            Channel::Phone => 430.0,
            Channel::Chat => 400.0,
            _ => 270.0,
        };
        self.work(median);
        if self.rng.chance(0.16) {
            self.log
                .message(self.now, Kind::Comment, self.owner(), false);
        }
        self.log
            .message(self.now, Kind::Comment, self.owner(), true);
    }

    pub(super) fn await_customer(&mut self) {
        let hours = match self.traits.channel {
            Channel::Chat => self.rng.log_normal(0.12, 1.2),
            Channel::Phone => self.rng.log_normal(1.5, 1.3),
            _ => self.rng.log_normal(4.0, 1.3),
        };
        // Customers write at the hours at which they always write.
        let demand = &self.world.calendar.demand;
        self.now = demand.after(self.now, hours / 730.0) + 20;
        self.log
            .message(self.now, Kind::Comment, self.customer, true);
        self.set_status(self.customer, Status::Open);
    }

    pub(super) fn wait_work(&mut self, factor: f64) {
        let pace = self.agent.map_or(1.0, |agent| agent.pace);
        let hours = match self.traits.channel {
            Channel::Chat => 0.25,
            _ => 1.3,
        };
        let hard = libm::exp(0.8 * self.traits.category.difficulty());
        self.wait_staffed(hours * hard * pace * factor, 1.3);
    }

    /// Moves on by log-normal staffed hours; urgent tickets go by the roster that never closes.
    pub(super) fn wait_staffed(&mut self, median: f64, sigma: f64) {
        let hours = self.rng.log_normal(median * self.slow, sigma);
        let rhythm: &Rhythm = match self.priority {
            Priority::Urgent => &self.world.calendar.on_call,
            _ => &self.world.calendar.staff,
        };
        self.now = rhythm.after(self.now, hours) + 15;
    }

    /// Time spent by the agent who has the ticket; only what happens inside the window counts.
    pub(super) fn work(&mut self, median: f64) {
        let Some(agent) = self.agent else { return };
        let hard = libm::exp(0.45 * self.traits.category.difficulty());
        let seconds = 10 + round(self.rng.log_normal(median * hard * agent.pace, 0.65));
        if self.now < END {
            self.handle_seconds += seconds;
            self.cost += seconds * agent.hourly_cents;
        }
    }

    /// Someone else takes over from an agent who has left the company.
    pub(super) fn replace_leaver(&mut self) {
        if self.agent.is_some_and(|agent| !agent.works(self.now)) {
            self.assign(self.team);
        }
    }

    pub(super) fn owner(&self) -> Actor {
        self.agent
            .map_or(Actor::SYSTEM, |agent| Actor::agent(agent.id))
    }

    pub(super) fn staff_member(&mut self, team: Team) -> Actor {
        Actor::agent(self.world.staff.pick(team, self.now, &mut self.rng).id)
    }

    pub(super) fn assign(&mut self, team: Team) -> Actor {
        let id = self.staff_member(team).id;
        self.take(id);
        self.owner()
    }

    pub(super) fn take(&mut self, id: Option<i64>) {
        let before = self.agent.map(|agent| agent.id);
        if id.is_none() || id == before {
            return;
        }
        let (old, new) = (
            before.map_or(Value::None, Value::Id),
            id.map_or(Value::None, Value::Id),
        );
        self.log
            .change(self.now, Actor::SYSTEM, Field::Agent, old, new);
        self.agent = id.and_then(|id| self.world.staff.by_id(id));
    }

    pub(super) fn set_status(&mut self, actor: Actor, status: Status) {
        if self.status != status {
            let (old, new) = (
                Value::Label(self.status.label()),
                Value::Label(status.label()),
            );
            self.log.change(self.now, actor, Field::Status, old, new);
            self.status = status;
        }
    }

    pub(super) fn set_team(&mut self, actor: Actor, team: Team) {
        if self.team != team {
            let (old, new) = (Value::Label(self.team.label()), Value::Label(team.label()));
            self.log.change(self.now, actor, Field::Team, old, new);
            self.team = team;
        }
    }

    pub(super) fn set_priority(&mut self, actor: Actor) {
        let priority = match self.priority {
            Priority::Low => Priority::Normal,
            Priority::Normal => Priority::High,
            Priority::High | Priority::Urgent => Priority::Urgent,
        };
        if self.priority != priority {
            let (old, new) = (
                Value::Label(self.priority.label()),
                Value::Label(priority.label()),
            );
            self.log.change(self.now, actor, Field::Priority, old, new);
            self.priority = priority;
        }
    }
}
