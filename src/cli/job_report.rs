//! The output of `deskql job`: lines for people, and the log of JSON lines.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::{HumanBytes, HumanCount};

use crate::archive::job::{self, JobEvent, JobOptions, JobOutcome, StepReport, StepStatus};
use crate::error::{Error, Result};
use crate::runtime::writing_failed;
use crate::terminal::{QueryProgressBar, note, print, wording};

/// Where lines of JSON go.
#[derive(Debug)]
pub(super) enum JobLog {
    None,
    StandardOutput,
    File(File, PathBuf),
}

impl JobLog {
    /// Opens the log, to add to what is in it.
    pub(super) fn open(path: Option<&Path>, job: &str) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::None);
        };
        if path == Path::new("-") {
            return Ok(Self::StandardOutput);
        }
        let file = File::options().create(true).append(true).open(path);
        let file = file.map_err(|error| match writing_failed(path, &error) {
            Error::Location { location, problem } => Error::location(
                location,
                format!("the log of job {job} cannot be written: {problem}"),
            ),
            other => other,
        })?;
        Ok(Self::File(file, path.to_owned()))
    }

    /// Adds a line with one write, so that lines of several runs do not mix.
    fn add(&mut self, line: &str) -> Result<()> {
        let line = format!("{line}\n");
        match self {
            Self::None => Ok(()),
            Self::StandardOutput => print(&line),
            Self::File(file, path) => {
                let written = file.write_all(line.as_bytes());
                written.map_err(|source| Error::io(path.clone(), source))
            }
        }
    }
}

/// Prints and logs what happens; clones share one log.
#[derive(Debug, Clone)]
pub(super) struct JobReporter {
    job: String,
    is_quiet: bool,
    progress: QueryProgressBar,
    state: Arc<Mutex<ReporterState>>,
}

#[derive(Debug)]
struct ReporterState {
    log: JobLog,
    /// The step that runs.
    current: Option<StepReport>,
    done: usize,
    up_to_date: usize,
    would_run: usize,
    /// Of the log; reported at the end, since a full disk under the log must not end the job.
    failed: Option<Error>,
}

impl JobReporter {
    pub(super) fn new(log: JobLog, job: &str, is_quiet: bool) -> Self {
        Self {
            job: job.to_owned(),
            is_quiet,
            progress: QueryProgressBar::new(is_quiet),
            state: Arc::new(Mutex::new(ReporterState {
                log,
                current: None,
                done: 0,
                up_to_date: 0,
                would_run: 0,
                failed: None,
            })),
        }
    }

    fn state(&self) -> MutexGuard<'_, ReporterState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints and logs an event.
    pub(super) fn tell(&self, event: JobEvent<'_>, options: &JobOptions) {
        match event {
            JobEvent::Started(step, params) => {
                self.state().current = Some(StepReport::started(step, params));
            }
            JobEvent::Reading(scan) => self.progress.watch(|| scan),
            JobEvent::Note(line) => {
                if !self.is_quiet {
                    note(&format!("note: {line}"));
                }
            }
            JobEvent::Ended(report, error) => {
                self.progress.clear();
                self.ended(report, error, options);
            }
        }
    }

    fn ended(&self, report: &StepReport, error: Option<&Error>, options: &JobOptions) {
        let problem = error.map(wording);
        {
            let mut state = self.state();
            match report.status {
                StepStatus::Done => state.done += 1,
                StepStatus::UpToDate => state.up_to_date += 1,
                StepStatus::WouldRun => state.would_run += 1,
                StepStatus::Retrying | StepStatus::Failed | StepStatus::Skipped => {}
            }
            if report.status != StepStatus::Retrying {
                state.current = None;
            }
            // Without the lines that show its place in the SQL.
            let first = problem
                .as_deref()
                .and_then(|problem| problem.lines().next());
            state.add(&report.to_json(&self.job, first));
        }
        // The error that ends the run is its last line.
        let is_last = report.status == StepStatus::Failed && !options.keeps_going;
        let is_plan = options.is_dry && !matches!(self.state().log, JobLog::StandardOutput);
        let line = line(report, problem.as_deref());
        if is_plan && report.status != StepStatus::Failed {
            print(&format!("{line}\n")).ok();
        } else if !self.is_quiet && !is_last {
            note(&line);
        }
    }

    /// Prints the sum of a run.
    ///
    /// # Errors
    /// If the log could not be written.
    pub(super) fn end(&self, outcome: &JobOutcome) -> Result<()> {
        let mut state = self.state();
        if !self.is_quiet {
            let would = match state.would_run {
                0 => String::new(),
                count => format!(", {count} would run"),
            };
            note(&format!(
                "job {}: {} done, {} up to date{would}, {} failed",
                self.job,
                state.done,
                state.up_to_date,
                outcome.failures.len()
            ));
        }
        state.failed.take().map_or(Ok(()), Err)
    }

    /// Logs the step that Ctrl-C or the time limit has stopped.
    pub(super) fn stopped(&self, problem: &str) {
        self.progress.clear();
        let mut state = self.state();
        if let Some(report) = state.current.take() {
            state.add(&report.to_json(&self.job, Some(problem)));
        }
    }
}

impl ReporterState {
    fn add(&mut self, line: &str) {
        if let Err(error) = self.log.add(line) {
            self.failed.get_or_insert(error);
        }
    }
}

/// A line for people: `kpis (month=2026-01): 21 rows, 1.2 KiB, 0.31 s`.
fn line(report: &StepReport, problem: Option<&str>) -> String {
    let with = if report.params.is_empty() {
        String::new()
    } else {
        format!(" ({})", job::label(&report.params))
    };
    let seconds = format!("{:.2} s", report.seconds);
    let reason = report.reason.as_deref().unwrap_or_default();
    let problem = problem.unwrap_or_default();
    let what = match report.status {
        StepStatus::Done => {
            let bytes = HumanBytes(report.bytes.unwrap_or(0));
            let rows = report.rows.map_or_else(String::new, |rows| {
                let plural = if rows == 1 { "" } else { "s" };
                format!("{} row{plural}, ", HumanCount(rows))
            });
            format!("{rows}{bytes}, {seconds}")
        }
        StepStatus::UpToDate => "up to date".to_owned(),
        StepStatus::WouldRun => format!("would run: {reason}"),
        StepStatus::Skipped => format!("left out: {reason}"),
        StepStatus::Retrying => format!("{problem}; {reason}"),
        StepStatus::Failed => format!("failed: {problem}"),
    };
    format!("{}{with}: {what}", report.step)
}
