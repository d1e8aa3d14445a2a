//! Random schedules, described independently of deskql's representation.

use chrono::{NaiveDate, Weekday};
use deskql::internal::calendar::{
    BusinessCalendar, BusinessTimeCalculator, CalendarSchedule, DayHours, DayRule, OpenSpan,
    ScheduleVersion, SpecialDayEntry, SpecialDays, WeekHours, effective,
};
use proptest::prelude::*;
use std::sync::Arc;

pub(super) const ZONES: [&str; 6] = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Apia",
];

/// Minutes from midnight to minutes from midnight; past 1440 on the next day.
pub(crate) type Minutes = (i64, i64);

/// Schedule in force from a date on.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// `None` for the first version.
    pub(crate) from: Option<String>,
    pub(crate) zone: &'static str,
    /// Monday first.
    pub(crate) week: [Vec<Minutes>; 7],
    /// Dates with hours that replace the regular ones.
    pub(crate) dated: Vec<(String, Vec<Minutes>)>,
    /// Month and day of every year, closed.
    pub(crate) yearly: Vec<(i8, i8)>,
    /// Dates with additional hours.
    pub(crate) openings: Vec<(String, Minutes)>,
}

fn span(minutes: Minutes) -> OpenSpan {
    OpenSpan {
        opens: minutes.0 * 60,
        closes: minutes.1 * 60,
    }
}

fn hours(minutes: &[Minutes]) -> DayHours {
    DayHours::new(minutes.iter().copied().map(span).collect())
}

impl Plan {
    pub(crate) fn version(&self) -> ScheduleVersion {
        let zone = self.zone.parse().unwrap();
        let mut week = WeekHours::default();
        for (day, spans) in self.week.iter().enumerate() {
            let weekday = Weekday::try_from(u8::try_from(day).unwrap()).unwrap();
            spans
                .iter()
                .for_each(|minutes| week.add(weekday, span(*minutes)));
        }
        let mut special = SpecialDays::default();
        let entry = |days: &str, hours| SpecialDayEntry {
            days: DayRule::parse(days).unwrap(),
            from_year: None,
            to_year: None,
            hours,
        };
        for (date, own) in &self.dated {
            special.add_holiday(entry(date, hours(own)));
        }
        for (month, day) in &self.yearly {
            special.add_holiday(entry(&format!("{month:02}-{day:02}"), DayHours::default()));
        }
        for (date, minutes) in &self.openings {
            special.add_opening(entry(date, hours(&[*minutes])));
        }
        let from = self
            .from
            .as_ref()
            .map(|from| effective(from, zone).unwrap());
        ScheduleVersion {
            from,
            zone,
            week,
            special,
        }
    }
}

pub(super) fn clock(plans: &[Plan]) -> BusinessTimeCalculator {
    let versions = plans.iter().map(Plan::version).collect();
    let schedule = CalendarSchedule::new(versions).unwrap();
    Arc::new(BusinessCalendar::new("random", "a test", schedule)).calculator()
}

fn day_hours() -> impl Strategy<Value = Vec<Minutes>> {
    prop_oneof![
        2 => Just(vec![]),
        4 => Just(vec![(540, 1020)]),
        1 => Just(vec![(0, 1440)]),
        2 => Just(vec![(60, 150)]),
        1 => Just(vec![(1320, 1440 + 360)]),
        3 => prop::collection::vec((0_i64..1440, 1_i64..1440).prop_map(|(a, l)| (a, a + l)), 1..4),
    ]
}

fn within_day() -> impl Strategy<Value = Minutes> {
    (0_i64..1440).prop_flat_map(|opens| (Just(opens), opens + 1..=1440))
}

fn date() -> impl Strategy<Value = String> {
    // From 2005 to 2019, which includes the offset changes of Apia.
    (0_i64..5_400).prop_map(|day| {
        let first = NaiveDate::from_ymd_opt(2005, 1, 1).unwrap();
        (first + chrono::TimeDelta::days(day)).to_string()
    })
}

fn plan(zone: &'static str) -> impl Strategy<Value = Plan> {
    let week = prop::array::uniform7(day_hours());
    let holiday_hours = prop_oneof![Just(vec![]), prop::collection::vec(within_day(), 1..3)];
    let dated = prop::collection::btree_map(date(), holiday_hours, 0..20);
    let yearly = prop::collection::vec((1_i8..=12, 1_i8..=28), 0..10);
    let openings = prop::collection::vec((date(), within_day()), 0..10);
    (week, dated, yearly, openings, date()).prop_map(
        move |(week, dated, yearly, openings, from)| Plan {
            from: Some(from),
            zone,
            week,
            dated: dated.into_iter().collect(),
            yearly,
            openings,
        },
    )
}

/// One to three versions, in any zones.
pub(crate) fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let one = prop::sample::select(ZONES.to_vec()).prop_flat_map(plan);
    prop::collection::vec(one, 1..4).prop_map(|mut plans| {
        plans.sort_by(|left, right| left.from.cmp(&right.from));
        plans.dedup_by(|next, last| next.from == last.from);
        plans[0].from = None;
        plans
    })
}
