//! Calendars of a session, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;

use super::{BusinessCalendar, CalendarSchedule, ScheduleVersion, SpecialDays, WeekHours};
use crate::text::nearest;

/// Name of the calendar that is always open; every session has it.
pub(crate) const ALWAYS: &str = "24x7";

/// Names that a function call would read as another option where a calendar may be the last
/// argument.
const TAKEN: [&str; 2] = ["ignore", "error"];

/// Calendars of a session.
#[derive(Debug, Clone)]
pub struct BusinessCalendars {
    pub(super) by_name: BTreeMap<String, Arc<BusinessCalendar>>,
}

impl Default for BusinessCalendars {
    /// Holds only the calendar that is always open.
    fn default() -> Self {
        let version = ScheduleVersion {
            from: None,
            zone: Tz::UTC,
            week: WeekHours::always(),
            special: SpecialDays::default(),
        };
        let by_name = CalendarSchedule::new(vec![version]).ok().map(|schedule| {
            let calendar = BusinessCalendar::new(ALWAYS, "built in", schedule);
            (ALWAYS.to_owned(), Arc::new(calendar))
        });
        Self {
            by_name: by_name.into_iter().collect(),
        }
    }
}

impl BusinessCalendars {
    /// Adds a calendar.
    ///
    /// # Errors
    /// If its name is empty, reserved, or already used by another calendar.
    pub fn add(&mut self, calendar: BusinessCalendar) -> Result<(), String> {
        let name = calendar.name().to_owned();
        if name.is_empty() || TAKEN.contains(&name.as_str()) {
            return Err(format!("a calendar cannot be called {name:?}"));
        }
        if let Some(other) = self.by_name.get(&name) {
            return Err(format!(
                "calendar {name:?} is there already ({}): rename one of them",
                other.source()
            ));
        }
        self.by_name.insert(name, Arc::new(calendar));
        Ok(())
    }

    /// Calendar called `name`.
    ///
    /// # Errors
    /// If there is none; the message says in one line what to do.
    pub fn find(&self, name: &str) -> Result<&Arc<BusinessCalendar>, String> {
        self.by_name.get(name).ok_or_else(|| {
            let names = self.by_name.keys().map(String::as_str);
            match nearest(name, names) {
                Some(near) => format!("unknown calendar {name:?}; did you mean {near:?}?"),
                None => format!(
                    "unknown calendar {name:?}; declare it in deskql.toml as [calendars.{name}], or \
                     see SELECT * FROM deskql.calendars"
                ),
            }
        })
    }

    /// All calendars, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<BusinessCalendar>> {
        self.by_name.values()
    }
}
