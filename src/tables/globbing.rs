//! Globs over an object store: files, and folders of files, that match.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use glob::MatchOptions;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};

use crate::error::{Error, Result};

use super::kind::{FileName, is_hidden};
use super::listing::store_error;

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// Data files below `root` that match `glob`, and matching folders that hold data files, as paths
/// relative to `root`; `true` marks a folder.
pub(crate) async fn matches(
    store: &dyn ObjectStore,
    label: &str,
    root: &Path,
    glob: &str,
) -> Result<BTreeMap<String, bool>> {
    let pattern = glob::Pattern::new(glob.trim_end_matches('/'))
        .map_err(|error| Error::location(label, format!("is not a glob: {error}")))?;
    let prefix = Some(root).filter(|root| !root.as_ref().is_empty());
    let objects: Vec<ObjectMeta> = store
        .list(prefix)
        .try_collect()
        .await
        .map_err(|error| store_error(label, &error))?;
    let mut found = BTreeMap::new();
    for object in objects {
        let parts: Vec<String> = object
            .location
            .prefix_match(root)
            .into_iter()
            .flatten()
            .map(|part| part.as_ref().to_owned())
            .collect();
        if let Some((path, is_folder)) = first_match(&pattern, &parts) {
            found.insert(path, is_folder);
        }
    }
    Ok(found)
}

/// Shortest leading part of the path that matches; it is a folder unless it is the whole path.
fn first_match(pattern: &glob::Pattern, parts: &[String]) -> Option<(String, bool)> {
    let name = parts.last()?;
    FileName::parse(name)?;
    if parts.iter().any(|part| is_hidden(part)) {
        return None;
    }
    (1..=parts.len())
        .map(|length| (parts[..length].join("/"), length < parts.len()))
        .find(|(path, _)| pattern.matches_with(path, OPTIONS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(glob: &str, path: &str) -> Option<(String, bool)> {
        let parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        first_match(&glob::Pattern::new(glob).unwrap(), &parts)
    }

    #[test]
    fn files_and_folders_match() {
        assert_eq!(first("*.csv", "a.csv"), Some(("a.csv".into(), false)));
        assert_eq!(first("*.csv", "sub/a.csv"), None);
        assert_eq!(
            first("**/*.csv", "x/y/a.csv"),
            Some(("x/y/a.csv".into(), false))
        );
        assert_eq!(
            first("t*", "tickets/y=1/a.parquet"),
            Some(("tickets".into(), true))
        );
        assert_eq!(first("*", "_tmp/a.parquet"), None);
        assert_eq!(first("*", "a.txt"), None);
    }
}
