//! Business calendars: schedules as sorted open intervals in UTC with running sums.
//!
//! A [`CalendarSchedule`] declares the open hours; a [`BusinessCalendar`] is a schedule with a name
//! and cached tables; a [`BusinessTimeCalculator`] computes the business time between two instants.
//! All of it is exact: integers, no horizon, and the same cost for a ticket of an hour and one of
//! ten years.

mod calendars;
mod clock;
mod definition;
mod effective;
mod hours;
mod ics;
mod schedule;
mod special;
mod table;

use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

pub(crate) use calendars::ALWAYS;
pub use calendars::BusinessCalendars;
pub use clock::BusinessTimeCalculator;
pub use effective::effective;
pub use hours::{DayHours, OpenSpan, WeekHours};
pub(crate) use ics::holidays;
pub use schedule::{CalendarSchedule, ScheduleVersion};
pub use special::{DayRule, SpecialDayEntry, SpecialDays};
pub(crate) use special::{FIRST_YEAR, LAST_YEAR};

pub(crate) use definition::CalendarDefinition;

use clock::CORE;
use table::OpenTimeTable;

/// Number of days that a table covers beyond the requested day on either side.
const MARGIN: i64 = 366;

/// Schedule with a name and its cached tables.
#[derive(Debug)]
pub struct BusinessCalendar {
    name: String,
    source: String,
    schedule: CalendarSchedule,
    /// Covers the days of all lookups so far; it grows.
    core: RwLock<Arc<OpenTimeTable>>,
    past: OnceLock<Arc<OpenTimeTable>>,
    future: OnceLock<Arc<OpenTimeTable>>,
}

impl BusinessCalendar {
    /// Creates a calendar that is declared in `source`, such as a line of a file.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        source: impl Into<String>,
        schedule: CalendarSchedule,
    ) -> Self {
        Self {
            name: name.into(),
            source: source.into(),
            schedule,
            core: RwLock::new(Arc::new(OpenTimeTable::new(0..0, |_| Vec::new()))),
            past: OnceLock::new(),
            future: OnceLock::new(),
        }
    }

    /// Name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Place of the declaration.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Declared hours of the calendar.
    #[must_use]
    pub fn schedule(&self) -> &CalendarSchedule {
        &self.schedule
    }

    /// Calculator of business time in the hours of the calendar.
    #[must_use]
    pub fn calculator(self: &Arc<Self>) -> BusinessTimeCalculator {
        BusinessTimeCalculator::new(Arc::clone(self))
    }

    fn core(&self) -> Arc<OpenTimeTable> {
        Arc::clone(&self.core.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Extends the core's table to contain a day of the core, and returns it.
    ///
    /// It at least doubles each time, so that sorted tickets cause few rebuilds.
    fn core_with(&self, day: i64) -> Arc<OpenTimeTable> {
        let mut core = self.core.write().unwrap_or_else(PoisonError::into_inner);
        let old = core.days();
        if old.contains(&day) {
            return Arc::clone(&core);
        }
        let size = old.end - old.start;
        let wanted = match (size, day < old.start) {
            (0, _) => day - MARGIN..day + MARGIN,
            (_, true) => (old.start - size).min(day - MARGIN)..old.end,
            (_, false) => old.start..(old.end + size).max(day + MARGIN),
        };
        let days = wanted.start.max(CORE.start)..wanted.end.min(CORE.end);
        *core = Arc::new(self.table(days));
        Arc::clone(&core)
    }

    fn past(&self) -> Arc<OpenTimeTable> {
        let table = self
            .past
            .get_or_init(|| Arc::new(self.table(clock::past())));
        Arc::clone(table)
    }

    fn future(&self) -> Arc<OpenTimeTable> {
        let table = self
            .future
            .get_or_init(|| Arc::new(self.table(clock::future())));
        Arc::clone(table)
    }

    fn table(&self, days: Range<i64>) -> OpenTimeTable {
        OpenTimeTable::new(days, |day| self.schedule.open_on(day))
    }
}
