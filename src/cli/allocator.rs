//! The option of the allocator that processes with many statements need.

use super::args::{Cli, CliCommand};
use super::script::SqlSource;

/// Starts a program that answers many statements over, in the same process, with the allocator told to keep freed
/// memory for ten seconds before the system gets it back.
///
/// Its own second is shorter than many a statement, so that buffers are given back and faulted in again all the time: a
/// tenth of the processor time of a session (docs/benchmarks.md). The option is read before `main`, and the only way to
/// set it from within is an `unsafe` call. A single statement gains nothing, and would wait 5 ms for the second start.
/// Where the program cannot be started, it goes on as it is.
pub(super) fn keep_freed_memory(cli: &Cli, sources: &[SqlSource]) {
    if has_many_statements(cli, sources) {
        start_over_with("MIMALLOC_PURGE_DELAY", "10000");
    }
}

/// True of the shell, of scripts, and of the commands that ask one question after the other.
fn has_many_statements(cli: &Cli, sources: &[SqlSource]) -> bool {
    match &cli.command {
        Some(command) => matches!(
            command,
            CliCommand::Bench(_) | CliCommand::Job(_) | CliCommand::Report(_)
        ),
        None => {
            sources.is_empty()
                || sources
                    .iter()
                    .any(|source| !matches!(source, SqlSource::Text(_)))
        }
    }
}

#[cfg(unix)]
fn start_over_with(option: &str, value: &str) {
    use std::os::unix::process::CommandExt;

    if std::env::var_os(option).is_some() {
        return;
    }
    let mut arguments = std::env::args_os();
    if let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next())
        // Under a loader that was given the program as an argument, it is the loader.
        && program.file_name() == std::path::Path::new(&name).file_name()
    {
        let mut again = std::process::Command::new(program);
        again.arg0(name).args(arguments).env(option, value);
        let _not_started = again.exec();
    }
}

#[cfg(not(unix))]
fn start_over_with(_: &str, _: &str) {}
