//! Columns of text as columns of times, and back; [`crate::time::text`] defines the syntax.

mod by_pattern;
mod casts;
mod written;

pub(crate) use by_pattern::{PatternCache, is_epoch};
pub(crate) use casts::{clock_of, times_of_texts, type_named, value_of};
pub(crate) use written::texts_of_times;
