//! Calculation of business time.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use chrono::{Datelike, NaiveDate};

use super::BusinessCalendar;
use super::hours::DAY;
use super::special::{FIRST_YEAR, LAST_YEAR};
use super::table::OpenTimeTable;

/// Days after which dates and weekdays repeat.
const CYCLE: i64 = 146_097;

/// Days in which zones, versions and dates may change the hours: those of all years that a date can
/// have. Before and after them, every cycle equals the next.
pub(crate) static CORE: LazyLock<Range<i64>> = LazyLock::new(|| {
    let first = |year| {
        let date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        i64::from(date.num_days_from_ce() - NaiveDate::default().num_days_from_ce())
    };
    first(FIRST_YEAR)..first(LAST_YEAR + 1)
});

/// Cycle before the core.
pub(crate) fn past() -> Range<i64> {
    CORE.start - CYCLE..CORE.start
}

/// Cycle after the core.
pub(crate) fn future() -> Range<i64> {
    CORE.end..CORE.end + CYCLE
}

/// Lookup of business time for the instants of a batch or stream. It covers the days of earlier
/// lookups and grows on demand; the cost of a lookup does not depend on the distance of two
/// instants.
#[derive(Debug, Clone)]
pub struct BusinessTimeCalculator {
    calendar: Arc<BusinessCalendar>,
    /// Part of the core; it starts at the core's first day if `past` is set, and ends at its last
    /// day if `future` is set.
    core: Arc<OpenTimeTable>,
    past: Option<Arc<OpenTimeTable>>,
    future: Option<Arc<OpenTimeTable>>,
}

impl BusinessTimeCalculator {
    pub(super) fn new(calendar: Arc<BusinessCalendar>) -> Self {
        Self {
            core: calendar.core(),
            past: None,
            future: None,
            calendar,
        }
    }

    /// Calendar of this calculator.
    #[must_use]
    pub fn calendar(&self) -> &BusinessCalendar {
        &self.calendar
    }

    /// Business time from one instant to another, in microseconds; negative if `end` is earlier.
    ///
    /// Instants are microseconds since 1970 in UTC. The result saturates at 292,000 years.
    #[must_use]
    pub fn between(&mut self, start: i64, end: i64) -> i64 {
        let ticks = self.ticks_between::<1_000_000>(start, end);
        i64::try_from(ticks).unwrap_or(if ticks < 0 { i64::MIN } else { i64::MAX })
    }

    /// Instant at which `amount` microseconds of business time have passed since `start`: the
    /// earliest one for a positive amount, the latest one for a negative amount, `start` itself for
    /// 0.
    ///
    /// `None` if the calendar does not have that much open time, or the instant does not fit 64
    /// bits.
    #[must_use]
    pub fn add(&mut self, start: i64, amount: i64) -> Option<i64> {
        self.ticks_added::<1_000_000>(start, i128::from(amount))
    }

    /// Like [`BusinessTimeCalculator::between`], in ticks; a second has `PER_SECOND` ticks.
    #[inline]
    #[must_use]
    pub fn ticks_between<const PER_SECOND: i64>(&mut self, start: i64, end: i64) -> i128 {
        match self.near::<PER_SECOND>(start, end) {
            Some(ticks) => i128::from(ticks),
            None => self.far_between::<PER_SECOND>(start, end),
        }
    }

    /// Like [`BusinessTimeCalculator::ticks_between`], but `None` unless both instants are in
    /// covered days.
    #[inline]
    #[must_use]
    pub fn near<const PER_SECOND: i64>(&self, start: i64, end: i64) -> Option<i64> {
        let until = self.core.open_until::<PER_SECOND>(end)?;
        let from = self.core.open_until::<PER_SECOND>(start)?;
        // Not larger than the time between the instants, so it fits if that difference fits.
        end.checked_sub(start)?;
        Some(until.wrapping_sub(from))
    }

    #[cold]
    #[inline(never)]
    fn far_between<const PER_SECOND: i64>(&mut self, start: i64, end: i64) -> i128 {
        self.cover(day_of::<PER_SECOND>(start));
        self.cover(day_of::<PER_SECOND>(end));
        self.position::<PER_SECOND>(end) - self.position::<PER_SECOND>(start)
    }

    /// True if an instant is in business hours.
    #[inline]
    #[must_use]
    pub fn is_open<const PER_SECOND: i64>(&mut self, at: i64) -> bool {
        match at.checked_add(1) {
            Some(next) => self.ticks_between::<PER_SECOND>(at, next) == 1,
            // The last instant that 64 bits hold: same second as the one before.
            None => self.is_open::<PER_SECOND>(at - 1),
        }
    }

    /// Returns `at` if it is in business hours, else the next opening; `None` if there is none.
    #[must_use]
    pub fn next_open<const PER_SECOND: i64>(&mut self, at: i64) -> Option<i64> {
        if self.is_open::<PER_SECOND>(at) {
            Some(at)
        } else {
            self.find::<PER_SECOND>(at, 0, ClosedSpanEnd::Latest)
        }
    }

