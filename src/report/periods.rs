//! The periods of a report: its own, those before it, and the same one a year ago.

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::Deserialize;

use super::figures;

/// Number of periods in the history of a KPI.
pub(super) const HISTORY: usize = 13;

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PeriodGrain {
    /// From Monday.
    Week,
    Month,
    Quarter,
}

impl PeriodGrain {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    /// First day of the period that `day` is in.
    fn floor(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Week => day.week(Weekday::Mon).first_day(),
            Self::Month => day.with_day(1).unwrap_or(day),
            Self::Quarter => {
                let month = day.month0() / 3 * 3 + 1;
                NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
            }
        }
    }

    /// First day of the period `count` periods later.
    fn later(self, first: NaiveDate, count: i32) -> NaiveDate {
        let (months, weeks) = match self {
            Self::Week => (0, count),
            Self::Month => (count, 0),
            Self::Quarter => (3 * count, 0),
        };
        let size = Months::new(months.unsigned_abs());
        let moved = if months < 0 {
            first.checked_sub_months(size)
        } else {
            first.checked_add_months(size)
        };
        moved.unwrap_or(first) + Duration::weeks(weeks.into())
    }

    /// Number of periods in a year: 52 weeks are the same days of the week.
    const fn in_a_year(self) -> i32 {
        match self {
            Self::Week => 52,
            Self::Month => 12,
            Self::Quarter => 4,
        }
    }
}

/// Whole days from `start` up to, without it, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PeriodSpan {
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
}

/// All periods that a report reads.
#[derive(Debug, Clone)]
pub(super) struct ReportPeriods {
    pub(super) grain: PeriodGrain,
    pub(super) zone: Tz,
    /// Oldest first; the last one is that of the report.
    pub(super) history: Vec<PeriodSpan>,
    /// The same period a year ago, which may be in the history too.
    pub(super) year_ago: PeriodSpan,
    /// Instant of the newest row.
    pub(super) newest: Option<DateTime<Utc>>,
}

impl ReportPeriods {
    /// Those around `day`; without it the last one that ends before the data do. `data` are the instants of the oldest
    /// and the newest row.
    pub(super) fn new(
        grain: PeriodGrain,
        zone: Tz,
        day: Option<NaiveDate>,
        data: Option<(DateTime<Utc>, DateTime<Utc>)>,
    ) -> Self {
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        let last_whole = data.map(|(oldest, newest)| {
            // The period of the day after the newest row has not begun, or is not whole.
            let whole = grain.later(grain.floor(local(newest) + Days::new(1)), -1);
            let has_rows = grain.later(whole, 1) > local(oldest);
            if has_rows {
                whole
            } else {
                grain.floor(local(newest))
            }
        });
        let start = day.map(|day| grain.floor(day)).or(last_whole);
        // Without any row there is no period: that of today is as good as another.
        let start = start.unwrap_or_else(|| grain.floor(local(Utc::now())));
        let span = |back: i32| PeriodSpan {
            start: grain.later(start, -back),
            end: grain.later(start, 1 - back),
        };
        let oldest = i32::try_from(HISTORY).unwrap_or(i32::MAX) - 1;
        Self {
            grain,
            zone,
            history: (0..=oldest).rev().map(span).collect(),
            year_ago: span(grain.in_a_year()),
            newest: data.map(|(_, newest)| newest),
        }
    }

    pub(super) fn now(&self) -> PeriodSpan {
        self.history[self.history.len() - 1]
    }

    /// Last day of the period.
    pub(super) fn last_day(&self) -> NaiveDate {
        let end = self.now().end;
        end.pred_opt().unwrap_or(end)
    }

    pub(super) fn before(&self) -> PeriodSpan {
        self.history[self.history.len() - 2]
    }

    /// The spans that statements read, each once, oldest first.
    pub(super) fn spans(&self) -> Vec<PeriodSpan> {
        let mut spans = self.history.clone();
        if !spans.contains(&self.year_ago) {
            spans.insert(0, self.year_ago);
        }
        spans
    }

    /// Instant at which `day` begins; the first one after a gap.
    pub(super) fn instant(&self, day: NaiveDate) -> DateTime<Utc> {
        let mut time = day.and_time(NaiveTime::MIN);
        // Where clocks are put forward at midnight, the day begins an hour later.
        for _ in 0..4 {
            if let Some(at) = time.and_local_timezone(self.zone).earliest() {
                return at.with_timezone(&Utc);
            }
            time += Duration::minutes(30);
        }
        time.and_utc()
    }

