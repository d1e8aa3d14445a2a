//! Text output about named queries: the list, and the page of one query.

use std::fmt::Write;

use super::library::QueryLibrary;
use super::parameter::QueryParameter;
use super::query::{NamedQuery, QueryOrigin};
use crate::error::Result;
use crate::text::{cut, fill, heading, page_width};

/// One line for each query under its topic, cut to `width` characters.
#[must_use]
pub(crate) fn list<'a>(
    queries: impl IntoIterator<Item = &'a NamedQuery>,
    width: Option<usize>,
) -> String {
    let queries: Vec<&NamedQuery> = queries.into_iter().collect();
    let widest = queries.iter().map(|query| query.name.len()).max();
    let widest = widest.unwrap_or(0);
    let mut topics: Vec<&str> = Vec::new();
    for query in &queries {
        if !topics.contains(&query.topic.as_str()) {
            topics.push(&query.topic);
        }
    }
    let mut out = String::new();
    for topic in topics {
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", heading(topic));
        for query in queries.iter().filter(|query| query.topic == topic) {
            let line = format!("  {:widest$}  {}", query.name, query.question);
            let _ = writeln!(out, "{}", cut(&line, width));
        }
    }
    out
}

/// The page of the query called `words`, else the list of those that the words find.
///
/// # Errors
/// When there is none; the message suggests the nearest name.
pub(crate) fn lookup(library: &QueryLibrary, words: &str, width: Option<usize>) -> Result<String> {
    let found = library.find(words);
    let matching = library.search(words);
    match (found, matching.as_slice()) {
        (Ok(query), _) => Ok(page(query, width)),
        (Err(error), []) => Err(error),
        (Err(_), [only]) => Ok(page(only, width)),
        (Err(_), several) => Ok(list(several.iter().copied(), width)),
    }
}

/// Full description of one query: its question, parameters and tables, how to run it, and its SQL.
#[must_use]
pub(crate) fn page(query: &NamedQuery, width: Option<usize>) -> String {
    let width = page_width(width);
    let mut out = format!("{}: {}\n", query.name, query.title);
    let paragraph = |text: &str| fill(text, width, "", "");
    let _ = write!(out, "\n{}\n", paragraph(&query.question));
    if let Some(dated) = &query.dated {
        let _ = writeln!(out, "{}", paragraph(&format!("Dated: {dated}.")));
    }
    let parameters: Vec<String> = query.parameters.iter().map(|p| entry(p, width)).collect();
    section(&mut out, "Parameters", &parameters);
    let needs: Vec<String> = query
        .needs
        .iter()
        .map(|(table, columns)| hanging(&format!("{table} ({})", columns.join(", ")), width))
        .collect();
    section(&mut out, "Reads", &needs);
    if !query.kpis.is_empty() {
        section(&mut out, "KPIs", &[hanging(&query.kpis.join(", "), width)]);
    }
    if let QueryOrigin::File(path) = &query.origin {
        section(&mut out, "File", &[format!("  {}", path.display())]);
    }
    section(&mut out, "Run", &[format!("  {}", example(query))]);
    let sql: Vec<String> = query.sql.lines().map(indented).collect();
    section(&mut out, "SQL", &sql);
    out
}

fn indented(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!("  {line}")
    }
}

fn section(out: &mut String, heading: &str, lines: &[String]) {
    if !lines.is_empty() {
        let _ = write!(out, "\n{heading}\n{}\n", lines.join("\n"));
    }
}

fn hanging(text: &str, width: usize) -> String {
    fill(text, width, "  ", "      ")
}

/// `by: segment; column, default channel; one of channel, team`
fn entry(parameter: &QueryParameter, width: usize) -> String {
    let QueryParameter {
        name, kind, about, ..
    } = parameter;
    let mut text = format!("{name}: {about}; {}", kind.name());
    match &parameter.default {
        Some(default) => {
            let _ = write!(text, ", default {default}");
        }
        None if parameter.is_optional => text.push_str(", may be left out"),
        None => text.push_str(", must be given"),
    }
    if !parameter.choices.is_empty() {
        let all: Vec<&str> = parameter.choices.keys().map(String::as_str).collect();
        let _ = write!(text, "; one of {}", all.join(", "));
    }
    hanging(&text, width)
}

/// An example command line with the required parameters, each with its first choice if it has any.
fn example(query: &NamedQuery) -> String {
    let mut command = format!("deskql run {}", query.name);
    for parameter in &query.parameters {
        let other = parameter
            .choices
            .keys()
            .find(|choice| Some(*choice) != parameter.default.as_ref());
        match (parameter.is_required(), other) {
            (true, Some(choice)) => {
                let _ = write!(command, " --param {}={choice}", parameter.name);
            }
            (true, None) => {
                let _ = write!(command, " --param {}=..", parameter.name);
            }
            _ => {}
        }
    }
    command
}
