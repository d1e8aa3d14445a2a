//! Times formatted as texts by patterns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::by_pattern::PatternCache;
use crate::functions::datetime::wall_clock::{utc, walls};
use crate::time::text::{LocalTimeInZone, TimePatternDialect};

/// Formats each time of `columns[0]` by the pattern of `columns[1]`; a time with a zone in local time of
/// that zone.
///
/// # Errors
/// When a pattern is invalid, or a time is outside the calendar.
pub(crate) fn texts_of_times(function: &str, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let zone = match columns[0].data_type() {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    let patterns = columns[1].as_string::<i32>();
    let mut cache = PatternCache::new(function, TimePatternDialect::Postgres);
    let times = walls(&columns[0])?.into_iter().zip(utc(&columns[0])?);
    let mut texts = Vec::with_capacity(patterns.len());
    for ((wall, utc), written) in times.zip(patterns) {
        let (Some(wall), Some(utc), Some(written)) = (wall, utc, written) else {
            texts.push(None);
            continue;
        };
        let shown = LocalTimeInZone {
            wall,
            offset: (wall - utc).num_seconds(),
            zone: zone.as_deref(),
        };
        match cache.pattern(written)?.write(&shown) {
            Some(text) => texts.push(Some(text)),
            None => return exec_err!("{function}: a time cannot be written as '{written}'"),
        }
    }
    Ok(Arc::new(StringArray::from(texts)))
}
