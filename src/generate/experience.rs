//! Experience of the customer with a ticket, on which surveys, repeat contacts and churn depend.

use super::calendar::{END, HOUR};
use super::comment_phrases::CommentTheme;
use super::contact::SimulatedContact;
use super::customers::CustomerProfile;
use super::facts::SimulatedTicketFacts;
use super::known_effects::release_dip;
use super::rng::RandomStream;
use super::timeline::SimulatedTicket;

/// A ticket from the customer's point of view.
#[derive(Clone, Copy, Debug)]
pub(super) struct TicketExperience {
    /// Satisfaction: about 1.2 on average, with a standard deviation of about 1.
    pub(super) quality: f64,
    /// Effort: 0 for one message and one answer, plus 1 for each further round or transfer.
    pub(super) effort: f64,
    /// What a comment could be about, with weights.
    pub(super) themes: [(CommentTheme, f64); 7],
}

/// Computes the experience from the course of a ticket.
pub(super) fn assess(
    customer: &CustomerProfile,
    contact: &SimulatedContact,
    course: &mut SimulatedTicket,
    facts: &SimulatedTicketFacts,
) -> TicketExperience {
    let rng: &mut RandomStream = &mut course.rng;
    let hours = |until: Option<i64>| (until.unwrap_or(END) - facts.created) as f64 / HOUR as f64;
    let bot_only = facts.replies == 0 && facts.first_bot_reply.is_some();
    let answered = if bot_only {
        0.5
    } else {
        hours(facts.first_response)
    };
    let effort = f64::from(facts.customer_messages) * 0.6
        + f64::from(facts.handoffs + facts.reassignments) * 0.5
        + f64::from(facts.reopens)
        + f64::from(u8::from(contact.repeat));
    let mut quality = 2.10 + 0.45 * course.skill.unwrap_or(-0.3) + 0.45 * customer.temper;
    quality -= 0.20 * libm::log1p(answered);
    quality -= 0.17 * libm::log1p(hours(facts.resolved) / 6.0);
    quality -= 0.65 * f64::from(facts.reopens) + 0.25 * f64::from(facts.handoffs);
    quality -= if facts.escalated.is_some() { 0.3 } else { 0.0 };
    quality -= if facts.resolved.is_none() { 0.9 } else { 0.0 };
    quality -= if contact.repeat { 0.4 } else { 0.0 };
    quality -= if contact.incident > 0 { 0.5 } else { 0.0 };
    quality -= if course.traits.is_complaint { 0.7 } else { 0.0 };
    quality -= release_dip(contact.at);
    quality += 0.35 * rng.normal();
    let themes = [
        (CommentTheme::Release, 1.6 * release_dip(contact.at)),
        (
            CommentTheme::Outage,
            if contact.incident > 0 { 3.0 } else { 0.0 },
        ),
        (CommentTheme::Waiting, 0.25 * libm::log1p(answered)),
        (CommentTheme::PassedOn, 0.5 * f64::from(facts.handoffs)),
        (CommentTheme::Unsolved, 0.9 * f64::from(facts.reopens)),
        (CommentTheme::Ordinary, 0.6),
        (CommentTheme::Price, 0.0),
    ];
    TicketExperience {
        quality,
        effort,
        themes,
    }
}
