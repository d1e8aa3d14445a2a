//! A location as a user writes it (path, glob or URL), resolved to a place in an object store.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use url::Url;

use crate::error::{Error, Result};
use crate::text::nearest;

use super::kind::partition_key;
use super::stores;

/// Place in an object store, and the optional glob that selects files below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataLocation {
    /// Text that the user wrote.
    pub(crate) text: String,
    /// A folder (its path ends in `/`), a file, or (remote only) either.
    pub(crate) url: Url,
    /// Glob relative to `url`, which is then a folder.
    pub(crate) glob: Option<String>,
}

impl DataLocation {
    /// Resolves `text`; relative paths start at `base`, or at the working directory.
    pub(crate) fn parse(text: &str, base: Option<&Path>) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::location(
                "location",
                "is empty: give a folder, file, glob or URL",
            ));
        }
        match text.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("file") => Self::file_url(text),
            Some((scheme, rest)) if is_scheme(scheme) => Self::remote(text, scheme, rest),
            _ => Self::local(text, &absolute(text, base)?),
        }
    }

    /// True if the location is in the local file system.
    pub(crate) fn is_local(&self) -> bool {
        self.url.scheme() == "file"
    }

    /// True if the store can list the contents of the location.
    pub(crate) fn can_list(&self) -> bool {
        !matches!(self.url.scheme(), "http" | "https")
    }

    /// True if the location is known to be a folder.
    pub(crate) fn is_folder(&self) -> bool {
        self.glob.is_none() && self.url.path().ends_with('/')
    }

    fn file_url(text: &str) -> Result<Self> {
        let path = Url::parse(text)
            .ok()
            .and_then(|url| url.to_file_path().ok())
            .ok_or_else(|| Error::location(text, "is not a file URL: write file:///folder/file"))?;
        Self::local(text, &path)
    }

    fn local(text: &str, path: &Path) -> Result<Self> {
        match std::fs::metadata(path) {
            Ok(meta) => Self::existing(text, path, meta.is_dir()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                match split_glob(&path.to_string_lossy()) {
                    Some((folder, glob)) => Self::local_glob(text, Path::new(folder), glob),
                    None => Err(not_found(text, path)),
                }
            }
            Err(error) => Err(Error::location(text, io_problem(&error))),
        }
    }

    fn existing(text: &str, path: &Path, is_folder: bool) -> Result<Self> {
        let readable = if is_folder {
            std::fs::read_dir(path).map(drop)
        } else {
            std::fs::File::open(path).map(drop)
        };
        readable.map_err(|error| Error::location(text, io_problem(&error)))?;
        let url = if is_folder {
            Url::from_directory_path(path)
        } else {
            Url::from_file_path(path)
        };
        let url = url.map_err(|()| Error::location(text, "is not a path this system can name"))?;
        Ok(Self {
            text: text.to_owned(),
            url,
            glob: None,
        })
    }

    fn local_glob(text: &str, folder: &Path, glob: &str) -> Result<Self> {
        check_glob(text, glob)?;
        if !folder.is_dir() {
            return Err(not_found(text, folder));
        }
        let mut location = Self::existing(text, folder, true)?;
        location.glob = Some(glob.to_owned());
        Ok(location)
    }

    fn remote(text: &str, scheme: &str, rest: &str) -> Result<Self> {
        stores::check_scheme(text, scheme)?;
        let listable = !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https");
        if !listable && (rest.contains('*') || rest.ends_with('/') || !rest.contains('/')) {
            return Err(Error::location(
                text,
                "folders cannot be listed over http(s): name one file",
            ));
        }
        let split = if listable { split_glob(rest) } else { None };
        let (address, glob) = match split {
            Some((folder, glob)) => (format!("{scheme}://{folder}"), Some(glob.to_owned())),
            None => (text.to_owned(), None),
        };
        if let Some(glob) = &glob {
            check_glob(text, glob)?;
        }
        let url = Url::parse(&address)
            .map_err(|error| Error::location(text, format!("is not a URL: {error}")))?;
        Ok(Self {
            text: text.to_owned(),
            url,
            glob,
        })
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn absolute(text: &str, base: Option<&Path>) -> Result<PathBuf> {
    let path = match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => base.unwrap_or_else(|| Path::new("")).join(text),
    };
    let path = std::path::absolute(&path);
    path.map(without_parents)
        .map_err(|error| Error::location(text, io_problem(&error)))
}

