//! Signs that times were written in another time zone than they are read in.

use super::audit_session::TableAudit;
use super::audited_table::{ColumnKind, TimeColumn};
use super::check::AuditCheck;
use super::finding::{AuditFinding, FindingSeverity, counted, percent, share};
use super::time_profile::{
    MonthNumber, MonthProfile, QUARTERS, TimeProfile, month_pairs, month_text, within_month,
};
use crate::error::Result;

/// Fewest rows at a quarter of an hour that are a spike, and in a month whose hours are compared.
const SPIKE_ROWS: u64 = 50;
const PROFILE_ROWS: u64 = 500;
/// A spike is this many times as high as the same quarter two and three hours before and after.
const SPIKE_FACTOR: u64 = 10;
/// Share of rows at 00:00:00 from which a column holds dates, which have no time.
const DATES: f64 = 0.99;
/// A shift of one hour is what clocks do in spring and autumn.
const LEAST_SHIFT: usize = 2;
/// The shifted profile must be nearer by this much, and by this factor.
const GAIN: f64 = 0.15;
const NEARNESS: f64 = 0.5;

/// The findings of the column that dates the rows.
///
/// # Errors
/// When a query for examples fails.
pub(crate) async fn check(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    profile: &TimeProfile,
) -> Result<Vec<AuditFinding>> {
    let midnight = share(profile.quarters[0], profile.rows);
    if time.kind == ColumnKind::Date || midnight.is_none_or(|share| share >= DATES) {
        return Ok(Vec::new());
    }
    let mut findings = Vec::new();
    for (quarter, rows) in spikes(profile, audit.rules.spike_share) {
        findings.push(spike(audit, time, profile.rows, (quarter, rows)).await?);
    }
    for shift in shifts(profile, audit.rules.month_rows.max(PROFILE_ROWS)) {
        if let Some(within) = within_month(time, shift.month) {
            findings.push(moved(audit, time, &shift, &within).await?);
        }
    }
    findings.retain(|finding| finding.severity > FindingSeverity::Info);
    Ok(findings)
}

async fn spike(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    all: u64,
    (quarter, rows): (usize, u64),
) -> Result<AuditFinding> {
    let measured = share(rows, all).unwrap_or(0.0);
    let severity = audit.rules.severity(AuditCheck::TimeZone, measured, false);
    let (hours, minutes) = (quarter / 4, 15 * (quarter % 4));
    let clock = time.clock();
    let predicate = format!(
        "{clock} = date_trunc('day', {clock}) + INTERVAL '{hours} hours {minutes} minutes'"
    );
    let zone = match time.kind {
        ColumnKind::Instant { .. } => " UTC",
        _ => "",
    };
    Ok(AuditFinding {
        count: rows,
        total: all,
        message: format!(
            "{} ({}) at exactly {hours:02}:{minutes:02}:00{zone}: midnights of another time zone, or dates \
             without a time?",
            counted(rows, "row"),
            percent(measured)
        ),
        examples: audit
            .examples(&predicate, std::slice::from_ref(&time.name))
            .await?,
        sql: audit.rows_of(&predicate),
        ..audit.finding(AuditCheck::TimeZone, Some(&time.name), severity)
    })
}

async fn moved(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    shift: &HourShift,
    within: &str,
) -> Result<AuditFinding> {
    let severity = audit.rules.severity(AuditCheck::TimeZone, 1.0, false);
    let (month, before) = (month_text(shift.month), month_text(shift.month - 1));
    let HourShift { hours, rows, .. } = shift;
    Ok(AuditFinding {
        count: *rows,
        total: *rows,
        message: format!(
            "hours of the day in {month} are those of {before} moved by {hours:+} h: was the time zone changed?"
        ),
        examples: audit
            .examples(within, std::slice::from_ref(&time.name))
            .await?,
        sql: audit.rows_of(within),
        ..audit.finding(AuditCheck::TimeZone, Some(&time.name), severity)
    })
}

