//! Findings about days: missing ones, and those out of pattern.

use super::audit_session::{EXAMPLES, TableAudit};
use super::audited_table::TimeColumn;
use super::check::AuditCheck;
use super::days::{DayPatterns, WeekdayPattern, weekday};
use super::finding::{AuditFinding, FindingSeverity, counted};
use super::sql_text::{date_of_day, quoted_name};
use super::time_profile::TimeProfile;

/// Short names, Sunday first.
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// Both findings, as far as there are such days.
pub(crate) fn check(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    profile: &TimeProfile,
) -> Vec<AuditFinding> {
    let Some(patterns) = DayPatterns::from_days(&profile.days, audit.rules) else {
        return Vec::new();
    };
    let missing = missing_days(audit, time, &patterns);
    let unusual = unusual_days(audit, time, &patterns);
    [missing, unusual]
        .into_iter()
        .flatten()
        .filter(|finding| finding.severity > FindingSeverity::Info)
        .collect()
}

fn missing_days(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    patterns: &DayPatterns,
) -> Option<AuditFinding> {
    let (count, severity) = judged(audit, AuditCheck::MissingDays, patterns.missing.len())?;
    let days = patterns.missing.iter().take(EXAMPLES);
    Some(AuditFinding {
        count,
        total: patterns.compared(),
        message: format!(
            "{} of {} without rows, whose weekdays usually have some",
            counted(count, "day"),
            patterns.compared()
        ),
        examples: days.map(|day| day_text(*day)).collect(),
        sql: missing_sql(audit, time, patterns),
        ..audit.finding(AuditCheck::MissingDays, Some(&time.name), severity)
    })
}

fn unusual_days(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    patterns: &DayPatterns,
) -> Option<AuditFinding> {
    let (count, severity) = judged(audit, AuditCheck::Volume, patterns.unusual.len())?;
    let example = |(day, rows): &(i64, u64)| {
        let weekday = weekday(*day);
        let name = WEEKDAYS.get(weekday).copied().unwrap_or_default();
        let pattern = patterns.weekdays.get(weekday).copied().flatten()?;
        let WeekdayPattern { low, high, .. } = pattern;
        let rows = counted(*rows, "row");
        Some(format!(
            "{}: {rows}, usual on {name} {low} to {high}",
            day_text(*day)
        ))
    };
    Some(AuditFinding {
        count,
        total: patterns.compared(),
        message: format!(
            "{} of {} with far more or fewer rows than their weekday usually has",
            counted(count, "day"),
            patterns.compared()
        ),
        examples: patterns
            .unusual
            .iter()
            .filter_map(example)
            .take(EXAMPLES)
            .collect(),
        sql: unusual_sql(audit, time, patterns),
        ..audit.finding(AuditCheck::Volume, Some(&time.name), severity)
    })
}

/// Number of days with its severity; `None` for no days.
fn judged(
    audit: &TableAudit<'_>,
    check: AuditCheck,
    days: usize,
) -> Option<(u64, FindingSeverity)> {
    let count = u32::try_from(days).ok().filter(|count| *count > 0)?;
    let severity = audit.rules.severity(check, f64::from(count), false);
    Some((u64::from(count), severity))
}

fn day_text(day: i64) -> String {
    date_of_day(day).map_or_else(|| day.to_string(), |date| date.to_string())
}

/// Query for the days of the table with their rows.
fn days_of(audit: &TableAudit<'_>, time: &TimeColumn) -> String {
    let has_time = format!("{} IS NOT NULL", quoted_name(&time.name));
    format!(
        "SELECT CAST({} AS DATE) AS \"day\", count(*) AS \"rows\" {} GROUP BY 1",
        time.clock(),
        audit.table.source_clause(Some(&has_time))
    )
}

fn missing_sql(audit: &TableAudit<'_>, time: &TimeColumn, patterns: &DayPatterns) -> String {
    let weekdays = patterns.weekdays.iter().enumerate();
    let busy: Vec<String> = weekdays
        .filter(|(_, pattern)| pattern.is_some_and(|pattern| pattern.is_busy))
        .map(|(weekday, _)| weekday.to_string())
        .collect();
    let (first, last) = (patterns.span.first + 1, patterns.span.last - 1);
    let has_time = format!("{} IS NOT NULL", quoted_name(&time.name));
    // Not NOT IN, which DataFusion cannot plan over columns of the same name on both sides.
    format!(
        "SELECT \"day\" FROM (SELECT CAST(value AS DATE) AS \"day\" FROM generate_series(TIMESTAMP '{} 00:00:00', \
         TIMESTAMP '{} 00:00:00', INTERVAL '1 day')) WHERE extract(dow FROM \"day\") IN ({}) EXCEPT SELECT CAST({} AS \
         DATE) AS \"day\" {} ORDER BY \"day\"",
        day_text(first),
        day_text(last),
        busy.join(", "),
        time.clock(),
        audit.table.source_clause(Some(&has_time))
    )
}

fn unusual_sql(audit: &TableAudit<'_>, time: &TimeColumn, patterns: &DayPatterns) -> String {
    let mut cases = String::new();
    for (weekday, pattern) in patterns.weekdays.iter().enumerate() {
        if let Some(WeekdayPattern { low, high, .. }) = pattern {
            cases.push_str(&format!(
                " WHEN {weekday} THEN \"rows\" NOT BETWEEN {low} AND {high}"
            ));
        }
    }
    format!(
        "SELECT \"day\", \"rows\" FROM ({}) WHERE \"day\" > DATE '{}' AND \"day\" < DATE '{}' AND CASE extract(dow \
         FROM \"day\"){cases} ELSE FALSE END ORDER BY \"day\"",
        days_of(audit, time),
        day_text(patterns.span.first),
        day_text(patterns.span.last)
    )
}
