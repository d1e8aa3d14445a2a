//! All findings of one table.

use super::audit_session::TableAudit;
use super::check::AuditCheck;
use super::conditions::{RowCondition, conditions};
use super::finding::{AuditFinding, FindingSeverity, counted, percent, share};
use super::row_counts::{self, RowCounts};
use super::sql_text::quoted_name;
use super::time_profile::{DAY, TimeProfile};
use super::{
    category_drift, day_findings, duplicate_keys, guesses, null_drift, orphans, time_zone,
};
use crate::error::Result;

/// Factor by which the estimated number of values may exceed the limit of categories.
const ESTIMATE_SLACK: u64 = 2;

/// Audits a table; `now` is in microseconds since 1970.
///
/// # Errors
/// When a query fails.
pub(crate) async fn audit_table(audit: &TableAudit<'_>, now: i64) -> Result<Vec<AuditFinding>> {
    let conditions = conditions(audit.table, audit.expected, now);
    let few = ESTIMATE_SLACK * audit.rules.category_values;
    let counts = row_counts::count(audit.engine, audit.table, &conditions, few).await?;
    if counts.rows == 0 {
        return Ok(vec![empty_table(audit)]);
    }
    let key = duplicate_keys::check(audit, counts.rows).await?;
    let mut findings = vec![rows(audit, &counts, key.has_key)];
    findings.extend(key.finding);
    for (condition, faulty) in conditions.iter().zip(&counts.faulty) {
        if *faulty > 0 {
            findings.extend(faulty_rows(audit, condition, *faulty, counts.rows).await?);
        }
    }
    for reference in &audit.expected.references {
        findings.extend(orphans::check(audit, reference, counts.rows).await?);
    }
    findings.extend(freshness(audit, &counts, now));
    findings.extend(over_time(audit, &counts).await?);
    Ok(findings)
}

/// Findings that compare days, hours and months.
async fn over_time(audit: &TableAudit<'_>, counts: &RowCounts) -> Result<Vec<AuditFinding>> {
    let Some(time) = audit
        .table
        .time
        .as_ref()
        .filter(|_| counts.newest.is_some())
    else {
        return Ok(Vec::new());
    };
    let profile = TimeProfile::read(audit.engine, audit.table, time).await?;
    let mut findings = day_findings::check(audit, time, &profile);
    findings.extend(null_drift::check(audit, time, &profile).await?);
    findings.extend(category_drift::check(audit, time, &profile, &counts.texts).await?);
    findings.extend(time_zone::check(audit, time, &profile).await?);
    Ok(findings)
}

fn empty_table(audit: &TableAudit<'_>) -> AuditFinding {
    let check = AuditCheck::EmptyTable;
    let severity = audit.rules.severity(check, 1.0, false);
    AuditFinding {
        message: match (audit.table.since, &audit.table.time) {
            (Some(since), Some(time)) => format!("no rows since {since} by {}", time.name),
            _ => "no rows".to_owned(),
        },
        sql: format!("SELECT * {}", audit.table.source_clause(None)),
        ..audit.finding(check, None, severity)
    }
}

/// Size of the table, and what the checks know of it.
fn rows(audit: &TableAudit<'_>, counts: &RowCounts, has_key: bool) -> AuditFinding {
    let key = if has_key {
        format!("key {}", audit.expected.key.join(", "))
    } else {
        "no key known".to_owned()
    };
    let time = match (&audit.table.time, audit.table.since) {
        (Some(time), _) => format!("by {}", time.name),
        (None, None) => format!("no time known{}", times_in_text(audit)),
        (None, Some(_)) => format!("no time known, so all rows{}", times_in_text(audit)),
    };
    AuditFinding {
        count: counts.rows,
        total: counts.rows,
        message: format!(
            "{} of {}, {key}, {time}",
            counted(counts.rows, "row"),
            counted(audit.table.columns.len() as u64, "column")
        ),
        sql: format!("SELECT * {}", audit.table.source_clause(None)),
        ..audit.finding(AuditCheck::Rows, None, FindingSeverity::Info)
    }
}

/// A remark about columns of text that are called as times are.
fn times_in_text(audit: &TableAudit<'_>) -> String {
    let names = guesses::times_in_text(audit.table);
    match names.as_slice() {
        [] => String::new(),
        [first, ..] => format!(
            " ({} text: {first} = {{ time = \"..\" }} in deskql.toml makes a time of it)",
            if names.len() == 1 {
                format!("{first} is")
            } else {
                format!("{} are", names.join(", "))
            }
        ),
    }
}

/// Rows of a condition; `None` for a list of values that more than half of the rows do not know: theirs are others.
async fn faulty_rows(
    audit: &TableAudit<'_>,
    condition: &RowCondition,
    faulty: u64,
    rows: u64,
) -> Result<Option<AuditFinding>> {
    let RowCondition { check, column, .. } = condition;
    let measured = share(faulty, rows).unwrap_or(0.0);
    if *check == AuditCheck::UnknownValue && condition.is_guess && measured > 0.5 {
        return Ok(None);
    }
    let mut severity = audit.rules.severity(*check, measured, condition.is_guess);
    let own_limit = audit.expected.null_limits.get(column);
    if own_limit.is_some_and(|limit| measured > *limit) {
        severity = FindingSeverity::Error;
    }
    if severity == FindingSeverity::Info && !check.is_always_told() {
        return Ok(None);
    }
    // Rates of NULL are there for every column: examples only where they matter.
    let examples = if severity == FindingSeverity::Info {
        Vec::new()
    } else {
        audit
            .examples(&condition.predicate, &condition.shown)
            .await?
    };
    Ok(Some(AuditFinding {
        count: faulty,
        total: rows,
        message: format!(
            "{} ({}) {}",
            counted(faulty, "row"),
            percent(measured),
            condition.words
        ),
        examples,
        sql: audit.rows_of(&condition.predicate),
        ..audit.finding(*check, Some(column), severity)
    }))
}

fn age(days: f64) -> String {
    if days < 0.0 {
        format!("{:.1} days ahead", -days)
    } else {
        format!("{days:.1} days old")
    }
}

/// Age of the newest row; `None` without a time.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of some thousand years"
)]
fn freshness(audit: &TableAudit<'_>, counts: &RowCounts, now: i64) -> Option<AuditFinding> {
    let (time, newest) = (audit.table.time.as_ref()?, counts.newest?);
    let days = (now as f64 - newest as f64) / DAY as f64;
    let check = AuditCheck::Freshness;
    let severity = audit.rules.severity(check, days, false);
    let name = quoted_name(&time.name);
    Some(AuditFinding {
        count: 1,
        total: 1,
        message: format!(
            "newest {} is {}, {}",
            time.name,
            time.text(newest),
            age(days)
        ),
        sql: format!(
            "SELECT max({name}) AS newest {}",
            audit.table.source_clause(None)
        ),
        ..audit.finding(check, Some(&time.name), severity)
    })
}
