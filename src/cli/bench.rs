//! `deskql bench`: times the named queries, and compares two runs.

use std::io::{IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use tokio::io::{AsyncBufReadExt, BufReader};

use super::bench_report::{self, BenchReportArgs};
use super::global_args::GlobalArgs;
use super::option_use::{LIMITS, OptionUse, TABLES};
use super::values::parse_share;
use crate::bench::{BenchComparison, BenchMachine, BenchReport, BenchRunCounts};
use crate::error::{Error, Result};
use crate::generate::{self, GenerateOptions, SAMPLE_SEED};
use crate::runtime::{ScratchFiles, ScratchFolder, writing_failed};
use crate::terminal::{note, print, run_until_stopped, wording};
use crate::{Engine, EngineSettings, bench};

const EXAMPLES: &str = "\
Examples:
  deskql bench --data sample-data
  deskql bench nps csat --data desk --runs 20 --output before.json
  deskql bench --tickets 1000000 --output after.json
  deskql bench --compare before.json after.json --fail-above 10%
  deskql bench report executive_quarterly --data desk

Columns: cold is the first run in a new session, its start included, after the system was asked to drop the
files from its page cache (on Linux; files that others use stay). median, spread, min and max are of the warm
runs; spread is the interquartile range divided by the median. Warm runs go round by round over all queries,
and queries whose median is still uncertain get up to four times --runs.

A comparison calls a query faster or slower if the medians differ by more than 5 %, by more than their spread
explains, and by more than queries differ from each other by chance; 'range' is what the spread allows.";

/// Time the named queries, cold and warm
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    subject: Option<BenchSubject>,
    /// Only these queries [default: all that the tables can answer]
    names: Vec<String>,
    /// Runs of each query that count, at least
    #[arg(long, value_name = "N", default_value = "5")]
    runs: NonZeroUsize,
    /// Runs of each query before them that do not
    #[arg(long, value_name = "N", default_value_t = 1)]
    warmups: usize,
    /// Generate a desk of this many tickets and use that
    #[arg(long, value_name = "N", conflicts_with = "compare")]
    tickets: Option<u64>,
    /// The seed of the generated desk
    #[arg(long, value_name = "S", default_value_t = SAMPLE_SEED, requires = "tickets")]
    seed: u64,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Compare two runs that were written with --output
    #[arg(long, num_args = 2, value_names = ["BEFORE", "AFTER"], conflicts_with_all = ["names", "json", "runs", "warmups"])]
    compare: Option<Vec<PathBuf>>,
    /// End a comparison with exit code 1 if a query is slower by more than this: 10%, 0.1
    #[arg(long, value_name = "SHARE", value_parser = parse_share, requires = "compare")]
    fail_above: Option<f64>,
    /// Answer another program: a line of JSON on standard input asks, {"sql": ..} or {"query": ..}, and
    /// a line of JSON answers with the seconds, and with the rows if "rows" is true; "file" names an
    /// Arrow file to write them to
    #[arg(long, conflicts_with_all = ["names", "tickets", "compare", "json", "runs", "warmups"])]
    session: bool,
}

/// What else than named queries can be timed.
#[derive(Debug, Subcommand)]
enum BenchSubject {
    Report(BenchReportArgs),
}

