//! One step: whether it is up to date, and if not, its run.

use datafusion::common::TableReference;

use super::bound_step::{BoundRows, BoundStep, BoundTask};
use super::copy_text::OutputMode;
use super::fingerprint::{DifferenceWords, StepFingerprint, StepTrace};
use super::record::JobEvent;
use super::report_writer::StepReportWriter;
use super::state::{JobStateFile, StepState};
use super::written_files::{FileStamps, StoredPlace, size};
use crate::Engine;
use crate::error::{Error, Result};
use crate::runtime::memory;

/// The decision whether a step has to run.
#[derive(Debug)]
pub(super) enum StepDecision {
    /// With what to keep of it, where that is not known yet.
    UpToDate(Option<StepState>),
    Run {
        reason: String,
        fingerprint: Option<StepFingerprint>,
    },
}

/// Counts of a step that has run.
#[derive(Debug)]
pub(super) struct StepOutcome {
    /// `None` of a report.
    pub(super) rows: Option<u64>,
    pub(super) bytes: u64,
    pub(super) bytes_read: Option<u64>,
    pub(super) peak_memory: u64,
}

/// A step and the session that it runs in.
pub(super) struct StepRun<'a> {
    pub(super) engine: &'a Engine,
    pub(super) bound: &'a BoundStep<'a>,
    pub(super) reports: &'a dyn StepReportWriter,
}