    /// Like [`BusinessTimeCalculator::add`], in ticks; a second has `PER_SECOND` ticks.
    #[must_use]
    pub fn ticks_added<const PER_SECOND: i64>(&mut self, start: i64, amount: i128) -> Option<i64> {
        match amount {
            0 => Some(start),
            1.. => self.find::<PER_SECOND>(start, amount, ClosedSpanEnd::Earliest),
            _ => self.find::<PER_SECOND>(start, amount, ClosedSpanEnd::Latest),
        }
    }

    /// Extends the tables to contain a day.
    fn cover(&mut self, day: i64) {
        if day < CORE.start {
            self.past = Some(self.calendar.past());
        } else if day >= CORE.end {
            self.future = Some(self.calendar.future());
        }
        let day = day.clamp(CORE.start, CORE.end - 1);
        if !self.core.days().contains(&day) {
            self.core = self.calendar.core_with(day);
        }
    }

    /// Number of open ticks from the first day of the core's table to a covered instant.
    fn position<const PER_SECOND: i64>(&self, at: i64) -> i128 {
        let day = day_of::<PER_SECOND>(at);
        let core_total = i128::from(self.core.total());
        let (table, cycles, base) = match (&self.past, &self.future) {
            (Some(past), _) if day < CORE.start => {
                let cycles = (day - CORE.start).div_euclid(CYCLE);
                let total = i128::from(past.total());
                (past, cycles + 1, i128::from(cycles) * total)
            }
            (_, Some(future)) if day >= CORE.end => {
                let cycles = (day - CORE.end).div_euclid(CYCLE);
                let total = i128::from(future.total());
                (future, cycles, core_total + i128::from(cycles) * total)
            }
            _ => (&self.core, 0, 0),
        };
        let second = at.div_euclid(PER_SECOND) - cycles * CYCLE * DAY;
        let tick = at.rem_euclid(PER_SECOND);
        // Whole seconds; the difference to `after` is 1 if the current second is open.
        let until = table.open_until::<1>(second).unwrap_or_default();
        let after = table
            .open_until::<1>(second + 1)
            .unwrap_or_else(|| table.total());
        (base + i128::from(until)) * i128::from(PER_SECOND) + i128::from((after - until) * tick)
    }

    /// Instant that is `amount` ticks of business time after `start`. If it falls into a closed
    /// span, `side` selects the end of that span.
    fn find<const PER_SECOND: i64>(
        &mut self,
        start: i64,
        amount: i128,
        side: ClosedSpanEnd,
    ) -> Option<i64> {
        self.cover(day_of::<PER_SECOND>(start));
        loop {
            let target = self.position::<PER_SECOND>(start) + amount;
            let total = i128::from(self.core.total()) * i128::from(PER_SECOND);
            let (is_before, is_after) = match side {
                ClosedSpanEnd::Earliest => (target <= 0, target > total),
                ClosedSpanEnd::Latest => (target < 0, target >= total),
            };
            let days = self.core.days();
            let found = match (is_before, is_after) {
                (false, false) => side.find(&self.core, target, PER_SECOND)?,
                (true, _) if days.start > CORE.start => {
                    self.cover(days.start - 1);
                    continue;
                }
                (_, true) if days.end < CORE.end => {
                    self.cover(days.end);
                    continue;
                }
                (true, _) => side.find_cyclic(&self.calendar.past(), target, CYCLE, PER_SECOND)?,
                _ => side.find_cyclic(&self.calendar.future(), target - total, 0, PER_SECOND)?,
            };
            return i64::try_from(found).ok();
        }
    }
}

#[inline]
fn day_of<const PER_SECOND: i64>(at: i64) -> i64 {
    at.div_euclid(DAY * PER_SECOND)
}

/// End of a closed span.
#[derive(Debug, Clone, Copy)]
enum ClosedSpanEnd {
    Earliest,
    Latest,
}

impl ClosedSpanEnd {
    fn find(self, table: &OpenTimeTable, target: i128, per_second: i64) -> Option<i128> {
        match self {
            Self::Earliest => table.earliest(target, per_second),
            Self::Latest => table.latest(target, per_second),
        }
    }

    /// Like `find`, in a table that repeats itself; the target is counted from `shift` days after
    /// the first day of the table.
    fn find_cyclic(
        self,
        table: &OpenTimeTable,
        target: i128,
        shift: i64,
        per_second: i64,
    ) -> Option<i128> {
        let total = i128::from(table.total()) * i128::from(per_second);
        if total == 0 {
            return None;
        }
        let cycles = match self {
            Self::Earliest => (target - 1).div_euclid(total),
            Self::Latest => target.div_euclid(total),
        };
        let found = self.find(table, target - cycles * total, per_second)?;
        let cycle = i128::from(CYCLE * DAY) * i128::from(per_second);
        Some(found + cycles * cycle + i128::from(shift * DAY) * i128::from(per_second))
    }
}