/// Quarters of an hour with far more rows than those around them.
fn spikes(profile: &TimeProfile, least: f64) -> Vec<(usize, u64)> {
    let rows = |quarter: usize| {
        profile
            .quarters
            .get(quarter % QUARTERS)
            .copied()
            .unwrap_or(0)
    };
    let is_spike = |quarter: usize| {
        let own = rows(quarter);
        // Not the next hour: a midnight of summer stands beside that of winter.
        let around = [8, 12, QUARTERS - 8, QUARTERS - 12].map(|away| rows(quarter + away));
        let highest = around.into_iter().max().unwrap_or(0);
        own >= SPIKE_ROWS
            && own >= SPIKE_FACTOR * highest
            && share(own, profile.rows).is_some_and(|share| share >= least)
    };
    let found = (0..QUARTERS).filter(|quarter| is_spike(*quarter));
    found.map(|quarter| (quarter, rows(quarter))).collect()
}

/// A month whose hours of the day are those of the month before, moved.
#[derive(Debug, PartialEq, Eq)]
struct HourShift {
    month: MonthNumber,
    /// Hours by which it is moved, -11 to 12.
    hours: i64,
    rows: u64,
}

fn shifts(profile: &TimeProfile, least: u64) -> Vec<HourShift> {
    let pairs = month_pairs(&profile.months, least);
    let shift = |[(_, before), (month, after)]: [(MonthNumber, &MonthProfile); 2]| {
        let hours = moved_hours(&before.hours, &after.hours)?;
        Some(HourShift {
            month,
            hours,
            rows: after.rows,
        })
    };
    pairs.filter_map(shift).collect()
}

/// Hours by which `after` is `before` moved; `None` if it is not.
fn moved_hours(before: &[u64; 24], after: &[u64; 24]) -> Option<i64> {
    let distances: Vec<f64> = (0..24)
        .map(|shift| distance(before, after, shift))
        .collect();
    let unmoved = *distances.first()?;
    let (best, nearest) = distances
        .iter()
        .enumerate()
        .min_by(|(_, one), (_, other)| one.total_cmp(other))?;
    let is_moved = (LEAST_SHIFT..=24 - LEAST_SHIFT).contains(&best);
    let is_near = unmoved - nearest >= GAIN && *nearest <= NEARNESS * unmoved;
    let hours = i64::try_from(best).ok()?;
    (is_moved && is_near).then_some(if hours > 12 { hours - 24 } else { hours })
}

/// Share of rows that would have to change their hour: half the sum of the differences of all shares.
fn distance(before: &[u64; 24], after: &[u64; 24], shift: usize) -> f64 {
    let total = |hours: &[u64; 24]| hours.iter().sum::<u64>();
    let (all_before, all_after) = (total(before), total(after));
    let later = after.iter().cycle().skip(shift);
    let differences = before.iter().zip(later).map(|(before, after)| {
        let before = share(*before, all_before).unwrap_or(0.0);
        (share(*after, all_after).unwrap_or(0.0) - before).abs()
    });
    differences.sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A working day from `start` to `start + 8`.
    fn hours(start: usize) -> [u64; 24] {
        let mut hours = [0; 24];
        for hour in start..start + 8 {
            hours[hour % 24] = 100;
        }
        hours
    }

    #[test]
    fn moved_working_hours_are_found_but_not_summer_time() {
        assert_eq!(moved_hours(&hours(9), &hours(14)), Some(5));
        assert_eq!(moved_hours(&hours(9), &hours(4)), Some(-5));
        assert_eq!(moved_hours(&hours(9), &hours(10)), None);
        assert_eq!(moved_hours(&hours(9), &hours(9)), None);
        assert_eq!(moved_hours(&[10; 24], &[10; 24]), None);
    }

    #[test]
    fn a_spike_stands_out_of_its_surroundings() {
        let mut profile = TimeProfile {
            rows: 1000,
            ..TimeProfile::default()
        };
        // Midnights in New York, winter and summer.
        profile.quarters[20] = 60;
        profile.quarters[16] = 70;
        assert_eq!(spikes(&profile, 0.05), [(16, 70), (20, 60)]);
        // Whole hours throughout are the form of the times.
        for hour in 0..24 {
            profile.quarters[4 * hour] = 60;
        }
        assert!(spikes(&profile, 0.05).is_empty());
    }
}
