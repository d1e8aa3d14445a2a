//! `[calendars.NAME]`: when a desk is open; and `[calendar_tables]`, where tables say so.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// One calendar.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarConfig {
    /// The IANA name of the zone whose clocks the hours are read off.
    pub(crate) time_zone: Spanned<String>,
    /// Regular hours.
    pub(crate) hours: RegularHoursConfig,
    /// Days with other hours than their weekday, or closed.
    #[serde(default)]
    pub(crate) holidays: Vec<Spanned<toml::Value>>,
    /// Days with further hours.
    #[serde(default)]
    pub(crate) openings: Vec<Spanned<toml::Value>>,
    /// iCalendar files whose days are holidays.
    pub(crate) ics: Option<Spanned<ConfigPaths>>,
    /// Schedules that take the place of this one from a date on.
    #[serde(default)]
    pub(crate) versions: Vec<CalendarVersionConfig>,
}

/// A schedule that is in force from a date on; what it does not say is as in the calendar itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarVersionConfig {
    /// The date, or date and time.
    pub(crate) from: Spanned<toml::Value>,
    pub(crate) time_zone: Option<Spanned<String>>,
    pub(crate) hours: Option<RegularHoursConfig>,
    pub(crate) holidays: Option<Vec<Spanned<toml::Value>>>,
    pub(crate) openings: Option<Vec<Spanned<toml::Value>>>,
    pub(crate) ics: Option<Spanned<ConfigPaths>>,
}

/// Weekdays (`mon`, `mon-fri`, `sat,sun`) and their open spans.
pub(crate) type RegularHoursConfig = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

/// One path or several; relative ones start at the config file.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a path or a list of them")]
pub(crate) enum ConfigPaths {
    One(String),
    Many(Vec<String>),
}

impl ConfigPaths {
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// Tables that hold calendars.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarTables {
    /// The table of regular hours.
    pub(crate) hours: Spanned<String>,
    /// The table of holidays and openings.
    pub(crate) holidays: Option<Spanned<String>>,
}
