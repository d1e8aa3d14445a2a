//! `deskql generate`: a synthetic desk as Parquet files.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Instant;

use clap::Args;
use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use super::global_args::GlobalArgs;
use super::option_use::OptionUse;
use crate::error::{Error, Result};
use crate::generate::{
    self, GenerateOptions, GenerateProgress, GenerateSummary, SAMPLE_SEED, SAMPLE_TICKETS,
};
use crate::terminal::note;

const EXAMPLES: &str = "\
Examples:
  deskql generate --output desk
  deskql generate --tickets 1000000 --seed 7 --output desk && deskql --data desk -c 'SHOW TABLES'
  deskql generate --dirty 0.01 --output dirty-desk

The tables are described in docs/data-model.md.";

/// Write a synthetic desk: two years of tickets, events, surveys, customers and money
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GenerateArgs {
    /// Put the tables into this folder, which must be new or empty
    // Has the id of the global option, which it replaces here.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Number of tickets; everything else grows with it
    #[arg(long, value_name = "N", default_value_t = SAMPLE_TICKETS)]
    tickets: u64,
    /// Equal seeds give equal files, whatever the machine and the number of threads
    #[arg(long, value_name = "S", default_value_t = SAMPLE_SEED)]
    seed: u64,
    /// Put a fault of real exports into this share of the rows, 0 to 1
    #[arg(long, value_name = "RATE", default_value_t = 0.0)]
    dirty: f64,
    /// Replace the tables of an earlier run in the output folder
    #[arg(long)]
    force: bool,
}

impl GenerateArgs {
    pub(crate) fn option_use() -> OptionUse {
        OptionUse {
            command: "generate",
            used: &[&["output", "timeout", "threads"]],
            reason: ", which writes Parquet and reads nothing: leave it out",
        }
    }
}

pub(crate) fn run(global: &GlobalArgs, args: &GenerateArgs) -> Result<()> {
    let output = args.output.as_deref().ok_or_else(|| {
        Error::Usage(
            "where to? name a new or empty folder: deskql generate --output DIR".to_owned(),
        )
    })?;
    let options = GenerateOptions {
        dirty: args.dirty,
        threads: global.threads.map(NonZeroUsize::get),
        force: args.force,
        ..GenerateOptions::new(args.tickets, args.seed, output)
    };
    let started = Instant::now();
    let interrupted = interruption()?;
    let bar = bar(global.quiet);
    let summary = generate::run(&options, |progress: GenerateProgress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        match global.timeout {
            _ if interrupted.load(Ordering::Relaxed) => Err(Error::Interrupted),
            Some(limit) if started.elapsed() > limit => Err(Error::Timeout(limit.as_secs_f64())),
            _ => Ok(()),
        }
    });
    bar.finish_and_clear();
    let summary = summary?;
    if !global.quiet {
        tell(&summary, started);
    }
    Ok(())
}

/// A flag that Ctrl-C sets, so that the run can delete its unfinished files.
fn interruption() -> Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::io("waiting for Ctrl-C", source))?;
    let (ready, listening) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime.block_on(async {
            let mut signal = std::pin::pin!(tokio::signal::ctrl_c());
            // The first poll installs the handler; without it the signal would end the program.
            let early = futures::poll!(&mut signal);
            ready.send(()).ok();
            let heard = match early {
                Poll::Ready(heard) => heard,
                Poll::Pending => signal.await,
            };
            if heard.is_ok() {
                raised.store(true, Ordering::Relaxed);
            }
        });
    });
    listening.recv().ok();
    Ok(flag)
}

fn bar(quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed} elapsed, {eta} left");
    let bar = ProgressBar::new(1);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn tell(summary: &GenerateSummary, started: Instant) {
    for table in &summary.tables {
        let (rows, size) = (HumanCount(table.rows).to_string(), HumanBytes(table.bytes));
        note(&format!("{:<14} {rows:>15} rows  {size}", table.table));
    }
    for (fault, count) in summary.faults.iter().filter(|(_, count)| *count > 0) {
        note(&format!(
            "{:<16} {:>13} faults",
            fault.label(),
            HumanCount(*count).to_string()
        ));
    }
    let (rows, time) = (HumanCount(summary.rows()), HumanDuration(started.elapsed()));
    note(&format!("{rows} rows in {time}"));
}