impl BenchArgs {
    pub(crate) fn option_use(&self) -> OptionUse {
        let (command, used, reason): (_, &[&[&str]], _) = if self.subject.is_some() {
            let reason = ": it prints a table, or JSON with --json";
            ("bench report", &[TABLES, LIMITS], reason)
        } else if self.compare.is_some() {
            let reason = ", which reads two files and prints a table: leave it out";
            ("bench --compare", &[LIMITS], reason)
        } else if self.session {
            let reason = ", which answers on standard output: leave it out";
            ("bench --session", &[TABLES, LIMITS], reason)
        } else if self.tickets.is_some() {
            let reason =
                ", which generates its tables, and prints one or JSON with --json: leave it out";
            ("bench --tickets", &[&["output", "queries"], LIMITS], reason)
        } else {
            let reason = ": it prints a table, or JSON with --json";
            ("bench", &[TABLES, &["output"], LIMITS], reason)
        };
        OptionUse {
            command,
            used,
            reason,
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &BenchArgs) -> Result<()> {
    if let Some(BenchSubject::Report(report)) = &args.subject {
        return bench_report::run(global, report);
    }
    if let Some([before, after]) = args.compare.as_deref() {
        let comparison = BenchComparison::from_reports(&read(before)?, &read(after)?)?;
        print(&bench::comparison(&comparison))?;
        return gate(&comparison, args.fail_above);
    }
    if args.session {
        return session(global);
    }
    let scratch = ScratchFiles::default();
    let job = BenchJob {
        names: args.names.clone(),
        effort: BenchRunCounts {
            runs: args.runs.get(),
            warmups: args.warmups,
        },
        desk: args.tickets.map(|tickets| (tickets, args.seed)),
        is_quiet: global.quiet,
        is_json: args.json,
        output: global.output.clone(),
        scratch: scratch.clone(),
    };
    let settings = global.settings(&scratch);
    run_until_stopped(global.limits(), &scratch, move || job.run(settings))
}

/// The failure of a comparison in which a query became too slow.
fn gate(comparison: &BenchComparison, limit: Option<f64>) -> Result<()> {
    let Some(limit) = limit else {
        return Ok(());
    };
    let slower = comparison.slower_by(limit);
    if slower.is_empty() {
        return Ok(());
    }
    Err(Error::Sql(format!(
        "slower by more than {} %: {}",
        100.0 * limit,
        slower.join(", ")
    )))
}

/// Serves requests until standard input ends; an error is also a reply.
fn session(global: &GlobalArgs) -> Result<()> {
    let scratch = ScratchFiles::default();
    let settings = global.settings(&scratch);
    run_until_stopped(global.limits(), &scratch, async move || {
        let engine = Engine::open(settings).await?;
        let version = format!("{} ({})", env!("CARGO_PKG_VERSION"), bench::build_profile());
        print(&format!("{}\n", serde_json::json!({ "version": version })))?;
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        let failed = |source| Error::io("standard input", source);
        while let Some(line) = lines.next_line().await.map_err(failed)? {
            let reply = match bench::answer(&engine, &line).await {
                Ok(reply) => reply,
                Err(error) => serde_json::json!({ "error": wording(&error) }).to_string(),
            };
            print(&format!("{reply}\n"))?;
        }
        Ok(())
    })
}

/// A benchmark with its options.
struct BenchJob {
    names: Vec<String>,
    effort: BenchRunCounts,
    /// Tickets and seed of the desk to generate.
    desk: Option<(u64, u64)>,
    is_quiet: bool,
    is_json: bool,
    output: Option<PathBuf>,
    scratch: ScratchFiles,
}

impl BenchJob {
    async fn run(self, mut settings: EngineSettings) -> Result<()> {
        // The file is created first, so that a missing folder does not cost the whole run.
        let staged = match &self.output {
            Some(path) => Some(
                self.scratch
                    .stage(path)
                    .map_err(|error| writing_failed(path, &error))?,
            ),
            None => None,
        };
        let folder = self
            .desk
            .map(|desk| self.generate(&settings, desk))
            .transpose()?;
        if let Some(folder) = &folder {
            settings.data = vec![folder.path().display().to_string()];
        }
        let mut report = self.measure(&settings).await?;
        if let Some((tickets, seed)) = self.desk {
            report.setup.data = vec![format!("generate --tickets {tickets} --seed {seed}")];
        }
        let json = format!(
            "{}\n",
            serde_json::to_string_pretty(&report)
                .map_err(|error| Error::io("report", std::io::Error::other(error)))?
        );
        if let (Some(staged), Some(path)) = (staged, &self.output) {
            let failed = |source| Error::io(path, source);
            staged
                .handle()
                .and_then(|mut file| file.write_all(json.as_bytes()))
                .map_err(failed)?;
            staged.persist().map_err(failed)?;
        }
        if self.is_json {
            print(&json)
        } else {
            print(&bench::report(&report))
        }
    }

    fn generate(
        &self,
        settings: &EngineSettings,
        (tickets, seed): (u64, u64),
    ) -> Result<ScratchFolder> {
        let parent = settings.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
        let failed = |source| Error::io(&parent, source);
        let folder = self.scratch.folder(&parent).map_err(failed)?;
        self.tell(&format!("generating {tickets} tickets"));
        generate::run(&GenerateOptions::new(tickets, seed, folder.path()), |_| {
            Ok(())
        })?;
        Ok(folder)
    }

    async fn measure(&self, settings: &EngineSettings) -> Result<BenchReport> {
        let engine = Engine::open(settings.clone()).await?;
        let (queries, skipped) = bench::choose(&engine, &self.names).await?;
        let setup = bench::setup(&engine, settings, self.effort).await?;
        drop(engine);
        let tell = |line: &str| self.tell(line);
        let timings = bench::time(settings, &queries, self.effort, tell).await?;
        Ok(BenchReport {
            deskql: env!("CARGO_PKG_VERSION").to_owned(),
            datafusion: datafusion::DATAFUSION_VERSION.to_owned(),
            build: bench::build_profile().to_owned(),
            machine: BenchMachine::this(),
            setup,
            queries: timings,
            skipped,
        })
    }

    /// Prints a note, only on a terminal.
    fn tell(&self, line: &str) {
        if !self.is_quiet && std::io::stderr().is_terminal() {
            note(line);
        }
    }
}

fn read(path: &Path) -> Result<BenchReport> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
    serde_json::from_str(&text).map_err(|error| Error::Config {
        path: path.to_owned(),
        line: error.line(),
        problem: format!("not a report of deskql bench --output: {error}"),
    })
}
