//! A job file as written.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result};
use crate::text::toml_problem;

/// Contents of a job file, with its text for the lines of errors.
#[derive(Debug)]
pub(super) struct JobDocument {
    path: PathBuf,
    text: String,
    root: DocumentRoot,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentRoot {
    #[serde(default)]
    job: JobHeader,
    #[serde(default)]
    parameters: BTreeMap<String, Spanned<ParameterSection>>,
    steps: BTreeMap<String, Spanned<StepSection>>,
}

/// `[job]`.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobHeader {
    /// The name in logs and of the state; by default that of the file.
    pub(crate) name: Option<Spanned<String>>,
    /// Locations as of `--data`, relative to the folder of the file.
    #[serde(default)]
    pub(crate) data: Vec<String>,
    /// A `deskql.toml`.
    pub(crate) config: Option<PathBuf>,
    /// Folders of named queries.
    #[serde(default)]
    pub(crate) queries: Vec<PathBuf>,
    /// File of the state.
    pub(crate) state: Option<String>,
    /// Number of times that a step is tried again after an error of a store.
    pub(crate) retries: Option<u32>,
}

/// `[parameters.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParameterSection {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) default: Option<toml::Value>,
    /// How far apart the values of a backfill are: `day`, `week` or `month`.
    pub(super) step: Option<String>,
    /// For the people who read the file.
    #[serde(default)]
    pub(super) about: String,
}

/// `[steps.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepSection {
    pub(super) query: Option<Spanned<String>>,
    pub(super) file: Option<Spanned<PathBuf>>,
    pub(super) sql: Option<Spanned<String>>,
    pub(super) report: Option<Spanned<String>>,
    /// Of a report: a day of its period.
    pub(super) day: Option<Spanned<toml::Value>>,
    /// Of a report: the text in the place of the time of making.
    pub(super) stamp: Option<Spanned<String>>,
    /// Of a report: the step fails if a goal is clearly missed.
    pub(super) check: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) params: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    pub(super) after: Vec<Spanned<String>>,
    pub(super) output: Spanned<String>,
    pub(super) format: Option<Spanned<String>>,
    pub(super) partition_by: Option<Spanned<Vec<String>>>,
    pub(super) mode: Option<Spanned<String>>,
    /// Further options of `COPY`.
    #[serde(default)]
    pub(super) options: BTreeMap<String, Spanned<toml::Value>>,
}

impl JobDocument {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// If the file cannot be read, is not TOML, has an unknown key or no steps.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        Self::parse(path, text)
    }

    fn parse(path: &Path, text: String) -> Result<Self> {
        let root: DocumentRoot = toml::from_str(&text).map_err(|error| Error::Config {
            path: path.to_owned(),
            line: toml_problem::line(&text, error.span().unwrap_or_default().start),
            problem: reworded(error.message()),
        })?;
        let document = Self {
            path: path.to_owned(),
            text,
            root,
        };
        if document.root.steps.is_empty() {
            return Err(document.problem(&(0..0), "the job has no steps: add [steps.NAME]"));
        }
        Ok(document)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn header(&self) -> &JobHeader {
        &self.root.job
    }

    /// `[parameters.NAME]` sections, in the order of the file.
    pub(super) fn parameters(&self) -> Vec<(&str, &Spanned<ParameterSection>)> {
        in_order(&self.root.parameters)
    }

    /// `[steps.NAME]` sections, in the order of the file.
    pub(super) fn steps(&self) -> Vec<(&str, &Spanned<StepSection>)> {
        in_order(&self.root.steps)
    }

    /// Error about the text at `span`.
    pub(super) fn problem(&self, span: &Range<usize>, problem: impl Into<String>) -> Error {
        Error::Config {
            path: self.path.clone(),
            line: toml_problem::line(&self.text, span.start),
            problem: problem.into(),
        }
    }
}

/// Entries in the order of the file: the map itself sorts them by name.
fn in_order<T>(map: &BTreeMap<String, Spanned<T>>) -> Vec<(&str, &Spanned<T>)> {
    let entries = map.iter().map(|(name, value)| (name.as_str(), value));
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|(_, value)| value.span().start);
    entries
}

/// The error of the system for a file of a job.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let problem = match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::IsADirectory => "is a folder: name a file in it".to_owned(),
        ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        ErrorKind::InvalidData => "is not UTF-8: save the file as UTF-8".to_owned(),
        other => other.to_string(),
    };
    Error::location(path.display().to_string(), problem)
}

fn reworded(message: &str) -> String {
    if message.contains("expected a map") && message.contains("sequence") {
        return "steps are written as [steps.NAME], parameters as [parameters.NAME]".to_owned();
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        let field = field.trim_matches('`');
        let example = match field {
            "steps" => "[steps.NAME]",
            "output" => "output = \"out/NAME.parquet\"",
            "type" => "type = \"month\"",
            _ => "it",
        };
        return format!("{field} is missing: add {example}");
    }
    toml_problem::wording(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let error = JobDocument::parse(Path::new("j.toml"), text.to_owned()).unwrap_err();
        error.to_string()
    }

    #[test]
    fn slips_are_named_with_their_line() {
        for (text, expected) in [
            (
                "[job]\nnmae = \"a\"\n",
                "j.toml:2: unknown key \"nmae\"; did you mean \"name\"?",
            ),
            ("[job]\n", "j.toml:1: steps is missing: add [steps.NAME]"),
            (
                "[steps]\n",
                "j.toml:1: the job has no steps: add [steps.NAME]",
            ),
            (
                "[[steps]]\nname = \"a\"\n",
                "j.toml:1: steps are written as [steps.NAME], parameters as [parameters.NAME]",
            ),
            (
                "\n[steps.a]\nquery = \"nps\"\n",
                "j.toml:2: output is missing: add output = \"out/NAME.parquet\"",
            ),
            (
                "[steps.a]\noutput = \"a\"\nquery = \"nps\"\nafte = []\n",
                "j.toml:4: unknown key \"afte\"; did you mean \"after\"?",
            ),
        ] {
            assert_eq!(problem(text), expected);
        }
    }

    #[test]
    fn sections_keep_the_order_of_the_file() {
        let text = "[steps.z]\noutput = \"z\"\n[steps.a]\noutput = \"a\"\n";
        let document = JobDocument::parse(Path::new("j.toml"), text.to_owned()).unwrap();
        let names: Vec<&str> = document.steps().iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["z", "a"]);
    }
}
