//! The rows of `explain_change`, read by scope, dimension and segment.

use super::ChangedKpi;
use crate::report::answer::{ReportAnswer, row_count};
use crate::report::sentences::{self, ChangePart};

/// Adjusted p below which a dimension moved apart, and another mix is said of.
pub(super) const CLEAR: f64 = 0.05;

/// The rows of `explain_change`.
pub(super) struct ExplainedRows<'a> {
    pub(super) answer: &'a ReportAnswer,
}

impl ExplainedRows<'_> {
    pub(super) fn number(&self, column: &str, row: usize) -> Option<f64> {
        self.answer.number(column, row)
    }

    pub(super) fn text(&self, column: &str, row: usize) -> String {
        self.answer
            .text(column, row)
            .unwrap_or_else(|| "none".to_owned())
    }

    pub(super) fn is_true(&self, column: &str, row: usize) -> bool {
        self.answer.text(column, row).as_deref() == Some("true")
    }

    /// Rows of a scope.
    pub(super) fn in_scope(&self, scope: &str) -> impl Iterator<Item = usize> {
        (0..self.answer.len()).filter(move |row| self.text("scope", *row) == scope)
    }

    /// Rows of segments, those with the largest number in `column` first.
    pub(super) fn largest(&self, column: &str) -> Vec<usize> {
        let mut rows: Vec<usize> = self.in_scope("segment").collect();
        let size = |row: &usize| self.number(column, *row).unwrap_or_default().abs();
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
        rows
    }

    /// The segment of a dimension whose share of the rows moved most.
    pub(super) fn most_moved(&self, dimension: &str) -> Option<usize> {
        let moved = |row: &usize| {
            let share = |column: &str| self.number(column, *row).unwrap_or_default();
            (share("share_after") - share("share_before")).abs()
        };
        let own = self
            .in_scope("segment")
            .filter(|row| self.text("dimension", *row) == dimension);
        own.max_by(|a, b| moved(a).total_cmp(&moved(b)))
    }

    /// True if the segments of a dimension moved differently.
    pub(super) fn moved_apart(&self, dimension: &str) -> bool {
        let mut own = self
            .in_scope("dimension")
            .filter(|row| self.text("dimension", *row) == dimension);
        own.any(|row| self.number("p_adjusted", row).is_some_and(|p| p < CLEAR))
    }

    /// The dimension whose segments differ most clearly in how they moved, and the row of the whole of it.
    pub(super) fn most_apart(&self) -> Option<(usize, String)> {
        let p = |row: &usize| self.number("p_adjusted", *row).unwrap_or(1.0);
        let row = self
            .in_scope("dimension")
            .min_by(|a, b| p(a).total_cmp(&p(b)))?;
        Some((row, self.text("dimension", row)))
    }

    /// Sentences about the dimensions whose segments moved alike.
    pub(super) fn alike(&self) -> Vec<String> {
        let said = self.in_scope("dimension").filter_map(|row| {
            let p = self.number("p_adjusted", row)?;
            sentences::dimension_moved_alike(&self.text("dimension", row), p)
        });
        said.collect()
    }

    pub(super) fn part<'s>(
        &self,
        row: usize,
        changed: ChangedKpi<'_>,
        difference: f64,
        dimension: &'s str,
        segment: &'s str,
    ) -> Option<ChangePart<'s>> {
        let number = |column: &str| self.number(column, row);
        Some(ChangePart {
            unit: changed.row.unit,
            difference,
            dimension,
            segment,
            part: number("rate")?,
            low: number("low")?,
            high: number("high")?,
            before: number("before")?,
            now: number("after")?,
            n: row_count(Some(number("n_after")?)),
            p_adjusted: number("p_adjusted")?,
        })
    }
}
