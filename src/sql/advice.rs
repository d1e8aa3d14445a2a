//! Hints that need the session: the nearest table and the nearest setting.

use datafusion::common::Diagnostic;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::message::unknown_table;
use crate::nearest::nearest;

/// Adds a hint to `error`; the error's own text stays as it is.
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
    for catalog in context.catalog_names() {
        let catalog = context.catalog(&catalog)?;
        for schema in catalog.schema_names() {
            names.extend(catalog.schema(&schema)?.table_names());
        }
    }
    names.sort();
    if names.is_empty() {
        return Some("there is no table: name a folder or file with --data".to_owned());
    }
    let bare = wanted.rsplit('.').next().unwrap_or(wanted);
    Some(match nearest(bare, names.iter().map(String::as_str)) {
        Some(name) => format!("did you mean '{name}'?"),
        None => format!("there is {}", names.join(", ")),
    })
}

/// The settings' own words differ by kind; each names the unknown key in quotes.
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
