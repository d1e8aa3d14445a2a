//! Vocabulary of an event log, and the encoding of an event in one number.
//!
//! Texts are encoded as small numbers before events are sorted: spilled data is a quarter as wide,
//! and the ticket's state machine compares no texts.

/// Kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EventKind {
    Other,
    Created,
    Comment,
    Change,
    Deleted,
    /// Not an event, but a row of the ticket table.
    Ticket,
}

/// Role of the actor. The order is that of events at the same time: the desk's action answers the
/// customer's message, not the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ActorRole {
    Unknown,
    Customer,
    Bot,
    Agent,
    System,
}

/// Visibility of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EventVisibility {
    Unknown,
    Internal,
    Public,
}

/// The changed field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ChangedField {
    Other,
    Team,
    Agent,
    Priority,
    Escalated,
    Merged,
    Status,
}

/// A status of a ticket; `None` if a value is NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum TicketStatus {
    New,
    Open,
    Pending,
    Hold,
    /// An unknown word.
    Other,
    Solved,
    Closed,
    Deleted,
}

impl EventKind {
    const ALL: [Self; 6] = [
        Self::Other,
        Self::Created,
        Self::Comment,
        Self::Change,
        Self::Deleted,
        Self::Ticket,
    ];

    pub(super) fn parse(word: &str) -> Self {
        match_word(
            word,
            &[
                ("created", Self::Created),
                ("comment", Self::Comment),
                ("change", Self::Change),
                ("deleted", Self::Deleted),
            ],
        )
        .unwrap_or(Self::Other)
    }
}

impl ActorRole {
    const ALL: [Self; 5] = [
        Self::Unknown,
        Self::Customer,
        Self::Bot,
        Self::Agent,
        Self::System,
    ];

    pub(super) fn parse(word: &str) -> Self {
        match_word(
            word,
            &[
                ("agent", Self::Agent),
                ("customer", Self::Customer),
                ("bot", Self::Bot),
                ("system", Self::System),
            ],
        )
        .unwrap_or(Self::Unknown)
    }

    pub(super) const fn label(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Customer => Some("customer"),
            Self::Bot => Some("bot"),
            Self::Agent => Some("agent"),
            Self::System => Some("system"),
        }
    }
}

impl EventVisibility {
    const ALL: [Self; 3] = [Self::Unknown, Self::Internal, Self::Public];
}

impl ChangedField {
    const ALL: [Self; 7] = [
        Self::Other,
        Self::Team,
        Self::Agent,
        Self::Priority,
        Self::Escalated,
        Self::Merged,
        Self::Status,
    ];

    pub(super) fn parse(word: &str) -> Self {
        match_word(
            word,
            &[
                ("status", Self::Status),
                ("agent_id", Self::Agent),
                ("team", Self::Team),
                ("priority", Self::Priority),
                ("is_escalated", Self::Escalated),
                ("merged_into_id", Self::Merged),
                ("agent", Self::Agent),
                ("assignee", Self::Agent),
                ("assignee_id", Self::Agent),
                ("team_id", Self::Team),
                ("group", Self::Team),
                ("group_id", Self::Team),
                ("escalated", Self::Escalated),
                ("merged_into", Self::Merged),
            ],
        )
        .unwrap_or(Self::Other)
    }

    /// True if the facts need the texts of its values.
    pub(super) const fn keeps_text(self) -> bool {
        matches!(
            self,
            Self::Team | Self::Agent | Self::Priority | Self::Merged
        )
    }
}

impl TicketStatus {
    pub(super) const ALL: [Self; 8] = [
        Self::New,
        Self::Open,
        Self::Pending,
        Self::Hold,
        Self::Other,
        Self::Solved,
        Self::Closed,
        Self::Deleted,
    ];

    pub(super) fn parse(word: &str) -> Self {
        match_word(
            word,
            &[
                ("new", Self::New),
                ("open", Self::Open),
                ("pending", Self::Pending),
                ("hold", Self::Hold),
                ("on-hold", Self::Hold),
                ("on_hold", Self::Hold),
                ("solved", Self::Solved),
                ("closed", Self::Closed),
                ("deleted", Self::Deleted),
            ],
        )
        .unwrap_or(Self::Other)
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Hold => "hold",
            Self::Other => "other",
            Self::Solved => "solved",
            Self::Closed => "closed",
            Self::Deleted => "deleted",
        }
    }

    /// True for active tickets: neither solved, closed nor deleted.
    pub(super) fn is_unsolved(self) -> bool {
        self < Self::Solved
    }
}

/// True if a value means true.
pub(super) fn is_true(word: &str) -> bool {
    match_word(
        word,
        &[("true", true), ("t", true), ("yes", true), ("1", true)],
    )
    .unwrap_or(false)
}

