//! The life of a customer, and the rows that come of it.

use super::calendar::Seconds;
use super::contact::Contact;
use super::customers::Profile;
use super::desk::Plan;

/// All that is known about a customer at the end of the window.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) profile: Profile,
    pub(super) contacts: Vec<Contact>,
    pub(super) months: Vec<Month>,
    pub(super) ended: Option<Seconds>,
    pub(super) end_reason: Option<&'static str>,
    pub(super) owner: Option<i64>,
    pub(super) plan: Plan,
    pub(super) seats: i64,
    pub(super) onboarding: Option<Onboarding>,
    pub(super) outreach: Vec<Outreach>,
}

/// One month of a customer: a row of `subscriptions`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    pub(super) month: usize,
    pub(super) plan: Plan,
    pub(super) seats: i64,
    pub(super) start_cents: i64,
    /// `None` when the customer left in this month.
    pub(super) end_cents: Option<i64>,
    pub(super) movement: &'static str,
}

/// A row of `onboarding`.
#[derive(Clone, Debug)]
pub(super) struct Onboarding {
    pub(super) plan: Plan,
    pub(super) agent: Option<i64>,
    pub(super) due: Seconds,
    pub(super) completed: Option<Seconds>,
    pub(super) steps: i32,
    pub(super) steps_done: i32,
    /// `None` while it is under way and not yet due.
    pub(super) is_completed: Option<bool>,
}

/// A row of `outreach`.
#[derive(Clone, Debug)]
pub(super) struct Outreach {
    pub(super) sent: Seconds,
    pub(super) reason: &'static str,
    pub(super) channel: &'static str,
    pub(super) agent: Option<i64>,
    pub(super) delivered: bool,
    pub(super) engaged: Option<Seconds>,
}

impl Onboarding {
    /// The customer leaves: what is not done by then never will be.
    pub(super) fn stop(&mut self, ended: Seconds) {
        if self.completed.is_none_or(|completed| completed > ended) {
            self.steps_done = self.steps_done.min(self.steps - 1);
            self.completed = None;
            self.is_completed = Some(false);
        }
    }
}
