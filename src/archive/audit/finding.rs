//! Findings of checks, and their severity.

use super::check::AuditCheck;
use crate::tables::AuditLimits;

/// Severity of a finding, by the limits of its check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FindingSeverity {
    Info,
    Warning,
    Error,
}

impl FindingSeverity {
    /// Name in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Severity of a measured value. What was guessed from names alone is no more than a warning, since a guess
    /// should not stop a pipeline.
    pub(crate) fn from_limits(limits: AuditLimits, measured: f64, is_guess: bool) -> Self {
        let passes = |limit: Option<f64>| limit.is_some_and(|limit| measured > limit);
        if passes(limits.error) && !is_guess {
            Self::Error
        } else if passes(limits.error) || passes(limits.warning) {
            Self::Warning
        } else {
            Self::Info
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AuditFinding {
    pub(crate) severity: FindingSeverity,
    pub(crate) check: AuditCheck,
    pub(crate) table: String,
    /// Column that it is about; `None` if it is about the table.
    pub(crate) column: Option<String>,
    /// Rows of [`Self::sql`].
    pub(crate) count: u64,
    /// Rows (or days) that were looked at.
    pub(crate) total: u64,
    /// The finding as a sentence.
    pub(crate) message: String,
    /// Up to five of the rows, by key.
    pub(crate) examples: Vec<String>,
    /// Query that lists all of them.
    pub(crate) sql: String,
}

impl AuditFinding {
    /// [`Self::count`] of [`Self::total`], 0 to 1; `None` if nothing was looked at.
    pub(crate) fn share(&self) -> Option<f64> {
        share(self.count, self.total)
    }

    /// Orders by severity, the worst first, then by table, check and column.
    pub(crate) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let place = |one: &Self| (one.table.clone(), one.check, one.column.clone());
        let by_severity = other.severity.cmp(&self.severity);
        by_severity.then_with(|| place(self).cmp(&place(other)))
    }
}

/// `count / total`; `None` if `total` is 0.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn share(count: u64, total: u64) -> Option<f64> {
    (total > 0).then(|| count as f64 / total as f64)
}

/// `1.25 %`; what would round to nothing is `under 0.01 %`.
pub(crate) fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.000_05 {
        return "under 0.01 %".to_owned();
    }
    format!("{:.2} %", 100.0 * share)
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_passed_only_beyond_it() {
        let limits = AuditLimits {
            warning: Some(0.0),
            error: Some(0.01),
        };
        let severity =
            |measured, is_guess| FindingSeverity::from_limits(limits, measured, is_guess);
        assert_eq!(severity(0.0, false), FindingSeverity::Info);
        assert_eq!(severity(0.01, false), FindingSeverity::Warning);
        assert_eq!(severity(0.02, false), FindingSeverity::Error);
        assert_eq!(severity(0.02, true), FindingSeverity::Warning);
        let none = AuditLimits::default();
        assert_eq!(
            FindingSeverity::from_limits(none, 1.0, false),
            FindingSeverity::Info
        );
    }

    #[test]
    fn shares_of_nothing_are_unknown() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(1, 4), Some(0.25));
        assert_eq!(percent(0.125), "12.50 %");
        assert_eq!(percent(0.0), "0.00 %");
        assert_eq!(percent(0.000_01), "under 0.01 %");
        assert_eq!(counted(1, "row"), "1 row");
    }
}
