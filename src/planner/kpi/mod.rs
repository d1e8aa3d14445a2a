//! What calls of KPIs mean, written into the plan: the session's settings as arguments, and what they need.

mod carried_calendars;
mod kpi_calls;
mod observed_until;

pub(super) use kpi_calls::KpiCalls;
pub(super) use observed_until::ObservedUntil;
