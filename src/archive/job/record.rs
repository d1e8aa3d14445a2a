//! Reports of steps.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Error;
use crate::runtime::ScanProgress;

/// The outcome of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepStatus {
    /// Its output is written.
    Done,
    /// Its output was written by an earlier run from the same inputs.
    UpToDate,
    /// It would run, were this not `--dry-run`.
    WouldRun,
    /// It failed, and is tried again.
    Retrying,
    /// It failed.
    Failed,
    /// A step that it needs failed.
    Skipped,
}

impl StepStatus {
    /// Its word in logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::UpToDate => "up_to_date",
            Self::WouldRun => "would_run",
            Self::Retrying => "retrying",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// The report of a step.
#[derive(Debug)]
pub(crate) struct StepReport {
    pub(crate) step: String,
    /// Values of the job's parameters that it uses.
    pub(crate) params: BTreeMap<String, String>,
    pub(crate) status: StepStatus,
    /// Why it runs, or is skipped.
    pub(crate) reason: Option<String>,
    pub(crate) output: String,
    /// Rows written; a report has none.
    pub(crate) rows: Option<u64>,
    /// Bytes of the files written.
    pub(crate) bytes: Option<u64>,
    /// Bytes that the scans have read, where the format counts them.
    pub(crate) bytes_read: Option<u64>,
    pub(crate) seconds: f64,
    /// Most bytes that its operators held in memory at one time.
    pub(crate) peak_memory: Option<u64>,
    /// From 1.
    pub(crate) attempt: u32,
}

impl StepReport {
    /// The report of a step that has begun, should it be stopped.
    pub(crate) fn started(step: &str, params: &BTreeMap<String, String>) -> Self {
        Self {
            step: step.to_owned(),
            params: params.clone(),
            status: StepStatus::Failed,
            reason: None,
            output: String::new(),
            rows: None,
            bytes: None,
            bytes_read: None,
            seconds: 0.0,
            peak_memory: None,
            attempt: 1,
        }
    }

    /// A line of JSON; `problem` are the words for its error.
    pub(crate) fn to_json(&self, job: &str, problem: Option<&str>) -> String {
        let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
        let line = LogLine {
            time: now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            job,
            step: &self.step,
            params: &self.params,
            status: self.status.name(),
            reason: self.reason.as_deref(),
            output: &self.output,
            rows: self.rows,
            bytes: self.bytes,
            bytes_read: self.bytes_read,
            seconds: (self.seconds * 1000.0).round() / 1000.0,
            peak_memory: self.peak_memory,
            attempt: self.attempt,
            error: problem,
        };
        // Texts and numbers always have a JSON form.
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// A line of the log, whose keys stand in this order.
#[derive(Serialize)]
struct LogLine<'a> {
    time: String,
    job: &'a str,
    step: &'a str,
    params: &'a BTreeMap<String, String>,
    status: &'static str,
    reason: Option<&'a str>,
    output: &'a str,
    rows: Option<u64>,
    bytes: Option<u64>,
    bytes_read: Option<u64>,
    seconds: f64,
    peak_memory: Option<u64>,
    attempt: u32,
    error: Option<&'a str>,
}

/// An event of a run, as it happens.
#[derive(Debug)]
pub(crate) enum JobEvent<'a> {
    /// A step begins, with the values of the job's parameters that it uses.
    Started(&'a str, &'a BTreeMap<String, String>),
    /// It has begun to read; its progress may be watched.
    Reading(Option<ScanProgress>),
    /// A step, or an attempt of it, has ended, with the error that it ended by.
    Ended(&'a StepReport, Option<&'a Error>),
    /// Something about the files or the state, for people.
    Note(String),
}