/// Resolves `..`, which URLs cannot contain, as the file system does; a path that does not exist is
/// returned unchanged.
fn without_parents(path: PathBuf) -> PathBuf {
    if !path.components().any(|part| part == Component::ParentDir) {
        return path;
    }
    // A glob does not exist, but its parent folder does.
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    match (parent, path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path.canonicalize().unwrap_or(path),
    }
}

/// Splits `a/b/*.csv` into the folder `a/b/` and the glob `*.csv`. Folders `key=value` are of the glob, since they
/// are columns: `a/` and `y=1/*.csv`.
fn split_glob(path: &str) -> Option<(&str, &str)> {
    let first = path.find(['*', '?', '['])?;
    let mut cut = path[..first].rfind('/').map_or(0, |slash| slash + 1);
    while let Some(above) = path[..cut].strip_suffix('/') {
        let start = above.rfind('/').map_or(0, |slash| slash + 1);
        if partition_key(&above[start..]).is_none() {
            break;
        }
        cut = start;
    }
    Some(path.split_at(cut))
}

fn check_glob(text: &str, glob: &str) -> Result<()> {
    glob::Pattern::new(glob)
        .map(drop)
        .map_err(|error| Error::location(text, format!("is not a glob: {error}")))
}

pub(super) fn io_problem(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string(),
    }
}

/// Names the first missing part of the path, and a similar name that exists.
fn not_found(text: &str, path: &Path) -> Error {
    let missing = path
        .ancestors()
        .take_while(|part| !part.exists())
        .last()
        .unwrap_or(path);
    let name = missing.file_name().unwrap_or_default().to_string_lossy();
    let siblings: Vec<String> = missing
        .parent()
        .and_then(|parent| std::fs::read_dir(parent).ok())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mut problem = if missing == path {
        "no such file or folder".to_owned()
    } else {
        format!("no such file or folder ({} is missing)", missing.display())
    };
    if let Some(near) = nearest(&name, siblings.iter().map(String::as_str)) {
        problem.push_str(&format!("; did you mean {near:?}?"));
    }
    Error::location(text, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_split_at_the_last_plain_folder() {
        assert_eq!(split_glob("/a/b/*.csv"), Some(("/a/b/", "*.csv")));
        assert_eq!(split_glob("bucket/x?/y"), Some(("bucket/", "x?/y")));
        assert_eq!(split_glob("a/y=1/m=2/*.csv"), Some(("a/", "y=1/m=2/*.csv")));
        assert_eq!(split_glob("y=1/*.csv"), Some(("", "y=1/*.csv")));
        assert_eq!(split_glob("y=1/b/*.csv"), Some(("y=1/b/", "*.csv")));
        assert_eq!(split_glob("/a/b.csv"), None);
    }

    #[test]
    fn a_missing_file_names_its_neighbour() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tickets.csv"), "a\n1\n").unwrap();
        let wrong = folder.path().join("tikets.csv");
        let error = DataLocation::parse(&wrong.to_string_lossy(), None).unwrap_err();
        assert!(
            error.to_string().contains("did you mean \"tickets.csv\"?"),
            "{error}"
        );
    }

    #[test]
    fn parent_folders_are_resolved() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        std::fs::write(folder.path().join("a.csv"), "a\n1\n").unwrap();
        let path = folder.path().join("sub/../a.csv");
        let location = DataLocation::parse(&path.to_string_lossy(), None).unwrap();
        assert!(location.url.path().ends_with("/a.csv") && !location.url.path().contains("sub"));
    }

    #[test]
    fn a_file_whose_name_has_glob_characters_is_that_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export [1].csv");
        std::fs::write(&path, "a\n1\n").unwrap();
        let location = DataLocation::parse(&path.to_string_lossy(), None).unwrap();
        assert_eq!(location.glob, None);
    }
}
