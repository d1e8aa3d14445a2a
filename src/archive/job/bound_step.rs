//! Steps with the values of one run.

use std::collections::BTreeMap;

use super::copy_text::{OutputMode, OutputRules};
use super::definition::{JobDefinition, JobStep, StepTask};
use super::parameter::JobValues;
use super::report_writer::{ReportOrder, StepReportWriter};
use super::source::StepSource;
use crate::error::{Error, Result};
use crate::parser::Statement;

/// A step with the values of one run.
#[derive(Debug)]
pub(super) struct BoundStep<'a> {
    pub(super) step: &'a JobStep,
    pub(super) task: BoundTask<'a>,
    pub(super) output: String,
    /// Values of the job's parameters that it uses.
    pub(super) params: BTreeMap<String, String>,
}

/// What a step writes.
#[derive(Debug)]
pub(super) enum BoundTask<'a> {
    Rows(BoundRows<'a>),
    Report(ReportOrder),
}

/// The query of a step whose rows are written.
#[derive(Debug)]
pub(super) struct BoundRows<'a> {
    pub(super) source: &'a StepSource,
    pub(super) rules: &'a OutputRules,
    pub(super) query: Statement,
    /// The `COPY` of the query to the output.
    pub(super) copy: Statement,
    /// Target and options of the `COPY` as text.
    pub(super) target: String,
}

/// All steps with the values of one run, in their order.
#[derive(Debug)]
pub(crate) struct JobInstance<'a> {
    pub(super) steps: Vec<BoundStep<'a>>,
}

impl<'a> JobInstance<'a> {
    /// Puts `values` into all steps of `job`.
    ///
    /// # Errors
    /// If a value does not fit a query, or two steps write to one place; the step is named.
    pub(super) fn bind(
        job: &'a JobDefinition,
        values: &JobValues,
        reports: &dyn StepReportWriter,
    ) -> Result<Self> {
        let bound = job.steps().iter().map(|step| {
            BoundStep::bind(step, values, reports).map_err(|error| of_step(&step.name, error))
        });
        let instance = Self {
            steps: bound.collect::<Result<_>>()?,
        };
        instance.check_outputs()?;
        Ok(instance)
    }

    fn check_outputs(&self) -> Result<()> {
        for (at, one) in self.steps.iter().enumerate() {
            for other in self.steps.iter().skip(at + 1) {
                let (a, b) = (one.folder(), other.folder());
                let shares =
                    one.mode() != OutputMode::Overwrite && other.mode() != OutputMode::Overwrite;
                let is_inside = a.starts_with(&b) || b.starts_with(&a);
                if is_inside && !(shares && a == b) {
                    return Err(Error::Usage(format!(
                        "steps {} and {} write to the same place, {} and {}: one would replace the other",
                        one.step.name, other.step.name, one.output, other.output
                    )));
                }
            }
        }
        Ok(())
    }
}

impl<'a> BoundStep<'a> {
    fn bind(step: &'a JobStep, values: &JobValues, reports: &dyn StepReportWriter) -> Result<Self> {
        let given: Vec<(String, String)> = step
            .params
            .iter()
            .map(|(name, template)| (name.clone(), template.filled(values)))
            .collect();
        let output = step.output.filled(values);
        let (task, mut used) = match &step.task {
            StepTask::Rows(source, rules) => {
                let bound = source.bind(&given, values)?;
                let rows = BoundRows::new(source, rules, bound.statement, &output)?;
                (BoundTask::Rows(rows), bound.used)
            }
            StepTask::Report(report) => {
                let bound = report.bind(given, output.clone(), values, reports)?;
                (BoundTask::Report(bound.order), bound.used)
            }
        };
        used.extend(step.output.names());
        used.extend(
            step.params
                .iter()
                .flat_map(|(_, template)| template.names()),
        );
        let params = used.into_iter().filter_map(|name| {
            let text = values.get(&name)?.text.clone();
            Some((name, text))
        });
        Ok(Self {
            step,
            task,
            output,
            params: params.collect(),
        })
    }

    /// The treatment of files that are at the output already.
    pub(super) fn mode(&self) -> OutputMode {
        match &self.task {
            BoundTask::Rows(rows) => rows.rules.mode,
            BoundTask::Report(_) => OutputMode::Overwrite,
        }
    }

    /// True if it writes a Delta table.
    pub(super) fn is_delta(&self) -> bool {
        matches!(&self.task, BoundTask::Rows(rows) if rows.rules.is_delta)
    }

    /// Key in the state: the step and the values that it uses.
    pub(super) fn key(&self) -> String {
        if self.params.is_empty() {
            return self.step.name.clone();
        }
        format!("{} {}", self.step.name, label(&self.params))
    }

    /// The output with a `/` at its end, to compare places.
    fn folder(&self) -> String {
        let plain = self.output.trim_start_matches("./").trim_end_matches('/');
        format!("{plain}/")
    }
}

impl<'a> BoundRows<'a> {
    fn new(
        source: &'a StepSource,
        rules: &'a OutputRules,
        query: Statement,
        output: &str,
    ) -> Result<Self> {
        let (copy, target) = rules.copy(output)?;
        let copy = query.copied_by(&copy).ok_or_else(|| {
            Error::Sql("a step is one SELECT, and this is another statement".to_owned())
        })?;
        Ok(Self {
            source,
            rules,
            query,
            copy,
            target,
        })
    }
}

/// `month=2026-01, team=billing`
pub(crate) fn label(params: &BTreeMap<String, String>) -> String {
    let pairs = params.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join(", ")
}

/// `error` with the name of the step that it is about.
fn of_step(name: &str, error: Error) -> Error {
    match error {
        Error::Usage(text) => Error::Usage(format!("step {name}: {text}")),
        Error::Sql(text) => Error::Sql(format!("step {name}: {text}")),
        other => other,
    }
}

/// Refuses instances of which a later one would replace what an earlier one has written.
///
/// # Errors
/// If there are such, with the step and what to do.
pub(super) fn check_instances(instances: &[JobInstance<'_>]) -> Result<()> {
    let mut seen: BTreeMap<&str, &BoundStep<'_>> = BTreeMap::new();
    for bound in instances.iter().flat_map(|instance| &instance.steps) {
        if bound.mode() != OutputMode::Overwrite {
            continue;
        }
        match seen.insert(&bound.output, bound) {
            Some(other) if other.params != bound.params => {
                let name = bound.params.keys().next().map_or("month", String::as_str);
                let or_else = match bound.task {
                    BoundTask::Rows(_) => ", or write mode = \"overwrite_partitions\"",
                    BoundTask::Report(_) => "",
                };
                return Err(Error::Usage(format!(
                    "step {}: {} and {} would both be written to {}, and only the last remain: put {{{name}}} into \
                     output{or_else}",
                    bound.step.name,
                    label(&other.params),
                    label(&bound.params),
                    bound.output
                )));
            }
            _ => {}
        }
    }
    Ok(())
}
