//! Contact: the few bytes from which a ticket (or a relationship survey) can be regenerated.

use super::calendar::SimulationSeconds;
use super::desk::SubscriptionPlan;

/// Number of bytes of a serialized contact.
pub(super) const SIZE: usize = 18;

/// Result of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SimulatedContactKind {
    Ticket,
    /// NPS survey sent to a customer, not about any ticket.
    Relationship,
}

/// Contact of a customer. Ordered by time, then customer, then number: a total order, so the rank,
/// which becomes the ticket id, does not depend on the order of computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SimulatedContact {
    pub(super) at: SimulationSeconds,
    pub(super) customer: u64,
    /// Position among this customer's contacts.
    pub(super) number: u16,
    pub(super) kind: SimulatedContactKind,
    pub(super) plan: SubscriptionPlan,
    /// True for a repeat contact, which follows an earlier contact about the same matter.
    pub(super) repeat: bool,
    /// True for a copy that an agent merges into the customer's previous ticket.
    pub(super) merged: bool,
    /// True if the next contact of this customer will be merged into this one.
    pub(super) target: bool,
    /// Number of the incident of the contact, from 1; 0 for none.
    pub(super) incident: u16,
    /// Mood of the customer, in tenths; only used by relationship surveys.
    pub(super) mood: i8,
}

impl SimulatedContact {
    pub(super) fn key(&self) -> (SimulationSeconds, u64, u16) {
        (self.at, self.customer, self.number)
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let at = u32::try_from(self.at).unwrap_or(u32::MAX);
        let flags = u8::from(self.kind == SimulatedContactKind::Relationship)
            | u8::from(self.repeat) << 1
            | u8::from(self.merged) << 2
            | u8::from(self.target) << 3
            | (self.plan as u8) << 4;
        out.extend_from_slice(&at.to_le_bytes());
        out.extend_from_slice(&self.customer.to_le_bytes());
        out.extend_from_slice(&self.number.to_le_bytes());
        out.extend_from_slice(&self.incident.to_le_bytes());
        out.extend_from_slice(&[flags, self.mood.to_le_bytes()[0]]);
    }

    pub(super) fn read(bytes: &[u8; SIZE]) -> Self {
        let [a, b, c, d, rest @ ..] = *bytes;
        let [c0, c1, c2, c3, c4, c5, c6, c7, n0, n1, i0, i1, flags, mood] = rest;
        Self {
            at: i64::from(u32::from_le_bytes([a, b, c, d])),
            customer: u64::from_le_bytes([c0, c1, c2, c3, c4, c5, c6, c7]),
            number: u16::from_le_bytes([n0, n1]),
            kind: if flags & 1 == 1 {
                SimulatedContactKind::Relationship
            } else {
                SimulatedContactKind::Ticket
            },
            plan: SubscriptionPlan::from_code(flags >> 4),
            repeat: flags & 2 != 0,
            merged: flags & 4 != 0,
            target: flags & 8 != 0,
            incident: u16::from_le_bytes([i0, i1]),
            mood: i8::from_le_bytes([mood]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_round_trip() {
        let contact = SimulatedContact {
            at: 63_000_000,
            customer: 25_000_000_000,
            number: 40_000,
            kind: SimulatedContactKind::Relationship,
            plan: SubscriptionPlan::Enterprise,
            repeat: true,
            merged: false,
            target: true,
            incident: 61,
            mood: -17,
        };
        let mut bytes = Vec::new();
        contact.write(&mut bytes);
        assert_eq!(
            SimulatedContact::read(bytes.first_chunk().unwrap()),
            contact
        );
    }
}
