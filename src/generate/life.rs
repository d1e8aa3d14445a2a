//! Simulated customer and the resulting rows.

use super::calendar::SimulationSeconds;
use super::contact::SimulatedContact;
use super::customers::CustomerProfile;
use super::desk::SubscriptionPlan;

/// State of a customer at the end of the window.
#[derive(Debug)]
pub(super) struct CustomerLife {
    pub(super) profile: CustomerProfile,
    pub(super) contacts: Vec<SimulatedContact>,
    pub(super) months: Vec<SubscriptionMonth>,
    pub(super) ended: Option<SimulationSeconds>,
    pub(super) end_reason: Option<&'static str>,
    pub(super) owner: Option<i64>,
    pub(super) plan: SubscriptionPlan,
    pub(super) seats: i64,
    pub(super) onboarding: Option<OnboardingRow>,
    pub(super) outreach: Vec<OutreachRow>,
}

/// One month of a customer: a row of `subscriptions`.
#[derive(Clone, Copy, Debug)]
pub(super) struct SubscriptionMonth {
    pub(super) month: usize,
    pub(super) plan: SubscriptionPlan,
    pub(super) seats: i64,
    pub(super) start_cents: i64,
    /// `None` if the customer left in this month.
    pub(super) end_cents: Option<i64>,
    pub(super) movement: &'static str,
}

/// Row of `onboarding`.
#[derive(Clone, Debug)]
pub(super) struct OnboardingRow {
    pub(super) plan: SubscriptionPlan,
    pub(super) agent: Option<i64>,
    pub(super) due: SimulationSeconds,
    pub(super) completed: Option<SimulationSeconds>,
    pub(super) steps: i32,
    pub(super) steps_done: i32,
    /// `None` while it is in progress and not yet due.
    pub(super) is_completed: Option<bool>,
}

/// Row of `outreach`.
#[derive(Clone, Debug)]
pub(super) struct OutreachRow {
    pub(super) sent: SimulationSeconds,
    pub(super) reason: &'static str,
    pub(super) channel: &'static str,
    pub(super) agent: Option<i64>,
    pub(super) delivered: bool,
    pub(super) engaged: Option<SimulationSeconds>,
}

impl OnboardingRow {
    /// The customer leaves; steps that are not done yet will never be done.
    pub(super) fn stop(&mut self, ended: SimulationSeconds) {
        if self.completed.is_none_or(|completed| completed > ended) {
            self.steps_done = self.steps_done.min(self.steps - 1);
            self.completed = None;
            self.is_completed = Some(false);
        }
    }
}
