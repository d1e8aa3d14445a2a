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

/// A glob for paths below a folder of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathGlob {
    root: Path,
    pattern: glob::Pattern,
}

impl PathGlob {
    /// `**` at the end stands for all files below.
    pub(super) fn new(label: &str, root: Path, glob: &str) -> Result<Self> {
        let glob = glob.trim_end_matches('/');
        let files = if glob == "**" || glob.ends_with("/**") {
            "/*"
        } else {
            ""
        };
        let pattern = glob::Pattern::new(&format!("{glob}{files}"))
            .map_err(|error| Error::location(label, format!("is not a glob: {error}")))?;
        Ok(Self { root, pattern })
    }

    /// The part of the path of an object that matches, relative to the folder, and whether that is a folder.
    fn matched(&self, object: &Path) -> Option<(String, bool)> {
        let parts = object.prefix_match(&self.root)?;
        let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
        first_match(&self.pattern, &parts)
    }

    /// True if the file, or a folder that it is in, matches.
    pub(super) fn matches(&self, file: &Path) -> bool {
        self.matched(file).is_some()
    }
}

/// Data files below `root` that match `glob`, and matching folders that hold data files, as paths
/// relative to `root`; `true` marks a folder.
pub(crate) async fn matches(
    store: &dyn ObjectStore,
    label: &str,
    root: &Path,
    glob: &str,
) -> Result<BTreeMap<String, bool>> {
    let glob = PathGlob::new(label, root.clone(), glob)?;
    let prefix = Some(root).filter(|root| !root.as_ref().is_empty());
    let objects: Vec<ObjectMeta> = store
        .list(prefix)
        .try_collect()
        .await
        .map_err(|error| store_error(label, &error))?;
    let mut found = BTreeMap::new();
    for object in objects {
        if let Some((path, is_folder)) = glob.matched(&object.location) {
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
    // `**` goes down to the files: a folder that it matches may hold others.
    let shortest = if pattern.as_str().contains("**") {
        parts.len()
    } else {
        1
    };
    (shortest..=parts.len())
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
        assert_eq!(
            first("**/*", "x/y/a.csv"),
            Some(("x/y/a.csv".into(), false))
        );
        let all = PathGlob::new("", Path::from("r"), "x/**").unwrap();
        assert!(all.matches(&Path::from("r/x/y/z/a.csv")) && !all.matches(&Path::from("r/a.csv")));
        assert_eq!(first("*", "_tmp/a.parquet"), None);
        assert_eq!(first("*", "a.txt"), None);
    }
}
