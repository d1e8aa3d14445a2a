//! `[calendars.NAME]`: hours of a desk; and `[calendar_tables]`: tables with such hours.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// One calendar.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarConfig {
    /// IANA name of the time zone of the hours.
    pub(crate) time_zone: Spanned<String>,
    /// Regular hours.
    pub(crate) hours: RegularHoursConfig,
    /// Days with other hours than their weekday, or closed.
    #[serde(default)]
    pub(crate) holidays: Vec<Spanned<toml::Value>>,
    /// Days with additional hours.
    #[serde(default)]
    pub(crate) openings: Vec<Spanned<toml::Value>>,
    /// iCalendar files whose days are holidays.
    pub(crate) ics: Option<Spanned<ConfigPaths>>,
    /// Schedules that replace this one from a date on.
    #[serde(default)]
    pub(crate) versions: Vec<CalendarVersionConfig>,
}

/// Schedule that is in force from a date on; missing keys default to those of the calendar.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarVersionConfig {
    /// Date, or date and time.
    pub(crate) from: Spanned<toml::Value>,
    pub(crate) time_zone: Option<Spanned<String>>,
    pub(crate) hours: Option<RegularHoursConfig>,
    pub(crate) holidays: Option<Vec<Spanned<toml::Value>>>,
    pub(crate) openings: Option<Vec<Spanned<toml::Value>>>,
    pub(crate) ics: Option<Spanned<ConfigPaths>>,
}

/// Weekdays (`mon`, `mon-fri`, `sat,sun`) and their open spans.
pub(crate) type RegularHoursConfig = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

/// One path or several; relative paths start at the config file.
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

/// Tables with calendars.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarTables {
    /// Table of regular hours.
    pub(crate) hours: Spanned<String>,
    /// Table of holidays and openings.
    pub(crate) holidays: Option<Spanned<String>>,
}
