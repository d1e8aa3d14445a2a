//! Backslash commands and what follows them.

use super::super::catalog::{Catalog, Parameter, Query};
use super::super::command::{ALL, Spec, Takes, find, help};
use super::{Candidate, Candidates, files, matching};
use crate::catalogue::{Kpi, kpis};

/// Completes the command that begins at or after `start`.
pub(super) fn complete(text: &str, start: usize, cursor: usize, catalog: &Catalog) -> Candidates {
    let before = &text[start..cursor];
    let line = before.trim_start();
    let from = cursor - line.len();
    let Some(space) = line.find(char::is_whitespace) else {
        return Candidates {
            range: from..cursor,
            all: matching(line, ALL.iter().map(name).collect()),
        };
    };
    let Some(spec) = find(&line[1..space]) else {
        return Candidates::default();
    };
    let word = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let typed = &line[word..];
    let all = match spec.takes {
        Takes::Nothing => Vec::new(),
        Takes::Table => matching(typed, catalog.tables.iter().map(table).collect()),
        Takes::Function => matching(typed, catalog.functions.iter().map(function).collect()),
        Takes::Kpi => matching(typed, kpis::ALL.iter().map(kpi).collect()),
        Takes::Query => matching(typed, catalog.queries.iter().map(query).collect()),
        Takes::Run if line[space..].trim_start().len() == typed.len() => {
            let queries = catalog.queries.iter().map(query);
            let queries = queries.map(|query| Candidate {
                ends_word: true,
                ..query
            });
            matching(typed, queries.collect())
        }
        Takes::Run => return parameter(line, space, typed, cursor, catalog),
        Takes::Chart => matching(typed, chart(line, space, typed, catalog)),
        Takes::Words(words) => {
            let words = words.iter().map(|word| Candidate::new(*word, ""));
            matching(typed, words.collect())
        }
        Takes::File => return file(line, space, from, cursor),
    };
    Candidates {
        range: from + word..cursor,
        all,
    }
}

fn name(spec: &Spec) -> Candidate {
    let about = format!("{}  {}", help::usage(spec), spec.about);
    let value = format!("\\{}", spec.name);
    match spec.takes {
        Takes::Nothing => Candidate::new(value, about),
        _ => Candidate::word(value, about),
    }
}

fn table(table: &super::super::catalog::Table) -> Candidate {
    let columns = table.columns.len();
    Candidate::new(table.full_name(), format!("{columns} columns"))
}

fn function(function: &super::super::catalog::Function) -> Candidate {
    Candidate::new(&function.name, &function.meaning)
}

fn kpi(kpi: &Kpi) -> Candidate {
    Candidate::new(kpi.name, kpi.title)
}

fn query(query: &Query) -> Candidate {
    Candidate::new(&query.name, &query.title)
}

/// After `\run NAME`: the names of its parameters, and after the sign the values that one takes.
fn parameter(
    line: &str,
    space: usize,
    typed: &str,
    cursor: usize,
    catalog: &Catalog,
) -> Candidates {
    let name = line[space..].split_whitespace().next().unwrap_or_default();
    let Some(query) = catalog.queries.iter().find(|query| query.name == name) else {
        return Candidates::default();
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
                choices.map(|choice| Candidate::word(choice, "")).collect(),
            )
        }
        None => {
            let given = |parameter: &&Parameter| line.contains(&format!("{}=", parameter.name));
            let open = query
                .parameters
                .iter()
                .filter(|parameter| !given(parameter));
            let name = |parameter: &Parameter| {
                Candidate::new(format!("{dashes}{}=", parameter.name), &parameter.about)
            };
            (typed, open.map(name).collect())
        }
    };
    Candidates {
        range: cursor - typed.len()..cursor,
        all: matching(typed, all),
    }
}

/// The kinds of charts, then the columns of the last result.
fn chart(line: &str, space: usize, typed: &str, catalog: &Catalog) -> Vec<Candidate> {
    let mut all = Vec::new();
    if line[space..].trim_start().len() == typed.len() {
        all.extend(["bar", "line", "sparkline"].map(|kind| Candidate::word(kind, "")));
    }
    let columns = catalog.last.iter();
    all.extend(columns.map(|column| Candidate::word(&column.name, &column.kind)));
    all
}

/// The path is everything after the command, with or without a quote before it.
fn file(line: &str, space: usize, from: usize, cursor: usize) -> Candidates {
    let argument = line[space..].trim_start();
    let typed = argument.trim_start_matches(['"', '\'']);
    let quoted = |path: String| {
        let value = match shlex::try_quote(&path) {
            // A folder is not the end of the path.
            Ok(quoted) if !path.ends_with('/') && !path.starts_with('~') => quoted.into_owned(),
            _ => path,
        };
        Candidate::new(value, "")
    };
    let start = from + line.len() - argument.len();
    Candidates {
        range: start..cursor,
        all: files::beginning_with(typed)
            .into_iter()
            .map(quoted)
            .collect(),
    }
}
