//! Backslash commands: one table serves parsing, completion, help and documentation.

pub(super) mod habits;
pub(super) mod help;
mod parse;
mod spec;

use std::path::PathBuf;

pub(super) use parse::parse;
pub(super) use spec::{ALL, CommandArgumentKind, CommandSpec, find};

use crate::output::ResultFormat;
use crate::output::chart::ChartSpec;

/// An action that is not SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ShellCommand {
    /// Lists the tables, or the columns of one.
    Describe(Option<String>),
    /// Lists the functions, or those with a part of a name, or shows the page of one.
    Functions(Option<String>),
    /// Lists the KPIs, or those that a word finds, or shows the page of one.
    Kpis(Option<String>),
    /// Lists the named queries, or those that words find, or shows the page of one.
    Queries(Option<String>),
    /// Computes one row of statistics for each column of a table.
    Summarize(String),
    /// Runs a named query with values for its parameters.
    Run(String, Vec<(String, String)>),
    /// Runs the statements and commands of a file.
    Include(PathBuf),
    /// Opens the last statement in the editor.
    Edit,
    /// Prints this many of the last inputs.
    History(usize),
    /// Shows all rows of the last result.
    Last,
    /// Draws the last result as a chart.
    Chart(ChartSpec),
    /// Writes the next result to a file; without one, to the screen again.
    Output(Option<PathBuf>),
    /// Prints each column on its own line.
    Expanded(Option<ExpandedMode>),
    /// Sets the output format; without one, prints the current format.
    Format(Option<ResultFormat>),
    /// Sets the number of rows shown; without one, prints the current number.
    Rows(Option<ShellRowLimit>),
    /// Turns times on or off; without a value, toggles.
    Timing(Option<bool>),
    /// Turns unformatted numbers, times and units on or off; without a value, toggles.
    Exact(Option<bool>),
    /// Turns hints about statements that probably do not mean what they say on or off; without a value,
    /// toggles.
    Hints(Option<bool>),
    /// Turns the pager for long results on or off; without a value, toggles.
    Pager(Option<bool>),
    /// Lists all commands.
    Help,
    /// Leaves the shell.
    Quit,
}

/// Controls when each column is printed on its own line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ExpandedMode {
    On,
    #[default]
    Off,
    /// When the columns do not fit side by side.
    Auto,
}

/// Number of rows of a result that are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ShellRowLimit {
    /// 1000 with a pager, 100 without.
    #[default]
    Auto,
    All,
    Most(usize),
}
