//! What a folder holds: data files, sub-folders, and what cannot be read.

use std::io::ErrorKind;
use std::path::Path as FilePath;

use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ListResult, ObjectStore};

use super::kind::{FileName, is_hidden, partition_key};
use super::listing::store_error;
use super::location::{DataLocation, io_problem};
use super::managed_format::is_log;
use crate::error::{Error, Result};

/// Names in a folder without the hidden ones, in order.
#[derive(Debug, Default)]
pub(super) struct FolderContents {
    /// All files.
    pub(super) files: Vec<String>,
    pub(super) folders: Vec<String>,
    /// Data files and folders that cannot be read, with the reason: links to nothing, names that are not UTF-8.
    pub(super) unreadable: Vec<(String, String)>,
    /// True if there is a folder by the name of the log of a table format.
    pub(super) may_be_managed: bool,
}

impl FolderContents {
    /// Lists the folder at `path`.
    ///
    /// # Errors
    /// If it cannot be listed.
    pub(super) async fn list(
        store: &dyn ObjectStore,
        location: &DataLocation,
        path: &Path,
    ) -> Result<Self> {
        if location.is_local() {
            let folder = LocalFileSystem::new()
                .path_to_filesystem(path)
                .map_err(|error| store_error(&location.text, &error))?;
            let listed = Self::local(&folder);
            return listed.map_err(|error| {
                let name = path.filename().unwrap_or(&location.text);
                Error::location(name, io_problem(&error))
            });
        }
        let prefix = Some(path).filter(|path| !path.as_ref().is_empty());
        let listed = store.list_with_delimiter(prefix).await;
        let listed = listed.map_err(|error| store_error(&location.text, &error))?;
        Ok(Self::remote(&listed))
    }

    fn remote(listed: &ListResult) -> Self {
        let mut folders = listed.common_prefixes.iter().filter_map(Path::filename);
        Self {
            may_be_managed: folders.any(is_log),
            files: visible(listed.objects.iter().map(|object| &object.location)),
            folders: visible(listed.common_prefixes.iter()),
            unreadable: Vec::new(),
        }
    }

    /// One link to nowhere makes no listing of the whole folder fail here, as it does in the store.
    fn local(folder: &FilePath) -> std::io::Result<Self> {
        let mut contents = Self::default();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let shown = name.to_string_lossy().into_owned();
            contents.may_be_managed |= is_log(&shown);
            if is_hidden(&shown) {
                continue;
            }
            let kind = entry.file_type()?;
            let is_folder = if kind.is_symlink() {
                linked(&entry.path())
            } else {
                Ok(kind.is_dir())
            };
            match is_folder {
                Ok(true) if name.to_str().is_some() => contents.folders.push(shown),
                Ok(false) if name.to_str().is_some() => contents.files.push(shown),
                Ok(is_folder) => {
                    if is_folder || FileName::parse(&shown).is_some() {
                        contents.leave_out(shown, "its name is not UTF-8".to_owned());
                    }
                }
                Err(problem) => contents.leave_out(shown, problem),
            }
        }
        contents.files.sort();
        contents.folders.sort();
        contents.unreadable.sort();
        Ok(contents)
    }

    fn leave_out(&mut self, name: String, problem: String) {
        self.unreadable.push((name, problem));
    }

    /// True if a sub-folder is `key=value`.
    pub(super) fn has_partitions(&self) -> bool {
        self.folders
            .iter()
            .any(|name| partition_key(name).is_some())
    }

    /// The data files.
    pub(super) fn data_files(&self) -> impl Iterator<Item = FileName<'_>> {
        self.files.iter().filter_map(|name| FileName::parse(name))
    }

    /// True if the folder is a table by its contents.
    pub(super) fn is_table(&self) -> bool {
        self.has_partitions() || self.data_files().next().is_some()
    }
}

fn visible<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<String> {
    let names = paths.filter_map(Path::filename);
    let names = names.filter(|name| !is_hidden(name));
    names.map(str::to_owned).collect()
}

/// True for a link to a folder, false for one to a file.
fn linked(path: &FilePath) -> Result<bool, String> {
    let meta = std::fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => match std::fs::read_link(path) {
            Ok(target) => format!("a link to {}, which is not there", target.display()),
            Err(_) => io_problem(&error),
        },
        _ if error.to_string().contains("symbolic links") => {
            "a link that leads to itself".to_owned()
        }
        _ => io_problem(&error),
    })?;
    let leads_to = path.canonicalize().map_err(|error| io_problem(&error))?;
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    if meta.is_dir() && parent.is_some_and(|parent| parent.starts_with(&leads_to)) {
        return Err("a link to a folder that it is in".to_owned());
    }
    Ok(meta.is_dir())
}

/// Refuses a table of the local `folder` in which something cannot be read that may be a part of it: the store
/// passes over links to nothing without a word.
///
/// # Errors
/// With the first such name.
pub(super) fn refuse_unreadable(
    label: &str,
    folder: &FilePath,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let Ok(contents) = FolderContents::local(folder) else {
        // The store says what is wrong.
        return Ok(());
    };
    let unreadable = contents
        .unreadable
        .iter()
        .find(|(name, _)| is_wanted(name) || partition_key(name).is_some());
    if let Some((name, problem)) = unreadable {
        let label = format!("{}/{name}", label.trim_end_matches('/'));
        return Err(Error::location(label, problem));
    }
    let nested = contents
        .folders
        .iter()
        .filter(|name| partition_key(name).is_some());
    for name in nested {
        let label = format!("{}/{name}", label.trim_end_matches('/'));
        refuse_unreadable(&label, &folder.join(name), is_wanted)?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_to_nowhere_and_odd_names_are_listed_with_their_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::write(root.join("a.csv"), "x\n1\n").unwrap();
        std::fs::write(root.join("README.md"), "").unwrap();
        std::fs::create_dir(root.join("t")).unwrap();
        symlink("gone.csv", root.join("b.csv")).unwrap();
        symlink("c.csv", root.join("c.csv")).unwrap();
        symlink(".", root.join("loop")).unwrap();
        symlink("t", root.join("u")).unwrap();
        std::fs::write(root.join(std::ffi::OsStr::from_bytes(b"\xff.csv")), "x\n").unwrap();
        let contents = FolderContents::local(root).unwrap();
        assert_eq!(contents.files, ["README.md", "a.csv"]);
        assert_eq!(contents.folders, ["t", "u"]);
        let reasons: Vec<&str> = contents
            .unreadable
            .iter()
            .map(|(_, reason)| reason.as_str())
            .collect();
        assert_eq!(
            reasons,
            [
                "a link to gone.csv, which is not there",
                "a link that leads to itself",
                "a link to a folder that it is in",
                "its name is not UTF-8",
            ]
        );
    }
}
