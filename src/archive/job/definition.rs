//! A job, checked: parameters, steps in their order, every query parsed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::copy_text::OutputRules;
use super::document::{JobDocument, JobHeader, StepSection};
use super::graph::{self, StepNode};
use super::parameter::JobParameter;
use super::report_step::{ReportingStep, refuse_keys_of_reports};
use super::report_writer::StepReportWriter;
use super::source::StepSource;
use super::template::ValueTemplate;
use crate::error::{Error, Result};
use crate::queries::QueryLibrary;
use crate::text::nearest;

const ONE_TASK: &str = "say what it runs by one of query = \"csat\", file = \"x.sql\", sql = \"SELECT ..\" and \
     report = \"team_weekly\"";

/// A checked job.
#[derive(Debug)]
pub(crate) struct JobDefinition {
    document: JobDocument,
    name: String,
    parameters: Vec<JobParameter>,
    /// In the order in which they run.
    steps: Vec<JobStep>,
}

/// A checked step.
#[derive(Debug)]
pub(super) struct JobStep {
    pub(super) name: String,
    pub(super) task: StepTask,
    /// Values for parameters of the query or the report.
    pub(super) params: Vec<(String, ValueTemplate)>,
    /// Steps that have to be done before, by `after` or because their rows are read.
    pub(super) after: BTreeSet<String>,
    /// Those of `after` whose rows are read.
    pub(super) reads: BTreeSet<String>,
    pub(super) output: ValueTemplate,
}

/// What a step writes.
#[derive(Debug)]
pub(super) enum StepTask {
    /// The rows of a query.
    Rows(StepSource, OutputRules),
    /// `report = "team_weekly"`
    Report(ReportingStep),
}

/// What the steps of a file may refer to.
#[derive(Clone, Copy)]
struct KnownNames<'a> {
    queries: &'a QueryLibrary,
    reports: &'a dyn StepReportWriter,
    steps: &'a [&'a str],
}

