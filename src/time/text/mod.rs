//! Times as text: one reader for CSV types, casts, literals, functions and `deskql.toml`, and one
//! for patterns.
//!
//! [`read`] accepts unambiguous forms (`2026-03-02 09:05`, `2 Mar 2026 9:05 PM +01`);
//! [`TimePattern`] reads and writes with patterns of `PostgreSQL`'s elements, of percent codes or
//! of spreadsheets. Ambiguous dates are never guessed: [`TimeParseError`] has the reason, and
//! [`fitting()`] the patterns that fit.

mod clock;
mod cursor;
mod elements;
mod epoch;
mod fitting;
mod free;
mod parts;
mod pattern;
mod percent;
mod postgres;
mod spreadsheet;
mod stray_words;
mod write;
mod written;
mod zone_text;

pub(crate) use epoch::from_epoch;
pub(crate) use fitting::{advice, fitting};
pub(crate) use free::{read, read_clock};
pub(crate) use parts::{MONTHS, WEEKDAYS};
pub(crate) use pattern::{TimePattern, TimePatternDialect, check_codes};
pub(crate) use write::LocalTimeInZone;
pub(crate) use written::{ParsedTime, TimeParseError};

#[cfg(test)]
mod tests;
