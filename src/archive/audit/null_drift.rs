//! Columns whose share of NULL differs between a month and the next.

use super::audit_session::TableAudit;
use super::audited_table::TimeColumn;
use super::check::AuditCheck;
use super::finding::{AuditFinding, FindingSeverity, percent, share};
use super::sql_text::quoted_name;
use super::time_profile::{
    MonthNumber, MonthProfile, TimeProfile, month_pairs, month_text, within_month,
};
use crate::error::Result;

/// Standard errors by which both shares must differ, so that small months give no alarm.
const STANDARD_ERRORS: f64 = 4.0;

/// Drift of one column.
struct NullDrift<'a> {
    column: &'a str,
    /// Month, rows and NULLs before and after.
    months: [(MonthNumber, u64, u64); 2],
    difference: f64,
}

/// One finding for each column and pair of months.
///
/// # Errors
/// When a query for examples fails.
pub(crate) async fn check(
    audit: &TableAudit<'_>,
    time: &TimeColumn,
    profile: &TimeProfile,
) -> Result<Vec<AuditFinding>> {
    let mut findings = Vec::new();
    for drift in drifts(audit, time, profile) {
        let check = AuditCheck::NullDrift;
        let severity = audit.rules.severity(check, drift.difference, false);
        if severity == FindingSeverity::Info {
            continue;
        }
        let [before, after] = drift.months;
        let (month, rows, nulls) = if drift.difference_is_rise() {
            after
        } else {
            before
        };
        let Some(within) = within_month(time, month) else {
            continue;
        };
        let predicate = format!("{} IS NULL AND {within}", quoted_name(drift.column));
        let of_month = |(month, rows, nulls)| {
            let rate = percent(share(nulls, rows).unwrap_or(0.0));
            format!("{rate} of {}", month_text(month))
        };
        findings.push(AuditFinding {
            count: nulls,
            total: rows,
            message: format!(
                "{} is NULL in {} after {}",
                drift.column,
                of_month(after),
                of_month(before)
            ),
            examples: audit.examples(&predicate, &[]).await?,
            sql: audit.rows_of(&predicate),
            ..audit.finding(check, Some(drift.column), severity)
        });
    }
    Ok(findings)
}

fn drifts<'a>(
    audit: &TableAudit<'a>,
    time: &TimeColumn,
    profile: &TimeProfile,
) -> Vec<NullDrift<'a>> {
    let large = |month: &&MonthProfile| month.rows >= audit.rules.month_rows;
    let last = profile.months.iter().rfind(|(_, month)| large(month));
    let last = last.map(|(month, _)| *month);
    let mut found = Vec::new();
    for (place, column) in audit.table.columns.iter().enumerate() {
        let is_end = audit
            .expected
            .pairs
            .iter()
            .any(|pair| pair.end == column.name);
        for [(month, before), (next, after)] in month_pairs(&profile.months, audit.rules.month_rows)
        {
            let counts = |profile: &MonthProfile| profile.nulls.get(place).copied().unwrap_or(0);
            let months = [
                (month, before.rows, counts(before)),
                (next, after.rows, counts(after)),
            ];
            let drift = NullDrift {
                column: &column.name,
                months,
                difference: significant_difference(months.map(|(_, rows, nulls)| (rows, nulls))),
            };
            // Rows that are still under way at the end of the data have no end yet.
            let is_open = is_end && Some(next) == last && drift.difference_is_rise();
            if drift.difference > 0.0 && !is_open && column.name != time.name {
                found.push(drift);
            }
        }
    }
    found
}

impl NullDrift<'_> {
    fn difference_is_rise(&self) -> bool {
        let [before, after] = self
            .months
            .map(|(_, rows, nulls)| share(nulls, rows).unwrap_or(0.0));
        after > before
    }
}

/// Difference of both shares of `(rows, NULLs)`; 0 if chance explains it.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows are far below 2^53"
)]
fn significant_difference([before, after]: [(u64, u64); 2]) -> f64 {
    let rate = |(rows, nulls): (u64, u64)| share(nulls, rows).unwrap_or(0.0);
    let difference = (rate(after) - rate(before)).abs();
    let pooled = rate((before.0 + after.0, before.1 + after.1));
    let variance = pooled * (1.0 - pooled) * (1.0 / before.0 as f64 + 1.0 / after.0 as f64);
    if difference > STANDARD_ERRORS * variance.sqrt() {
        difference
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "exact by construction")]
    fn chance_is_no_drift() {
        // Shares of 1/2 and 5/8 of 64 rows: four standard errors are 4 * sqrt(9/16 * 7/16 / 32) = 0.35.
        assert_eq!(significant_difference([(64, 32), (64, 40)]), 0.0);
        // Of 4096 rows they are 0.044.
        assert_eq!(significant_difference([(4096, 2048), (4096, 2560)]), 0.125);
        assert_eq!(significant_difference([(100, 0), (100, 0)]), 0.0);
        assert_eq!(significant_difference([(100, 0), (100, 100)]), 1.0);
    }
}