impl JobDefinition {
    /// Reads the job file at `path`, as far as it can be checked by itself.
    ///
    /// # Errors
    /// If it cannot be read, or a key or value is wrong, with its line.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let document = JobDocument::read(path)?;
        let header = document.header();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = header
            .name
            .as_ref()
            .map_or_else(|| stem.into_owned(), |name| name.get_ref().clone());
        let span = header.name.as_ref().map_or(0..0, Spanned::span);
        check_name(&name).map_err(|problem| document.problem(&span, problem))?;
        let declared = document.parameters().into_iter().map(|(name, section)| {
            let parameter = JobParameter::declared(name, section.get_ref());
            parameter.map_err(|problem| document.problem(&section.span(), problem))
        });
        let parameters = declared.collect::<Result<_>>()?;
        Ok(Self {
            document,
            name,
            parameters,
            steps: Vec::new(),
        })
    }

    /// Reads the SQL of the steps, from files relative to the working folder, and settles their order.
    ///
    /// # Errors
    /// If a query is unknown or not one SELECT, a report is unknown or faulty, a step needs one that is not there, or
    /// steps need each other.
    pub(crate) fn with_steps(
        mut self,
        queries: &QueryLibrary,
        reports: &dyn StepReportWriter,
    ) -> Result<Self> {
        let sections = self.document.steps();
        let names: Vec<&str> = sections.iter().map(|(name, _)| *name).collect();
        let known = KnownNames {
            queries,
            reports,
            steps: &names,
        };
        let mut steps = Vec::new();
        for (name, section) in &sections {
            steps.push(self.step(name, section, known)?);
        }
        let nodes: Vec<StepNode> = steps
            .iter()
            .map(|step| StepNode {
                name: step.name.clone(),
                after: step.after.clone(),
            })
            .collect();
        let order = graph::order(&nodes).map_err(|circle| self.in_circle(&sections, &circle))?;
        let mut by_index: BTreeMap<usize, JobStep> = steps.into_iter().enumerate().collect();
        self.steps = order
            .iter()
            .filter_map(|index| by_index.remove(index))
            .collect();
        Ok(self)
    }

    /// Name in logs and of the state.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// `[job]`.
    pub(crate) fn header(&self) -> &JobHeader {
        self.document.header()
    }

    /// Folder that paths of the file start at.
    pub(crate) fn folder(&self) -> PathBuf {
        match self.document.path().parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    pub(super) fn parameters(&self) -> &[JobParameter] {
        &self.parameters
    }

    pub(super) fn steps(&self) -> &[JobStep] {
        &self.steps
    }

    fn step(
        &self,
        name: &str,
        section: &Spanned<StepSection>,
        known: KnownNames<'_>,
    ) -> Result<JobStep> {
        let written = section.get_ref();
        let problem = |span: &Range<usize>, text: String| {
            self.document.problem(span, format!("step {name}: {text}"))
        };
        check_name(name).map_err(|text| problem(&section.span(), text))?;
        let task = self.task(name, section, known)?;
        let mut params = Vec::new();
        for (parameter, value) in &written.params {
            let text = match value.get_ref() {
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let template = ValueTemplate::parse(&text, &self.parameters);
            params.push((
                parameter.clone(),
                template.map_err(|text| problem(&value.span(), text))?,
            ));
        }
        let mut after = BTreeSet::new();
        for other in &written.after {
            after.insert(
                known_step(other.get_ref(), known.steps)
                    .map_err(|text| problem(&other.span(), text))?,
            );
        }
        let tables = match &task {
            StepTask::Rows(source, _) => source.table_names(),
            StepTask::Report(report) => report.table_names().clone(),
        };
        let read = known.steps.iter().filter(|other| **other != name);
        let reads: BTreeSet<String> = read
            .filter(|other| tables.contains(&other.to_lowercase()))
            .map(|other| (*other).to_owned())
            .collect();
        after.extend(reads.iter().cloned());
        let output = ValueTemplate::parse(written.output.get_ref(), &self.parameters)
            .map_err(|text| problem(&written.output.span(), text))?;
        Ok(JobStep {
            name: name.to_owned(),
            task,
            params,
            after,
            reads,
            output,
        })
    }

    fn task(
        &self,
        name: &str,
        section: &Spanned<StepSection>,
        known: KnownNames<'_>,
    ) -> Result<StepTask> {
        let written = section.get_ref();
        let placed = |(span, error)| self.placed(name, &span, error);
        let is_query = written.query.is_some() || written.file.is_some() || written.sql.is_some();
        if let (Some(report), false) = (&written.report, is_query) {
            let step = ReportingStep::declared(report, written, &self.parameters, known.reports);
            return step.map(StepTask::Report).map_err(placed);
        }
        let source = self.source(name, section, known.queries)?;
        refuse_keys_of_reports(written).map_err(placed)?;
        let problem = |(span, text): (Range<usize>, String)| {
            self.document.problem(&span, format!("step {name}: {text}"))
        };
        let rules = OutputRules::declared(written).map_err(problem)?;
        // The places of values are letters like others here.
        if let Err(error) = rules.copy(written.output.get_ref()) {
            let option = written.options.values().next();
            let span = option.map_or_else(|| written.output.span(), Spanned::span);
            return Err(problem((span, error.to_string())));
        }
        Ok(StepTask::Rows(source, rules))
    }

    /// `error` with its place in the job file, unless it has one in another file.
    fn placed(&self, step: &str, span: &Range<usize>, error: Error) -> Error {
        match error {
            Error::Usage(text) | Error::Sql(text) => {
                self.document.problem(span, format!("step {step}: {text}"))
            }
            other => other,
        }
    }

    fn source(
        &self,
        name: &str,
        section: &Spanned<StepSection>,
        library: &QueryLibrary,
    ) -> Result<StepSource> {
        let written = section.get_ref();
        let at = |span: &Range<usize>, error: Error| self.placed(name, span, error);
        let is_report = written.report.is_some();
        match (&written.query, &written.file, &written.sql) {
            _ if is_report => Err(at(&section.span(), Error::Usage(ONE_TASK.to_owned()))),
            (Some(query), None, None) => {
                let found = library
                    .find(query.get_ref())
                    .map_err(|error| at(&query.span(), error))?;
                Ok(StepSource::Named(Box::new(found.clone())))
            }
            (None, Some(file), None) => StepSource::from_file(file.get_ref()),
            (None, None, Some(sql)) => {
                StepSource::from_text(sql.get_ref()).map_err(|error| at(&sql.span(), error))
            }
            _ => Err(at(&section.span(), Error::Usage(ONE_TASK.to_owned()))),
        }
    }

    fn in_circle(&self, sections: &[(&str, &Spanned<StepSection>)], circle: &[usize]) -> Error {
        let found: Vec<_> = circle
            .iter()
            .filter_map(|index| sections.get(*index))
            .collect();
        let mut names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        names.extend(names.first().copied());
        let span = found.first().map_or(0..0, |(_, section)| section.span());
        let text = format!("steps need each other: {}", names.join(" needs "));
        self.document.problem(&span, text)
    }
}

/// The step called `name`, or a line about one that is not there.
pub(super) fn known_step(name: &str, names: &[&str]) -> Result<String, String> {
    if let Some(known) = names.iter().find(|known| **known == name) {
        return Ok((*known).to_owned());
    }
    let hint = nearest(name, names.iter().copied()).map_or_else(
        || format!("there are {}", names.join(", ")),
        |near| format!("did you mean {near}?"),
    );
    Err(format!("no step {name}; {hint}"))
}

/// Names stand in names of files and are names of tables.
fn check_name(name: &str) -> Result<(), String> {
    let is_plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if is_plain {
        return Ok(());
    }
    Err(format!(
        "the name {name:?} has other characters than letters, digits, _ and -"
    ))
}
