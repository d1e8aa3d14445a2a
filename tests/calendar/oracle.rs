//! Business time by counting minutes, with another time-zone library.

use std::collections::HashMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::model::{Minutes, Plan, ZONES, clock, plans};

const MINUTE: i64 = 60_000_000;
/// No zone has changed its offset in between since 1970.
const QUARTER: i64 = 15 * MINUTE;

/// A plan with parsed dates.
struct Known<'a> {
    plan: &'a Plan,
    zone: TimeZone,
    from: Option<Date>,
    hours: HashMap<Date, Vec<Minutes>>,
}

/// Open minutes of a date: regular hours with the part of the night before that lies in it, or those of
/// the holiday; and openings.
fn hours(plan: &Plan, date: Date) -> Vec<Minutes> {
    let place = |day: Weekday| usize::try_from(day.to_monday_zero_offset()).unwrap();
    let text = date.to_string();
    let mut open: Vec<Minutes> = Vec::new();
    if let Some((_, own)) = plan.dated.iter().find(|(date, _)| *date == text) {
        open.extend(own);
    } else if !plan.yearly.contains(&(date.month(), date.day())) {
        open.extend(&plan.week[place(date.weekday())]);
        let before = &plan.week[place(date.weekday().previous())];
        open.extend(
            before
                .iter()
                .map(|(opens, closes)| (opens - 1440, closes - 1440)),
        );
    }
    let openings = plan.openings.iter().filter(|(date, _)| *date == text);
    open.extend(openings.map(|(_, minutes)| *minutes));
    open
}

/// Open microseconds until each of the `marks`, which are in order, counted from the first.
pub(crate) fn walk(plans: &[Plan], marks: &[i64]) -> Vec<i64> {
    let known = plans.iter().map(|plan| Known {
        plan,
        zone: TimeZone::get(plan.zone).unwrap(),
        from: plan.from.as_ref().map(|from| from.parse().unwrap()),
        hours: HashMap::new(),
    });
    let mut known: Vec<_> = known.collect();
    let mut sums = vec![0; marks.len()];
    let (first, last) = (marks[0], marks[marks.len() - 1]);
    let (mut open, mut next) = (0, 0);
    let mut quarter = first.div_euclid(QUARTER) * QUARTER;
    while quarter <= last {
        let at = Timestamp::from_microsecond(quarter).unwrap();
        // The last version whose first date has begun in local time.
        let version = known.iter_mut().rev().find(|version| {
            version
                .from
                .is_none_or(|from| version.zone.to_datetime(at).date() >= from)
        });
        let version = version.unwrap();
        let local = version.zone.to_datetime(at);
        let plan = version.plan;
        let spans = version.hours.entry(local.date());
        let spans = spans.or_insert_with(|| hours(plan, local.date()));
        let minute_of_day = i64::from(local.hour()) * 60 + i64::from(local.minute());
        for minute in 0..15 {
            let shown = minute_of_day + minute;
            let is_open = spans
                .iter()
                .any(|(opens, closes)| (*opens..*closes).contains(&shown));
            let (from, to) = (quarter + minute * MINUTE, quarter + (minute + 1) * MINUTE);
            while next < marks.len() && marks[next] < to {
                let part = if is_open {
                    marks[next] - from.max(first)
                } else {
                    0
                };
                sums[next] = open + part.max(0);
                next += 1;
            }
            if is_open {
                open += (to - from.max(first)).max(0);
            }
        }
        quarter += QUARTER;
    }
    sums
}

