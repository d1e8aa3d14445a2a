//! Parsing of opening hours, and the open spans of one day.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// Seconds of a day of 24 hours.
pub(crate) const DAY: i64 = 86_400;

/// Half-open time span, in seconds from some midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(i64, i64)", into = "(i64, i64)")]
pub struct OpenSpan {
    /// First second.
    pub opens: i64,
    /// First second after the span.
    pub closes: i64,
}

impl From<(i64, i64)> for OpenSpan {
    fn from((opens, closes): (i64, i64)) -> Self {
        Self { opens, closes }
    }
}

impl From<OpenSpan> for (i64, i64) {
    fn from(span: OpenSpan) -> Self {
        (span.opens, span.closes)
    }
}

impl OpenSpan {
    /// Reads `09:00-17:00`, optionally with seconds; `22:00-06:00` ends on the next day.
    ///
    /// # Errors
    /// If the text is invalid; the message does not name its position, which the caller adds.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is no stretch of a day; write it as \"09:00-17:00\", from 00:00 to 24:00"
            )
        };
        let (opens, closes) = text.split_once('-').ok_or_else(wrong)?;
        let opens = time_of_day(opens.trim()).filter(|opens| *opens < DAY);
        let (opens, closes) = opens.zip(time_of_day(closes.trim())).ok_or_else(wrong)?;
        if opens == closes {
            return Err(format!(
                "{text:?} opens and closes at one time; write \"00:00-24:00\" for a whole day"
            ));
        }
        let next_day = if closes < opens { DAY } else { 0 };
        Ok(Self {
            opens,
            closes: closes + next_day,
        })
    }

    /// Splits the span at the midnight that ends the day; the second part belongs to the next day.
    #[must_use]
    pub fn split(self) -> (Self, Option<Self>) {
        let today = Self {
            opens: self.opens,
            closes: self.closes.min(DAY),
        };
        let tomorrow = (self.closes > DAY).then(|| Self {
            opens: 0,
            closes: self.closes - DAY,
        });
        (today, tomorrow)
    }
}

/// `09:00`, `9:00`, `17:30:15` or `24:00`, in seconds from midnight.
fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut next = |limit: i64, widths: &[usize]| {
        let part = parts.next()?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = part.parse().ok()?;
        (is_number && widths.contains(&part.len()) && number < limit).then_some(number)
    };
    let (hour, minute) = (next(25, &[1, 2])?, next(60, &[2])?);
    let second = match text.matches(':').count() {
        1 => 0,
        _ => next(60, &[2])?,
    };
    let seconds = (hour * 60 + minute) * 60 + second;
    (parts.next().is_none() && seconds <= DAY).then_some(seconds)
}

/// Open spans of one day in local time: sorted, disjoint, each within the day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayHours(Vec<OpenSpan>);

impl DayHours {
    /// Merges spans in any order, which may touch and overlap; no span means closed.
    #[must_use]
    pub fn new(mut spans: Vec<OpenSpan>) -> Self {
        merge(&mut spans);
        Self(spans)
    }

    /// Open spans.
    #[must_use]
    pub fn spans(&self) -> &[OpenSpan] {
        &self.0
    }

    /// Number of open seconds, on a day of 24 hours.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.0.iter().map(|span| span.closes - span.opens).sum()
    }

    /// Hours that are open in at least one of the two.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::new([self.spans(), other.spans()].concat())
    }

    /// Hours that are open in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let pairs = self.0.iter().flat_map(|left| {
            other.0.iter().map(|right| OpenSpan {
                opens: left.opens.max(right.opens),
                closes: left.closes.min(right.closes),
            })
        });
        Self::new(pairs.filter(|span| span.opens < span.closes).collect())
    }
}

/// Sorts spans and merges those that touch.
pub(crate) fn merge(spans: &mut Vec<OpenSpan>) {
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let joins = next.opens <= last.closes;
        if joins {
            last.closes = last.closes.max(next.closes);
        }
        joins
    });
}

/// Regular hours of each weekday, Monday first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekHours([DayHours; 7]);

impl WeekHours {
    /// Adds a span to a weekday; the part after midnight is added to the next weekday.
    pub fn add(&mut self, weekday: Weekday, span: OpenSpan) {
        let (today, tomorrow) = span.split();
        self.put(weekday, today);
        if let Some(span) = tomorrow {
            self.put(weekday.succ(), span);
        }
    }

    fn put(&mut self, weekday: Weekday, span: OpenSpan) {
        let day = &mut self.0[weekday.num_days_from_monday() as usize];
        *day = day.union(&DayHours(vec![span]));
    }

    /// Hours that are open all the time.
    #[must_use]
    pub fn always() -> Self {
        let whole = OpenSpan {
            opens: 0,
            closes: DAY,
        };
        Self(std::array::from_fn(|_| DayHours(vec![whole])))
    }

    /// Hours of a weekday.
    #[must_use]
    pub fn on_weekday(&self, weekday: Weekday) -> &DayHours {
        &self.0[weekday.num_days_from_monday() as usize]
    }

    /// Number of open seconds in a week without holidays and changes of the UTC offset.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.0.iter().map(DayHours::seconds).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Option<(i64, i64)> {
        let span = OpenSpan::parse(text).ok()?;
        Some((span.opens, span.closes))
    }

    #[test]
    fn times_are_read() {
        assert_eq!(span("09:00-17:00"), Some((32_400, 61_200)));
        assert_eq!(span("9:00 - 17:30:15"), Some((32_400, 63_015)));
        assert_eq!(span("22:00-06:00"), Some((79_200, 108_000)));
        assert_eq!(span("00:00-24:00"), Some((0, 86_400)));
        assert_eq!(span("22:00-00:00"), Some((79_200, 86_400)));
        for wrong in [
            "",
            "9-17",
            "09:00",
            "24:00-25:00",
            "09:60-10:00",
            "09:00-24:01",
            "09:00-09:00",
            "+9:00-10:00",
            "09:00-10:00:00:00",
            "09:00-17:00-18:00",
            "09:0-10:00",
            "24:00-06:00",
        ] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn nights_belong_to_two_days() {
        let mut week = WeekHours::default();
        week.add(Weekday::Sun, OpenSpan::parse("22:00-06:00").unwrap());
        assert_eq!(week.on_weekday(Weekday::Sun).seconds(), 7_200);
        assert_eq!(week.on_weekday(Weekday::Mon).seconds(), 21_600);
        assert_eq!(week.seconds(), 8 * 3_600);
        assert_eq!(WeekHours::always().seconds(), 7 * DAY);
    }

    #[test]
    fn touching_spans_become_one() {
        let spans = ["12:00-13:00", "09:00-12:00", "10:00-11:00"];
        let hours = DayHours::new(spans.map(|text| OpenSpan::parse(text).unwrap()).to_vec());
        assert_eq!(hours.spans(), [OpenSpan::parse("09:00-13:00").unwrap()]);
        let late = DayHours::new(vec![OpenSpan::parse("11:30-15:00").unwrap()]);
        assert_eq!(hours.intersection(&late).seconds(), 5_400);
        assert_eq!(hours.intersection(&DayHours::default()).seconds(), 0);
    }
}
