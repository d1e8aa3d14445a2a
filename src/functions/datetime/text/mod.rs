//! Columns of text as columns of times, and back; what a text means is for [`crate::time::text`] to say.

mod by_pattern;
mod casts;
mod written;

pub(crate) use by_pattern::{PatternCache, is_epoch};
pub(crate) use casts::{clock_of, times_of_texts, type_named, value_of};
pub(crate) use written::texts_of_times;
