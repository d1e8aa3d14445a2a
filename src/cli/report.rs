//! `deskql report`: makes a report in one of its formats.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use chrono::NaiveDate;
use clap::Args;

use super::global_args::GlobalArgs;
use super::option_use::{LIMITS, OptionUse, TABLES};
use super::report_format::{ReportFormat, WIDTH, hints};
use super::script::pair;
use super::standard_input;
use super::values::parse_date;
use crate::archive::audit;
use crate::error::{Error, Result};
use crate::output::ResultFormat;
use crate::report::{self, Report, ReportRequest};
use crate::runtime::ScratchFiles;
use crate::terminal::{OutputTarget, has_colours, note, print, run_until_stopped, width};
use crate::{Engine, EngineSettings};

/// Write the report of a week, month or quarter, with its reasons
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The report: a name, or the path of a file or folder of your own; the shipped ones are listed when absent
    name: Option<String>,
    /// Give a parameter a value (repeatable)
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = pair, requires = "name")]
    params: Vec<(String, String)>,
    /// A day of the period [default: the last whole period of the data]
    #[arg(long, value_name = "DATE", value_parser = parse_date, requires = "name")]
    day: Option<NaiveDate>,
    /// Print this section only, on a terminal
    #[arg(long, value_name = "SECTION", requires = "name")]
    section: Option<String>,
    /// End with exit code 3 if a goal is clearly missed
    #[arg(long, requires = "name")]
    check: bool,
    /// Put this text in the place of the time of making, so that equal data give equal bytes
    #[arg(long, value_name = "TEXT", requires = "name")]
    stamp: Option<String>,
    /// Add the SQL behind the numbers to Markdown; the other formats have it anyway
    #[arg(long, requires = "name")]
    sql: bool,
    /// Copy the report's definition to this new or empty folder, to change it there
    #[arg(long, value_name = "DIR", conflicts_with_all = ["day", "params", "section", "check", "stamp", "sql"])]
    eject: Option<PathBuf>,
}

impl ReportArgs {
    pub(crate) fn option_use(&self) -> OptionUse {
        if self.name.is_none() || self.eject.is_some() {
            return OptionUse {
                command: if self.name.is_none() {
                    "report without a name"
                } else {
                    "report --eject"
                },
                used: &[LIMITS],
                reason: ", which reads no tables and prints text: leave it out",
            };
        }
        OptionUse {
            command: "report",
            used: &[TABLES, &["format", "output"], LIMITS],
            reason: ", which is a document: leave it out",
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &ReportArgs) -> Result<()> {
    let Some(name) = &args.name else {
        return print(&listed()?);
    };
    if let Some(folder) = &args.eject {
        let files = report::eject(name, folder)?;
        let names: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        return print(&format!("{}\n", names.join("\n")));
    }
    let is_section = args.section.is_some() && global.format.is_none() && global.output.is_none();
    let format = if is_section {
        ReportFormat::Terminal
    } else {
        format(global)?
    };
    if args.section.is_some() && format != ReportFormat::Terminal {
        return Err(Error::Usage(
            "--section goes with --format terminal".to_owned(),
        ));
    }
    let scratch = ScratchFiles::default();
    // The format of the text itself; a target needs one of results.
    let target = OutputTarget::open(
        Some(ResultFormat::Markdown),
        global.output.as_deref(),
        &scratch,
    )?;
    let is_broken = target.broken_pipe();
    let job = ReportJob {
        target,
        name: name.clone(),
        format,
        section: args.section.clone(),
        checks: args.check,
        has_sql: args.sql,
        is_quiet: global.quiet,
        has_file: global.output.is_some(),
        request: ReportRequest {
            day: args.day,
            parameters: args.params.clone(),
            stamp: args.stamp.clone(),
            data: global.data.clone(),
            queries: global.queries.clone(),
        },
    };
    let settings = global.settings(&scratch);
    match run_until_stopped(global.limits(), &scratch, move || job.run(settings)) {
        Err(Error::Threshold(text)) => Err(Error::Threshold(text)),
        Err(_) if is_broken.load(Ordering::Relaxed) => Ok(()),
        outcome => outcome,
    }
}

/// The shipped reports.
fn listed() -> Result<String> {
    let mut text = String::new();
    for [name, title, question, readers] in report::list()? {
        text.push_str(&format!(
            "{name}\n    {title}. {question}\n    For {readers}.\n"
        ));
    }
    text.push_str("\ndeskql report NAME --output FILE.html writes one; --eject DIR copies one to change it.\n");
    Ok(text)
}

/// From `--format`, the extension of `--output`, or where the report goes.
fn format(global: &GlobalArgs) -> Result<ReportFormat> {
    let path = global
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    if let Some(name) = global.format {
        return ReportFormat::from_name(name).ok_or_else(|| {
            Error::Usage(format!(
                "--format {}: a report is html, markdown, terminal or json",
                name.name()
            ))
        });
    }
    let Some(path) = path else {
        let is_terminal = std::io::stdout().is_terminal();
        return Ok(if is_terminal {
            ReportFormat::Terminal
        } else {
            ReportFormat::Markdown
        });
    };
    ReportFormat::from_path(path).ok_or_else(|| {
        Error::Usage(format!(
            "{}: the extension is none of .html, .md, .txt and .json: add --format",
            path.display()
        ))
    })
}

/// A report with its options.
struct ReportJob {
    target: OutputTarget,
    name: String,
    format: ReportFormat,
    section: Option<String>,
    checks: bool,
    has_sql: bool,
    is_quiet: bool,
    /// True if the text goes to a file, which has no width and no colours.
    has_file: bool,
    request: ReportRequest,
}

impl ReportJob {
    async fn run(mut self, mut settings: EngineSettings) -> Result<()> {
        let config =
            audit::read_config(settings.config.as_deref(), settings.found_config.as_deref())?;
        let _standard_input = standard_input::take(&mut settings)?;
        let engine = Engine::open(settings).await?;
        for line in engine.take_notes().iter().filter(|_| !self.is_quiet) {
            note(&format!("note: {line}"));
        }
        let made = report::make(&engine, &self.name, &self.request, config.as_ref()).await?;
        for hint in hints(&made).iter().filter(|_| !self.is_quiet) {
            note(&format!("hint: {hint}"));
        }
        let misses_a_goal = report::misses_a_goal(&made);
        let text = self.text(made)?;
        self.target.write_text(&text)?;
        if self.checks && misses_a_goal {
            return Err(Error::Threshold("a goal is clearly missed".to_owned()));
        }
        Ok(())
    }

    fn text(&self, made: Report) -> Result<String> {
        if self.format == ReportFormat::Terminal {
            let screen = width().filter(|_| !self.has_file);
            let has_colours = has_colours() && !self.has_file;
            let section = self.section.as_deref();
            return report::terminal(&made, screen.unwrap_or(WIDTH), has_colours, section);
        }
        self.format.file_text(made, self.has_sql)
    }
}
