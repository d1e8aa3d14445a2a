//! What a ticket is about, drawn when it is opened.

use super::calendar::Calendar;
use super::contact::Contact;
use super::customers::Profile;
use super::desk::{CATEGORIES, CHANNELS, Category, Channel, Plan, Priority, Role};
use super::rng::Stream;

/// Traits of a ticket that its events do not change (the priority is the one it starts with).
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    pub(super) channel: Channel,
    pub(super) category: Category,
    pub(super) priority: Priority,
    pub(super) created_by: Role,
    pub(super) subject: &'static str,
    pub(super) is_complaint: bool,
    /// Junk that is closed without an answer.
    pub(super) is_spam: bool,
}

impl Traits {
    pub(super) fn draw(customer: &Profile, contact: &Contact, rng: &mut Stream) -> Self {
        let category = if contact.incident > 0 {
            Category::Outage
        } else {
            rng.pick(CATEGORIES)
        };
        let created_by = created_by(contact, rng);
        let channel = channel(contact, created_by, rng);
        let angry = if contact.repeat { 2.5 } else { 1.0 };
        let spam = matches!(channel, Channel::Email | Channel::Web | Channel::Social);
        Self {
            channel,
            category,
            priority: priority(category, contact.plan, rng),
            created_by,
            subject: rng.any(category.subjects()),
            is_complaint: rng
                .chance(category.complaints() * angry * (1.0 - 0.2 * customer.temper).max(0.3)),
            is_spam: spam && category == Category::Other && rng.chance(0.3),
        }
    }
}

fn created_by(contact: &Contact, rng: &mut Stream) -> Role {
    if contact.repeat || contact.merged || contact.incident > 0 {
        return Role::Customer;
    }
    rng.pick(&[
        (Role::Customer, 95.5),
        (Role::Agent, 3.0),
        (Role::System, 1.5),
    ])
}

/// The phone line is only answered while the desk is open; other calls become mails.
fn channel(contact: &Contact, created_by: Role, rng: &mut Stream) -> Channel {
    let channel = rng.pick(CHANNELS);
    match (created_by, channel) {
        (Role::System, _) => Channel::Api,
        (Role::Agent, Channel::Chat | Channel::Web | Channel::Social) => Channel::Phone,
        (_, Channel::Phone) if !Calendar::is_open(contact.at) => Channel::Email,
        _ => channel,
    }
}

fn priority(category: Category, plan: Plan, rng: &mut Stream) -> Priority {
    let urgent = match category {
        Category::Outage => 6.0,
        Category::Bug | Category::Performance | Category::Access => 1.3,
        Category::Feature | Category::HowTo => 0.4,
        _ => 1.0,
    } * match plan {
        Plan::Free => 0.4,
        Plan::Starter => 0.8,
        Plan::Business => 1.1,
        Plan::Enterprise => 1.8,
    };
    rng.pick(&[
        (Priority::Low, 22.0),
        (Priority::Normal, 56.0),
        (Priority::High, 17.0 * urgent),
        (Priority::Urgent, 5.0 * urgent),
    ])
}
