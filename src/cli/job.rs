//! `deskql job`: runs the steps of a job file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::global_args::GlobalArgs;
use super::job_report::{JobLog, JobReporter};
use super::option_use::{LIMITS, OptionUse, TABLES};
use super::script::pair;
use super::step_reports::ReportFileWriter;
use super::values::parse_duration;
use crate::EngineSettings;
use crate::archive::job::{
    self, JobDefinition, JobOptions, JobOutcome, JobStateFile, RetryPolicy, StepFailure,
};
use crate::error::{Error, Result};
use crate::queries::QueryLibrary;
use crate::runtime::{ScratchFiles, may_pass};
use crate::tables;
use crate::terminal::{note, run_until_stopped, wording};

const EXAMPLES: &str = "\
Examples:
  deskql job nightly.toml month=2026-01
  deskql job nightly.toml --backfill 2025-01..2026-01 --keep-going
  deskql job nightly.toml month=last --dry-run
  deskql job nightly.toml month=last --only kpis --force
  deskql job nightly.toml month=last --log nightly.log --retries 5

Steps that are up to date are left out; a run that failed goes on where it ended. Exit codes: 0 done, 1 a step
failed, 2 the command line is wrong, 3 a report with check = true is written and a goal is clearly missed, 75 an
object store may answer later or another run is going on, 130 Ctrl-C.
Job files are described in docs/jobs.md.";

/// Run the steps of a job file that are not up to date
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct JobArgs {
    /// The job, a TOML file; paths in it and in its SQL start at its folder
    file: PathBuf,
    /// Values of the job's parameters
    #[arg(value_name = "NAME=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// Give a parameter a value (repeatable)
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    /// Run once for each month or day of a range, both ends included: 2025-01..2026-01, month=2025-01..2026-01
    #[arg(long, value_name = "FROM..TO")]
    backfill: Option<String>,
    /// Say which steps would run and why, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Run steps that are up to date, too
    #[arg(long)]
    force: bool,
    /// Leave out the steps before this one
    #[arg(long, value_name = "STEP", conflicts_with = "only")]
    from: Option<String>,
    /// Run this step only (repeatable)
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Go on after a step that fails with those that do not need it; the exit code is 1 at the end
    #[arg(long)]
    keep_going: bool,
    /// Try a step this often again after an object store was busy or could not be reached [default: 3]
    #[arg(long, value_name = "N")]
    retries: Option<u32>,
    /// Wait this long before the first of them; each further one doubles it
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "1s")]
    retry_wait: Duration,
    /// Add a line of JSON for each step to this file, '-' for standard output
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Keep what earlier runs have written in this file or URL [default: .deskql/job-NAME.state beside the job]
    #[arg(long, value_name = "FILE")]
    state: Option<String>,
}

