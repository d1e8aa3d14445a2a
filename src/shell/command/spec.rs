//! The table of commands.

use super::Command;
use super::parse::{self, Arguments};
use crate::error::Result;

/// A command as people know it.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Without the backslash.
    pub(crate) name: &'static str,
    /// What may follow, as in a manual: `[TABLE]`.
    pub(crate) arguments: &'static str,
    pub(crate) about: &'static str,
    pub(crate) group: &'static str,
    /// What completes the arguments.
    pub(crate) takes: Takes,
    pub(super) parse: fn(&Arguments) -> Result<Command>,
}

/// What the words after a command are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Nothing,
    Table,
    Function,
    Kpi,
    Query,
    /// A query, then its parameters.
    Run,
    /// A kind, then columns of the last result.
    Chart,
    File,
    Words(&'static [&'static str]),
}

const LOOK: &str = "Look around";
const RUN: &str = "Run";
const SHOW: &str = "Show results";
const SHELL: &str = "The shell";

/// Every command, grouped, in the order of the help.
pub(crate) const ALL: &[Spec] = &[
    Spec {
        name: "d",
        arguments: "[TABLE]",
        about: "list the tables, or the columns of one",
        group: LOOK,
        takes: Takes::Table,
        parse: parse::describe,
    },
    Spec {
        name: "df",
        arguments: "[FUNCTION]",
        about: "list the functions, or explain one",
        group: LOOK,
        takes: Takes::Function,
        parse: parse::functions,
    },
    Spec {
        name: "kpi",
        arguments: "[KPI]",
        about: "list the KPIs, or explain one",
        group: LOOK,
        takes: Takes::Kpi,
        parse: parse::kpis,
    },
    Spec {
        name: "queries",
        arguments: "[QUERY]",
        about: "list the named queries, or explain one",
        group: LOOK,
        takes: Takes::Query,
        parse: parse::queries,
    },
    Spec {
        name: "summarize",
        arguments: "TABLE",
        about: "range, spread, distinct and missing values of each column",
        group: LOOK,
        takes: Takes::Table,
        parse: parse::summarize,
    },
    Spec {
        name: "run",
        arguments: "QUERY [NAME=VALUE ..]",
        about: "run a named query",
        group: RUN,
        takes: Takes::Run,
        parse: parse::run,
    },
    Spec {
        name: "i",
        arguments: "FILE",
        about: "run the statements and commands of a file",
        group: RUN,
        takes: Takes::File,
        parse: parse::include,
    },
    Spec {
        name: "edit",
        arguments: "",
        about: "open the last statement in $VISUAL or $EDITOR, then run it",
        group: RUN,
        takes: Takes::Nothing,
        parse: parse::edit,
    },
    Spec {
        name: "history",
        arguments: "[N]",
        about: "print the last N inputs (20)",
        group: RUN,
        takes: Takes::Nothing,
        parse: parse::history,
    },
    Spec {
        name: "last",
        arguments: "",
        about: "show the last result again, all rows and columns of it",
        group: SHOW,
        takes: Takes::Nothing,
        parse: parse::last,
    },
    Spec {
        name: "chart",
        arguments: "[bar|line|sparkline] [X [Y ..]]",
        about: "draw the last result",
        group: SHOW,
        takes: Takes::Chart,
        parse: parse::chart,
    },
    Spec {
        name: "o",
        arguments: "[FILE]",
        about: "write the next result to a file, its extension says how; back to the screen without",
        group: SHOW,
        takes: Takes::File,
        parse: parse::output,
    },
    Spec {
        name: "x",
        arguments: "[on|off|auto]",
        about: "one line a column; auto: when the columns do not fit side by side",
        group: SHOW,
        takes: Takes::Words(&["on", "off", "auto"]),
        parse: parse::expanded,
    },
    Spec {
        name: "format",
        arguments: "[NAME]",
        about: "print results as table, csv, tsv, json, ndjson or markdown",
        group: SHOW,
        takes: Takes::Words(&["table", "csv", "tsv", "json", "ndjson", "markdown"]),
        parse: parse::format,
    },
    Spec {
        name: "rows",
        arguments: "[N|all|auto]",
        about: "show at most N rows; auto: 1000 with a pager, 100 without",
        group: SHOW,
        takes: Takes::Words(&["all", "auto"]),
        parse: parse::rows,
    },
    Spec {
        name: "exact",
        arguments: "[on|off]",
        about: "show every digit instead of rounded numbers, units and dates",
        group: SHOW,
        takes: Takes::Words(&["on", "off"]),
        parse: parse::exact,
    },
    Spec {
        name: "hints",
        arguments: "[on|off]",
        about: "say when SQL runs but probably does not mean what it says",
        group: SHOW,
        takes: Takes::Words(&["on", "off"]),
        parse: parse::hints,
    },
    Spec {
        name: "timing",
        arguments: "[on|off]",
        about: "say how long each statement took",
        group: SHOW,
        takes: Takes::Words(&["on", "off"]),
        parse: parse::timing,
    },
    Spec {
        name: "pager",
        arguments: "[on|off]",
        about: "show what is longer than the screen through $DESKQL_PAGER, $PAGER or less",
        group: SHOW,
        takes: Takes::Words(&["on", "off"]),
        parse: parse::pager,
    },
    Spec {
        name: "?",
        arguments: "",
        about: "this help",
        group: SHELL,
        takes: Takes::Nothing,
        parse: parse::help,
    },
    Spec {
        name: "q",
        arguments: "",
        about: "leave, as Ctrl-D on an empty line does",
        group: SHELL,
        takes: Takes::Nothing,
        parse: parse::quit,
    },
];

/// The command of this name, whatever its case.
pub(crate) fn find(name: &str) -> Option<&'static Spec> {
    ALL.iter().find(|spec| spec.name.eq_ignore_ascii_case(name))
}
