//! Table of one zone.

use std::sync::OnceLock;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Maximum difference of local time from UTC in seconds, larger than that of any zone in history.
const WIDEST: i64 = 26 * 3_600;
/// Bounds outside of which no zone has a change; in seconds since 1970.
const FIRST: i64 = -5_364_662_400;
const LAST: i64 = 4_133_980_800;
/// No two changes that cancel each other are closer together than this.
const STEP: i64 = 86_400;

/// Time span with one offset from UTC, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ZoneOffsetSpan {
    /// First second; `i64::MIN` in the first span of a zone.
    pub(crate) start: i64,
    /// Second after the last; `i64::MAX` in the last span.
    pub(crate) end: i64,
    /// Seconds east of UTC.
    pub(crate) offset: i64,
}

/// Time zone.
///
/// Its table is built on first use: that scans three centuries of days, which takes longer than
/// everything else that a session does before its first query.
#[derive(Debug)]
pub(crate) struct ZoneRules {
    rule: ZoneSource,
    table: OnceLock<ZoneOffsetTable>,
}

#[derive(Debug, Clone, Copy)]
enum ZoneSource {
    /// Constant offset, in seconds east of UTC.
    Fixed(i64),
    Named(Tz),
}

/// At least one span, sorted and without gaps.
#[derive(Debug)]
struct ZoneOffsetTable {
    /// Starts of the spans, stored separately for binary search.
    starts: Vec<i64>,
    spans: Vec<ZoneOffsetSpan>,
}

impl ZoneRules {
    /// Zone with a constant offset.
    pub(super) fn fixed(offset: i64) -> Self {
        Self::from_source(ZoneSource::Fixed(offset))
    }

    pub(super) fn new(zone: Tz) -> Self {
        Self::from_source(match zone {
            Tz::UTC => ZoneSource::Fixed(0),
            zone => ZoneSource::Named(zone),
        })
    }

    fn from_source(rule: ZoneSource) -> Self {
        Self {
            rule,
            table: OnceLock::new(),
        }
    }

    fn table(&self) -> &ZoneOffsetTable {
        self.table.get_or_init(|| match self.rule {
            ZoneSource::Fixed(offset) => ZoneOffsetTable::from_changes(offset, &[]),
            ZoneSource::Named(zone) => ZoneOffsetTable::from_tz(zone),
        })
    }

    /// All spans, in order.
    pub(crate) fn spans(&self) -> &[ZoneOffsetSpan] {
        &self.table().spans
    }

    /// Index in [`Self::spans`] of the span that contains a second of UTC.
    pub(crate) fn index_at(&self, second: i64) -> usize {
        self.table().index_at(second)
    }

    /// Index of the first span with the local time `local`; for a time in a gap the span after it,
    /// and `true`.
    pub(super) fn shown_in(&self, local: i64) -> (usize, bool) {
        self.table().shown_in(local)
    }
}

impl ZoneOffsetTable {
    fn from_tz(zone: Tz) -> Self {
        let mut changes = Vec::new();
        let first = offset_of(zone, FIRST);
        let (mut at, mut offset) = (FIRST, first);
        while at < LAST {
            let next = at + STEP;
            let then = offset_of(zone, next);
            if then != offset {
                changes.push((change_between(zone, at, next), then));
            }
            (at, offset) = (next, then);
        }
        Self::from_changes(first, &changes)
    }

    fn from_changes(first: i64, changes: &[(i64, i64)]) -> Self {
        let starts = std::iter::once((i64::MIN, first)).chain(changes.iter().copied());
        let ends = changes.iter().map(|(at, _)| *at);
        let ends = ends.chain(std::iter::once(i64::MAX));
        let spans: Vec<ZoneOffsetSpan> = starts
            .zip(ends)
            .map(|((start, offset), end)| ZoneOffsetSpan { start, end, offset })
            .collect();
        Self {
            starts: spans.iter().map(|span| span.start).collect(),
            spans,
        }
    }

    fn index_at(&self, second: i64) -> usize {
        self.starts.partition_point(|&start| start <= second).max(1) - 1
    }

    fn shown_in(&self, local: i64) -> (usize, bool) {
        let from = self.index_at(local.saturating_sub(WIDEST));
        for (index, span) in self.spans.iter().enumerate().skip(from) {
            let instant = local.saturating_sub(span.offset);
            // Before the span, and after all earlier ones.
            if instant < span.start {
                return (index, true);
            }
            if instant < span.end {
                return (index, false);
            }
        }
        (self.spans.len() - 1, false)
    }
}

/// First second of `at..=next` with another offset than `at`; there is exactly one change.
fn change_between(zone: Tz, at: i64, next: i64) -> i64 {
    let offset = offset_of(zone, at);
    let (mut before, mut behind) = (at, next);
    while behind - before > 1 {
        let middle = before + (behind - before) / 2;
        if offset_of(zone, middle) == offset {
            before = middle;
        } else {
            behind = middle;
        }
    }
    behind
}

/// Seconds east of UTC; those of 1970 for seconds that chrono cannot represent, which do not occur.
fn offset_of(zone: Tz, second: i64) -> i64 {
    let utc = DateTime::from_timestamp(second, 0).unwrap_or_default();
    let offset = zone.offset_from_utc_datetime(&utc.naive_utc()).fix();
    i64::from(offset.local_minus_utc())
}
