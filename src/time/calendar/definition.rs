//! Calendars serialized as text, with which a plan carries them into another session.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::{BusinessCalendar, BusinessCalendars, CalendarSchedule};
use crate::text::ParsedTexts;

/// Calendar in the text of a definition.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CalendarDefinition {
    name: String,
    source: String,
    versions: CalendarSchedule,
}

impl From<&BusinessCalendar> for CalendarDefinition {
    fn from(calendar: &BusinessCalendar) -> Self {
        Self {
            name: calendar.name().to_owned(),
            source: calendar.source().to_owned(),
            versions: calendar.schedule().clone(),
        }
    }
}

impl From<CalendarDefinition> for BusinessCalendar {
    fn from(definition: CalendarDefinition) -> Self {
        Self::new(definition.name, definition.source, definition.versions)
    }
}

/// Parsed calendars with their tables, which would otherwise be rebuilt for every batch.
static PARSED: LazyLock<ParsedTexts<BusinessCalendars>> = LazyLock::new(ParsedTexts::default);

impl BusinessCalendars {
    /// Text from which [`BusinessCalendars::from_definition`] restores the calendars.
    #[must_use]
    pub(crate) fn definition<'a>(
        calendars: impl IntoIterator<Item = &'a Arc<BusinessCalendar>>,
    ) -> String {
        let all = calendars
            .into_iter()
            .map(|calendar| calendar.as_ref().into());
        let all: Vec<CalendarDefinition> = all.collect();
        // Holds only numbers and strings, so serialization cannot fail.
        serde_json::to_string(&all).unwrap_or_default()
    }

    /// Calendars of a definition, and the one that is always open.
    ///
    /// # Errors
    /// If the text is not a valid definition.
    pub(crate) fn from_definition(text: &str) -> Result<Arc<Self>, String> {
        PARSED.get_or_parse(text, |text| {
            let all: Vec<CalendarDefinition> =
                serde_json::from_str(text).map_err(|error| error.to_string())?;
            let mut calendars = Self::default();
            for definition in all {
                let calendar = Arc::new(BusinessCalendar::from(definition));
                calendars
                    .by_name
                    .insert(calendar.name().to_owned(), calendar);
            }
            Ok(calendars)
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, Weekday};
    use chrono_tz::Tz;

    use super::*;
    use crate::time::calendar::{
        DayHours, DayRule, OpenSpan, ScheduleVersion, SpecialDayEntry, SpecialDays, WeekHours,
    };

    fn holiday(days: &str, hours: &[&str]) -> SpecialDayEntry {
        let spans = hours.iter().map(|text| OpenSpan::parse(text).unwrap());
        SpecialDayEntry {
            days: DayRule::parse(days).unwrap(),
            from_year: days.starts_with("last").then_some(2020),
            to_year: None,
            hours: DayHours::new(spans.collect()),
        }
    }

    fn support() -> BusinessCalendar {
        let mut week = WeekHours::default();
        week.add(Weekday::Mon, OpenSpan::parse("09:00-17:30").unwrap());
        week.add(Weekday::Sun, OpenSpan::parse("22:00-06:00").unwrap());
        let mut special = SpecialDays::default();
        special.add_holiday(holiday("12-25", &[]));
        special.add_holiday(holiday("2026-12-24", &["09:00-12:00"]));
        special.add_holiday(holiday("last monday of may", &[]));
        special.add_opening(holiday("2026-12-27", &["10:00-12:00"]));
        let first = ScheduleVersion {
            from: None,
            zone: Tz::Europe__Berlin,
            week,
            special,
        };
        let second = ScheduleVersion {
            from: Some(1_700_000_000),
            zone: Tz::America__New_York,
            ..first.clone()
        };
        let schedule = CalendarSchedule::new(vec![first, second]).unwrap();
        BusinessCalendar::new("support", "deskql.toml:1", schedule)
    }

    #[test]
    fn a_calendar_comes_back_from_its_definition() {
        let calendar = Arc::new(support());
        let text = BusinessCalendars::definition([&calendar]);
        let calendars = BusinessCalendars::from_definition(&text).unwrap();
        let back = calendars.find("support").unwrap();
        assert_eq!(
            back.schedule().versions(),
            calendar.schedule().versions(),
            "{text}"
        );
        assert_eq!(back.source(), "deskql.toml:1");
        assert!(calendars.find("24x7").is_ok());
        let day = NaiveDate::from_ymd_opt(2026, 12, 24).unwrap();
        let hours = back.schedule().versions()[0]
            .special
            .hours(day, &WeekHours::always());
        assert_eq!(hours.seconds(), 3 * 3_600);
        assert!(BusinessCalendars::from_definition("support").is_err());
    }
}
