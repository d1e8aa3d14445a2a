//! Times of a report beside those of its scans.

use serde::Serialize;

use super::machine::BenchMachine;
use super::record::{BenchSetup, quantile};

/// The times of one report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ReportTiming {
    /// deskql's version.
    pub(crate) deskql: String,
    /// `release` or `debug`; times of `debug` mean little.
    pub(crate) build: String,
    pub(crate) machine: BenchMachine,
    pub(crate) setup: BenchSetup,
    /// Name of the report.
    pub(crate) report: String,
    /// Seconds of each run, from the definition to the model.
    pub(crate) seconds: Vec<f64>,
    /// In the order in which they run.
    pub(crate) statements: Vec<StatementTiming>,
}

/// The times of one statement of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct StatementTiming {
    /// What it is for.
    pub(crate) title: String,
    pub(crate) sql: String,
    /// Seconds of each run, with planning.
    pub(crate) seconds: Vec<f64>,
    /// Seconds of reading its tables and no more.
    pub(crate) scan_seconds: Vec<f64>,
}

impl ReportTiming {
    /// Median of the runs, in seconds.
    pub(crate) fn median(&self) -> f64 {
        quantile(&self.seconds, 0.5)
    }

    /// The sum of the scans of all statements, at their medians.
    pub(crate) fn scans(&self) -> f64 {
        self.statements.iter().map(StatementTiming::scan).sum()
    }
}

impl StatementTiming {
    pub(super) fn median(&self) -> f64 {
        quantile(&self.seconds, 0.5)
    }

    pub(super) fn scan(&self) -> f64 {
        quantile(&self.scan_seconds, 0.5)
    }
}
