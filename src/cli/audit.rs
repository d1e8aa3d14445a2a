//! `deskql audit`: a report on the quality of the data.

use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{NaiveDate, NaiveTime};
use clap::{Args, ValueEnum};

use super::global_args::GlobalArgs;
use super::option_use::{LIMITS, OptionUse, RESULTS, TABLES};
use super::values::parse_date;
use crate::archive::audit::{self, AuditFinding, AuditRequest, FindingSeverity};
use crate::error::{Error, Result};
use crate::output::ResultFormat;
use crate::runtime::ScratchFiles;
use crate::terminal::{OutputTarget, note, run_until_stopped};
use crate::{Engine, EngineSettings};

const EXAMPLES: &str = "\
Examples:
  deskql audit --data sample-data
  deskql audit --data desk --table tickets --since 2025-01-01 --severity warning
  deskql audit --data desk --config audit.toml --format json --output audit.json --fail-on warning
  deskql audit --data desk -x

Thresholds, keys, references, allowed values and scales stand in the section [audit] of deskql.toml. The checks
are described in docs/audit.md. Exit code 3 means that there are findings of --fail-on or worse.";

/// Report on the quality of the data: NULLs, duplicates, orphans, gaps, drift
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AuditArgs {
    /// Only this table (repeatable)
    #[arg(long = "table", value_name = "NAME")]
    tables: Vec<String>,
    /// Leave out rows of earlier days
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    since: Option<NaiveDate>,
    /// Count the age of the newest rows to the start of this day (UTC) [default: now]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    as_of: Option<NaiveDate>,
    /// Leave findings of less severity out of the report
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "info")]
    severity: LeastSeverity,
    /// End with exit code 3 if there are findings of this severity or worse
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailingSeverity,
}

/// Severity from which on findings are reported.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum LeastSeverity {
    Info,
    Warning,
    Error,
}

/// Severity from which on findings fail the run.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailingSeverity {
    Warning,
    Error,
    Never,
}

impl LeastSeverity {
    fn severity(self) -> FindingSeverity {
        match self {
            Self::Info => FindingSeverity::Info,
            Self::Warning => FindingSeverity::Warning,
            Self::Error => FindingSeverity::Error,
        }
    }
}

impl FailingSeverity {
    /// The error of a report with these numbers of errors and warnings.
    fn judge(self, errors: usize, warnings: usize) -> Result<()> {
        let plural = |count: usize, noun: &str| {
            let ending = if count == 1 { "" } else { "s" };
            format!("{count} {noun}{ending}")
        };
        let (errors_text, warnings_text) = (plural(errors, "error"), plural(warnings, "warning"));
        match self {
            Self::Error if errors > 0 => {
                Err(Error::Threshold(format!("{errors_text} in the data")))
            }
            Self::Warning if errors + warnings > 0 => Err(Error::Threshold(format!(
                "{errors_text} and {warnings_text} in the data"
            ))),
            _ => Ok(()),
        }
    }
}

impl AuditArgs {
    pub(crate) fn option_use() -> OptionUse {
        OptionUse {
            command: "audit",
            used: &[TABLES, RESULTS, LIMITS],
            reason: ": leave it out",
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &AuditArgs) -> Result<()> {
    let scratch = ScratchFiles::default();
    let target = OutputTarget::open(global.format(), global.output.as_deref(), &scratch)?
        .showing(global.rows.0, global.exact);
    let is_broken = target.broken_pipe();
    let job = AuditJob {
        target,
        request: AuditRequest {
            tables: args.tables.clone(),
            since: args.since,
            now: args.as_of.map_or_else(now, start_of_day),
        },
        least: args.severity.severity(),
        failing: args.fail_on,
        is_record: global.format() == Some(ResultFormat::Expanded),
        is_quiet: global.quiet,
    };
    let settings = global.settings(&scratch);
    let outcome = run_until_stopped(global.limits(), &scratch, move || job.run(settings));
    match outcome {
        Err(Error::Threshold(text)) => Err(Error::Threshold(text)),
        Err(_) if is_broken.load(Ordering::Relaxed) => Ok(()),
        outcome => outcome,
    }
}

/// Microseconds since 1970, of a whole second.
fn now() -> i64 {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_secs()).map_or(0, |seconds| seconds.saturating_mul(1_000_000))
}

fn start_of_day(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp_micros()
}

/// An audit with its options.
struct AuditJob {
    target: OutputTarget,
    request: AuditRequest,
    least: FindingSeverity,
    failing: FailingSeverity,
    /// True if each finding is printed line by line, which has room for the SQL.
    is_record: bool,
    is_quiet: bool,
}

impl AuditJob {
    async fn run(mut self, settings: EngineSettings) -> Result<()> {
        let config =
            audit::read_config(settings.config.as_deref(), settings.found_config.as_deref())?;
        let engine = Engine::open(settings).await?;
        for line in engine.take_notes().iter().filter(|_| !self.is_quiet) {
            note(&format!("note: {line}"));
        }
        let findings = audit::audit(&engine, config.as_ref(), &self.request).await?;
        let count = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        let (errors, warnings) = (
            count(FindingSeverity::Error),
            count(FindingSeverity::Warning),
        );
        let shown = findings
            .iter()
            .filter(|finding| finding.severity >= self.least);
        self.print(&shown.cloned().collect::<Vec<_>>())?;
        self.failing.judge(errors, warnings)
    }

    fn print(&mut self, findings: &[AuditFinding]) -> Result<()> {
        let is_short = self.target.is_for_people() && !self.is_record;
        let rows = if is_short {
            audit::columns_for_people(findings)?
        } else {
            audit::all_columns(findings)?
        };
        let written = self.write(&rows);
        written.map_err(|error| self.target.with_output_name(error))?;
        if is_short && !self.is_quiet && findings.iter().any(|finding| finding.count > 0) {
            note("-x shows the SQL that lists all rows of each finding");
        }
        self.target.finish()
    }

    fn write(&mut self, rows: &arrow::array::RecordBatch) -> Result<()> {
        let mut writer = self.target.writer(&rows.schema())?;
        writer.write(rows)?;
        writer.finish()
    }
}
