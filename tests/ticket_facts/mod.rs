//! `ticket_facts`: compared with a naive computation over random logs, with the tickets of the
//! generator, and with values worked out by hand.

mod business;
mod errors;
pub(crate) mod log;
mod odd;
mod oracle;
mod oracle_durations;
mod other_logs;
mod own_desk;
mod plans;
pub(crate) mod random;
