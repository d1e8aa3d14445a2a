//! A glob for paths below a folder of a store.

use glob::MatchOptions;
use object_store::path::Path;

use super::kind::{FileName, is_hidden};
use crate::error::{Error, Result};

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
    pub(super) fn matched(&self, object: &Path) -> Option<(String, bool)> {
        let parts = object.prefix_match(&self.root)?;
        let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
        first_match(&self.pattern, &parts)
    }

    /// True if the file, or a folder that it is in, matches.
    pub(super) fn matches(&self, file: &Path) -> bool {
        self.matched(file).is_some()
    }
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
