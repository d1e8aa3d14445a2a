//! Business calendars against an oracle that counts minutes, their algebra, their SQL, their traps.

mod laws;
pub(crate) mod model;
pub(crate) mod oracle;
mod published;
mod refusals;
mod tables;
mod traps;
