//! Options that every command understands, and which of them a command has a use for. The others are refused: an
//! option that is ignored is taken for obeyed.

use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::error::{Error, Result};

/// Where rows come from.
pub(crate) const TABLES: &[&str] = &["data", "config", "queries"];
/// How a result is written.
pub(crate) const RESULTS: &[&str] = &["format", "expanded", "rows", "exact", "output"];
/// What a run may take of the machine.
pub(crate) const LIMITS: &[&str] = &["timeout", "memory_limit", "temp_dir", "threads"];

/// All that go before or behind every command, but for `--quiet` and `--no-hints`, which a command that says nothing
/// obeys as it is.
const ALL: [&[&str]; 3] = [TABLES, RESULTS, LIMITS];

/// Options that a command has a use for.
#[derive(Debug)]
pub(crate) struct OptionUse {
    /// As it is called.
    pub(crate) command: &'static str,
    /// Identifiers of the options, in lists.
    pub(crate) used: &'static [&'static [&'static str]],
    /// What it does with others, behind "--format does not go with COMMAND": begins with its own punctuation.
    pub(crate) reason: &'static str,
}

impl OptionUse {
    /// True if `id` is the identifier of an option that the command has no use for.
    pub(crate) fn is_unused(&self, id: &str) -> bool {
        let is_in = |lists: &[&[&str]]| lists.iter().any(|list| list.contains(&id));
        is_in(&ALL) && !is_in(self.used)
    }

    /// Fails if the command line has an option without a use.
    ///
    /// # Errors
    /// A line for the user.
    pub(crate) fn refuse_unused(&self, matches: &ArgMatches) -> Result<()> {
        let is_typed = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let unused = ALL.into_iter().flatten().copied();
        match unused.filter(|id| self.is_unused(id)).find(is_typed) {
            Some(id) => Err(Error::Usage(format!(
                "--{} does not go with {}{}",
                id.replace('_', "-"),
                self.command,
                self.reason
            ))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_option_of_all_commands_is_in_a_list() {
        let command = Cli::command();
        let global: Vec<&str> = command
            .get_arguments()
            .filter(|argument| argument.is_global_set())
            .map(|argument| argument.get_id().as_str())
            .collect();
        assert!(global.len() > 10, "{global:?}");
        for id in &global {
            let is_listed = ALL.iter().any(|list| list.contains(id));
            assert!(is_listed || ["quiet", "no_hints"].contains(id), "{id}");
        }
        for id in ALL.into_iter().flatten() {
            assert!(global.contains(id), "{id}");
        }
    }
}
