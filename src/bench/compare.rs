//! Comparison of two runs.

use super::record::{BenchReport, QueryTiming};

/// Changes between two runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BenchComparison {
    /// One entry for each query that both runs contain.
    pub changes: Vec<QueryTimeChange>,
    /// Queries that only the earlier run has.
    pub only_before: Vec<String>,
    /// Queries that only the later run has.
    pub only_after: Vec<String>,
    /// Other differences that may explain a change: machine, data, threads, build.
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
    /// True if the warm runs of the two overlap, so that chance may explain the change.
    pub overlaps: bool,
}

impl QueryTimeChange {
    /// Time after divided by time before: below 1 is faster.
    #[must_use]
    pub(crate) fn ratio(&self) -> f64 {
        self.after / self.before.max(f64::MIN_POSITIVE)
    }

    /// Verdict in one word; a change that chance may explain counts as none.
    #[must_use]
    pub(crate) fn verdict(&self) -> &'static str {
        match self.ratio() {
            _ if self.overlaps => "same",
            ratio if ratio < 1.0 => "faster",
            _ => "slower",
        }
    }
}

impl BenchComparison {
    /// Compares `after` with `before`, in the order of `after`.
    #[must_use]
    pub(crate) fn from_reports(before: &BenchReport, after: &BenchReport) -> Self {
        let in_both = after.queries.iter().filter_map(|new| {
            let old = before.queries.iter().find(|old| old.name == new.name)?;
            Some(change(old, new))
        });
        Self {
            changes: in_both.collect(),
            only_before: absent(before, after),
            only_after: absent(after, before),
            differences: differences(before, after),
        }
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
}

fn change(old: &QueryTiming, new: &QueryTiming) -> QueryTimeChange {
    let range = |timing: &QueryTiming| {
        let least = timing.warm.iter().copied().fold(f64::INFINITY, f64::min);
        let most = timing.warm.iter().copied().fold(0.0, f64::max);
        (least, most)
    };
    let (old_range, new_range) = (range(old), range(new));
    QueryTimeChange {
        name: new.name.clone(),
        before: old.median(),
        after: new.median(),
        overlaps: old_range.0 <= new_range.1 && new_range.0 <= old_range.1,
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
    let rows = |report: &BenchReport| {
        let known = report.setup.tables.iter().filter_map(|(_, rows)| *rows);
        known.sum::<u64>().to_string()
    };
    differ("the number of rows", rows(before), rows(after));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: f64, after: f64, overlaps: bool) -> QueryTimeChange {
        QueryTimeChange {
            name: "nps".to_owned(),
            before,
            after,
            overlaps,
        }
    }

    #[test]
    fn only_what_chance_cannot_explain_is_a_change() {
        assert_eq!(change(1.0, 0.5, false).verdict(), "faster");
        assert_eq!(change(1.0, 1.5, false).verdict(), "slower");
        assert_eq!(change(1.0, 1.5, true).verdict(), "same");
    }

    #[test]
    fn ratios_have_a_geometric_mean() {
        let comparison = BenchComparison {
            changes: vec![change(1.0, 4.0, false), change(1.0, 0.25, false)],
            only_before: Vec::new(),
            only_after: Vec::new(),
            differences: Vec::new(),
        };
        assert_eq!(comparison.mean_ratio(), Some(1.0));
    }
}
