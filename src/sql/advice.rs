//! Hints that need the session: the nearest table and the nearest setting.

use datafusion::common::Diagnostic;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::message::unknown_table;
use crate::catalogue;
use crate::text::nearest;

/// Adds a hint to `error`; the error's own text stays unchanged.
pub(super) fn advise(context: &SessionContext, error: DataFusionError) -> DataFusionError {
    let text = error.find_root().message().into_owned();
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
