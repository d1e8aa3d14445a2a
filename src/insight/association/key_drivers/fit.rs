//! Least squares on all drivers at once.

use super::OWN_SHARE;
use super::driver_columns::{DriverBlock, DriverMoments};
use super::matrix::SquareMatrix;
use super::refusal::DriverRefusal;

/// Standardised coefficients below this are noise of columns that a combination does not need.
const NEEDED: f64 = 1e-6;

/// A model in standard deviations.
#[derive(Debug, Clone)]
pub(super) struct LinearFit {
    /// All drivers swept in.
    swept: SquareMatrix,
}

impl LinearFit {
    /// # Errors
    /// When a column is a combination of those before it.
    pub(super) fn new(
        moments: &DriverMoments,
        blocks: &[DriverBlock],
    ) -> Result<Self, DriverRefusal> {
        let owners: Vec<usize> = blocks
            .iter()
            .flat_map(|block| block.columns.iter().map(|_| block.driver))
            .collect();
        let mut swept = moments.correlations.clone();
        for (column, &driver) in owners.iter().enumerate() {
            if swept.at(column, column) <= OWN_SHARE {
                let before = owners.iter().enumerate().take(column);
                let needed = before.filter(|&(i, _)| swept.at(i, column).abs() > NEEDED);
                let mut others: Vec<usize> = needed.map(|(_, &other)| other).collect();
                others.sort_unstable();
                others.dedup();
                others.retain(|&other| other != driver);
                return Err(DriverRefusal::Combination { driver, others });
            }
            swept.sweep(column);
        }
        Ok(Self { swept })
    }

    /// Share of the outcome's variation that is left.
    pub(super) fn unexplained(&self) -> f64 {
        let outcome = self.swept.size - 1;
        self.swept.at(outcome, outcome).max(0.0)
    }

    /// Standard deviations of the outcome that go with one of `column`.
    pub(super) fn coefficient(&self, column: usize) -> f64 {
        self.swept.at(column, self.swept.size - 1)
    }

    /// Standard error of [`Self::coefficient`] where the unexplained share has `df` degrees of freedom.
    pub(super) fn standard_error(&self, column: usize, df: f64) -> f64 {
        (self.unexplained() / df * self.swept.at(column, column)).sqrt()
    }
}