fn micros(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_microsecond()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn weeks_are_as_walked(
        plans in plans(),
        start in micros("2004-12-01T00:00:00Z")..micros("2020-01-01T00:00:00Z"),
        steps in prop::collection::vec(0_i64..20 * 24 * 60 * MINUTE, 1..6),
    ) {
        let mut marks = vec![start];
        marks.extend(steps.iter().scan(start, |at, step| { *at += step; Some(*at) }));
        let mut clock = clock(&plans);
        let walked = walk(&plans, &marks);
        for (mark, open) in marks.iter().zip(&walked) {
            prop_assert_eq!(clock.between(start, *mark), *open, "{} to {}", start, mark);
        }
    }

    /// The days around each offset change.
    #[test]
    fn nights_of_changed_clocks_are_as_walked(
        plans in plans(),
        zone in prop::sample::select(ZONES.to_vec()),
        after in micros("2005-01-01T00:00:00Z")..micros("2019-01-01T00:00:00Z"),
    ) {
        let mut plans = plans;
        plans[0].zone = zone;
        let zone = TimeZone::get(zone).unwrap();
        let mut changes = zone.following(Timestamp::from_microsecond(after).unwrap());
        let at = changes.next().map_or(after, |change| change.timestamp().as_microsecond());
        let marks: Vec<_> = (-60..60).map(|hour| at + hour * 60 * MINUTE).collect();
        let mut clock = clock(&plans);
        let walked = walk(&plans, &marks);
        for (mark, open) in marks.iter().zip(&walked) {
            prop_assert_eq!(clock.between(marks[0], *mark), *open, "{} to {}", marks[0], mark);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Apia skipped from the end of 29 December 2011 to the start of the 31st, and had changed its
    /// offset in September.
    #[test]
    fn the_day_that_apia_left_out_is_as_walked(plans in plans(), start in 0_i64..24 * 60, span in 1_i64..200) {
        let mut plans = plans;
        plans.iter_mut().for_each(|plan| plan.zone = "Pacific/Apia");
        let first = micros("2011-12-28T00:00:00Z") + start * MINUTE;
        let marks: Vec<_> = (0..span).map(|step| first + step * 31 * MINUTE).collect();
        let mut clock = clock(&plans);
        for (mark, open) in marks.iter().zip(&walk(&plans, &marks)) {
            prop_assert_eq!(clock.between(marks[0], *mark), *open, "{} to {}", marks[0], mark);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    /// Random schedules over up to thirty years.
    #[test]
    fn long_spans_are_as_walked(
        plans in plans(),
        start in micros("1990-01-01T00:00:00Z")..micros("1995-01-01T00:00:00Z"),
        years in 25_i64..=30,
    ) {
        let mut clock = clock(&plans);
        let middle = start + years * 183 * 24 * 60 * MINUTE + 17;
        let marks = [start, middle, start + years * 365 * 24 * 60 * MINUTE];
        for (mark, open) in marks.iter().zip(&walk(&plans, &marks)) {
            prop_assert_eq!(clock.between(start, *mark), *open, "{} to {}", start, mark);
        }
    }
}

/// Thirty years in one span, in each zone.
#[test]
fn decades_are_as_walked() {
    for zone in ZONES {
        let night = vec![(1_320, 1_800)];
        let mut week: [Vec<Minutes>; 7] = std::array::from_fn(|_| vec![(540, 720), (750, 1_020)]);
        week[6] = night;
        let holidays = |years: std::ops::Range<i16>| {
            years
                .map(|year| (format!("{year}-06-01"), vec![(600, 660)]))
                .collect()
        };
        let first = Plan {
            from: None,
            zone,
            week: week.clone(),
            dated: holidays(1994..2024),
            yearly: vec![(1, 1), (12, 25)],
            openings: vec![("2011-12-31".to_owned(), (0, 1_440))],
        };
        week[0] = vec![];
        let second = Plan {
            from: Some("2011-12-30".to_owned()),
            week,
            ..first.clone()
        };
        let plans = [first, second];
        let marks: Vec<_> = (0..=30)
            .map(|year| {
                let start: Timestamp = "1994-03-05T10:17:31.000003Z".parse().unwrap();
                let later = start
                    .to_zoned(TimeZone::UTC)
                    .checked_add(year.years())
                    .unwrap();
                later.timestamp().as_microsecond()
            })
            .collect();
        let walked = walk(&plans, &marks);
        let mut clock = clock(&plans);
        for (mark, open) in marks.iter().zip(&walked) {
            assert_eq!(clock.between(marks[0], *mark), *open, "{zone} to {mark}");
        }
    }
}
