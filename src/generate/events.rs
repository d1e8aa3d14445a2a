//! Events of a ticket, the only source of its row.

use super::calendar::{END, SimulationSeconds};
use super::desk::SimulatedRole;

/// Kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SimulatedEventKind {
    /// The ticket is opened, with the opening message.
    Created,
    /// Message (public) or note (not public).
    Comment,
    /// Change of a field of the ticket.
    Change,
}

/// Field that can change after the ticket is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SimulatedTicketField {
    Status,
    Priority,
    Team,
    Agent,
    Escalated,
    MergedInto,
}

/// Value before or after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TicketFieldValue {
    None,
    Label(&'static str),
    Id(i64),
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct SimulatedEvent {
    pub(super) at: SimulationSeconds,
    pub(super) kind: SimulatedEventKind,
    pub(super) role: SimulatedRole,
    pub(super) actor: Option<i64>,
    pub(super) public: bool,
    pub(super) change: Option<(SimulatedTicketField, TicketFieldValue, TicketFieldValue)>,
}

impl SimulatedEventKind {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Comment => "comment",
            Self::Change => "change",
        }
    }
}

impl SimulatedTicketField {
    /// Name of the column of `tickets` that holds the latest value.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Team => "team",
            Self::Agent => "agent_id",
            Self::Escalated => "is_escalated",
            Self::MergedInto => "merged_into_id",
        }
    }
}

impl TicketFieldValue {
    pub(super) const fn label(self) -> Option<&'static str> {
        match self {
            Self::Label(label) => Some(label),
            Self::None | Self::Id(_) => None,
        }
    }
}

/// Actor of an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventActor {
    pub(super) role: SimulatedRole,
    pub(super) id: Option<i64>,
}

impl EventActor {
    pub(super) const BOT: Self = Self {
        role: SimulatedRole::Bot,
        id: None,
    };
    pub(super) const SYSTEM: Self = Self {
        role: SimulatedRole::System,
        id: None,
    };

    pub(super) const fn agent(id: i64) -> Self {
        Self {
            role: SimulatedRole::Agent,
            id: Some(id),
        }
    }
}

/// Events of one ticket in order. Events after the window are dropped.
#[derive(Debug, Default)]
pub(super) struct SimulatedEventLog {
    pub(super) events: Vec<SimulatedEvent>,
}

impl SimulatedEventLog {
    pub(super) fn message(
        &mut self,
        at: SimulationSeconds,
        kind: SimulatedEventKind,
        actor: EventActor,
        public: bool,
    ) {
        self.push(SimulatedEvent {
            at,
            kind,
            role: actor.role,
            actor: actor.id,
            public,
            change: None,
        });
    }

    pub(super) fn change(
        &mut self,
        at: SimulationSeconds,
        actor: EventActor,
        field: SimulatedTicketField,
        old: TicketFieldValue,
        new: TicketFieldValue,
    ) {
        self.push(SimulatedEvent {
            at,
            kind: SimulatedEventKind::Change,
            role: actor.role,
            actor: actor.id,
            public: false,
            change: Some((field, old, new)),
        });
    }

    fn push(&mut self, event: SimulatedEvent) {
        if event.at < END {
            self.events.push(event);
        }
    }
}
