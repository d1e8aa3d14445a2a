//! Conversion of many times of one zone, in the ticks of a column.

use std::sync::Arc;

use super::table::ZoneRules;

/// Seconds by which a time is moved at the most.
const DAY: i64 = 86_400;

/// Converts between instants and what clocks of a zone show, both in ticks since 1970.
///
/// It remembers the span of the time before: in columns that are more or less sorted by time, a row
/// costs a comparison and a sum.
#[derive(Debug, Clone)]
pub(crate) struct LocalTimeConverter {
    zone: Arc<ZoneRules>,
    ticks_per_second: i64,
    instants: TickShiftRange,
    locals: TickShiftRange,
}

/// Times that differ from the sought by the same number of ticks.
#[derive(Debug, Clone, Copy, Default)]
struct TickShiftRange {
    start: i64,
    end: i64,
    shift: i64,
}

impl TickShiftRange {
    #[inline]
    fn has(&self, time: i64) -> bool {
        self.start <= time && time < self.end
    }
}

impl LocalTimeConverter {
    pub(crate) fn new(zone: Arc<ZoneRules>, ticks_per_second: i64) -> Self {
        Self {
            zone,
            ticks_per_second,
            instants: TickShiftRange::default(),
            locals: TickShiftRange::default(),
        }
    }

    /// What clocks show at an instant; `None` for the days at both ends of what 64 bits hold.
    #[inline]
    pub(crate) fn local(&mut self, instant: i64) -> Option<i64> {
        if !self.instants.has(instant) {
            self.instants = self.reach_of_instant(instant)?;
        }
        Some(instant + self.instants.shift)
    }

    /// The instant at which clocks show `local`; `None` as above.
    ///
    /// A time that clocks skip moves forward by the length of the gap, so that it is as far behind the
    /// last time before the gap as it says; one that they show twice is the first of the two.
    #[inline]
    pub(crate) fn instant(&mut self, local: i64) -> Option<i64> {
        if !self.locals.has(local) {
            self.locals = self.reach_of_local(local)?;
        }
        Some(local + self.locals.shift)
    }

    /// The first instant at which clocks show `local` or have left it out; `None` as above.
    ///
    /// A bucket of local time that would begin in a gap begins at its end.
    pub(crate) fn not_before(&mut self, local: i64) -> Option<i64> {
        let instant = self.instant(local)?;
        match self.local(instant)? == local {
            true => Some(instant),
            // The gap is what the clocks jumped over when the present span began.
            false => Some(self.instants.start),
        }
    }

    /// The instant at which clocks show `local` with the offset that they have at `instant`; the first one
    /// as above where they never do.
    pub(crate) fn near(&mut self, local: i64, instant: i64) -> Option<i64> {
        let offset = self.local(instant)?.checked_sub(instant)?;
        let near = local.checked_sub(offset)?;
        if self.local(near)? == local {
            Some(near)
        } else {
            self.not_before(local)
        }
    }

    #[cold]
    fn reach_of_instant(&self, instant: i64) -> Option<TickShiftRange> {
        let index = self
            .zone
            .index_at(instant.div_euclid(self.ticks_per_second));
        let span = self.zone.spans()[index];
        self.reach(span.start, span.end, span.offset, instant)
    }

    #[cold]
    fn reach_of_local(&self, local: i64) -> Option<TickShiftRange> {
        let (index, is_in_gap) = self.zone.shown_in(local.div_euclid(self.ticks_per_second));
        let spans = self.zone.spans();
        let span = spans[index];
        let before = index.checked_sub(1).map(|before| spans[before]);
        let Some(before) = before else {
            let end = span.end.saturating_add(span.offset);
            return self.reach(i64::MIN, end, -span.offset, local);
        };
        let (ends, starts) = (span.start + before.offset, span.start + span.offset);
        if is_in_gap {
            return self.reach(ends, starts, -before.offset, local);
        }
        let end = span.end.saturating_add(span.offset);
        self.reach(starts.max(ends), end, -span.offset, local)
    }

    fn reach(&self, start: i64, end: i64, shift: i64, time: i64) -> Option<TickShiftRange> {
        let ticks = |seconds: i64| seconds.saturating_mul(self.ticks_per_second);
        let reach = TickShiftRange {
            start: ticks(start).max(i64::MIN + ticks(DAY)),
            end: ticks(end).min(i64::MAX - ticks(DAY)),
            shift: ticks(shift),
        };
        reach.has(time).then_some(reach)
    }
}
