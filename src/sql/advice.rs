//! Hints that need the session: the nearest table, the nearest setting, and how a function is called.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::message::{UNKNOWN_FUNCTION, unknown_table};
use crate::catalogue;
use crate::functions::{FunctionPage, function_pages};
use crate::text::nearest;

/// Adds a hint to `error`; the error's own text stays unchanged, unless it is about a function that there is.
pub(super) fn advise(context: &SessionContext, error: DataFusionError) -> DataFusionError {
    let text = error.find_root().message().into_owned();
    if let Some(said) = about_function(context, &text) {
        let diagnostic = Diagnostic::new_error(said.clone(), span(&error));
        return DataFusionError::Plan(said).with_diagnostic(diagnostic);
    }
    let hint = if let Some(table) = unknown_table(&text) {
        about_table(context, table)
    } else {
        about_setting(context, &text)
    };
    match hint {
        Some(hint) => {
            let mut diagnostic = Diagnostic::new_error(text, None);
            diagnostic.add_help(hint, None);
            error.with_diagnostic(diagnostic)
        }
        None => error,
    }
}

/// The place of an error in the SQL.
fn span(error: &DataFusionError) -> Option<Span> {
    match error {
        DataFusionError::Diagnostic(diagnostic, _) => diagnostic.span,
        DataFusionError::Context(_, inner) => span(inner),
        _ => None,
    }
}

/// What to write for a call of a documented function in a way that the planner does not know.
fn about_function(context: &SessionContext, text: &str) -> Option<String> {
    let quoted = |start: &str| text.strip_prefix(start)?.split('\'').next();
    let page = |name: &str| {
        let pages = function_pages(&context.state());
        let name = name.to_lowercase();
        let is_named = |page: &FunctionPage| page.name == name || page.aliases.contains(&name);
        pages.into_iter().find(is_named)
    };
    let syntax = |page: &FunctionPage| Some(page.documentation.as_ref()?.syntax_example.clone());
    if let Some(name) = quoted(UNKNOWN_FUNCTION) {
        let page = page(name)?;
        let syntax = syntax(&page)?;
        let said = match page.kind {
            "table" => format!("is a table function: write SELECT .. FROM {syntax}"),
            // It lacks OVER only.
            "window" => return None,
            _ => format!("takes other arguments: write {syntax}"),
        };
        return Some(format!("{UNKNOWN_FUNCTION}{name}': {said}"));
    }
    let page = page(quoted("table function '")?)?;
    (page.kind != "table").then_some(())?;
    let syntax = syntax(&page)?;
    Some(format!(
        "{} is no table function: write SELECT {syntax} FROM ..",
        page.name
    ))
}

fn about_table(context: &SessionContext, wanted: &str) -> Option<String> {
    let mut names = Vec::new();
    let mut own = Vec::new();
    for catalog in context.catalog_names() {
        let catalog = context.catalog(&catalog)?;
        for schema in catalog.schema_names() {
            let schema = catalog.schema(&schema)?;
            let is_own = catalogue::is_own(schema.as_ref());
            let names = if is_own { &mut own } else { &mut names };
            names.extend(schema.table_names());
        }
    }
    names.sort();
    let bare = wanted.rsplit('.').next().unwrap_or(wanted);
    if let Some(name) = nearest(bare, names.iter().map(String::as_str)) {
        return Some(format!("did you mean '{name}'?"));
    }
    if let Some(name) = nearest(bare, own.iter().map(String::as_str)) {
        return Some(format!("did you mean '{}.{name}'?", catalogue::NAME));
    }
    if names.is_empty() {
        return Some("there is no table: name a folder or file with --data".to_owned());
    }
    Some(format!("there is {}", first_names(&names)))
}

/// The first names of a list that may be long.
fn first_names(names: &[String]) -> String {
    const SHOWN: usize = 8;
    match names.split_at_checked(SHOWN) {
        Some((shown, more)) if !more.is_empty() => {
            format!("{} and {} more", shown.join(", "), more.len())
        }
        _ => names.join(", "),
    }
}

/// The messages differ by kind of setting; each has the unknown key in quotes.
fn about_setting(context: &SessionContext, text: &str) -> Option<String> {
    let is_about = text.contains("Config value")
        || text.contains("config namespace")
        || text.contains("config field");
    let key = text.split('"').nth(1).filter(|_| is_about)?;
    let state = context.state();
    let keys: Vec<String> = state
        .config_options()
        .entries()
        .into_iter()
        .map(|entry| entry.key)
        .collect();
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let names: Vec<String> = keys.iter().map(|name| last(name)).collect();
    let hit = nearest(&last(key), names.iter().map(String::as_str))?;
    let at = names.iter().position(|name| name == hit)?;
    Some(format!("did you mean {}?", keys.get(at)?))
}
