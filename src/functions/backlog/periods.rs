//! Periods of local time by number, found by lookup.

use std::collections::HashMap;

use crate::functions::datetime::local::{LocalTimeBuckets, LocalTruncGrain, weekday};
use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// Limit of slots: 120 years of hours.
const MOST: i64 = 1 << 20;
/// Special slot values: not filled yet, and more than one border.
const UNKNOWN: u32 = u32::MAX;
const MANY: u32 = u32::MAX - 1;

/// Local time of a zone, divided into periods.
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

    /// Start of the period that contains a local time; `None` outside the calendar.
    pub(super) fn start(&mut self, local: i64) -> Option<i64> {
        self.buckets.start(local)
    }

    /// Start of the next period.
    pub(super) fn end(&mut self, local: i64) -> Option<i64> {
        self.buckets.end(local)
    }

    /// True if some local time of the zone lies in the period that starts at `local`.
    pub(super) fn is_there(&mut self, local: i64) -> Option<bool> {
        let end = self.buckets.end(local)?;
        Some(self.clock.not_before(local)? < self.clock.not_before(end)?)
    }
}

/// A period between two borders; a border is the first instant of the period after it.
#[derive(Debug, Clone, Copy)]
struct BacklogPeriod {
    /// Local time at its start.
    local: i64,
    end: i64,
}

/// A day or hour of UTC; few contain more than one border.
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

/// Numbers periods in the order of first use.
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

    /// A copy without numbered periods.
    pub(super) fn again(&self) -> Self {
        Self::with_slot_length(self.line.clone(), self.length)
    }

    /// Number of numbered periods.
    pub(super) fn len(&self) -> usize {
        self.periods.len()
    }

    /// Local time at the start of a period.
    pub(super) fn local(&self, number: usize) -> i64 {
        self.periods[number].local
    }

    /// Number of the period that contains an instant; `None` outside the calendar.
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

    /// Number of the period that starts at the local time `local`.
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

    /// Finds the period of an instant by its local time.
    fn search(&mut self, instant: i64) -> Option<u32> {
        let shown = self.line.clock.local(instant)?;
        let mut local = self.line.buckets.start(shown)?;
        loop {
            let number = self.starting_at(local)?;
            // If local time is set back past midnight, the day that had begun continues.
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

    /// Index of a slot, which is added if absent; `None` if it is too far from the others.
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
