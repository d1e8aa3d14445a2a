//! Comparison of two runs.

use std::fmt;

use super::record::{BenchReport, QueryTiming, quantile};
use crate::error::{Error, Result};

/// A change of less than this is none, whatever the runs say: code that is only placed elsewhere in memory
/// differs by as much.
const LEAST_CHANGE: f64 = 0.05;

/// Changes between two runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BenchComparison {
    /// One entry for each query that both runs contain.
    pub changes: Vec<QueryTimeChange>,
    /// By how much two runs of the same program seem to differ, as a share of the time.
    pub noise: f64,
    /// Queries that only the earlier run has.
    pub only_before: Vec<String>,
    /// Queries that only the later run has.
    pub only_after: Vec<String>,
    /// Other differences that may explain a change: machine, threads, build.
    pub differences: Vec<String>,
}

/// The times of one query in two runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueryTimeChange {
    /// The query.
    pub name: String,
    /// Median seconds before.
    pub before: f64,
    /// Median seconds after.
    pub after: f64,
    /// Least ratio of the medians that the spread of the runs allows.
    pub least: f64,
    /// Most ratio.
    pub most: f64,
    /// The verdict.
    pub verdict: ChangeVerdict,
}

/// What a comparison says of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeVerdict {
    /// Chance may explain the difference.
    Same,
    /// It takes less time.
    Faster,
    /// It takes more time.
    Slower,
}

impl fmt::Display for ChangeVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Faster => "faster",
            Self::Slower => "slower",
        })
    }
}

impl QueryTimeChange {
    fn from_timings(old: &QueryTiming, new: &QueryTiming) -> Self {
        let (before, after) = (old.median(), new.median());
        let ratio = after / before.max(f64::MIN_POSITIVE);
        // Twice the interval of each median: with dozens of queries, one in twenty would mislead.
        let doubt = 2.0 * old.uncertainty().hypot(new.uncertainty());
        Self {
            name: new.name.clone(),
            before,
            after,
            least: ratio / (1.0 + doubt),
            most: ratio * (1.0 + doubt),
            verdict: ChangeVerdict::Same,
        }
    }

    /// Time after divided by time before: below 1 is faster.
    #[must_use]
    pub(crate) fn ratio(&self) -> f64 {
        self.after / self.before.max(f64::MIN_POSITIVE)
    }

    fn judge(&mut self, noise: f64) {
        let limit = 1.0 + noise.max(LEAST_CHANGE);
        self.verdict = match self.ratio() {
            ratio if ratio > limit && self.least > 1.0 => ChangeVerdict::Slower,
            ratio if ratio < 1.0 / limit && self.most < 1.0 => ChangeVerdict::Faster,
            _ => ChangeVerdict::Same,
        };
    }
}

impl BenchComparison {
    /// Compares `after` with `before`, in the order of `after`.
    ///
    /// # Errors
    /// When the runs are over different data.
    pub(crate) fn from_reports(before: &BenchReport, after: &BenchReport) -> Result<Self> {
        refuse_other_data(before, after)?;
        let in_both = after.queries.iter().filter_map(|new| {
            let old = before.queries.iter().find(|old| old.name == new.name)?;
            Some(QueryTimeChange::from_timings(old, new))
        });
        let mut changes: Vec<QueryTimeChange> = in_both.collect();
        let noise = noise(&changes);
        changes.iter_mut().for_each(|change| change.judge(noise));
        Ok(Self {
            changes,
            noise,
            only_before: absent(before, after),
            only_after: absent(after, before),
            differences: differences(before, after),
        })
    }

    /// Geometric mean of the ratios; `None` if no query is in both runs.
    #[must_use]
    pub(crate) fn mean_ratio(&self) -> Option<f64> {
        let logs: Vec<f64> = self
            .changes
            .iter()
            .map(|change| change.ratio().ln())
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "a few dozen queries")]
        let count = logs.len() as f64;
        (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / count).exp())
    }

    /// Names of the queries that became slower by more than the share `limit`.
    #[must_use]
    pub(crate) fn slower_by(&self, limit: f64) -> Vec<&str> {
        let slower = self.changes.iter().filter(|change| {
            change.verdict == ChangeVerdict::Slower && change.ratio() > 1.0 + limit
        });
        slower.map(|change| change.name.as_str()).collect()
    }
}

/// What lies between two runs of one program: the load of the machine and the place of things in memory change
/// all queries, some up and some down. Three times the median deviation from the median ratio, which a change
/// of the program in fewer than half of the queries does not move.
fn noise(changes: &[QueryTimeChange]) -> f64 {
    // A spread of one or two says nothing.
    if changes.len() < 4 {
        return 0.0;
    }
    let logs: Vec<f64> = changes.iter().map(|change| change.ratio().ln()).collect();
    let middle = quantile(&logs, 0.5);
    let distances: Vec<f64> = logs.iter().map(|log| (log - middle).abs()).collect();
    (3.0 * 1.4826 * quantile(&distances, 0.5)).exp_m1()
}

/// Times over different data say nothing of the program.
fn refuse_other_data(before: &BenchReport, after: &BenchReport) -> Result<()> {
    let (old, new) = (&before.setup.tables, &after.setup.tables);
    let differing = old.iter().find_map(|(name, rows)| {
        let other = new.iter().find(|(other, _)| other == name)?;
        (other.1 != *rows).then_some((name, rows, &other.1))
    });
    let count = |rows: &Option<u64>| rows.map_or_else(|| "?".to_owned(), |rows| rows.to_string());
    if let Some((name, rows, other)) = differing {
        return Err(Error::Usage(format!(
            "the runs are over different data: {name} has {} rows before and {} after",
            count(rows),
            count(other)
        )));
    }
    let lacking = |one: &[(String, Option<u64>)], other: &[(String, Option<u64>)]| {
        let missing = one
            .iter()
            .find(|(name, _)| other.iter().all(|(known, _)| known != name));
        missing.map(|(name, _)| name.clone())
    };
    match lacking(old, new).or_else(|| lacking(new, old)) {
        Some(name) => Err(Error::Usage(format!(
            "the runs are over different data: only one of them has a table {name}"
        ))),
        None => Ok(()),
    }
}

