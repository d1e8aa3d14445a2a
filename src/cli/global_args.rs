//! Options that every command understands.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::print_format::PrintFormat;
use super::values::{RowLimit, parse_bytes, parse_duration, parse_rows};
use crate::output::ResultFormat;
use crate::runtime::ScratchFiles;
use crate::terminal::ExecutionLimits;
use crate::{EngineSettings, tables};

/// Options that every command understands.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Register the tables found at a folder, file, glob or object-store URL, or one table NAME with
    /// NAME=LOCATION (repeatable; several in the variable are separated by ':')
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
    pub(crate) format: Option<PrintFormat>,
    /// Print one column a line, record by record
    #[arg(short = 'x', long, global = true, conflicts_with = "format")]
    pub(crate) expanded: bool,
    /// Show at most this many rows on a terminal, the first and the last; 'all' for all of them
    #[arg(
        long,
        value_name = "N",
        env = "DESKQL_ROWS",
        hide_env_values = true,
        default_value_t = RowLimit::default(),
        value_parser = parse_rows,
        global = true
    )]
    pub(crate) rows: RowLimit,
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
    /// The format requested by either option.
    pub(crate) fn format(&self) -> Option<ResultFormat> {
        if self.expanded {
            return Some(ResultFormat::Expanded);
        }
        match self.format {
            Some(PrintFormat::Result(format)) => Some(format),
            Some(PrintFormat::Html | PrintFormat::Terminal) | None => None,
        }
    }

    /// True if the format requested is one that only reports have.
    pub(crate) fn is_for_reports(&self) -> bool {
        matches!(self.format, Some(PrintFormat::Html | PrintFormat::Terminal))
    }

    /// Limits of a run of SQL.
    pub(crate) fn limits(&self) -> ExecutionLimits {
        ExecutionLimits {
            threads: self.threads,
            timeout: self.timeout,
        }
    }

    /// Settings of a session of a command that names its tables itself.
    pub(crate) fn settings_without_tables(&self, scratch: &ScratchFiles) -> EngineSettings {
        EngineSettings {
            data: Vec::new(),
            config: None,
            found_config: None,
            ..self.settings(scratch)
        }
    }

    /// Settings of the engine from these options.
    pub(crate) fn settings(&self, scratch: &ScratchFiles) -> EngineSettings {
        EngineSettings {
            data: self.data.clone(),
            config: self.config.clone(),
            found_config: tables::default_config(),
            queries: self.queries.clone(),
            threads: self.threads.map(NonZeroUsize::get),
            memory_limit: self.memory_limit,
            temp_dir: self.temp_dir.clone(),
            scratch: scratch.clone(),
        }
    }
}
