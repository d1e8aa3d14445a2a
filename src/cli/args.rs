//! What can be typed: the clap types of the program and its global options.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};

use super::bench::BenchArgs;
use super::functions::FunctionsArgs;
use super::generate::GenerateArgs;
use super::kpis::KpisArgs;
use super::named::RunArgs;
use super::queries::QueriesArgs;
use super::values::{Rows, parse_bytes, parse_duration, parse_rows};
use crate::Settings;
use crate::output::Format;
use crate::runtime::Scratch;
use crate::tables;
use crate::terminal::Limits;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let own = env!("CARGO_PKG_VERSION");
    format!("{own} (DataFusion {})", datafusion::DATAFUSION_VERSION)
});

const START: &str = "\
Without a command, -c or -f, deskql is a shell: SQL ends with ';', \\? shows the help, Tab completes.
It obeys DESKQL_PAGER or PAGER, VISUAL or EDITOR, NO_COLOR, and runs ~/.deskqlrc at its start.

Start here:
  deskql --data sample-data
  deskql --data sample-data -c 'SHOW TABLES'
  deskql --data sample-data -c 'SELECT channel, count(*) AS tickets FROM tickets GROUP BY ALL'
  deskql --data sample-data run overview
  deskql --data 's3://bucket/desk/*.parquet' -f report.sql --output report.csv
  deskql functions nps
  deskql kpis";

/// Answers customer-service questions with SQL over archives of tickets and surveys.
#[derive(Debug, Parser)]
#[command(name = "deskql", version = VERSION.as_str(), after_help = START)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    #[command(flatten)]
    pub(crate) shell: ShellArgs,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The SQL to run; without any, standard input, or the shell when that is a terminal.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// Run these statements, separated by ';' (repeatable, in the order given)
    #[arg(short = 'c', long = "command", value_name = "SQL")]
    pub(crate) sql: Vec<String>,
    /// Run the statements of this file, '-' for standard input (repeatable, in the order given)
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Vec<PathBuf>,
}

/// Options of the shell.
#[derive(Debug, Args)]
pub(crate) struct ShellArgs {
    /// Do not run ~/.deskqlrc when the shell starts
    #[arg(long)]
    pub(crate) no_rc: bool,
    /// Keep the shell's history in this file [default: deskql/history in `$XDG_STATE_HOME`]
    #[arg(
        long,
        value_name = "FILE",
        env = "DESKQL_HISTORY",
        hide_env_values = true
    )]
    pub(crate) history: Option<PathBuf>,
}

/// Options that every command understands.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Register the tables found at a folder, file, glob or object-store URL (repeatable; several in
    /// the variable are separated by ':')
    #[arg(
        long,
        value_name = "LOCATION",
        global = true,
        env = "DESKQL_DATA",
        hide_env_values = true
    )]
    pub(crate) data: Vec<String>,
    /// Read tables and column mappings from this deskql.toml [default: ./deskql.toml if it is there]
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        env = "DESKQL_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Add the named queries of this folder, over shipped ones of the same name (repeatable)
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "DESKQL_QUERIES",
        hide_env_values = true
    )]
    pub(crate) queries: Vec<PathBuf>,
    /// How to print results [default: from the extension of --output, else table]
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        global = true,
        env = "DESKQL_FORMAT",
        hide_env_values = true
    )]
    pub(crate) format: Option<Format>,
    /// Print one column a line, record by record
    #[arg(short = 'x', long, global = true, conflicts_with = "format")]
    pub(crate) expanded: bool,
    /// Show at most this many rows on a terminal, the first and the last; 'all' for all of them
    #[arg(
        long,
        value_name = "N",
        env = "DESKQL_ROWS",
        hide_env_values = true,
        default_value_t = Rows::default(),
        value_parser = parse_rows,
        global = true
    )]
    pub(crate) rows: Rows,
    /// Show every digit on a terminal instead of rounded numbers, units and dates
    #[arg(long, global = true)]
    pub(crate) exact: bool,
    /// Print no hints about SQL that runs but probably does not mean what it says
    #[arg(
        long,
        env = "DESKQL_NO_HINTS",
        hide_env_values = true,
        value_parser = FalseyValueParser::new(),
        global = true
    )]
    pub(crate) no_hints: bool,
    /// Write the result to this file instead of standard output
    #[arg(short, long, value_name = "FILE", global = true)]
    pub(crate) output: Option<PathBuf>,
    /// Stop after this long: 30, 90s, 5m, 1h
    #[arg(long, value_name = "TIME", value_parser = parse_duration, global = true)]
    pub(crate) timeout: Option<Duration>,
    /// Hold at most this much query data in memory, spill the rest to disk: 512MB, 2GiB
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, global = true, env = "DESKQL_MEMORY_LIMIT", hide_env_values = true)]
    pub(crate) memory_limit: Option<usize>,
    /// Put spilled data in this folder [default: the system's temporary folder]
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) temp_dir: Option<PathBuf>,
    /// Use this many threads [default: all cores]
    #[arg(
        long,
        value_name = "N",
        global = true,
        env = "DESKQL_THREADS",
        hide_env_values = true
    )]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Print no progress bar and no notes on standard error, errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

impl GlobalArgs {
    /// The format asked for, by either option.
    pub(crate) fn format(&self) -> Option<Format> {
        if self.expanded {
            return Some(Format::Expanded);
        }
        self.format
    }

    /// What a run of SQL may use.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            threads: self.threads,
            timeout: self.timeout,
        }
    }

    /// What the engine needs to know of them.
    pub(crate) fn settings(&self, scratch: &Scratch) -> Settings {
        Settings {
            data: self.data.clone(),
            config: self.config.clone().or_else(tables::default_config),
            queries: self.queries.clone(),
            threads: self.threads.map(NonZeroUsize::get),
            memory_limit: self.memory_limit,
            temp_dir: self.temp_dir.clone(),
            scratch: scratch.clone(),
        }
    }
}

/// Everything that is not running SQL.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Bench(BenchArgs),
    Functions(FunctionsArgs),
    Kpis(KpisArgs),
    Generate(GenerateArgs),
    Queries(QueriesArgs),
    Run(RunArgs),
}
