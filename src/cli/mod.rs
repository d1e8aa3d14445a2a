//! The command line: clap types and one file for each subcommand. It prints, as the shell does.

mod allocator;
mod args;
mod audit;
mod backslash;
mod bench;
mod bench_report;
mod environment;
mod failure;
mod functions;
mod generate;
mod global_args;
mod ingest;
mod job;
mod job_report;
mod kpis;
mod named;
mod optimize;
mod option_use;
mod print_format;
mod processor;
mod queries;
mod report;
mod report_format;
mod run;
mod script;
mod standard_input;
mod step_reports;
mod values;

use std::io::IsTerminal;
use std::process::ExitCode;

use args::{Cli, CliCommand};
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches};
use global_args::GlobalArgs;
use print_format::PrintFormat;
use script::SqlSource;

use crate::error::{Error, Result};
use crate::output::ResultFormat;
use crate::runtime::ScratchFiles;
use crate::shell;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(missing_instructions) = processor::missing_instructions() {
        return failure::fail_with_message(missing_instructions);
    }
    let matches = Cli::command().get_matches();
    let mut cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    environment::apply(&mut cli, &matches);
    match dispatch(&cli, &matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::failure(&error),
    }
}

/// Starts the shell: standard input is a terminal and no SQL was given.
fn start_shell(cli: &Cli, matches: &clap::ArgMatches) -> Result<()> {
    let global = &cli.global;
    if global.output.is_some() {
        return Err(Error::Usage(
            "--output goes with -c or -f; in the shell, \\o FILE writes the next result to a file"
                .to_owned(),
        ));
    }
    let format = global.format().unwrap_or(ResultFormat::Table);
    if format.is_binary() {
        return Err(Error::Usage(format!(
            "{} is not for terminals: in the shell, \\o FILE writes the next result to a file",
            format.name()
        )));
    }
    let is_asked = matches.value_source("rows") != Some(ValueSource::DefaultValue);
    let scratch = ScratchFiles::default();
    shell::run(shell::ShellOptions {
        settings: global.settings(&scratch),
        scratch,
        limits: global.limits(),
        format,
        is_quiet: global.quiet,
        has_hints: !global.no_hints,
        is_exact: global.exact,
        rows: is_asked.then_some(global.rows.0),
        reads_rc: !cli.shell.no_rc,
        history: cli.shell.history.clone(),
    })
}

fn only_reports(global: &GlobalArgs) -> Error {
    let name = global.format.map(PrintFormat::name).unwrap_or_default();
    Error::Usage(format!("--format {name} is for deskql report"))
}

fn dispatch(cli: &Cli, matches: &clap::ArgMatches) -> Result<()> {
    let sources = script::sources(&cli.query, matches);
    allocator::keep_freed_memory(cli, &sources);
    match &cli.command {
        Some(_) if !sources.is_empty() => Err(Error::Usage(
            "-c and -f run SQL and do not go with a subcommand".to_owned(),
        )),
        Some(_) if !cli.query.params.is_empty() || cli.query.keep_going => Err(Error::Usage(
            "--param and --keep-going before a subcommand belong to -c and -f: write them behind its name"
                .to_owned(),
        )),
        Some(command) => run_command(command, &cli.global, matches),
        None if cli.global.is_for_reports() => Err(only_reports(&cli.global)),
        None if !sources.is_empty() => run::run(&cli.global, &cli.query, sources),
        None if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() => {
            start_shell(cli, matches)
        }
        None => run::run(&cli.global, &cli.query, vec![SqlSource::Stdin]),
    }
}

fn run_command(
    command: &CliCommand,
    global: &GlobalArgs,
    matches: &clap::ArgMatches,
) -> Result<()> {
    let typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
    if let Some(id) = ["no_rc", "history"].into_iter().find(|id| typed(id)) {
        let option = id.replace('_', "-");
        return Err(Error::Usage(format!(
            "--{option} is for the shell, which starts without a subcommand: leave it out"
        )));
    }
    command.option_use().refuse_unused(matches)?;
    match command {
        CliCommand::Report(args) => report::run(global, args),
        _ if global.is_for_reports() => Err(only_reports(global)),
        CliCommand::Audit(args) => audit::run(global, args),
        CliCommand::Bench(args) => bench::run(global, args),
        CliCommand::Functions(args) => functions::run(args),
        CliCommand::Job(args) => job::run(global, args),
        CliCommand::Kpis(args) => kpis::run(args),
        CliCommand::Generate(args) => generate::run(global, args),
        CliCommand::Ingest(args) => ingest::run(global, args),
        CliCommand::Optimize(args) => optimize::run(global, args),
        CliCommand::Queries(args) => queries::run(global, args),
        CliCommand::Run(args) => named::run(global, args),
    }
}
