//! Values of a text column that appear or disappear between a month and the next.

use std::collections::BTreeMap;

use super::answers;
use super::audit_session::TableAudit;
use super::audited_table::TimeColumn;
use super::check::AuditCheck;
use super::finding::{AuditFinding, FindingSeverity, counted, share};
use super::sql_text::{quoted_name, quoted_text};
use super::time_profile::{
    DAY, MonthNumber, TimeProfile, month_of_day, month_pairs, month_text, within_month,
};
use crate::error::Result;

/// Rows by month and value, of each column.
type ValuesByMonth = Vec<BTreeMap<String, BTreeMap<MonthNumber, u64>>>;

/// A value that is in one of two months only.
struct ValueDrift<'a> {
    column: &'a str,
    value: &'a str,
    /// Month that has the value, and the one that has not.
    with: MonthNumber,
    without: MonthNumber,
    count: u64,
    rows: u64,
}

/// One finding for each value and pair of months, of the columns that `texts` names.
///
/// # Errors
/// When a query fails.
pub(crate) async fn check(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    profile: &TimeProfile,
    texts: &[String],
) -> Result<Vec<AuditFinding>> {
    if texts.is_empty()
        || month_pairs(&profile.months, audit.rules.month_rows)
            .next()
            .is_none()
    {
        return Ok(Vec::new());
    }
    let values = read(audit, time, texts).await?;
    let mut findings = Vec::new();
    for drift in drifts(audit, profile, texts, &values) {
        let measured = share(drift.count, drift.rows).unwrap_or(0.0);
        let severity = audit
            .rules
            .severity(AuditCheck::CategoryDrift, measured, false);
        if severity > FindingSeverity::Info
            && let Some(within) = within_month(time, drift.with)
        {
            findings.push(finding(audit, &drift, &within, severity).await?);
        }
    }
    Ok(findings)
}

async fn finding(
    audit: &TableAudit<'_>,
    drift: &ValueDrift<'_>,
    within: &str,
    severity: FindingSeverity,
) -> Result<AuditFinding> {
    let predicate = format!(
        "{} = {} AND {within}",
        quoted_name(drift.column),
        quoted_text(drift.value)
    );
    let (month, other) = (month_text(drift.with), month_text(drift.without));
    let rows = counted(drift.count, "row");
    let message = if drift.with > drift.without {
        format!(
            "{} {:?} appears: {rows} in {month}, none in {other}",
            drift.column, drift.value
        )
    } else {
        format!(
            "{} {:?} disappears: none in {other}, {rows} in {month}",
            drift.column, drift.value
        )
    };
    Ok(AuditFinding {
        count: drift.count,
        total: drift.rows,
        message,
        examples: audit.examples(&predicate, &[]).await?,
        sql: audit.rows_of(&predicate),
        ..audit.finding(AuditCheck::CategoryDrift, Some(drift.column), severity)
    })
}

/// Rows of each value by month, all columns in one query: each set of its groups has one of them.
async fn read(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    texts: &[String],
) -> Result<ValuesByMonth> {
    let month = format!("date_trunc('month', {})", time.clock());
    let columns: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(place, name)| format!("{} AS c{place}", quoted_name(name)))
        .collect();
    let names: Vec<String> = (0..texts.len()).map(|place| format!("c{place}")).collect();
    let sets: Vec<String> = names.iter().map(|name| format!("(m, {name})")).collect();
    let has_time = format!("{} IS NOT NULL", quoted_name(&time.name));
    let sql = format!(
        "SELECT m, count(*) AS n, {} FROM (SELECT {month} AS m, {} {}) GROUP BY GROUPING SETS ({})",
        names.join(", "),
        columns.join(", "),
        audit.table.source_clause(Some(&has_time)),
        sets.join(", ")
    );
    let mut values: ValuesByMonth = vec![BTreeMap::new(); texts.len()];
    answers::each_batch(audit.engine, &sql, |batch| {
        let months = answers::instants(batch, 0)?;
        let counts = answers::whole_numbers(batch, 1)?;
        for (place, of_column) in values.iter_mut().enumerate() {
            let texts = answers::texts(batch, 2 + place)?;
            // A row of another set has NULL here, as one without a value has.
            for ((text, month), count) in texts.into_iter().zip(&months).zip(&counts) {
                let month = month.and_then(|month| month_of_day(month.div_euclid(DAY)));
                if let (Some(text), Some(month)) = (text, month) {
                    *of_column.entry(text).or_default().entry(month).or_default() += count;
                }
            }
        }
        Ok(())
    })
    .await?;
    Ok(values)
}

fn drifts<'a>(
    audit: &TableAudit<'_>,
    profile: &TimeProfile,
    texts: &'a [String],
    values: &'a ValuesByMonth,
) -> Vec<ValueDrift<'a>> {
    let mut found = Vec::new();
    for (column, values) in texts.iter().zip(values) {
        if values.len() as u64 > audit.rules.category_values {
            continue;
        }
        for (value, months) in values {
            let count = |month: MonthNumber| months.get(&month).copied().unwrap_or(0);
            for [(first, before), (second, after)] in
                month_pairs(&profile.months, audit.rules.month_rows)
            {
                let (with, without) = match (count(first), count(second)) {
                    (0, 1..) => ((second, after), (first, before)),
                    (1.., 0) => ((first, before), (second, after)),
                    _ => continue,
                };
                if is_missed(
                    count(with.0),
                    with.1.rows,
                    without.1.rows,
                    audit.rules.category_rows,
                ) {
                    found.push(ValueDrift {
                        column,
                        value,
                        with: with.0,
                        without: without.0,
                        count: count(with.0),
                        rows: with.1.rows,
                    });
                }
            }
        }
    }
    found
}

/// True if as many rows as in the month that has `count` of `rows` make at least `least` of `others`.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows are far below 2^53"
)]
fn is_missed(count: u64, rows: u64, others: u64, least: f64) -> bool {
    share(count, rows).is_some_and(|share| share * others as f64 >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_values_come_and_go() {
        assert!(is_missed(20, 100, 100, 20.0));
        assert!(!is_missed(19, 100, 100, 20.0));
        // A short month has fewer of everything.
        assert!(!is_missed(20, 100, 50, 20.0));
    }
}
