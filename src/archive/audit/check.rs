//! The checks by name, with the limits that hold where no config file says others.

use crate::tables::AuditLimits;

/// One kind of finding. The order is that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AuditCheck {
    EmptyTable,
    DuplicateKey,
    Orphan,
    OffScale,
    EndBeforeStart,
    Null,
    UnknownValue,
    FutureTime,
    Freshness,
    MissingDays,
    Volume,
    NullDrift,
    CategoryDrift,
    TimeZone,
    NullRate,
    Rows,
}

const fn limits(warning: Option<f64>, error: Option<f64>) -> AuditLimits {
    AuditLimits { warning, error }
}

impl AuditCheck {
    /// All checks.
    pub(crate) const ALL: [Self; 16] = [
        Self::EmptyTable,
        Self::DuplicateKey,
        Self::Orphan,
        Self::OffScale,
        Self::EndBeforeStart,
        Self::Null,
        Self::UnknownValue,
        Self::FutureTime,
        Self::Freshness,
        Self::MissingDays,
        Self::Volume,
        Self::NullDrift,
        Self::CategoryDrift,
        Self::TimeZone,
        Self::NullRate,
        Self::Rows,
    ];

    /// Name in reports and in `[audit.thresholds]`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EmptyTable => "empty_table",
            Self::DuplicateKey => "duplicate_key",
            Self::Orphan => "orphan",
            Self::OffScale => "off_scale",
            Self::EndBeforeStart => "end_before_start",
            Self::Null => "null",
            Self::UnknownValue => "unknown_value",
            Self::FutureTime => "future_time",
            Self::Freshness => "freshness",
            Self::MissingDays => "missing_days",
            Self::Volume => "volume",
            Self::NullDrift => "null_drift",
            Self::CategoryDrift => "category_drift",
            Self::TimeZone => "time_zone",
            Self::NullRate => "null_rate",
            Self::Rows => "rows",
        }
    }

    /// Limits without a config file. What KPI functions refuse or count twice is an error at the first row; what
    /// real desks have some of (tickets of customers that were deleted) is one from 1 % on.
    pub(crate) const fn default_limits(self) -> AuditLimits {
        match self {
            Self::DuplicateKey | Self::OffScale => limits(Some(0.0), Some(0.0)),
            Self::Orphan | Self::EndBeforeStart | Self::Null => limits(Some(0.0), Some(0.01)),
            Self::NullDrift => limits(Some(0.1), None),
            Self::NullRate => limits(Some(0.999_999), None),
            Self::Freshness | Self::Rows => limits(None, None),
            Self::EmptyTable
            | Self::UnknownValue
            | Self::FutureTime
            | Self::MissingDays
            | Self::Volume
            | Self::CategoryDrift
            | Self::TimeZone => limits(Some(0.0), None),
        }
    }

    /// True if the report says it even if no limit is passed.
    pub(crate) const fn is_always_told(self) -> bool {
        matches!(self, Self::Rows | Self::Freshness | Self::NullRate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the table of checks: name, warning and error.
    fn documented() -> Vec<(String, AuditLimits)> {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/audit.md");
        let page = std::fs::read_to_string(page).unwrap();
        let (_, section) = page.split_once("| check | counts |").unwrap();
        let rows = section
            .lines()
            .skip(2)
            .take_while(|line| line.starts_with('|'));
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let limit = |place: usize| cells[place].parse().ok();
            let name = cells[1].trim_matches('`').to_owned();
            (name, limits(limit(4), limit(5)))
        };
        rows.map(row).collect()
    }

    #[test]
    fn the_page_has_every_check_with_its_limits() {
        let known = AuditCheck::ALL.map(|check| (check.name().to_owned(), check.default_limits()));
        let (mut known, mut documented) = (known.to_vec(), documented());
        known.sort_by(|one, other| one.0.cmp(&other.0));
        documented.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(documented, known);
    }
}
