//! Runs the steps of a job, one after another.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::backfill::values_of_runs;
use super::bound_step::{BoundStep, JobInstance, check_instances};
use super::definition::JobDefinition;
use super::execute::{StepDecision, StepOutcome, StepRun};
use super::record::{JobEvent, StepReport, StepStatus};
use super::report_writer::StepReportWriter;
use super::retry::RetryPolicy;
use super::selection::StepSelection;
use super::state::JobStateFile;
use crate::error::{Error, Result};
use crate::{Engine, EngineSettings};

/// The part of a job that is run, and how.
#[derive(Debug)]
pub(crate) struct JobOptions {
    /// Values of parameters.
    pub(crate) params: Vec<(String, String)>,
    /// A range of values.
    pub(crate) backfill: Option<String>,
    /// The first step to run.
    pub(crate) from: Option<String>,
    /// The only steps to run.
    pub(crate) only: Vec<String>,
    /// Run steps that are up to date.
    pub(crate) is_forced: bool,
    /// Say what would run, and run nothing.
    pub(crate) is_dry: bool,
    /// Go on after a step that fails with those that do not need it.
    pub(crate) keeps_going: bool,
    pub(crate) retry: RetryPolicy,
}

/// The end of a run.
#[derive(Debug, Default)]
pub(crate) struct JobOutcome {
    /// Steps that were looked at.
    pub(crate) steps: usize,
    /// Those that failed; only the first, unless it went on.
    pub(crate) failures: Vec<StepFailure>,
}

/// A step that failed for good.
#[derive(Debug)]
pub(crate) struct StepFailure {
    pub(crate) step: String,
    /// Values of the job's parameters that it uses.
    pub(crate) params: BTreeMap<String, String>,
    pub(crate) error: Error,
}

