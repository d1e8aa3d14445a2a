//! Everything that the output of a step depends on, to tell whether it is up to date.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use super::bound_step::BoundRows;
use super::scanned_tables::{ScannedFiles, scanned_files, unsteady_function};
use super::written_files::FileStamps;
use crate::Engine;
use crate::error::Result;

/// Most input files that are kept one by one; of more only all together, so that the state stays small.
const KEPT: usize = 500;

/// Everything that the rows of a step depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StepFingerprint {
    /// Version of deskql and of its engine.
    program: String,
    /// Of the SQL, or the definition of a report, with its values.
    sql: String,
    /// Of output, format and options.
    target: String,
    /// Of the plan with its types: how tables are declared, calendars, policies; of a report all of `deskql.toml` too.
    plan: String,
    /// Files by their URLs.
    inputs: FileStamps,
}

/// The result of looking at a step.
#[derive(Debug)]
pub(super) enum StepTrace {
    Steady(StepFingerprint),
    /// With the reason why its rows may be others at any time.
    Unsteady(String),
}

impl StepFingerprint {
    /// Plans the step and lists the files that it reads.
    ///
    /// # Errors
    /// If the query cannot be planned, or files cannot be listed.
    pub(super) async fn take(engine: &Engine, rows: &BoundRows<'_>) -> Result<StepTrace> {
        let state = engine.context().state();
        let frame = engine.plan(&rows.query).await?;
        if let Some(function) = unsteady_function(frame.logical_plan())? {
            return Ok(StepTrace::Unsteady(format!(
                "{function}() gives another value each time"
            )));
        }
        let plan = state.optimize(frame.logical_plan())?;
        let inputs = match scanned_files(&state, &plan).await? {
            ScannedFiles::All(files) => files,
            ScannedFiles::Unknown(table) => {
                let reason = format!("table {table} has no files that could be compared");
                return Ok(StepTrace::Unsteady(reason));
            }
        };
        let plan = format!("{}\n{}", plan.display_indent_schema(), settings(engine));
        Ok(StepTrace::Steady(Self::new(
            hash(&rows.query.to_string()),
            hash(&rows.target),
            hash(&plan),
            inputs,
        )))
    }

    /// The fingerprint of these hashes and files, by this program.
    pub(super) fn new(sql: String, target: String, plan: String, inputs: FileStamps) -> Self {
        Self {
            program: format!(
                "{} {}",
                env!("CARGO_PKG_VERSION"),
                datafusion::DATAFUSION_VERSION
            ),
            sql,
            target,
            plan,
            inputs: kept(inputs),
        }
    }

    /// The first difference to `old` in words; `None` if there is none.
    pub(super) fn difference(&self, old: &Self, words: &DifferenceWords) -> Option<String> {
        if self.program != old.program {
            return Some("it was written by another version of deskql".to_owned());
        }
        if self.sql != old.sql {
            return Some(words.sql.to_owned());
        }
        if self.target != old.target {
            return Some("its output or an option is another".to_owned());
        }
        if let Some(problem) = input_difference(&self.inputs, &old.inputs) {
            return Some(problem);
        }
        (self.plan != old.plan).then(|| words.plan.to_owned())
    }
}

/// What is said where the hashes of two fingerprints differ.
#[derive(Debug)]
pub(super) struct DifferenceWords {
    sql: &'static str,
    plan: &'static str,
}

impl DifferenceWords {
    /// Of steps that write the rows of a query.
    pub(super) const ROWS: Self = Self {
        sql: "its SQL or a value in it is another",
        plan: "tables, calendars or policies that it reads are declared otherwise",
    };
    /// Of steps that write a report.
    pub(super) const REPORT: Self = Self {
        sql: "its definition or a value in it is another",
        plan: "deskql.toml or the declaration of a table is another",
    };
}

fn input_difference(new: &FileStamps, old: &FileStamps) -> Option<String> {
    let changed = new
        .iter()
        .find(|(name, stamp)| old.get(*name) != Some(*stamp));
    if let Some((name, _)) = changed {
        let how = if old.contains_key(name) {
            "has changed"
        } else {
            "is new"
        };
        return Some(format!("{} {how}", short(name)));
    }
    let gone = old.keys().find(|name| !new.contains_key(*name));
    gone.map(|name| format!("{} is gone", short(name)))
}

/// A path instead of the URL of a local file, relative if it is below the working folder.
fn short(url: &str) -> String {
    let Some(path) = url.strip_prefix("file://") else {
        return url.to_owned();
    };
    let here = std::env::current_dir().unwrap_or_default();
    let path = std::path::Path::new(path);
    path.strip_prefix(here)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn kept(inputs: FileStamps) -> FileStamps {
    if inputs.len() <= KEPT {
        return inputs;
    }
    let all: Vec<String> = inputs
        .iter()
        .map(|(name, stamp)| format!("{name} {stamp}"))
        .collect();
    BTreeMap::from([(format!("one of {} files", all.len()), hash(&all.join("\n")))])
}

/// Settings of deskql as text: those that no plan shows may change rows too.
pub(super) fn settings(engine: &Engine) -> String {
    let config = engine.context().copied_config();
    let mut entries: Vec<String> = config
        .options()
        .entries()
        .into_iter()
        .filter(|entry| entry.key.starts_with("deskql."))
        .map(|entry| format!("{}={}", entry.key, entry.value.unwrap_or_default()))
        .collect();
    entries.sort();
    entries.join("\n")
}

pub(super) fn hash(text: &str) -> String {
    format!("{:032x}", XxHash3_128::oneshot(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(sql: &str, inputs: &[(&str, &str)]) -> StepFingerprint {
        let inputs = inputs
            .iter()
            .map(|(name, stamp)| ((*name).to_owned(), (*stamp).to_owned()));
        StepFingerprint {
            program: "1".to_owned(),
            sql: sql.to_owned(),
            target: "t".to_owned(),
            plan: "p".to_owned(),
            inputs: inputs.collect(),
        }
    }

    #[test]
    fn the_first_difference_is_told() {
        let old = print("a", &[("file:///x/a", "1"), ("s3://b/c", "2")]);
        for (new, expected) in [
            (print("a", &[("file:///x/a", "1"), ("s3://b/c", "2")]), None),
            (print("b", &[]), Some("its SQL or a value in it is another")),
            (
                print("a", &[("file:///x/a", "9"), ("s3://b/c", "2")]),
                Some("/x/a has changed"),
            ),
            (
                print(
                    "a",
                    &[("file:///x/a", "1"), ("s3://b/c", "2"), ("s3://b/d", "3")],
                ),
                Some("s3://b/d is new"),
            ),
            (
                print("a", &[("file:///x/a", "1")]),
                Some("s3://b/c is gone"),
            ),
        ] {
            let told = new.difference(&old, &DifferenceWords::ROWS);
            assert_eq!(told.as_deref(), expected);
        }
    }

    #[test]
    fn many_files_are_kept_as_one() {
        let many = |last: &str| {
            let files = (0..600).map(|at| {
                (
                    format!("f{at}"),
                    if at == 599 {
                        last.to_owned()
                    } else {
                        "1".to_owned()
                    },
                )
            });
            kept(files.collect())
        };
        assert_eq!(many("1"), many("1"));
        assert_ne!(many("1"), many("2"));
        assert_eq!(many("1").len(), 1);
    }
}