    /// Instant as an SQL literal, in microseconds as most archives have them: beside nanoseconds each value of a column
    /// would be converted.
    pub(super) fn literal(&self, day: NaiveDate) -> String {
        let at = self.instant(day);
        format!("TIMESTAMPTZ(6) '{}'", at.format("%Y-%m-%d %H:%M:%SZ"))
    }

    /// True if the data end before the last day of `span` does. A last day without any row in its last hours is
    /// no reason to think so: the day of the newest row counts as whole.
    pub(super) fn is_unfinished(&self, span: PeriodSpan) -> bool {
        self.newest
            .is_some_and(|at| at.with_timezone(&self.zone).date_naive() + Days::new(1) < span.end)
    }

    pub(super) fn label(&self, span: PeriodSpan) -> String {
        match self.grain {
            PeriodGrain::Week => format!("week of {}", figures::day(span.start)),
            PeriodGrain::Month => span.start.format("%B %Y").to_string(),
            PeriodGrain::Quarter => {
                let names = ["1st", "2nd", "3rd", "4th"];
                let name = names[span.start.month0() as usize / 3];
                format!("{name} quarter of {}", span.start.year())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn periods(grain: PeriodGrain, newest: &str) -> ReportPeriods {
        let oldest = "2024-01-01T12:00:00Z".parse().unwrap();
        let data = Some((oldest, newest.parse().unwrap()));
        ReportPeriods::new(grain, chrono_tz::America::New_York, None, data)
    }

    #[test]
    fn the_last_whole_period_is_the_reports() {
        // 23:30 on 31 December in New York: the year is over.
        let month = periods(PeriodGrain::Month, "2026-01-01T04:30:00Z");
        assert_eq!(month.now().start, day(2025, 12, 1));
        assert_eq!(month.before().start, day(2025, 11, 1));
        assert_eq!(month.year_ago.start, day(2024, 12, 1));
        assert_eq!(month.spans().len(), 13);
        let month = periods(PeriodGrain::Month, "2025-12-31T04:30:00Z");
        assert_eq!(month.now().start, day(2025, 11, 1));
        let week = periods(PeriodGrain::Week, "2025-12-31T20:00:00Z");
        assert_eq!(
            week.now(),
            PeriodSpan {
                start: day(2025, 12, 22),
                end: day(2025, 12, 29)
            }
        );
        assert_eq!(week.year_ago.start, day(2024, 12, 23));
        assert_eq!(week.spans().len(), 14);
        let quarter = periods(PeriodGrain::Quarter, "2025-12-30T20:00:00Z");
        assert_eq!(quarter.now().start, day(2025, 7, 1));
    }

    #[test]
    fn a_day_begins_by_the_clock_of_the_zone() {
        let of = |zone| ReportPeriods::new(PeriodGrain::Week, zone, Some(day(2025, 3, 12)), None);
        let new_york = of(chrono_tz::America::New_York);
        assert_eq!(
            new_york.literal(day(2025, 3, 10)),
            "TIMESTAMPTZ(6) '2025-03-10 04:00:00Z'"
        );
        assert_eq!(
            new_york.literal(day(2025, 3, 3)),
            "TIMESTAMPTZ(6) '2025-03-03 05:00:00Z'"
        );
        // Clocks in Beirut go from 00:00 to 01:00 on 30 March 2025.
        let beirut = of(chrono_tz::Asia::Beirut);
        assert_eq!(
            beirut.literal(day(2025, 3, 30)),
            "TIMESTAMPTZ(6) '2025-03-29 22:00:00Z'"
        );
    }

    #[test]
    fn a_period_that_the_data_do_not_reach_is_unfinished() {
        let at = |text: &str| text.parse().unwrap();
        let newest = Some((at("2024-03-20T12:00:00Z"), at("2025-03-20T12:00:00Z")));
        let zone = chrono_tz::UTC;
        let march = ReportPeriods::new(PeriodGrain::Month, zone, Some(day(2025, 3, 1)), newest);
        assert!(march.is_unfinished(march.now()) && !march.is_unfinished(march.before()));
        assert_eq!(march.label(march.now()), "March 2025");
    }

    #[test]
    fn data_of_less_than_a_period_have_that_period() {
        let at = |text: &str| text.parse().unwrap();
        let data = Some((at("2025-06-10T08:00:00Z"), at("2025-06-10T17:00:00Z")));
        let week = ReportPeriods::new(PeriodGrain::Week, chrono_tz::UTC, None, data);
        assert_eq!(week.now().start, day(2025, 6, 9));
        assert!(week.is_unfinished(week.now()));
    }
}
