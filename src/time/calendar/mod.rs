//! Business calendars: schedules as sorted open intervals in UTC with running sums.
//!
//! A [`Schedule`] says what is open; a [`Calendar`] is a schedule with a name and the tables made of
//! it so far; a [`Clock`] answers how much business time lies between two instants. All of it is
//! exact: integers, no horizon, and the same time for a ticket of an hour and one of ten years.

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

pub use calendars::{ALWAYS, Calendars};
pub use clock::Clock;
pub use effective::effective;
pub use hours::{DayHours, Span, Week};
pub use ics::holidays;
pub use schedule::{Schedule, Version, instant};
pub use special::{Days, Entry, FIRST_YEAR, LAST_YEAR, MonthDay, NthWeekday, Special};

pub(crate) use definition::CalendarDefinition;

use clock::CORE;
use table::Table;

/// Days that a table has more than was asked for on either side.
const MARGIN: i64 = 366;

/// A schedule with its name, and the tables that have been made of it so far.
#[derive(Debug)]
pub struct Calendar {
    name: String,
    source: String,
    schedule: Schedule,
    /// Covers what has been asked for; it grows.
    core: RwLock<Arc<Table>>,
    past: OnceLock<Arc<Table>>,
    future: OnceLock<Arc<Table>>,
}

impl Calendar {
    /// A calendar that is declared in `source`, such as a line of a file.
    #[must_use]
    pub fn new(name: impl Into<String>, source: impl Into<String>, schedule: Schedule) -> Self {
        Self {
            name: name.into(),
            source: source.into(),
            schedule,
            core: RwLock::new(Arc::new(Table::new(0..0, |_| Vec::new()))),
            past: OnceLock::new(),
            future: OnceLock::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is declared.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it says.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// A clock that runs in its hours.
    #[must_use]
    pub fn clock(self: &Arc<Self>) -> Clock {
        Clock::new(Arc::clone(self))
    }

    fn core(&self) -> Arc<Table> {
        Arc::clone(&self.core.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The core's table after it has been made to have a day of the core.
    ///
    /// It grows by as much as it has at least, so that sorted tickets make few tables.
    fn core_with(&self, day: i64) -> Arc<Table> {
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

    fn past(&self) -> Arc<Table> {
        let table = self
            .past
            .get_or_init(|| Arc::new(self.table(clock::past())));
        Arc::clone(table)
    }

    fn future(&self) -> Arc<Table> {
        let table = self
            .future
            .get_or_init(|| Arc::new(self.table(clock::future())));
        Arc::clone(table)
    }

    fn table(&self, days: Range<i64>) -> Table {
        Table::new(days, |day| self.schedule.open_on(day))
    }
}
