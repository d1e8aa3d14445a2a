//! SLA policies and `sla_events`: compared with counted seconds over random logs, policies and
//! calendars, with the generator's own columns, with published values, and with timelines worked out by
//! hand.

mod boston;
mod calendars;
mod desk;
mod errors;
mod oracle;
mod own_desk;
mod plans;
mod random;
mod tables;
mod timelines;
mod walked;
