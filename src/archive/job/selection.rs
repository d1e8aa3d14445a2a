//! `--from` and `--only`: some steps of a job.

use std::collections::BTreeSet;

use super::definition::{JobDefinition, known_step};
use crate::error::{Error, Result};

/// Names of the steps that a run takes.
#[derive(Debug)]
pub(super) struct StepSelection(BTreeSet<String>);

impl StepSelection {
    /// The steps from `from` on, in the order in which they run, or those of `only`; all without both.
    ///
    /// # Errors
    /// If there is no step of such a name.
    pub(super) fn choose(job: &JobDefinition, from: Option<&str>, only: &[String]) -> Result<Self> {
        let names: Vec<&str> = job.steps().iter().map(|step| step.name.as_str()).collect();
        let known = |option: &str, name: &str| {
            known_step(name, &names).map_err(|problem| Error::Usage(format!("{option}: {problem}")))
        };
        if !only.is_empty() {
            let chosen = only.iter().map(|name| known("--only", name));
            return chosen.collect::<Result<_>>().map(Self);
        }
        let first = from.map(|name| known("--from", name)).transpose()?;
        let rest = names
            .iter()
            .skip_while(|name| first.as_deref().is_some_and(|first| first != **name));
        Ok(Self(rest.map(|name| (*name).to_owned()).collect()))
    }

    pub(super) fn has(&self, step: &str) -> bool {
        self.0.contains(step)
    }
}
