//! `deskql bench report`: times a report beside its scans.

use std::num::NonZeroUsize;
use std::time::Instant;

use chrono::NaiveDate;
use clap::Args;

use super::global_args::GlobalArgs;
use super::script::pair;
use super::values::parse_date;
use crate::archive::audit;
use crate::bench::{BenchMachine, BenchRunCounts, ReportTiming, StatementTiming};
use crate::error::{Error, Result};
use crate::report::{self, ReportRequest};
use crate::runtime::ScratchFiles;
use crate::tables::ConfigFile;
use crate::terminal::{print, run_until_stopped};
use crate::{Engine, EngineSettings, bench};

/// Time a report and each of its statements, beside reading the same rows
#[derive(Debug, Args)]
pub(super) struct BenchReportArgs {
    /// The report: a name, or the path of a file or folder of your own
    #[arg(default_value = "executive_quarterly")]
    name: String,
    /// Give a parameter a value (repeatable)
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    /// A day of the period [default: the last whole period of the data]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    day: Option<NaiveDate>,
    /// Runs that count, after one that does not
    #[arg(long, value_name = "N", default_value = "3")]
    runs: NonZeroUsize,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(global: &GlobalArgs, args: &BenchReportArgs) -> Result<()> {
    let scratch = ScratchFiles::default();
    let job = ReportBench {
        name: args.name.clone(),
        runs: args.runs.get(),
        is_json: args.json,
        request: ReportRequest {
            day: args.day,
            parameters: args.params.clone(),
            stamp: None,
            data: global.data.clone(),
            queries: global.queries.clone(),
        },
    };
    let settings = global.settings(&scratch);
    run_until_stopped(global.limits(), &scratch, move || job.run(settings))
}

/// A benchmark of a report with its options.
struct ReportBench {
    name: String,
    runs: usize,
    is_json: bool,
    request: ReportRequest,
}

impl ReportBench {
    async fn run(self, settings: EngineSettings) -> Result<()> {
        let config =
            audit::read_config(settings.config.as_deref(), settings.found_config.as_deref())?;
        let engine = Engine::open(settings.clone()).await?;
        let counts = BenchRunCounts {
            runs: self.runs,
            warmups: 1,
        };
        let mut timing = ReportTiming {
            deskql: env!("CARGO_PKG_VERSION").to_owned(),
            build: bench::build_profile().to_owned(),
            machine: BenchMachine::this(),
            setup: bench::setup(&engine, &settings, counts).await?,
            report: self.name.clone(),
            seconds: Vec::new(),
            statements: Vec::new(),
        };
        for round in 0..=self.runs {
            self.round(&engine, config.as_ref(), &mut timing, round > 0)
                .await?;
        }
        if !self.is_json {
            return print(&bench::report_timing(&timing));
        }
        let json = serde_json::to_string_pretty(&timing)
            .map_err(|error| Error::io("report", std::io::Error::other(error)))?;
        print(&format!("{json}\n"))
    }

    /// Makes the report, and reads what each statement read.
    async fn round(
        &self,
        engine: &Engine,
        config: Option<&ConfigFile>,
        timing: &mut ReportTiming,
        is_counted: bool,
    ) -> Result<()> {
        let start = Instant::now();
        let made = report::make_timed(engine, &self.name, &self.request, config).await?;
        let (made, times) = made;
        let seconds = start.elapsed().as_secs_f64();
        if !is_counted {
            let title = |sql: &str| {
                let shown = made.statements.iter().find(|shown| shown.sql == sql.trim());
                shown.map_or_else(|| first_line(sql), |shown| shown.title.clone())
            };
            let statements = times.into_iter().map(|time| StatementTiming {
                title: title(&time.sql),
                sql: time.sql,
                seconds: Vec::new(),
                scan_seconds: Vec::new(),
            });
            timing.statements = statements.collect();
            return Ok(());
        }
        timing.seconds.push(seconds);
        for (statement, time) in timing.statements.iter_mut().zip(times) {
            statement.seconds.push(time.seconds);
            let scan = bench::scan_seconds(engine, &statement.sql).await?;
            statement.scan_seconds.push(scan);
        }
        Ok(())
    }
}

/// Something to tell a statement without a title by.
fn first_line(sql: &str) -> String {
    const LONGEST: usize = 60;
    let line = sql.trim().lines().next().unwrap_or_default();
    line.chars().take(LONGEST).collect()
}
