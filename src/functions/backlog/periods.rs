//! Periods of local time by number, found by a look-up.

use std::collections::HashMap;

use crate::functions::datetime::local::{LocalTimeBuckets, LocalTruncGrain, weekday};
use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// Slots that are kept at the most: 120 years of hours.
const MOST: i64 = 1 << 20;
/// In a slot: not looked at yet, or with more than one border.
const UNKNOWN: u32 = u32::MAX;
const MANY: u32 = u32::MAX - 1;

/// The line of time on the clocks of a zone, divided into periods.
#[derive(Debug, Clone)]
pub(super) struct LocalPeriodTimeline {
    clock: LocalTimeConverter,
    buckets: LocalTimeBuckets,
}

impl LocalPeriodTimeline {
    /// # Errors
    /// When one of the names is unknown.
    pub(super) fn new(
        grain: &str,
        zone: &str,
        week_start: &str,
        ticks_per_second: i64,
    ) -> Result<Self, String> {
        let (grain, week_start) = (LocalTruncGrain::named(grain)?, weekday(week_start)?);
        Ok(Self {
            clock: LocalTimeConverter::new(zone::named(zone)?, ticks_per_second),
            buckets: LocalTimeBuckets::new(grain, week_start, ticks_per_second),
        })
    }

    /// The start of the period that a time on the clock lies in; `None` outside the calendar.
    pub(super) fn start(&mut self, local: i64) -> Option<i64> {
        self.buckets.start(local)
    }

    /// The start of the period after it.
    pub(super) fn end(&mut self, local: i64) -> Option<i64> {
        self.buckets.end(local)
    }

    /// Whether clocks show any of the period that starts at `local`.
    pub(super) fn is_there(&mut self, local: i64) -> Option<bool> {
        let end = self.buckets.end(local)?;
        Some(self.clock.not_before(local)? < self.clock.not_before(end)?)
    }
}

/// A period between two borders; the instant of a border is the first that belongs to what follows.
#[derive(Debug, Clone, Copy)]
struct BacklogPeriod {
    /// What clocks show at its start.
    local: i64,
    end: i64,
}

/// A day, or an hour, of UTC; few have more than one border in them.
#[derive(Debug, Clone, Copy)]
struct PeriodLookupSlot {
    border: i64,
    before: u32,
    behind: u32,
}

const EMPTY: PeriodLookupSlot = PeriodLookupSlot {
    border: 0,
    before: UNKNOWN,
    behind: UNKNOWN,
};

/// Numbers periods in the order in which they are asked for.
#[derive(Debug)]
pub(super) struct PeriodIndex {
    line: LocalPeriodTimeline,
    /// Ticks of a slot.
    length: i64,
    first: i64,
    slots: Vec<PeriodLookupSlot>,
    periods: Vec<BacklogPeriod>,
    numbers: HashMap<i64, u32>,
}

impl PeriodIndex {
    pub(super) fn new(line: LocalPeriodTimeline, ticks_per_second: i64) -> Self {
        let seconds = if line.buckets.is_of_days() { DAY } else { HOUR };
        Self::with_slot_length(line, seconds * ticks_per_second)
    }

    fn with_slot_length(line: LocalPeriodTimeline, length: i64) -> Self {
        Self {
            line,
            length,
            first: 0,
            slots: Vec::new(),
            periods: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// The same periods, none of them numbered.
    pub(super) fn again(&self) -> Self {
        Self::with_slot_length(self.line.clone(), self.length)
    }

    /// How many periods have a number.
    pub(super) fn len(&self) -> usize {
        self.periods.len()
    }

    /// What clocks show at the start of a period.
    pub(super) fn local(&self, number: usize) -> i64 {
        self.periods[number].local
    }

    /// The number of the period of an instant; `None` outside the calendar.
    #[inline]
    pub(super) fn at(&mut self, instant: i64) -> Option<u32> {
        let slot = instant.div_euclid(self.length).wrapping_sub(self.first);
        let slot = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.slots.get(slot));
        match slot {
            Some(slot) if slot.before < MANY => Some(if instant < slot.border {
                slot.before
            } else {
                slot.behind
            }),
            _ => self.seek(instant),
        }
    }

    /// The number of the period whose start clocks show as `local`.
    pub(super) fn starting_at(&mut self, local: i64) -> Option<u32> {
        if let Some(&number) = self.numbers.get(&local) {
            return Some(number);
        }
        let end = self.line.buckets.end(local)?;
        let end = self.line.clock.not_before(end)?;
        let number = u32::try_from(self.periods.len()).ok()?;
        self.periods.push(BacklogPeriod { local, end });
        self.numbers.insert(local, number);
        Some(number)
    }

    #[cold]
    fn seek(&mut self, instant: i64) -> Option<u32> {
        let slot = instant.div_euclid(self.length);
        if let Some(place) = self.place(slot)
            && self.slots[place].before == UNKNOWN
        {
            self.slots[place] = self.fill(slot)?;
            if self.slots[place].before < MANY {
                return self.at(instant);
            }
        }
        self.search(instant)
    }

    /// The period of an instant, by the clock.
    fn search(&mut self, instant: i64) -> Option<u32> {
        let shown = self.line.clock.local(instant)?;
        let mut local = self.line.buckets.start(shown)?;
        loop {
            let number = self.starting_at(local)?;
            // Where clocks are put back past midnight, the day that had begun goes on.
            if instant < self.periods[number as usize].end {
                return Some(number);
            }
            local = self.line.buckets.end(local)?;
        }
    }

    fn fill(&mut self, slot: i64) -> Option<PeriodLookupSlot> {
        let start = slot.checked_mul(self.length)?;
        let end = start.checked_add(self.length)?;
        let before = self.search(start)?;
        let border = self.periods[before as usize].end;
        if border >= end {
            return Some(PeriodLookupSlot {
                border: i64::MAX,
                before,
                behind: before,
            });
        }
        let behind = self.search(border)?;
        let before = if self.periods[behind as usize].end >= end {
            before
        } else {
            MANY
        };
        Some(PeriodLookupSlot {
            border,
            before,
            behind,
        })
    }

    /// Where a slot is kept, making room for it; `None` when it is too far from the others.
    fn place(&mut self, slot: i64) -> Option<usize> {
        if self.slots.is_empty() {
            self.first = slot;
        }
        let last = self.first + i64::try_from(self.slots.len()).ok()?;
        let (first, last) = (slot.min(self.first), last.max(slot.checked_add(1)?));
        if last.checked_sub(first)? > MOST {
            return None;
        }
        let ahead = usize::try_from(self.first - first).ok()?;
        self.slots.splice(0..0, std::iter::repeat_n(EMPTY, ahead));
        self.slots
            .resize(usize::try_from(last - first).ok()?, EMPTY);
        self.first = first;
        usize::try_from(slot - first).ok()
    }

    pub(super) fn size(&self) -> usize {
        self.slots.capacity() * size_of::<PeriodLookupSlot>()
            + self.periods.capacity() * (size_of::<BacklogPeriod>() + 2 * size_of::<(i64, u32)>())
    }
}
