//! Rewrites of KPI calls: settings of the session and required inputs become arguments.

mod carried_calendars;
mod kpi_calls;
mod observed_until;

pub(super) use kpi_calls::KpiCalls;
pub(super) use observed_until::ObservedUntil;
