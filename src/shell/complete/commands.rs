//! Completion of backslash commands and their arguments.

use super::super::catalog::{ShellCatalog, ShellNamedQuery, ShellQueryParameter};
use super::super::command::{ALL, CommandArgumentKind, CommandSpec, find, help};
use super::{CompletionCandidate, CompletionList, files, matching};
use crate::catalogue::{Kpi, kpis};

/// Completes the command that begins at or after `start`.
pub(super) fn complete(
    text: &str,
    start: usize,
    cursor: usize,
    catalog: &ShellCatalog,
) -> CompletionList {
    let before = &text[start..cursor];
    let line = before.trim_start();
    let from = cursor - line.len();
    let Some(space) = line.find(char::is_whitespace) else {
        return CompletionList {
            range: from..cursor,
            all: matching(line, ALL.iter().map(name).collect()),
        };
    };
    let Some(spec) = find(&line[1..space]) else {
        return CompletionList::default();
    };
    let word = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let typed = &line[word..];
    let all = match spec.takes {
        CommandArgumentKind::Nothing => Vec::new(),
        CommandArgumentKind::Table => matching(typed, catalog.tables.iter().map(table).collect()),
        CommandArgumentKind::Function => {
            matching(typed, catalog.functions.iter().map(function).collect())
        }
        CommandArgumentKind::Kpi => matching(typed, kpis::ALL.iter().map(kpi).collect()),
        CommandArgumentKind::Query => matching(typed, catalog.queries.iter().map(query).collect()),
        CommandArgumentKind::Run if line[space..].trim_start().len() == typed.len() => {
            let queries = catalog.queries.iter().map(query);
            let queries = queries.map(|query| CompletionCandidate {
                ends_word: true,
                ..query
            });
            matching(typed, queries.collect())
        }
        CommandArgumentKind::Run => return parameter(line, space, typed, cursor, catalog),
        CommandArgumentKind::Chart => matching(typed, chart(line, space, typed, catalog)),
        CommandArgumentKind::Words(words) => {
            let words = words.iter().map(|word| CompletionCandidate::new(*word, ""));
            matching(typed, words.collect())
        }
        CommandArgumentKind::File => return file(line, space, from, cursor),
    };
    CompletionList {
        range: from + word..cursor,
        all,
    }
}

fn name(spec: &CommandSpec) -> CompletionCandidate {
    let about = format!("{}  {}", help::usage(spec), spec.about);
    let value = format!("\\{}", spec.name);
    match spec.takes {
        CommandArgumentKind::Nothing => CompletionCandidate::new(value, about),
        _ => CompletionCandidate::word(value, about),
    }
}

fn table(table: &super::super::catalog::ShellTable) -> CompletionCandidate {
    let columns = table.columns.len();
    CompletionCandidate::new(table.full_name(), format!("{columns} columns"))
}

fn function(function: &super::super::catalog::ShellFunction) -> CompletionCandidate {
    CompletionCandidate::new(&function.name, &function.meaning)
}

fn kpi(kpi: &Kpi) -> CompletionCandidate {
    CompletionCandidate::new(kpi.name, kpi.title)
}

fn query(query: &ShellNamedQuery) -> CompletionCandidate {
    CompletionCandidate::new(&query.name, &query.title)
}

/// After `\run NAME`: names of its parameters, and after `=` the values of that parameter.
fn parameter(
    line: &str,
    space: usize,
    typed: &str,
    cursor: usize,
    catalog: &ShellCatalog,
) -> CompletionList {
    let name = line[space..].split_whitespace().next().unwrap_or_default();
    let Some(query) = catalog.queries.iter().find(|query| query.name == name) else {
        return CompletionList::default();
    };
    let dashes = if typed.starts_with("--") { "--" } else { "" };
    let (typed, all) = match typed.split_once('=') {
        Some((name, value)) => {
            let name = name.trim_start_matches('-');
            let known = query
                .parameters
                .iter()
                .find(|parameter| parameter.name == name);
            let choices = known.into_iter().flat_map(|parameter| &parameter.choices);
            (
                value,
                choices
                    .map(|choice| CompletionCandidate::word(choice, ""))
                    .collect(),
            )
        }
        None => {
            let given =
                |parameter: &&ShellQueryParameter| line.contains(&format!("{}=", parameter.name));
            let open = query
                .parameters
                .iter()
                .filter(|parameter| !given(parameter));
            let name = |parameter: &ShellQueryParameter| {
                CompletionCandidate::new(format!("{dashes}{}=", parameter.name), &parameter.about)
            };
            (typed, open.map(name).collect())
        }
    };
    CompletionList {
        range: cursor - typed.len()..cursor,
        all: matching(typed, all),
    }
}

/// Chart kinds, then columns of the last result.
fn chart(
    line: &str,
    space: usize,
    typed: &str,
    catalog: &ShellCatalog,
) -> Vec<CompletionCandidate> {
    let mut all = Vec::new();
    if line[space..].trim_start().len() == typed.len() {
        all.extend(
            ["bar", "line", "sparkline", "heatmap", "waterfall"]
                .map(|kind| CompletionCandidate::word(kind, "")),
        );
    }
    let columns = catalog.last.iter();
    all.extend(columns.map(|column| CompletionCandidate::word(&column.name, &column.kind)));
    if !typed.is_empty() {
        all.extend(["by", "all"].map(|word| CompletionCandidate::word(word, "")));
    }
    all
}

/// The rest of the line is the path, with or without an opening quote.
fn file(line: &str, space: usize, from: usize, cursor: usize) -> CompletionList {
    let argument = line[space..].trim_start();
    let typed = argument.trim_start_matches(['"', '\'']);
    let quoted = |path: String| {
        let value = match shlex::try_quote(&path) {
            // The path can continue after a folder.
            Ok(quoted) if !path.ends_with('/') && !path.starts_with('~') => quoted.into_owned(),
            _ => path,
        };
        CompletionCandidate::new(value, "")
    };
    let start = from + line.len() - argument.len();
    CompletionList {
        range: start..cursor,
        all: files::beginning_with(typed)
            .into_iter()
            .map(quoted)
            .collect(),
    }
}