impl JobArgs {
    pub(crate) fn option_use() -> OptionUse {
        OptionUse {
            command: "job",
            used: &[TABLES, LIMITS],
            reason: ": each step of the file says where its rows go",
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &JobArgs) -> Result<()> {
    let job = JobDefinition::read(&args.file)?;
    let log = JobLog::open(args.log.as_deref(), job.name())?;
    let scratch = ScratchFiles::default();
    let mut settings = global.settings(&scratch);
    let state = place(&mut settings, args, &job)?;
    let reports = ReportFileWriter::new(&settings);
    let job = job.with_steps(&QueryLibrary::open(&settings.queries)?, &reports)?;
    let options = options(args, &job);
    let reporter = JobReporter::new(log, job.name(), global.quiet);
    let running = reporter.clone();
    let location = state;
    let held = scratch.clone();
    let outcome = run_until_stopped(global.limits(), &scratch, move || async move {
        let is_run = !options.is_dry;
        let mut state = JobStateFile::open(job.name(), &location, &held, is_run).await?;
        if let Some(line) = state.note() {
            note(&format!("note: {line}"));
        }
        let mut tell = |event: job::JobEvent<'_>| running.tell(event, &options);
        let run = job::run(&job, &options, &settings, &reports, &mut state, &mut tell);
        let outcome = Box::pin(run).await?;
        running.end(&outcome)?;
        end(job.name(), outcome, options.keeps_going)
    });
    if let Err(error @ (Error::Interrupted | Error::Timeout(_))) = &outcome {
        reporter.stopped(&wording(error));
    }
    outcome
}

/// Moves to the folder of the job, where the paths in it start, and takes over what its `[job]` says; paths of the
/// command line start where the program was called. Returns the place of the state.
fn place(settings: &mut EngineSettings, args: &JobArgs, job: &JobDefinition) -> Result<String> {
    let failed = |source| Error::io("working folder", source);
    let whole = |path: &Path| std::path::absolute(path).map_err(failed);
    for location in &mut settings.data {
        if location == "-" || location.ends_with("=-") {
            return Err(Error::Usage(
                "--data - does not go with job: standard input is gone after the first step that reads it".to_owned(),
            ));
        }
        *location = tables::absolute_location(location).map_err(failed)?;
    }
    settings.config = settings.config.as_deref().map(whole).transpose()?;
    settings.temp_dir = settings.temp_dir.as_deref().map(whole).transpose()?;
    let given: Result<Vec<PathBuf>> = settings.queries.iter().map(|path| whole(path)).collect();
    let state = match &args.state {
        Some(url) if url.contains("://") => Some(url.clone()),
        Some(path) => Some(whole(Path::new(path))?.display().to_string()),
        None => None,
    };
    let folder = job.folder();
    std::env::set_current_dir(&folder).map_err(|source| Error::io(folder, source))?;
    let header = job.header();
    if settings.data.is_empty() {
        settings.data.clone_from(&header.data);
    }
    settings.config = settings.config.take().or_else(|| header.config.clone());
    settings.found_config = tables::default_config();
    settings.queries = header.queries.iter().cloned().chain(given?).collect();
    let default = || JobStateFile::default_location(job.name());
    Ok(state
        .or_else(|| header.state.clone())
        .unwrap_or_else(default))
}

/// A step is tried this often again where neither the command line nor the file says it.
const RETRIES: u32 = 3;

fn options(args: &JobArgs, job: &JobDefinition) -> JobOptions {
    JobOptions {
        params: args.values.iter().chain(&args.params).cloned().collect(),
        backfill: args.backfill.clone(),
        from: args.from.clone(),
        only: args.only.clone(),
        is_forced: args.force,
        is_dry: args.dry_run,
        keeps_going: args.keep_going,
        retry: RetryPolicy {
            retries: args
                .retries
                .or_else(|| job.header().retries)
                .unwrap_or(RETRIES),
            wait: args.retry_wait,
        },
    }
}

/// The error of a run in which steps failed, whose kind is the exit code.
fn end(job: &str, outcome: JobOutcome, keeps_going: bool) -> Result<()> {
    let JobOutcome { steps, failures } = outcome;
    let count = failures.len();
    let are_passing = failures.iter().all(|failure| may_pass(&failure.error));
    let are_goals = failures.iter().all(|failure| misses_goal(&failure.error));
    match failures.into_iter().next_back() {
        None => Ok(()),
        Some(last) if !keeps_going || is_stopped(&last.error) => Err(failed(job, last)),
        // Each was printed when it failed.
        Some(_) => {
            let location = format!("job {job}");
            let problem = format!("{count} of {steps} steps failed");
            Err(match (are_passing, are_goals) {
                (true, _) => Error::Unavailable { location, problem },
                (_, true) => Error::Threshold(format!("{location}: {problem}")),
                _ => Error::Sql(format!("{location}: {problem}")),
            })
        }
    }
}

/// True for the error of a report that was written.
fn misses_goal(error: &Error) -> bool {
    matches!(error, Error::Threshold(_))
}

fn is_stopped(error: &Error) -> bool {
    matches!(error, Error::Interrupted | Error::Timeout(_))
}

fn failed(job: &str, failure: StepFailure) -> Error {
    let StepFailure {
        step,
        params,
        error,
    } = failure;
    let with = if params.is_empty() {
        String::new()
    } else {
        format!(" ({})", job::label(&params))
    };
    let location = format!("job {job}, step {step}{with}");
    match error {
        error if is_stopped(&error) => error,
        error if may_pass(&error) => Error::Unavailable {
            location,
            problem: wording(&error),
        },
        Error::Threshold(text) => Error::Threshold(format!("{location}: {text}")),
        error => Error::Sql(format!("{location}: {}", wording(&error))),
    }
}
