//! One query by the hour, from which days, months, hours of the day and quarters of an hour follow.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::answers;
use super::audited_table::{AuditedTable, ColumnKind, TimeColumn};
use super::row_counts::aliased;
use super::sql_text::{date_of_day, quoted_name};
use crate::Engine;
use crate::error::Result;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;
/// Microseconds of a day.
pub(crate) const DAY: i64 = 24 * HOUR;
/// Quarters of an hour in a day.
pub(crate) const QUARTERS: usize = 96;

/// Months since the year 0.
pub(crate) type MonthNumber = i64;

/// Distribution of the rows of a table over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeProfile {
    /// Rows by days since 1970.
    pub(crate) days: BTreeMap<i64, u64>,
    pub(crate) months: BTreeMap<MonthNumber, MonthProfile>,
    /// Rows at exactly each quarter of an hour.
    pub(crate) quarters: [u64; QUARTERS],
    /// Rows that have a time.
    pub(crate) rows: u64,
}

/// The rows of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MonthProfile {
    pub(crate) rows: u64,
    /// By hour of the day.
    pub(crate) hours: [u64; 24],
    /// NULLs by column, in the order of the table.
    pub(crate) nulls: Vec<u64>,
}

impl Default for TimeProfile {
    fn default() -> Self {
        Self {
            days: BTreeMap::new(),
            months: BTreeMap::new(),
            quarters: [0; QUARTERS],
            rows: 0,
        }
    }
}

impl TimeProfile {
    /// Reads the profile of the rows that have a time.
    ///
    /// # Errors
    /// When the query fails.
    pub(crate) async fn read(
        engine: &Engine,
        table: &AuditedTable,
        time: &TimeColumn,
    ) -> Result<Self> {
        let mut profile = Self::default();
        let columns = table.columns.len();
        answers::each_batch(engine, &query(table, time), |batch| {
            let hours = answers::instants(batch, 0)?;
            let numbers =
                (1..batch.num_columns()).map(|place| answers::whole_numbers(batch, place));
            let numbers = numbers.collect::<Result<Vec<_>>>()?;
            for (row, hour) in hours.into_iter().enumerate() {
                let counts = numbers
                    .iter()
                    .map(|column| column.get(row).copied().unwrap_or(0));
                if let Some(hour) = hour {
                    profile.add(hour.div_euclid(HOUR), &counts.collect::<Vec<_>>(), columns);
                }
            }
            Ok(())
        })
        .await?;
        Ok(profile)
    }

    /// Adds the rows of one hour: their number, the values of each column, and those at each quarter.
    fn add(&mut self, hour: i64, counts: &[u64], columns: usize) {
        let Some((rows, rest)) = counts.split_first() else {
            return;
        };
        let (values, quarters) = rest.split_at(columns.min(rest.len()));
        let day = hour.div_euclid(24);
        let of_day = usize::try_from(hour.rem_euclid(24)).unwrap_or(0);
        self.rows += rows;
        *self.days.entry(day).or_default() += rows;
        for (quarter, count) in quarters.iter().enumerate() {
            if let Some(total) = self.quarters.get_mut(4 * of_day + quarter) {
                *total += count;
            }
        }
        let Some(month) = month_of_day(day) else {
            return;
        };
        let month = self.months.entry(month).or_insert_with(|| MonthProfile {
            rows: 0,
            hours: [0; 24],
            nulls: vec![0; columns],
        });
        month.rows += rows;
        if let Some(total) = month.hours.get_mut(of_day) {
            *total += rows;
        }
        for (nulls, values) in month.nulls.iter_mut().zip(values) {
            *nulls += rows.saturating_sub(*values);
        }
    }
}

fn query(table: &AuditedTable, time: &TimeColumn) -> String {
    let clock = time.clock();
    let hour = match time.kind {
        ColumnKind::Date => clock.clone(),
        _ => format!("date_trunc('hour', {clock})"),
    };
    let mut wanted = vec![hour.clone(), "count(*)".to_owned()];
    let values = table.columns.iter();
    wanted.extend(values.map(|column| format!("count({})", quoted_name(&column.name))));
    if time.kind != ColumnKind::Date {
        let quarter = |minutes: u32| {
            format!("count(*) FILTER (WHERE {clock} = {hour} + INTERVAL '{minutes} minutes')")
        };
        wanted.extend([0, 15, 30, 45].map(quarter));
    }
    let has_time = format!("{} IS NOT NULL", quoted_name(&time.name));
    let from = table.source_clause(Some(&has_time));
    format!("SELECT {} {from} GROUP BY 1", aliased(&wanted))
}

/// Month of a day since 1970; `None` beyond the calendar.
pub(crate) fn month_of_day(day: i64) -> Option<MonthNumber> {
    let date = date_of_day(day)?;
    Some(12 * i64::from(date.year()) + i64::from(date.month0()))
}

/// `2025-03`.
pub(crate) fn month_text(month: MonthNumber) -> String {
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    format!("{year:04}-{month:02}")
}

/// First instant of a month, in microseconds since 1970; `None` beyond the calendar.
pub(crate) fn month_start(month: MonthNumber) -> Option<i64> {
    let year = i32::try_from(month.div_euclid(12)).ok()?;
    let of_year = u32::try_from(month.rem_euclid(12)).ok()?;
    let first = chrono::NaiveDate::from_ymd_opt(year, of_year + 1, 1)?;
    let start = first.and_time(chrono::NaiveTime::MIN).and_utc();
    Some(start.timestamp_micros())
}

/// Condition for the rows of `month`; `None` beyond the calendar.
pub(crate) fn within_month(time: &TimeColumn, month: MonthNumber) -> Option<String> {
    Some(time.between(month_start(month)?, month_start(month + 1)?))
}

/// Months that follow each other and have at least `least` rows each.
pub(crate) fn month_pairs<'a>(
    months: &'a BTreeMap<MonthNumber, MonthProfile>,
    least: u64,
) -> impl Iterator<Item = [(MonthNumber, &'a MonthProfile); 2]> + 'a {
    months.iter().filter_map(move |(month, profile)| {
        let next = months.get(&(month + 1))?;
        let is_large = profile.rows >= least && next.rows >= least;
        is_large.then_some([(*month, profile), (month + 1, next)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_counts_for_its_day_month_and_quarters() {
        let mut profile = TimeProfile::default();
        // 1970-01-02T05:00, three rows, two of which have a value; one at 05:30 exactly.
        profile.add(29, &[3, 2, 0, 0, 1, 0], 1);
        profile.add(-1, &[1, 1, 0, 0, 0, 0], 1);
        assert_eq!(profile.rows, 4);
        assert_eq!(profile.days, BTreeMap::from([(-1, 1), (1, 3)]));
        let january = &profile.months[&(12 * 1970)];
        assert_eq!(
            (january.rows, january.hours[5], january.nulls[0]),
            (3, 3, 1)
        );
        assert_eq!(profile.quarters[22], 1);
        assert_eq!(profile.months[&(12 * 1969 + 11)].hours[23], 1);
    }

    #[test]
    fn months_have_names_and_starts() {
        let march = month_of_day(20_148).unwrap();
        assert_eq!(month_text(march), "2025-03");
        assert_eq!(month_start(12 * 1970 + 1), Some(31 * DAY));
    }
}