fn absent(from: &BenchReport, in_other: &BenchReport) -> Vec<String> {
    let other = &in_other.queries;
    let mine = from.queries.iter().map(|timing| &timing.name);
    mine.filter(|name| !other.iter().any(|timing| timing.name == **name))
        .cloned()
        .collect()
}

fn differences(before: &BenchReport, after: &BenchReport) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, old: String, new: String| {
        if old != new {
            found.push(format!("{what} differs: {old} before, {new} after"));
        }
    };
    differ("deskql", before.deskql.clone(), after.deskql.clone());
    differ(
        "DataFusion",
        before.datafusion.clone(),
        after.datafusion.clone(),
    );
    differ("the build", before.build.clone(), after.build.clone());
    differ(
        "the processor",
        before.machine.cpu.clone(),
        after.machine.cpu.clone(),
    );
    let threads = |report: &BenchReport| report.setup.threads.to_string();
    differ("the number of threads", threads(before), threads(after));
    found
}

#[cfg(test)]
mod tests {
    use rand_core::{RngCore, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;

    fn timing(name: usize, warm: Vec<f64>) -> QueryTiming {
        QueryTiming {
            name: format!("q{name}"),
            cold: 1.0,
            warm,
            rows: 1,
            rows_read: 1,
            bytes_read: None,
        }
    }

    fn compared(before: &[QueryTiming], after: &[QueryTiming]) -> Vec<QueryTimeChange> {
        let pairs = before.iter().zip(after);
        let mut changes: Vec<QueryTimeChange> = pairs
            .map(|(old, new)| QueryTimeChange::from_timings(old, new))
            .collect();
        let noise = noise(&changes);
        changes.iter_mut().for_each(|change| change.judge(noise));
        changes
    }

    /// Between 0 and 1, the same for a seed.
    fn uniform(random: &mut Pcg64Mcg) -> f64 {
        f64::from(random.next_u32()) / f64::from(u32::MAX)
    }

    /// Runs of a program on a shared machine: a few percent of jitter, now and then much more, and for each
    /// query of each report a shift of up to `shift` that all of its runs have.
    fn report(random: &mut Pcg64Mcg, queries: usize, shift: f64, factor: f64) -> Vec<QueryTiming> {
        let timings = (0..queries).map(|query| {
            let base = 0.01 * (1.0 + shift * (2.0 * uniform(random) - 1.0)) * factor;
            let run = |_| {
                let jitter = 0.06 * uniform(random);
                let hiccup = if uniform(random) > 0.9 {
                    uniform(random)
                } else {
                    0.0
                };
                base * (1.0 + jitter + hiccup)
            };
            timing(query, (0..7).map(run).collect())
        });
        timings.collect()
    }

    #[test]
    fn two_runs_of_one_program_are_the_same() {
        let mut random = Pcg64Mcg::seed_from_u64(7);
        let mut wrong = 0;
        for round in 0..40 {
            let shift = if round % 2 == 0 { 0.02 } else { 0.3 };
            let before = report(&mut random, 49, shift, 1.0);
            let after = report(&mut random, 49, shift, 1.0);
            let changes = compared(&before, &after);
            wrong += changes
                .iter()
                .filter(|one| one.verdict != ChangeVerdict::Same)
                .count();
        }
        // Of 1,960 verdicts.
        assert!(wrong <= 10, "{wrong}");
    }

    #[test]
    fn a_change_of_the_program_is_seen() {
        let mut random = Pcg64Mcg::seed_from_u64(11);
        let before = report(&mut random, 49, 0.02, 1.0);
        let mut after = report(&mut random, 44, 0.02, 1.0);
        let slow = report(&mut random, 5, 0.02, 1.4);
        after.extend(
            slow.into_iter()
                .enumerate()
                .map(|(i, one)| timing(44 + i, one.warm)),
        );
        let changes = compared(&before, &after);
        let slower = changes
            .iter()
            .filter(|one| one.verdict == ChangeVerdict::Slower);
        let slower: Vec<&str> = slower.map(|one| one.name.as_str()).collect();
        assert_eq!(slower, ["q44", "q45", "q46", "q47", "q48"]);
        // All of them at once, too.
        let before = report(&mut random, 49, 0.02, 1.0);
        let after = report(&mut random, 49, 0.02, 0.5);
        let changes = compared(&before, &after);
        assert!(
            changes
                .iter()
                .all(|one| one.verdict == ChangeVerdict::Faster)
        );
    }

    #[test]
    fn ratios_have_a_geometric_mean_and_a_limit() {
        let before = vec![timing(0, vec![1.0; 5]), timing(1, vec![1.0; 5])];
        let after = vec![timing(0, vec![4.0; 5]), timing(1, vec![0.25; 5])];
        let comparison = BenchComparison {
            changes: compared(&before, &after),
            noise: 0.0,
            only_before: Vec::new(),
            only_after: Vec::new(),
            differences: Vec::new(),
        };
        assert_eq!(comparison.mean_ratio(), Some(1.0));
        assert_eq!(comparison.slower_by(0.1), ["q0"]);
        assert!(comparison.slower_by(3.5).is_empty());
    }
}
