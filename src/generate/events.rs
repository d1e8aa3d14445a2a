//! The events of a ticket: the one source from which its row is made.

use super::calendar::{END, Seconds};
use super::desk::Role;

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The ticket is opened; carries the opening message.
    Created,
    /// A message (public) or a note (not public).
    Comment,
    /// A field of the ticket gets another value.
    Change,
}

/// A field that changes during a ticket's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Status,
    Priority,
    Team,
    Agent,
    Escalated,
    MergedInto,
}

/// A value before or after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    None,
    Label(&'static str),
    Id(i64),
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) at: Seconds,
    pub(super) kind: Kind,
    pub(super) role: Role,
    pub(super) actor: Option<i64>,
    pub(super) public: bool,
    pub(super) change: Option<(Field, Value, Value)>,
}

impl Kind {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Comment => "comment",
            Self::Change => "change",
        }
    }
}

impl Field {
    /// The name of the column of `tickets` that holds the latest value.
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

impl Value {
    pub(super) const fn label(self) -> Option<&'static str> {
        match self {
            Self::Label(label) => Some(label),
            Self::None | Self::Id(_) => None,
        }
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Actor {
    pub(super) role: Role,
    pub(super) id: Option<i64>,
}

impl Actor {
    pub(super) const BOT: Self = Self {
        role: Role::Bot,
        id: None,
    };
    pub(super) const SYSTEM: Self = Self {
        role: Role::System,
        id: None,
    };

    pub(super) const fn agent(id: i64) -> Self {
        Self {
            role: Role::Agent,
            id: Some(id),
        }
    }
}

/// The events of one ticket in order. What happens after the window is not yet known and dropped.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) events: Vec<Event>,
}

impl Log {
    pub(super) fn message(&mut self, at: Seconds, kind: Kind, actor: Actor, public: bool) {
        self.push(Event {
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
        at: Seconds,
        actor: Actor,
        field: Field,
        old: Value,
        new: Value,
    ) {
        self.push(Event {
            at,
            kind: Kind::Change,
            role: actor.role,
            actor: actor.id,
            public: false,
            change: Some((field, old, new)),
        });
    }

    fn push(&mut self, event: Event) {
        if event.at < END {
            self.events.push(event);
        }
    }
}