fn match_word<T: Copy>(word: &str, words: &[(&str, T)]) -> Option<T> {
    let found = words
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, meaning)| *meaning)
}

/// All of an event except its ticket, time and texts: from the lowest bits, kind, role, visibility,
/// field, and the old and new value if they are statuses or booleans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EventCode(pub(super) u32);

/// Number of bits of each part.
const WIDTH: u32 = 4;
const MASK: u32 = (1 << WIDTH) - 1;

impl EventCode {
    pub(super) const fn new(
        kind: EventKind,
        role: ActorRole,
        public: EventVisibility,
        field: ChangedField,
    ) -> Self {
        Self(
            kind as u32
                | (role as u32) << WIDTH
                | (public as u32) << (2 * WIDTH)
                | (field as u32) << (3 * WIDTH),
        )
    }

    /// Adds the old and new value; NULL is absent.
    pub(super) fn with_values(
        self,
        field: ChangedField,
        old: Option<&str>,
        new: Option<&str>,
    ) -> Self {
        let number = |word: Option<&str>| match (field, word) {
            (_, None) => 0,
            (ChangedField::Status, Some(word)) => TicketStatus::parse(word) as u32 + 1,
            (ChangedField::Escalated, Some(word)) => u32::from(is_true(word)) + 1,
            _ => 0,
        };
        Self(self.0 | number(old) << (4 * WIDTH) | number(new) << (5 * WIDTH))
    }

    const fn part(self, number: u32) -> usize {
        ((self.0 >> (number * WIDTH)) & MASK) as usize
    }

    pub(super) fn kind(self) -> EventKind {
        EventKind::ALL[self.part(0) % EventKind::ALL.len()]
    }

    pub(super) fn role(self) -> ActorRole {
        ActorRole::ALL[self.part(1) % ActorRole::ALL.len()]
    }

    pub(super) fn public(self) -> EventVisibility {
        EventVisibility::ALL[self.part(2) % EventVisibility::ALL.len()]
    }

    pub(super) fn field(self) -> ChangedField {
        ChangedField::ALL[self.part(3) % ChangedField::ALL.len()]
    }

    pub(super) fn old_status(self) -> Option<TicketStatus> {
        self.status(4)
    }

    pub(super) fn new_status(self) -> Option<TicketStatus> {
        self.status(5)
    }

    fn status(self, number: u32) -> Option<TicketStatus> {
        let is_status = self.field() == ChangedField::Status;
        let at = self.part(number).checked_sub(1).filter(|_| is_status)?;
        Some(TicketStatus::ALL[at % TicketStatus::ALL.len()])
    }

    /// True if a boolean changed to true.
    pub(super) const fn becomes_true(self) -> bool {
        self.part(5) == 2
    }

    /// Sort rank among unnumbered events of the same time: creation, changes of other fields,
    /// comments, changes of status, since a reply precedes the status that it causes, then deletion
    /// and all others.
    pub(super) fn rank(self) -> (u8, ActorRole, u32) {
        let rank = match (self.kind(), self.field()) {
            (EventKind::Created, _) => 0,
            (EventKind::Change, ChangedField::Status) => 3,
            (EventKind::Change, _) => 1,
            (EventKind::Comment, _) => 2,
            (EventKind::Deleted, _) => 4,
            (EventKind::Other | EventKind::Ticket, _) => 5,
        };
        match rank {
            // Changes of one field are adjacent, whatever the role.
            1 | 3 => (rank, ActorRole::Unknown, self.field() as u32),
            _ => (rank, self.role(), self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_what_went_into_it() {
        for kind in EventKind::ALL {
            for role in ActorRole::ALL {
                for public in EventVisibility::ALL {
                    for field in ChangedField::ALL {
                        let code = EventCode::new(kind, role, public, field);
                        let code = code.with_values(field, Some("hold"), Some("CLOSED"));
                        assert_eq!(
                            (code.kind(), code.role(), code.public(), code.field()),
                            (kind, role, public, field)
                        );
                        let is_status = field == ChangedField::Status;
                        assert_eq!(code.old_status(), is_status.then_some(TicketStatus::Hold));
                        assert_eq!(code.new_status(), is_status.then_some(TicketStatus::Closed));
                    }
                }
            }
        }
    }

    #[test]
    fn words_are_read_in_any_case() {
        assert_eq!(EventKind::parse("Created"), EventKind::Created);
        assert_eq!(ChangedField::parse("assignee_id"), ChangedField::Agent);
        assert_eq!(TicketStatus::parse("on-hold"), TicketStatus::Hold);
        assert_eq!(TicketStatus::parse("Awaiting vendor"), TicketStatus::Other);
        assert!(is_true("TRUE") && !is_true("false"));
    }
}