impl StepRun<'_> {
    /// Makes the outputs of `others`, which have run before, tables under their names.
    ///
    /// # Errors
    /// If one is missing, or there is a table of its name.
    pub(super) async fn register(&self, others: &[&BoundStep<'_>]) -> Result<()> {
        let context = self.engine.context();
        for other in others {
            let name = &other.step.name;
            if self.engine.origin(name).is_some() {
                return Err(Error::Usage(format!(
                    "{name} is a step and a table of the data: give the step another name"
                )));
            }
            let output = TableReference::bare(other.output.clone());
            let provider = context.table_provider(output).await.map_err(
                |error| match Error::from(error) {
                    Error::Location { location, problem } => Error::location(
                        location,
                        format!(
                            "{problem}; it is the output of step {name}, which has to run before"
                        ),
                    ),
                    error => error,
                },
            )?;
            context.register_table(TableReference::bare(name.clone()), provider)?;
        }
        Ok(())
    }

    /// Looks whether the step is up to date.
    ///
    /// # Errors
    /// If it cannot be planned, or files cannot be listed.
    pub(super) async fn decide(
        &self,
        state: &JobStateFile,
        is_forced: bool,
    ) -> Result<StepDecision> {
        let (trace, words) = match &self.bound.task {
            BoundTask::Rows(rows) => {
                let trace = StepFingerprint::take(self.engine, rows).await;
                let trace = trace.map_err(|error| rows.source.located(error))?;
                (trace, DifferenceWords::ROWS)
            }
            BoundTask::Report(order) => (self.report_trace(order).await?, DifferenceWords::REPORT),
        };
        let run = |reason: &str, fingerprint| StepDecision::Run {
            reason: reason.to_owned(),
            fingerprint,
        };
        let fingerprint = match trace {
            StepTrace::Steady(fingerprint) => fingerprint,
            StepTrace::Unsteady(reason) => return Ok(run(&reason, None)),
        };
        if is_forced {
            return Ok(run("--force", Some(fingerprint)));
        }
        let Some(old) = state.step(&self.bound.key()) else {
            return Ok(run("it has not run yet", Some(fingerprint)));
        };
        let difference = match &old.fingerprint {
            Some(_) if old.misses_goal => Some("its last run clearly missed a goal".to_owned()),
            Some(known) => fingerprint.difference(known, &words),
            None => Some("its last run told nothing of its inputs".to_owned()),
        };
        if let Some(reason) = difference {
            return Ok(run(&reason, Some(fingerprint)));
        }
        if self.bound.is_delta() {
            return self.decide_delta(old, fingerprint).await;
        }
        let files = self.place()?.files().await?;
        if let Some(before) = &old.before_append {
            return Ok(match added(before, &files) {
                added if added.is_empty() => run("its last run has not ended", Some(fingerprint)),
                added => StepDecision::UpToDate(Some(StepState {
                    fingerprint: Some(fingerprint),
                    files: added,
                    ..StepState::default()
                })),
            });
        }
        Ok(match self.output_difference(&files, &old.files) {
            Some(reason) => run(&reason, Some(fingerprint)),
            None => StepDecision::UpToDate(None),
        })
    }

    /// The first thing about the output that is not as it was written.
    fn output_difference(&self, now: &FileStamps, written: &FileStamps) -> Option<String> {
        let is_kept = |(name, stamp): &(&String, &String)| now.get(*name) == Some(*stamp);
        let has_all = written.iter().all(|file| is_kept(&file));
        // Other steps and runs may have added files, unless all of the output is this step's.
        let has_more = self.bound.mode() == OutputMode::Overwrite && now.len() != written.len();
        if has_all && !has_more {
            return None;
        }
        let how = if now.is_empty() {
            "is gone"
        } else {
            "is not as it was written"
        };
        Some(format!("{} {how}", self.bound.output))
    }

    /// Writes the output and keeps what it came from.
    ///
    /// # Errors
    /// If the query or the report fails, or a file cannot be written; the output is then as it was before. If a goal of
    /// a report is clearly missed, it is written all the same.
    pub(super) async fn write(
        &self,
        state: &mut JobStateFile,
        fingerprint: Option<StepFingerprint>,
        tell: &mut (dyn FnMut(JobEvent<'_>) + Send),
    ) -> Result<StepOutcome> {
        match &self.bound.task {
            BoundTask::Report(order) => self.write_report(order, state, fingerprint, tell).await,
            BoundTask::Rows(rows) if rows.rules.is_delta => {
                self.write_delta(rows, state, fingerprint).await
            }
            BoundTask::Rows(rows) => self.write_rows(rows, state, fingerprint, tell).await,
        }
    }

    async fn write_rows(
        &self,
        rows: &BoundRows<'_>,
        state: &mut JobStateFile,
        fingerprint: Option<StepFingerprint>,
        tell: &mut (dyn FnMut(JobEvent<'_>) + Send),
    ) -> Result<StepOutcome> {
        let place = self.place()?;
        let before = place.files().await?;
        if rows.rules.mode == OutputMode::Append {
            let started = StepState {
                fingerprint: fingerprint.clone(),
                before_append: Some(before.clone()),
                ..StepState::default()
            };
            state.keep(self.bound.key(), started).await?;
        }
        let located = |error| rows.source.located(error);
        let execution = self.engine.execute(&rows.copy).await;
        let mut execution = execution.map_err(located)?;
        let scan = execution.scan_progress();
        tell(JobEvent::Reading(scan.clone()));
        let count = execution.count().await.map_err(located)?;
        let after = place.files().await?;
        let files = match rows.rules.mode {
            OutputMode::Overwrite => after,
            OutputMode::OverwritePartitions | OutputMode::Append => added(&before, &after),
        };
        let bytes = files.values().map(|stamp| size(stamp)).sum();
        let ended = StepState {
            fingerprint,
            files,
            ..StepState::default()
        };
        state.keep(self.bound.key(), ended).await?;
        let runtime = self.engine.context().runtime_env();
        Ok(StepOutcome {
            rows: Some(count),
            bytes,
            bytes_read: scan.and_then(|scan| scan.bytes()).map(|bytes| bytes as u64),
            peak_memory: memory::peak(&runtime) as u64,
        })
    }

    /// Where the output is.
    ///
    /// # Errors
    /// If it is of a store that is not known.
    pub(super) fn place(&self) -> Result<StoredPlace> {
        let stores = &self.engine.context().runtime_env().object_store_registry;
        StoredPlace::find(stores.as_ref(), &self.bound.output)
    }
}

/// Files of `after` that `before` has not, or not as they are.
fn added(before: &FileStamps, after: &FileStamps) -> FileStamps {
    let new = after
        .iter()
        .filter(|(name, stamp)| before.get(*name) != Some(*stamp));
    new.map(|(name, stamp)| (name.clone(), stamp.clone()))
        .collect()
}
