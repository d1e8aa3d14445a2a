//! Steps that write Delta tables.

use super::bound_step::BoundRows;
use super::copy_text::OutputMode;
use super::execute::{StepDecision, StepOutcome, StepRun};
use super::fingerprint::StepFingerprint;
use super::state::{JobStateFile, StepState};
use super::written_files::FileStamps;
use crate::archive::lake::{WriteMode, write_table};
use crate::delta::{DeltaLocation, DeltaSnapshot, existing};
use crate::error::Result;
use crate::runtime::memory;
use crate::tables::delta_location;

/// Key of the version in the stamps of an output.
const VERSION: &str = "version";

/// Key of the number of an append in the stamps of one that has not ended.
const NUMBER: &str = "number";

impl StepRun<'_> {
    fn table(&self) -> Result<DeltaLocation> {
        delta_location(&self.engine.context().state(), &self.bound.output)
    }

    /// Name by which the table knows the appends of this step.
    fn application(&self) -> String {
        format!("deskql job step {}", self.bound.key())
    }

    /// Looks whether the table is as the step has left it.
    ///
    /// # Errors
    /// If its log cannot be read.
    pub(super) async fn decide_delta(
        &self,
        old: &StepState,
        fingerprint: StepFingerprint,
    ) -> Result<StepDecision> {
        let run = |reason: String| StepDecision::Run {
            reason,
            fingerprint: Some(fingerprint.clone()),
        };
        let Some(table) = existing(&self.table()?).await? else {
            return Ok(run(format!("{} is gone", self.bound.output)));
        };
        if let Some(number) = old.before_append.as_ref().and_then(append_number) {
            let last = table.application_version(&self.application()).await?;
            if last.is_none_or(|last| last < number) {
                return Ok(run("its last run has not ended".to_owned()));
            }
            return Ok(StepDecision::UpToDate(Some(StepState {
                fingerprint: Some(fingerprint.clone()),
                files: stamps(&table, 0),
                ..StepState::default()
            })));
        }
        // Others may append to a table of which only a part is this step's.
        let is_whole = self.bound.mode() == OutputMode::Overwrite;
        if is_whole && !is_version(&old.files, table.version()) {
            return Ok(run(format!(
                "{} is not as it was written",
                self.bound.output
            )));
        }
        Ok(StepDecision::UpToDate(None))
    }

    /// Writes the table and keeps what it came from.
    ///
    /// # Errors
    /// If the query fails or the store refuses; the table is then as it was before.
    pub(super) async fn write_delta(
        &self,
        rows: &BoundRows<'_>,
        state: &mut JobStateFile,
        fingerprint: Option<StepFingerprint>,
    ) -> Result<StepOutcome> {
        let location = self.table()?;
        let mode = match rows.rules.mode {
            OutputMode::Overwrite => WriteMode::Overwrite,
            OutputMode::OverwritePartitions => WriteMode::OverwritePartitions,
            OutputMode::Append => WriteMode::Append,
        };
        let application = if mode == WriteMode::Append {
            Some(
                self.start_append(&location, state, fingerprint.clone())
                    .await?,
            )
        } else {
            None
        };
        let located = |error| rows.source.located(error);
        let frame = self.engine.plan(&rows.query).await.map_err(located)?;
        let context = self.engine.context();
        let partitions = rows.rules.partition_by.clone();
        let written = write_table(context, &location, frame, partitions, mode, application);
        let written = written.await.map_err(located)?;
        let files = match existing(&location).await? {
            Some(table) => stamps(&table, written.bytes),
            None => FileStamps::new(),
        };
        let ended = StepState {
            fingerprint,
            files,
            ..StepState::default()
        };
        state.keep(self.bound.key(), ended).await?;
        Ok(StepOutcome {
            rows: Some(written.rows),
            bytes: written.bytes,
            bytes_read: None,
            peak_memory: memory::peak(&context.runtime_env()) as u64,
        })
    }

    /// Keeps that an append begins, with the number by which the table will know it.
    async fn start_append(
        &self,
        location: &DeltaLocation,
        state: &mut JobStateFile,
        fingerprint: Option<StepFingerprint>,
    ) -> Result<(String, i64)> {
        let application = self.application();
        let last = match existing(location).await? {
            Some(table) => table.application_version(&application).await?,
            None => None,
        };
        let number = last.unwrap_or(0) + 1;
        let started = StepState {
            fingerprint,
            before_append: Some(FileStamps::from([(
                NUMBER.to_owned(),
                format!("0 {number}"),
            )])),
            ..StepState::default()
        };
        state.keep(self.bound.key(), started).await?;
        Ok((application, number))
    }
}

fn stamps(table: &DeltaSnapshot, bytes: u64) -> FileStamps {
    let version = format!("{bytes} {}", table.version());
    FileStamps::from([(VERSION.to_owned(), version)])
}

fn is_version(files: &FileStamps, version: u64) -> bool {
    let written = files.get(VERSION).and_then(|stamp| stamp.split(' ').nth(1));
    written.is_some_and(|written| written == version.to_string())
}

fn append_number(before: &FileStamps) -> Option<i64> {
    before.get(NUMBER)?.split(' ').nth(1)?.parse().ok()
}