/// A receiver of events.
pub(crate) type JobObserver<'a> = &'a mut (dyn FnMut(JobEvent<'_>) + Send);

/// Runs `job`. Everything is bound before anything runs.
///
/// # Errors
/// If a parameter or step is wrong, before anything runs. A step that fails is part of the outcome.
pub(crate) async fn run(
    job: &JobDefinition,
    options: &JobOptions,
    settings: &EngineSettings,
    reports: &dyn StepReportWriter,
    state: &mut JobStateFile,
    tell: JobObserver<'_>,
) -> Result<JobOutcome> {
    let selection = StepSelection::choose(job, options.from.as_deref(), &options.only)?;
    let runs = values_of_runs(job, &options.params, options.backfill.as_deref())?;
    let bound = runs
        .iter()
        .map(|values| JobInstance::bind(job, values, reports));
    let instances: Vec<JobInstance<'_>> = bound.collect::<Result<_>>()?;
    check_instances(&instances)?;
    let mut run = JobRun {
        options,
        settings,
        reports,
        state,
        tell,
        outcome: JobOutcome::default(),
    };
    for instance in &instances {
        if !run.instance(instance, &selection).await {
            break;
        }
    }
    Ok(run.outcome)
}

struct JobRun<'a> {
    options: &'a JobOptions,
    settings: &'a EngineSettings,
    reports: &'a dyn StepReportWriter,
    state: &'a mut JobStateFile,
    tell: JobObserver<'a>,
    outcome: JobOutcome,
}

/// Steps of one instance that those after them ask for.
#[derive(Default)]
struct PastSteps {
    failed: BTreeSet<String>,
    /// Of a dry run.
    would_run: BTreeSet<String>,
}

impl PastSteps {
    /// The first step that `bound` needs among `names`.
    fn needed<'a>(bound: &'a BoundStep<'_>, names: &BTreeSet<String>) -> Option<&'a str> {
        bound
            .step
            .after
            .iter()
            .find(|name| names.contains(*name))
            .map(String::as_str)
    }
}

impl JobRun<'_> {
    /// Runs the chosen steps of an instance; false if the whole run ends.
    async fn instance(&mut self, instance: &JobInstance<'_>, selection: &StepSelection) -> bool {
        let mut past = PastSteps::default();
        for bound in &instance.steps {
            let name = &bound.step.name;
            if !selection.has(name) {
                continue;
            }
            self.outcome.steps += 1;
            if let Some(needed) = PastSteps::needed(bound, &past.failed) {
                let reason = format!("step {needed} has failed");
                self.report(bound, StepStatus::Skipped, reason);
                past.failed.insert(name.clone());
                continue;
            }
            if let Some(needed) = PastSteps::needed(bound, &past.would_run) {
                let reason = format!("step {needed} runs before it");
                self.report(bound, StepStatus::WouldRun, reason);
                past.would_run.insert(name.clone());
                continue;
            }
            (self.tell)(JobEvent::Started(name, &bound.params));
            match self.step(bound, instance).await {
                Ok(StepStatus::WouldRun) => drop(past.would_run.insert(name.clone())),
                Ok(_) => {}
                Err(error) => {
                    past.failed.insert(name.clone());
                    let ends = !self.options.keeps_going || is_stopped(&error);
                    self.outcome.failures.push(StepFailure {
                        step: name.clone(),
                        params: bound.params.clone(),
                        error,
                    });
                    if ends {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Attempts a step until it is done, or fails for good.
    async fn step(
        &mut self,
        bound: &BoundStep<'_>,
        instance: &JobInstance<'_>,
    ) -> Result<StepStatus> {
        let mut attempt = 1;
        loop {
            let started = Instant::now();
            let error = match self.attempt(bound, instance, attempt).await {
                Ok(report) => {
                    (self.tell)(JobEvent::Ended(&report, None));
                    return Ok(report.status);
                }
                Err(error) => error,
            };
            let mut report = report(bound, StepStatus::Failed, None);
            report.attempt = attempt;
            report.seconds = started.elapsed().as_secs_f64();
            let Some(wait) = self.options.retry.wait_after(attempt, &error) else {
                (self.tell)(JobEvent::Ended(&report, Some(&error)));
                return Err(error);
            };
            report.status = StepStatus::Retrying;
            report.reason = Some(format!("again in {:.1} s", wait.as_secs_f64()));
            (self.tell)(JobEvent::Ended(&report, Some(&error)));
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(
        &mut self,
        bound: &BoundStep<'_>,
        instance: &JobInstance<'_>,
        attempt: u32,
    ) -> Result<StepReport> {
        let started = Instant::now();
        // A session of its own: what a step reads is listed when it begins, and its memory is counted alone.
        let engine = Engine::open(self.settings.clone()).await?;
        let step = StepRun {
            engine: &engine,
            bound,
            reports: self.reports,
        };
        let reads = instance
            .steps
            .iter()
            .filter(|other| bound.step.reads.contains(&other.step.name));
        let decided = async {
            step.register(&reads.collect::<Vec<_>>()).await?;
            step.decide(self.state, self.options.is_forced).await
        };
        let decision = decided.await;
        for note in engine.take_notes() {
            (self.tell)(JobEvent::Note(note));
        }
        let mut report = match decision? {
            StepDecision::UpToDate(found) => {
                if let Some(found) = found.filter(|_| !self.options.is_dry) {
                    self.state.keep(bound.key(), found).await?;
                }
                report(bound, StepStatus::UpToDate, None)
            }
            StepDecision::Run { reason, .. } if self.options.is_dry => {
                report(bound, StepStatus::WouldRun, Some(reason))
            }
            StepDecision::Run {
                reason,
                fingerprint,
            } => {
                let outcome = step.write(self.state, fingerprint, &mut *self.tell).await?;
                let mut report = report(bound, StepStatus::Done, Some(reason));
                add_outcome(&mut report, &outcome);
                report
            }
        };
        report.attempt = attempt;
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    fn report(&mut self, bound: &BoundStep<'_>, status: StepStatus, reason: String) {
        (self.tell)(JobEvent::Ended(&report(bound, status, Some(reason)), None));
    }
}

/// True for errors that end the whole run.
fn is_stopped(error: &Error) -> bool {
    matches!(error, Error::Interrupted | Error::Timeout(_))
}

fn report(bound: &BoundStep<'_>, status: StepStatus, reason: Option<String>) -> StepReport {
    StepReport {
        step: bound.step.name.clone(),
        params: bound.params.clone(),
        status,
        reason,
        output: bound.output.clone(),
        rows: None,
        bytes: None,
        bytes_read: None,
        seconds: 0.0,
        peak_memory: None,
        attempt: 1,
    }
}

fn add_outcome(report: &mut StepReport, outcome: &StepOutcome) {
    report.rows = outcome.rows;
    report.bytes = Some(outcome.bytes);
    report.bytes_read = outcome.bytes_read;
    report.peak_memory = Some(outcome.peak_memory);
}
