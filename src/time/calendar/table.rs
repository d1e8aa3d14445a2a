//! Open time of consecutive UTC days with a running sum, so that any instant needs one lookup.

use std::collections::HashMap;
use std::ops::Range;

use super::hours::{DAY, OpenSpan};

/// Bits of a day's entry that hold its shape; the rest is the running sum in seconds.
const SHAPE_BITS: u32 = 24;

/// Open spans of a day of UTC, in seconds from its midnight.
#[derive(Debug, Clone, Copy)]
struct OpenDayShape {
    /// First two spans, of length 0 if there are fewer: most days have no more.
    opens: [i64; 2],
    length: [i64; 2],
    /// Range of the further spans in `rest` of the table.
    rest: (u32, u32),
}

/// Open time of consecutive days of UTC.
#[derive(Debug)]
pub(crate) struct OpenTimeTable {
    days: Range<i64>,
    /// For each day, and the one after the last: seconds open before it, and its shape.
    entries: Vec<u64>,
    shapes: Vec<OpenDayShape>,
    /// Third and further spans of the shapes that have them.
    rest: Vec<OpenSpan>,
}

impl OpenTimeTable {
    /// Builds the table of `days` (since 1970) from the spans that `open_on` returns.
    pub(crate) fn new(days: Range<i64>, open_on: impl Fn(i64) -> Vec<OpenSpan>) -> Self {
        let mut table = Self {
            entries: Vec::with_capacity(usize::try_from(days.end - days.start + 1).unwrap_or(0)),
            days: days.clone(),
            shapes: Vec::new(),
            rest: Vec::new(),
        };
        let mut known: HashMap<Vec<OpenSpan>, u64> = HashMap::new();
        let mut total: i64 = 0;
        for day in days {
            let spans = open_on(day);
            let seconds: i64 = spans.iter().map(|span| span.closes - span.opens).sum();
            let shape = match known.get(&spans) {
                Some(shape) => *shape,
                None => {
                    let shape = table.add_shape(&spans);
                    known.insert(spans, shape);
                    shape
                }
            };
            table
                .entries
                .push(total.cast_unsigned() << SHAPE_BITS | shape);
            total += seconds;
        }
        table.entries.push(total.cast_unsigned() << SHAPE_BITS);
        table
    }

    #[expect(clippy::cast_possible_truncation, reason = "far fewer spans than 2^32")]
    fn add_shape(&mut self, spans: &[OpenSpan]) -> u64 {
        let (near, far) = spans.split_at(spans.len().min(2));
        let mut shape = OpenDayShape {
            opens: [DAY; 2],
            length: [0; 2],
            rest: (self.rest.len() as u32, (self.rest.len() + far.len()) as u32),
        };
        for (place, span) in near.iter().enumerate() {
            shape.opens[place] = span.opens;
            shape.length[place] = span.closes - span.opens;
        }
        self.rest.extend(far);
        self.shapes.push(shape);
        self.shapes.len() as u64 - 1
    }

    /// Days of the table.
    pub(crate) fn days(&self) -> &Range<i64> {
        &self.days
    }

    /// Number of open seconds in all days of the table.
    pub(crate) fn total(&self) -> i64 {
        self.before(self.entries.len() - 1)
    }

    /// Number of open seconds before the day at index `place`.
    #[inline]
    fn before(&self, place: usize) -> i64 {
        (self.entries[place] >> SHAPE_BITS).cast_signed()
    }

