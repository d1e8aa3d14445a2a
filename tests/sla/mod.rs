//! SLA policies and `sla_events`: held equal to counted seconds over random logs, policies and
//! calendars, to the generator's own columns, to published values, and to timelines worked out by hand.

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
