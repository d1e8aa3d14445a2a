//! Time zones as tables of their offsets from UTC.
//!
//! A table is built from the data of `chrono-tz` on first use and cached. Its contents agree with
//! that data: the rules of a zone are expanded to the end of 2099, and its last offset applies from
//! there on.

mod clock;
mod table;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono_tz::{TZ_VARIANTS, Tz};

pub(crate) use clock::LocalTimeConverter;
pub(crate) use table::ZoneRules;

use crate::text::nearest;

/// Zone with an IANA name such as `Europe/Lisbon`, or with a fixed offset such as `+05:30`.
///
/// # Errors
/// If no zone has this name; the message suggests another.
pub(crate) fn named(name: &str) -> Result<Arc<ZoneRules>, String> {
    if let Some(offset) = offset(name) {
        return Ok(Arc::new(ZoneRules::fixed(offset)));
    }
    match name.parse() {
        Ok(zone) => Ok(from_tz(zone)),
        Err(_) => Err(format!("unknown time zone '{name}', {}", instead(name))),
    }
}

/// Zone with a shared, cached table.
pub(crate) fn from_tz(zone: Tz) -> Arc<ZoneRules> {
    static KNOWN: OnceLock<Mutex<HashMap<Tz, Arc<ZoneRules>>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let table = known
        .entry(zone)
        .or_insert_with(|| Arc::new(ZoneRules::new(zone)));
    Arc::clone(table)
}

/// Seconds east of UTC, from `+05:30`, `-0800` or `+01`.
fn offset(name: &str) -> Option<i64> {
    let (sign, digits) = match name.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", usize::from(digits.len() == 5));
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    let (hours, minutes) = match digits.len() {
        2 if is_number => (digits.parse::<i64>().ok()?, 0),
        4 if is_number => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Suggestion for an unknown name: the name in another case, a similar name, or the zone of a city.
fn instead(name: &str) -> String {
    let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = name.replace(' ', "_");
    let of_city = names().find(|known| {
        let last = known.rsplit('/').next();
        last.is_some_and(|last| last.eq_ignore_ascii_case(&city))
    });
    match of_city.or_else(|| nearest(name, names())) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "use an IANA name such as 'America/New_York'".to_owned(),
    }
}

#[cfg(test)]
mod tests;
