//! Tickets that end without the usual conversation.

use super::calendar::DAY;
use super::desk::{SimulatedRole, SimulatedStatus, TicketChannel};
use super::events::{EventActor, SimulatedEventKind, SimulatedTicketField, TicketFieldValue};
use super::rng::round;
use super::steps::TicketSimulation;
use super::timeline::CLOSE_AFTER;

impl TicketSimulation<'_> {
    /// Closes spam without solving it.
    pub(super) fn discard(&mut self) {
        self.wait_staffed(6.0, 1.0);
        let actor = if self.rng.chance(0.5) {
            EventActor::SYSTEM
        } else {
            self.assign(self.team)
        };
        self.set_status(actor, SimulatedStatus::Closed);
    }

    /// An agent finds that the ticket is a duplicate of another one.
    pub(super) fn merge(&mut self, into: Option<i64>) {
        self.wait_staffed(1.5, 0.9);
        let actor = self.assign(self.team);
        self.set_status(actor, SimulatedStatus::Open);
        self.work(60.0);
        self.log
            .message(self.now, SimulatedEventKind::Comment, actor, false);
        let into = into.map_or(TicketFieldValue::None, TicketFieldValue::Id);
        self.log.change(
            self.now,
            actor,
            SimulatedTicketField::MergedInto,
            TicketFieldValue::None,
            into,
        );
        self.set_status(actor, SimulatedStatus::Closed);
    }

    /// The bot replies first and sometimes solves the ticket. True if it does.
    pub(super) fn bot(&mut self) -> bool {
        let greets = match self.traits.channel {
            TicketChannel::Chat => 0.75,
            TicketChannel::Web | TicketChannel::Social => 0.35,
            _ => 0.0,
        };
        if self.traits.created_by != SimulatedRole::Customer || !self.rng.chance(greets) {
            return false;
        }
        self.now += round(self.rng.between(2.0, 25.0));
        self.log
            .message(self.now, SimulatedEventKind::Comment, EventActor::BOT, true);
        if !self
            .rng
            .chance(0.2 - 0.25 * self.traits.category.difficulty())
        {
            return false;
        }
        self.now += 20 + round(self.rng.log_normal(150.0, 0.8));
        self.log
            .message(self.now, SimulatedEventKind::Comment, self.customer, true);
        self.now += round(self.rng.between(2.0, 10.0));
        self.log
            .message(self.now, SimulatedEventKind::Comment, EventActor::BOT, true);
        self.set_status(EventActor::BOT, SimulatedStatus::Solved);
        true
    }

    /// The customer does not answer: a rule ends the ticket, in most cases as solved.
    pub(super) fn fall_silent(&mut self) {
        self.now += 10 * DAY;
        if self.rng.chance(0.6) {
            self.set_status(EventActor::SYSTEM, SimulatedStatus::Solved);
            self.now += CLOSE_AFTER;
        }
        self.set_status(EventActor::SYSTEM, SimulatedStatus::Closed);
    }
}
