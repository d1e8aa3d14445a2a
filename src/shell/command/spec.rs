//! The table of commands.

use super::ShellCommand;
use super::parse::{self, CommandArguments};
use crate::error::Result;

/// Name, arguments and help text of a command.
#[derive(Debug)]
pub(crate) struct CommandSpec {
    /// Without the backslash.
    pub(crate) name: &'static str,
    /// Arguments in manual notation: `[TABLE]`.
    pub(crate) arguments: &'static str,
    pub(crate) about: &'static str,
    pub(crate) group: &'static str,
    /// Kind of argument, for completion.
    pub(crate) takes: CommandArgumentKind,
    pub(super) parse: fn(&CommandArguments) -> Result<ShellCommand>,
}

/// Kind of the words after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommandArgumentKind {
    Nothing,
    Table,
    Function,
    Kpi,
    Query,
    /// A query and its parameters.
    Run,
    /// A chart kind and columns of the last result.
    Chart,
    File,
    Words(&'static [&'static str]),
}

const LOOK: &str = "Look around";
const RUN: &str = "Run";
const SHOW: &str = "Show results";
const SHELL: &str = "The shell";

/// All commands, grouped, in the order of the help.
pub(crate) const ALL: &[CommandSpec] = &[
    CommandSpec {
        name: "d",
        arguments: "[TABLE]",
        about: "list the tables, or the columns of one",
        group: LOOK,
        takes: CommandArgumentKind::Table,
        parse: parse::describe,
    },
    CommandSpec {
        name: "df",
        arguments: "[FUNCTION]",
        about: "list the functions, or explain one; a part of a name finds all that have it",
        group: LOOK,
        takes: CommandArgumentKind::Function,
        parse: parse::functions,
    },
    CommandSpec {
        name: "kpi",
        arguments: "[KPI]",
        about: "list the KPIs, or explain one, or find them by a word",
        group: LOOK,
        takes: CommandArgumentKind::Kpi,
        parse: parse::kpis,
    },
    CommandSpec {
        name: "queries",
        arguments: "[QUERY|WORDS]",
        about: "list the named queries, or explain one, or find them by words",
        group: LOOK,
        takes: CommandArgumentKind::Query,
        parse: parse::queries,
    },
    CommandSpec {
        name: "summarize",
        arguments: "TABLE",
        about: "range, spread, distinct and missing values of each column",
        group: LOOK,
        takes: CommandArgumentKind::Table,
        parse: parse::summarize,
    },
    CommandSpec {
        name: "run",
        arguments: "QUERY [NAME=VALUE ..]",
        about: "run a named query",
        group: RUN,
        takes: CommandArgumentKind::Run,
        parse: parse::run,
    },
    CommandSpec {
        name: "i",
        arguments: "FILE",
        about: "run the statements and commands of a file",
        group: RUN,
        takes: CommandArgumentKind::File,
        parse: parse::include,
    },
    CommandSpec {
        name: "edit",
        arguments: "",
        about: "open the last statement in $VISUAL or $EDITOR, then run it",
        group: RUN,
        takes: CommandArgumentKind::Nothing,
        parse: parse::edit,
    },
    CommandSpec {
        name: "history",
        arguments: "[N]",
        about: "print the last N inputs (20)",
        group: RUN,
        takes: CommandArgumentKind::Nothing,
        parse: parse::history,
    },
    CommandSpec {
        name: "last",
        arguments: "",
        about: "show the last result again, all rows and columns of it",
        group: SHOW,
        takes: CommandArgumentKind::Nothing,
        parse: parse::last,
    },
    CommandSpec {
        name: "chart",
        arguments: "[bar|line|sparkline|heatmap|waterfall] [X [Y ..]] [by COLUMN] [all]",
        about: "draw the last result; by: a line or bar for each value of COLUMN; all: every bar",
        group: SHOW,
        takes: CommandArgumentKind::Chart,
        parse: parse::chart,
    },
    CommandSpec {
        name: "o",
        arguments: "[FILE]",
        about: "write the next result to a file, its extension says how; back to the screen without",
        group: SHOW,
        takes: CommandArgumentKind::File,
        parse: parse::output,
    },
    CommandSpec {
        name: "x",
        arguments: "[on|off|auto]",
        about: "one line a column; auto: when the columns do not fit side by side",
        group: SHOW,
        takes: CommandArgumentKind::Words(&["on", "off", "auto"]),
        parse: parse::expanded,
    },
    CommandSpec {
        name: "format",
        arguments: "[NAME]",
        about: "print results as table, csv, tsv, json, ndjson or markdown",
        group: SHOW,
        takes: CommandArgumentKind::Words(&["table", "csv", "tsv", "json", "ndjson", "markdown"]),
        parse: parse::format,
    },
    CommandSpec {
        name: "rows",
        arguments: "[N|all|auto]",
        about: "show at most N rows; auto: 1000 with a pager, 100 without",
        group: SHOW,
        takes: CommandArgumentKind::Words(&["all", "auto"]),
        parse: parse::rows,
    },
    CommandSpec {
        name: "exact",
        arguments: "[on|off]",
        about: "show every digit instead of rounded numbers, units and dates",
        group: SHOW,
        takes: CommandArgumentKind::Words(&["on", "off"]),
        parse: parse::exact,
    },
    CommandSpec {
        name: "hints",
        arguments: "[on|off]",
        about: "say when SQL runs but probably does not mean what it says",
        group: SHOW,
        takes: CommandArgumentKind::Words(&["on", "off"]),
        parse: parse::hints,
    },
    CommandSpec {
        name: "timing",
        arguments: "[on|off]",
        about: "say how long each statement took",
        group: SHOW,
        takes: CommandArgumentKind::Words(&["on", "off"]),
        parse: parse::timing,
    },
    CommandSpec {
        name: "pager",
        arguments: "[on|off]",
        about: "show what is longer than the screen through $DESKQL_PAGER, $PAGER or less",
        group: SHOW,
        takes: CommandArgumentKind::Words(&["on", "off"]),
        parse: parse::pager,
    },
    CommandSpec {
        name: "?",
        arguments: "",
        about: "this help",
        group: SHELL,
        takes: CommandArgumentKind::Nothing,
        parse: parse::help,
    },
    CommandSpec {
        name: "q",
        arguments: "",
        about: "leave, as Ctrl-D on an empty line does",
        group: SHELL,
        takes: CommandArgumentKind::Nothing,
        parse: parse::quit,
    },
];

/// Finds a command by name, ignoring case.
pub(crate) fn find(name: &str) -> Option<&'static CommandSpec> {
    ALL.iter().find(|spec| spec.name.eq_ignore_ascii_case(name))
}
