//! Traits of a ticket, drawn when it is opened.

use super::calendar::SimulationCalendar;
use super::contact::SimulatedContact;
use super::customers::CustomerProfile;
use super::desk::{
    CATEGORIES, CHANNELS, SimulatedRole, SubscriptionPlan, TicketCategory, TicketChannel,
    TicketPriority,
};
use super::rng::RandomStream;

/// Traits of a ticket that its events do not change (the priority is the initial one).
#[derive(Clone, Copy, Debug)]
pub(super) struct TicketTraits {
    pub(super) channel: TicketChannel,
    pub(super) category: TicketCategory,
    pub(super) priority: TicketPriority,
    pub(super) created_by: SimulatedRole,
    pub(super) subject: &'static str,
    pub(super) is_complaint: bool,
    /// Spam that is closed without an answer.
    pub(super) is_spam: bool,
}

impl TicketTraits {
    pub(super) fn draw(
        customer: &CustomerProfile,
        contact: &SimulatedContact,
        rng: &mut RandomStream,
    ) -> Self {
        let category = if contact.incident > 0 {
            TicketCategory::Outage
        } else {
            rng.pick(CATEGORIES)
        };
        let created_by = created_by(contact, rng);
        let channel = channel(contact, created_by, rng);
        let angry = if contact.repeat { 2.5 } else { 1.0 };
        let spam = matches!(
            channel,
            TicketChannel::Email | TicketChannel::Web | TicketChannel::Social
        );
        Self {
            channel,
            category,
            priority: priority(category, contact.plan, rng),
            created_by,
            subject: rng.any(category.subjects()),
            is_complaint: rng
                .chance(category.complaints() * angry * (1.0 - 0.2 * customer.temper).max(0.3)),
            is_spam: spam && category == TicketCategory::Other && rng.chance(0.3),
        }
    }
}

fn created_by(contact: &SimulatedContact, rng: &mut RandomStream) -> SimulatedRole {
    if contact.repeat || contact.merged || contact.incident > 0 {
        return SimulatedRole::Customer;
    }
    rng.pick(&[
        (SimulatedRole::Customer, 95.5),
        (SimulatedRole::Agent, 3.0),
        (SimulatedRole::System, 1.5),
    ])
}

/// The phone line is only answered while the desk is open; other calls become emails.
fn channel(
    contact: &SimulatedContact,
    created_by: SimulatedRole,
    rng: &mut RandomStream,
) -> TicketChannel {
    let channel = rng.pick(CHANNELS);
    match (created_by, channel) {
        (SimulatedRole::System, _) => TicketChannel::Api,
        (
            SimulatedRole::Agent,
            TicketChannel::Chat | TicketChannel::Web | TicketChannel::Social,
        ) => TicketChannel::Phone,
        (_, TicketChannel::Phone) if !SimulationCalendar::is_open(contact.at) => {
            TicketChannel::Email
        }
        _ => channel,
    }
}

fn priority(
    category: TicketCategory,
    plan: SubscriptionPlan,
    rng: &mut RandomStream,
) -> TicketPriority {
    let urgent = match category {
        TicketCategory::Outage => 6.0,
        TicketCategory::Bug | TicketCategory::Performance | TicketCategory::Access => 1.3,
        TicketCategory::Feature | TicketCategory::HowTo => 0.4,
        _ => 1.0,
    } * match plan {
        SubscriptionPlan::Free => 0.4,
        SubscriptionPlan::Starter => 0.8,
        SubscriptionPlan::Business => 1.1,
        SubscriptionPlan::Enterprise => 1.8,
    };
    rng.pick(&[
        (TicketPriority::Low, 22.0),
        (TicketPriority::Normal, 56.0),
        (TicketPriority::High, 17.0 * urgent),
        (TicketPriority::Urgent, 5.0 * urgent),
    ])
}
