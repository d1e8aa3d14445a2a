//! The clap types of the program.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand};

use super::audit::AuditArgs;
use super::bench::BenchArgs;
use super::functions::FunctionsArgs;
use super::generate::GenerateArgs;
use super::global_args::GlobalArgs;
use super::ingest::IngestArgs;
use super::job::JobArgs;
use super::kpis::KpisArgs;
use super::named::RunArgs;
use super::optimize::OptimizeArgs;
use super::option_use::OptionUse;
use super::queries::QueriesArgs;
use super::report::ReportArgs;
use super::script::QueryArgs;

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
    pub(crate) command: Option<CliCommand>,
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

/// Everything that is not running SQL.
#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    Audit(AuditArgs),
    Bench(BenchArgs),
    Functions(FunctionsArgs),
    Kpis(KpisArgs),
    Generate(GenerateArgs),
    Ingest(IngestArgs),
    Optimize(OptimizeArgs),
    Job(JobArgs),
    Queries(QueriesArgs),
    Report(ReportArgs),
    Run(RunArgs),
}

impl CliCommand {
    /// Options before or behind its name that it has a use for.
    pub(crate) fn option_use(&self) -> OptionUse {
        match self {
            Self::Audit(_) => AuditArgs::option_use(),
            Self::Bench(args) => args.option_use(),
            Self::Functions(_) => FunctionsArgs::option_use(),
            Self::Kpis(_) => KpisArgs::option_use(),
            Self::Generate(_) => GenerateArgs::option_use(),
            Self::Ingest(args) => args.option_use(),
            Self::Optimize(_) => OptimizeArgs::option_use(),
            Self::Job(_) => JobArgs::option_use(),
            Self::Queries(_) => QueriesArgs::option_use(),
            Self::Report(args) => args.option_use(),
            Self::Run(args) => args.option_use(),
        }
    }
}
