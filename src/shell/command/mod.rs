//! Backslash commands: one table that parses, completes, explains and documents them.

pub(super) mod habits;
pub(super) mod help;
mod parse;
mod spec;

use std::path::PathBuf;

pub(super) use parse::parse;
pub(super) use spec::{ALL, CommandArgumentKind, CommandSpec, find};

use crate::output::ResultFormat;
use crate::output::chart::ChartSpec;

/// Something to do that is not SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ShellCommand {
    /// The tables, or the columns of one.
    Describe(Option<String>),
    /// The functions, or the page of one.
    Functions(Option<String>),
    /// The KPIs, or the page of one.
    Kpis(Option<String>),
    /// The named queries, or the page of one.
    Queries(Option<String>),
    /// One row about each column of a table.
    Summarize(String),
    /// A named query with values for its parameters.
    Run(String, Vec<(String, String)>),
    /// The statements and commands of a file.
    Include(PathBuf),
    /// The last statement in the editor.
    Edit,
    /// The last so many inputs.
    History(usize),
    /// All rows of the last result.
    Last,
    /// The last result as a chart.
    Chart(ChartSpec),
    /// The next result into a file; back to the screen without one.
    Output(Option<PathBuf>),
    /// One line a column.
    Expanded(Option<ExpandedMode>),
    /// How results are printed; says which without a format.
    Format(Option<ResultFormat>),
    /// How many rows are shown; says how many without a number.
    Rows(Option<ShellRowLimit>),
    /// Whether times are shown; the other way round without a word.
    Timing(Option<bool>),
    /// Whether numbers, times and units are shown as they are; the other way round without a word.
    Exact(Option<bool>),
    /// Whether statements that probably do not mean what they say get a line about it; the other way
    /// round without a word.
    Hints(Option<bool>),
    /// Whether long results go through the pager; the other way round without a word.
    Pager(Option<bool>),
    /// All commands.
    Help,
    /// The end.
    Quit,
}

/// When each column gets a line of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ExpandedMode {
    On,
    #[default]
    Off,
    /// When the columns do not fit side by side.
    Auto,
}

/// How many rows of a result are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ShellRowLimit {
    /// A thousand where a pager holds them, else a hundred.
    #[default]
    Auto,
    All,
    Most(usize),
}
