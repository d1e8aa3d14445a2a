//! Record of a benchmark: enough to repeat it and to judge if two runs are comparable.

use serde::{Deserialize, Serialize};

use super::machine::BenchMachine;

/// One run of `deskql bench`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BenchReport {
    /// deskql's version.
    pub deskql: String,
    /// DataFusion's version.
    pub datafusion: String,
    /// `release` or `debug`; times of `debug` mean little.
    pub build: String,
    /// The machine it ran on.
    pub machine: BenchMachine,
    /// Data and options of the run.
    pub setup: BenchSetup,
    /// One entry for each query, in the order they ran.
    pub queries: Vec<QueryTiming>,
    /// Queries that the available tables cannot answer, with the reason.
    #[serde(default)]
    pub skipped: Vec<SkippedQuery>,
}

/// Data and options of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BenchSetup {
    /// The data, as the user named it.
    pub data: Vec<String>,
    /// Rows of each table.
    pub tables: Vec<(String, Option<u64>)>,
    /// Least number of warm runs of each query.
    pub runs: usize,
    /// Number of threads of a query.
    pub threads: usize,
    /// Memory limit of a query in bytes; `None` without a limit.
    pub memory_limit: Option<u64>,
}

/// The times of one query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct QueryTiming {
    /// The query.
    pub name: String,
    /// Seconds of the first run, in a new session after the files were dropped from the page cache.
    pub cold: f64,
    /// Seconds of the warm runs, in the order they ran.
    pub warm: Vec<f64>,
    /// Number of rows of the result.
    pub rows: u64,
    /// Number of rows that the scans returned.
    pub rows_read: u64,
    /// Number of bytes that the scans read; `None` if the format does not count them.
    pub bytes_read: Option<u64>,
}

/// A query that did not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SkippedQuery {
    /// The query.
    pub name: String,
    /// The reason.
    pub reason: String,
}

impl QueryTiming {
    /// Median of the warm runs, in seconds.
    #[must_use]
    pub(crate) fn median(&self) -> f64 {
        quantile(&self.warm, 0.5)
    }

    /// Relative spread of the warm runs: interquartile range divided by the median.
    #[must_use]
    pub(crate) fn spread(&self) -> f64 {
        let median = self.median();
        if median > 0.0 {
            (quantile(&self.warm, 0.75) - quantile(&self.warm, 0.25)) / median
        } else {
            0.0
        }
    }

    /// Half the width of an interval that holds the true median with about 95 %, divided by the median:
    /// 1.57 × interquartile range / √runs, as the notches of box plots.
    #[must_use]
    pub(crate) fn uncertainty(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a handful of runs")]
        let runs = self.warm.len().max(1) as f64;
        1.57 * self.spread() / runs.sqrt()
    }

    /// Rows read per second, at the median.
    #[must_use]
    pub(crate) fn rows_per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
        let rows = self.rows_read as f64;
        rows / self.median().max(f64::MIN_POSITIVE)
    }
}

/// `release` or `debug`.
pub(crate) const fn build_profile() -> &'static str {
    if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    }
}

/// Interpolates linearly between the two nearest values, as most statistics programs do.
pub(super) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    #[expect(clippy::cast_precision_loss, reason = "a handful of runs")]
    let position = share * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of runs"
    )]
    let below = position.floor() as usize;
    let above = sorted[(below + 1).min(last)];
    sorted[below] + (above - sorted[below]) * position.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn timing(warm: &[f64]) -> QueryTiming {
        QueryTiming {
            name: "nps".to_owned(),
            cold: 1.0,
            warm: warm.to_vec(),
            rows: 1,
            rows_read: 100,
            bytes_read: None,
        }
    }

    #[test]
    fn the_middle_and_the_spread() {
        let odd = timing(&[3.0, 1.0, 2.0]);
        assert_eq!((odd.median(), odd.spread()), (2.0, 0.5));
        assert_eq!(format!("{}", odd.rows_per_second()), "50");
        let even = timing(&[4.0, 1.0, 2.0, 3.0]);
        assert_eq!((even.median(), even.spread()), (2.5, 0.6));
        assert_eq!(
            (timing(&[2.0]).median(), timing(&[2.0]).spread()),
            (2.0, 0.0)
        );
    }
}
