//! Conversion of many times of one zone, in the ticks of a column.

use std::sync::Arc;

use super::table::ZoneRules;

/// Maximum number of seconds by which a time is moved.
const DAY: i64 = 86_400;

/// Converts between instants and local times of a zone, both in ticks since 1970.
///
/// It caches the span of the previous time: in columns that are roughly sorted by time, a row costs
/// a comparison and an addition.
#[derive(Debug, Clone)]
pub(crate) struct LocalTimeConverter {
    zone: Arc<ZoneRules>,
    ticks_per_second: i64,
    instants: TickShiftRange,
    locals: TickShiftRange,
}

/// Range of times that are shifted by the same number of ticks.
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

    /// Local time at an instant; `None` for the days at both ends of the 64-bit range.
    #[inline]
    pub(crate) fn local(&mut self, instant: i64) -> Option<i64> {
        if !self.instants.has(instant) {
            self.instants = self.reach_of_instant(instant)?;
        }
        Some(instant + self.instants.shift)
    }

    /// Instant of the local time `local`; `None` as for [`Self::local`].
    ///
    /// A local time in a gap moves forward by the length of the gap; of a local time that occurs
    /// twice, the first instant is returned.
    #[inline]
    pub(crate) fn instant(&mut self, local: i64) -> Option<i64> {
        if !self.locals.has(local) {
            self.locals = self.reach_of_local(local)?;
        }
        Some(local + self.locals.shift)
    }

    /// First instant at which the local time is `local` or has skipped it; `None` as for
    /// [`Self::local`].
    ///
    /// A bucket of local time that would begin in a gap begins at the end of the gap.
    pub(crate) fn not_before(&mut self, local: i64) -> Option<i64> {
        let instant = self.instant(local)?;
        if self.local(instant)? == local {
            Some(instant)
        } else {
            // The gap ends at the start of the cached span.
            Some(self.instants.start)
        }
    }

    /// Instant of `local` with the offset that is in force at `instant`; the first one, as in
    /// [`Self::instant`], if `local` never has that offset.
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
