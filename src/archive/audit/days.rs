//! Days without rows, and days whose number of rows is out of pattern.

use std::collections::BTreeMap;

use super::rules::AuditRules;

/// Share of the rows at each end of time that is left out: one wrong year must not hide the pattern of the others.
const TRIMMED: u64 = 1000;
/// Factor from the median absolute deviation to the standard deviation of a normal distribution.
const DEVIATION_OF_NORMAL: f64 = 1.4826;

/// The days that are compared, first and last excluded, since they may be incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DaySpan {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

/// Usual rows of one weekday.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WeekdayPattern {
    pub(crate) median: f64,
    /// Fewest and most rows that are no finding.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// True if a day without rows is a gap.
    pub(crate) is_busy: bool,
}

/// Days of a table against their weekdays; 0 is Sunday, as in `extract(dow FROM ..)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayPatterns {
    pub(crate) span: DaySpan,
    pub(crate) weekdays: [Option<WeekdayPattern>; 7],
    pub(crate) missing: Vec<i64>,
    /// Days out of pattern, with their rows.
    pub(crate) unusual: Vec<(i64, u64)>,
}

/// Weekday of a day since 1970, which was a Thursday.
pub(crate) fn weekday(day: i64) -> usize {
    usize::try_from((day + 4).rem_euclid(7)).unwrap_or(0)
}

impl DayPatterns {
    /// Patterns of `days`; `None` for fewer than one whole week between the first and the last day.
    pub(crate) fn from_days(days: &BTreeMap<i64, u64>, rules: &AuditRules) -> Option<Self> {
        let span = trimmed(days)?;
        if span.last - span.first <= 7 {
            return None;
        }
        let rows = |day: i64| days.get(&day).copied().unwrap_or(0);
        let inner = span.first + 1..span.last;
        let mut by_weekday: [Vec<u64>; 7] = Default::default();
        for day in inner.clone() {
            if let Some(of_weekday) = by_weekday.get_mut(weekday(day)) {
                of_weekday.push(rows(day));
            }
        }
        let weekdays = by_weekday.map(|counts| WeekdayPattern::from_counts(counts, rules));
        let mut patterns = Self {
            span,
            weekdays,
            missing: Vec::new(),
            unusual: Vec::new(),
        };
        for day in inner {
            let Some(pattern) = patterns.weekdays.get(weekday(day)).copied().flatten() else {
                continue;
            };
            match rows(day) {
                0 if pattern.is_busy => patterns.missing.push(day),
                0 => {}
                rows if pattern.is_unusual(rows) => patterns.unusual.push((day, rows)),
                _ => {}
            }
        }
        Some(patterns)
    }

    /// Number of days that were compared.
    pub(crate) fn compared(&self) -> u64 {
        u64::try_from(self.span.last - self.span.first - 1).unwrap_or(0)
    }
}

impl WeekdayPattern {
    /// The pattern of a weekday with these numbers of rows; `None` if most of its days have none.
    fn from_counts(mut counts: Vec<u64>, rules: &AuditRules) -> Option<Self> {
        let middle = median(&mut counts)?;
        if middle < 1.0 {
            return None;
        }
        let mut distances: Vec<f64> = counts
            .iter()
            .map(|count| (float(*count) - middle).abs())
            .collect();
        distances.sort_by(f64::total_cmp);
        let spread = DEVIATION_OF_NORMAL * middle_of(&distances)?;
        // Counts scatter by their square root even where half of the days are alike.
        let scatter = middle.max(rules.usual_rows).sqrt();
        let reach = rules.volume_deviations * spread.max(scatter);
        let is_busy = middle >= rules.usual_rows;
        Some(Self {
            median: middle,
            low: if is_busy {
                (middle - reach).ceil().max(0.0)
            } else {
                0.0
            },
            high: (middle + reach).floor(),
            is_busy,
        })
    }

    fn is_unusual(&self, rows: u64) -> bool {
        float(rows) < self.low || float(rows) > self.high
    }
}

fn trimmed(days: &BTreeMap<i64, u64>) -> Option<DaySpan> {
    let rows: u64 = days.values().sum();
    let spare = rows / TRIMMED;
    let end = |days: &mut dyn Iterator<Item = (&i64, &u64)>| {
        let mut passed = 0;
        for (day, rows) in days {
            passed += rows;
            if passed > spare {
                return Some(*day);
            }
        }
        None
    };
    Some(DaySpan {
        first: end(&mut days.iter())?,
        last: end(&mut days.iter().rev())?,
    })
}

fn median(counts: &mut [u64]) -> Option<f64> {
    counts.sort_unstable();
    let sorted: Vec<f64> = counts.iter().map(|count| float(*count)).collect();
    middle_of(&sorted)
}

/// Median of sorted values: the middle one, or the mean of both.
fn middle_of(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get((sorted.len() / 2).checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows are far below 2^53"
)]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weeks of 100 rows a day, but none on Sundays.
    fn weeks(count: i64) -> BTreeMap<i64, u64> {
        let days = (0..7 * count).filter(|day| weekday(*day) != 0);
        days.map(|day| (day, 100)).collect()
    }

    #[test]
    fn a_day_without_rows_is_missing_unless_its_weekday_has_none() {
        let mut days = weeks(8);
        days.remove(&20);
        let found = DayPatterns::from_days(&days, &AuditRules::default()).unwrap();
        assert_eq!(weekday(20), 3);
        assert_eq!(found.missing, [20]);
        assert!(found.unusual.is_empty());
        assert_eq!(found.weekdays[0], None);
    }

    #[test]
    fn limits_are_six_deviations_from_the_median() {
        let mut days = weeks(8);
        // The median is 100 and half of the days are alike: 6 * sqrt(100) = 60 rows up or down.
        for (day, rows) in [(12, 160), (13, 161), (15, 40), (16, 39)] {
            days.insert(day, rows);
        }
        let found = DayPatterns::from_days(&days, &AuditRules::default()).unwrap();
        assert_eq!(found.unusual, [(13, 161), (16, 39)]);
    }

    #[test]
    fn small_counts_and_short_spans_give_no_alarm() {
        let small: BTreeMap<i64, u64> = (0..60)
            .map(|day| (day, u64::from(day % 3 != 0) * 4))
            .collect();
        let found = DayPatterns::from_days(&small, &AuditRules::default()).unwrap();
        assert!(found.missing.is_empty() && found.unusual.is_empty());
        assert!(DayPatterns::from_days(&weeks(1), &AuditRules::default()).is_none());
        assert!(DayPatterns::from_days(&BTreeMap::new(), &AuditRules::default()).is_none());
    }

    #[test]
    fn a_row_of_a_wrong_year_does_not_stretch_the_span() {
        let mut days = weeks(52);
        days.insert(-300_000, 1);
        let found = DayPatterns::from_days(&days, &AuditRules::default()).unwrap();
        assert!(found.span.first >= 0 && found.missing.is_empty());
    }
}