    /// Number of open ticks from the first day to `at`, which is in ticks since 1970; a second has
    /// `PER_SECOND` ticks. `None` outside the days of the table.
    ///
    /// Wraps around on overflow of 64 bits, so that differences that fit stay correct.
    #[inline]
    pub(crate) fn open_until<const PER_SECOND: i64>(&self, at: i64) -> Option<i64> {
        let day = at.div_euclid(DAY * PER_SECOND);
        // The first day may begin before the first instant that 64 bits hold.
        let ticks = at.wrapping_sub(day.wrapping_mul(DAY * PER_SECOND));
        // Days before the first become large numbers.
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer days")]
        let place = (day - self.days.start).cast_unsigned() as usize;
        let (_, days) = self.entries.split_last()?;
        let entry = *days.get(place)?;
        let before = (entry >> SHAPE_BITS).cast_signed();
        let shape = self.shape(entry);
        let within = self.open_within::<PER_SECOND>(shape, ticks);
        Some(before.wrapping_mul(PER_SECOND).wrapping_add(within))
    }

    #[inline]
    fn shape(&self, entry: u64) -> &OpenDayShape {
        &self.shapes[(entry & ((1 << SHAPE_BITS) - 1)) as usize]
    }

    /// Number of open ticks in the first `ticks` of a day.
    #[inline]
    fn open_within<const PER_SECOND: i64>(&self, shape: &OpenDayShape, ticks: i64) -> i64 {
        let of =
            |opens: i64, length: i64| (ticks - opens * PER_SECOND).clamp(0, length * PER_SECOND);
        let near = of(shape.opens[0], shape.length[0]) + of(shape.opens[1], shape.length[1]);
        if shape.rest.0 == shape.rest.1 {
            near
        } else {
            let far = self.rest_of(shape).iter();
            near + far.map(|s| of(s.opens, s.closes - s.opens)).sum::<i64>()
        }
    }

    fn rest_of(&self, shape: &OpenDayShape) -> &[OpenSpan] {
        &self.rest[shape.rest.0 as usize..shape.rest.1 as usize]
    }

    /// Spans of the day at index `place`, in seconds from its midnight.
    fn spans(&self, place: usize) -> impl Iterator<Item = OpenSpan> {
        let shape = self.shape(self.entries[place]);
        let near = (0..2).map(|place| OpenSpan {
            opens: shape.opens[place],
            closes: shape.opens[place] + shape.length[place],
        });
        near.filter(|span| span.opens < span.closes)
            .chain(self.rest_of(shape).iter().copied())
    }

    /// Earliest instant at which `open` ticks have passed, where 0 < `open` <= all of them.
    pub(crate) fn earliest(&self, open: i128, per_second: i64) -> Option<i128> {
        let per_second = i128::from(per_second);
        let days = self
            .entries
            .partition_point(|entry| ticks(*entry, per_second) < open);
        let place = days.checked_sub(1)?;
        let mut rest = open - ticks(self.entries[place], per_second);
        for span in self.spans(place) {
            let length = i128::from(span.closes - span.opens) * per_second;
            if rest <= length {
                return Some(
                    self.midnight(place, per_second) + i128::from(span.opens) * per_second + rest,
                );
            }
            rest -= length;
        }
        None
    }

    /// Latest instant at which no more than `open` ticks have passed, where 0 <= `open` < all.
    pub(crate) fn latest(&self, open: i128, per_second: i64) -> Option<i128> {
        let per_second = i128::from(per_second);
        let days = self
            .entries
            .partition_point(|entry| ticks(*entry, per_second) <= open);
        let place = days
            .checked_sub(1)
            .filter(|place| place + 1 < self.entries.len())?;
        let mut rest = open - ticks(self.entries[place], per_second);
        for span in self.spans(place) {
            let length = i128::from(span.closes - span.opens) * per_second;
            if rest < length {
                return Some(
                    self.midnight(place, per_second) + i128::from(span.opens) * per_second + rest,
                );
            }
            rest -= length;
        }
        None
    }

    fn midnight(&self, place: usize, per_second: i128) -> i128 {
        (i128::from(self.days.start) + place as i128) * i128::from(DAY) * per_second
    }
}

fn ticks(entry: u64, per_second: i128) -> i128 {
    i128::from(entry >> SHAPE_BITS) * per_second
}
