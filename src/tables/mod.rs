//! What a table is: config, locations, object stores, formats, column mapping.

mod build;
mod discover;
mod formats;
mod globbing;
mod kind;
mod listing;
mod location;
mod partitions;
mod schema;
mod source;
mod stores;
mod widen;

use std::collections::BTreeMap;
use std::path::Path;

use datafusion::common::TableReference;
use datafusion::prelude::SessionContext;
use url::Url;

use crate::error::{Error, Result};

use location::Location;

/// Registers the tables found at `locations` and those that the config file names.
///
/// # Errors
/// When a location holds no table, two tables have one name, or the config file is wrong.
pub async fn register(
    context: &SessionContext,
    locations: &[String],
    _config: Option<&Path>,
) -> Result<()> {
    let state = context.state();
    let mut origins: BTreeMap<String, String> = BTreeMap::new();
    for text in locations {
        let location = Location::parse(text, None)?;
        for found in discover::discover(&state, &location).await? {
            let label = found.source.label.clone();
            if let Some(other) = origins.insert(found.name.clone(), label.clone()) {
                return Err(Error::location(
                    label,
                    format!(
                        "table {:?} is already that of {other}: rename one of them",
                        found.name
                    ),
                ));
            }
            let provider = build::build(&state, &found.source).await?;
            context.register_table(TableReference::bare(found.name), provider)?;
        }
    }
    Ok(())
}

/// A URL as people write it: a plain path for a local file.
pub(crate) fn label_of(url: &Url) -> String {
    match url.scheme() {
        "file" => url.to_file_path().map_or_else(
            |()| url.to_string(),
            |path| {
                let path = path.to_string_lossy().into_owned();
                let here = std::env::current_dir().unwrap_or_default();
                let relative = Path::new(&path).strip_prefix(&here);
                relative.map_or_else(
                    |_| path.clone(),
                    |short| short.to_string_lossy().into_owned(),
                )
            },
        ),
        _ => url.to_string(),
    }
}
