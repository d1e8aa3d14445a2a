//! The command line: clap types and one file a subcommand. It prints, as the shell does.

mod args;
mod bench;
mod functions;
mod generate;
mod named;
mod queries;
mod report;
mod run;
mod script;
mod values;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::error::{Error, Result};
use args::{Cli, Command};
use script::Source;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    match dispatch(&cli, &matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report::failure(&error),
    }
}

/// How to start, for someone who typed nothing but the program's name.
fn short_help() -> Result<()> {
    Cli::command()
        .print_help()
        .map_err(|source| Error::io("standard output", source))
}

fn dispatch(cli: &Cli, matches: &clap::ArgMatches) -> Result<()> {
    let sources = script::sources(&cli.query, matches);
    match &cli.command {
        Some(_) if !sources.is_empty() => Err(Error::Usage(
            "-c and -f run SQL and do not go with a subcommand".to_owned(),
        )),
        Some(Command::Bench(args)) => bench::run(&cli.global, args),
        Some(Command::Functions(args)) => functions::run(args),
        Some(Command::Generate(args)) => generate::run(&cli.global, args),
        Some(Command::Queries(args)) => queries::run(&cli.global, args),
        Some(Command::Run(args)) => named::run(&cli.global, args),
        None if !sources.is_empty() => run::run(&cli.global, sources),
        None if std::io::stdin().is_terminal() => short_help(),
        None => run::run(&cli.global, vec![Source::Stdin]),
    }
}
