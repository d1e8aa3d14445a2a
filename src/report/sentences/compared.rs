//! A KPI in two periods: what verdicts and sentences about a change are made from.

use super::amounts;
use crate::catalogue::{CatalogueUnit, KpiDirection};
use crate::report::figures;
use crate::report::model::{Change, Estimate};

/// The period that a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReferencePeriod {
    Before,
    YearAgo,
}

impl ReferencePeriod {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::YearAgo => "a year ago",
        }
    }

    /// What stands behind the size of a change.
    pub(super) const fn span(self) -> &'static str {
        match self {
            Self::Before => "",
            Self::YearAgo => " in a year",
        }
    }
}

/// Numbers of days of two periods of unequal length, of which a total has to be divided to compare.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DaysOfPeriods {
    pub(crate) now: u32,
    pub(crate) before: u32,
    /// "working day" or "day".
    pub(crate) words: &'static str,
}

/// A KPI, the period that it is compared with, and what its change is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComparedKpi<'a> {
    pub(crate) title: &'a str,
    pub(crate) unit: CatalogueUnit,
    /// `None` if neither direction is better.
    pub(crate) better: Option<KpiDirection>,
    pub(crate) now: Estimate,
    /// `None` too if the data cover only a part of that period.
    pub(crate) before: Option<Estimate>,
    pub(crate) change: Option<Change>,
    pub(crate) reference: ReferencePeriod,
    /// `None` if the periods have equally many days, and of what does not grow with them.
    pub(crate) per_day: Option<DaysOfPeriods>,
    /// The smallest change that matters, from `[report.materiality]`.
    pub(crate) materiality: Option<f64>,
    /// The usual range of a count.
    pub(crate) expected: Option<(f64, f64)>,
    /// What n counts, such as "answers"; of a count what it counts, such as "tickets" or "open tickets".
    pub(crate) rows: &'a str,
    /// `week`, `month` or `quarter`.
    pub(crate) grain: &'a str,
    pub(crate) level: f64,
    /// Number of KPIs whose p are adjusted together.
    pub(crate) comparisons: usize,
    pub(crate) is_unfinished: bool,
}

impl ComparedKpi<'_> {
    /// Both values and their n, the later first.
    pub(super) fn values(&self) -> Option<[(f64, u64); 2]> {
        let before = self.before?;
        let (later, earlier) = (finite(self.now.value)?, finite(before.value)?);
        Some([(later, self.now.n), (earlier, before.n)])
    }

    /// The difference and the ends of its interval.
    pub(super) fn change_interval(&self) -> Option<(f64, f64, f64)> {
        let change = self.change?;
        let (low, high) = amounts::ends(change.low, change.high)?;
        change
            .difference
            .is_finite()
            .then_some((change.difference, low, high))
    }

    /// A number of tickets has no interval by nature: nothing is estimated.
    pub(super) fn is_count(&self) -> bool {
        self.unit == CatalogueUnit::Tickets && self.change_interval().is_none()
    }

    /// True if both values, or their difference, read as no change.
    pub(super) fn reads_equal(&self) -> bool {
        let are_equal = |[(later, _), (earlier, _)]: [(f64, u64); 2]| {
            figures::reads_equal(self.unit, later, earlier)
        };
        let is_zero = |change: Change| figures::reads_equal(self.unit, change.difference, 0.0);
        self.values().is_some_and(are_equal) || self.change.is_some_and(is_zero)
    }
}

pub(super) fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

#[cfg(test)]
pub(super) mod examples {
    use super::*;

    pub(in crate::report::sentences) const fn estimate(value: f64, n: u64) -> Estimate {
        Estimate {
            value: Some(value),
            low: None,
            high: None,
            n,
        }
    }

    pub(in crate::report::sentences) const fn change(
        difference: f64,
        low: f64,
        high: f64,
        p_adjusted: f64,
    ) -> Change {
        Change {
            difference,
            low: Some(low),
            high: Some(high),
            p: Some(p_adjusted),
            p_adjusted: Some(p_adjusted),
        }
    }

    /// The first row of the table of templates.
    pub(in crate::report::sentences) const fn csat() -> ComparedKpi<'static> {
        ComparedKpi {
            title: "CSAT",
            unit: CatalogueUnit::Percent,
            better: Some(KpiDirection::Up),
            now: estimate(79.3, 1_204),
            before: Some(estimate(84.3, 1_310)),
            change: Some(change(-5.0, -8.0, -1.9, 0.001)),
            reference: ReferencePeriod::Before,
            per_day: None,
            materiality: None,
            expected: None,
            rows: "answers",
            grain: "week",
            level: 0.95,
            comparisons: 15,
            is_unfinished: false,
        }
    }
}
