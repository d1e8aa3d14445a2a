//! Files and folders that must not outlive an unfinished query.
//!
//! A result is written under a temporary name in the folder of its final name and renamed when it
//! is complete. Dropping removes unfinished files; [`ScratchFiles::discard`] does the same for a
//! program that exits while threads are still busy and nothing will be dropped.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

use super::leftovers;
use super::target_folder::existing_folder;

const DEVICE: &str =
    "is a device, which cannot be replaced: for standard output, run the query itself";

/// Unfinished files and folders; clones share one list.
#[derive(Debug, Clone, Default)]
pub struct ScratchFiles(Arc<Mutex<ScratchState>>);

#[derive(Debug, Default)]
pub(super) struct ScratchState {
    paths: BTreeSet<PathBuf>,
    is_closed: bool,
}

impl ScratchFiles {
    /// Starts a file that will be renamed to `target`, in the same folder or the nearest above it that
    /// is there.
    ///
    /// # Errors
    /// If the folder cannot be written to, if `target` is a folder or a device, or after
    /// [`Self::discard`].
    pub fn stage(&self, target: &Path) -> io::Result<StagedFile> {
        // /dev/stdout may lead to a file, but it must not be replaced.
        if target.parent() == Some(Path::new("/dev")) || target.starts_with("/dev/fd") {
            return Err(io::Error::other(DEVICE));
        }
        // If `target` is a link, the file that it points to is replaced, not the link.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        match target.metadata() {
            Ok(found) if found.is_dir() => return Err(io::Error::from(ErrorKind::IsADirectory)),
            Ok(found) if !found.is_file() => {
                return Err(io::Error::other(
                    "is not a file, and would be replaced by one",
                ));
            }
            _ => {}
        }
        let folder = existing_folder(&target)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        leftovers::remove_dead(&folder, |entry| {
            leftovers::is_hidden_entry(entry, &prefix, ".tmp")
        });
        loop {
            let mut state = self.open()?;
            let file = open_to_all(&mut Builder::new(), 0o666)
                .prefix(&prefix)
                .suffix(".tmp")
                .tempfile_in(&folder)?;
            if !leftovers::lock_new(file.as_file(), file.path()) {
                continue;
            }
            state.paths.insert(file.path().to_owned());
            return Ok(StagedFile {
                scratch: self.clone(),
                file: Some(file),
                target,
            });
        }
    }

    /// Makes a hidden folder inside `parent` that [`Self::discard`] removes.
    pub(super) fn hidden_folder(&self, prefix: &str, parent: &Path) -> io::Result<PathBuf> {
        let mut state = self.open()?;
        let mut builder = Builder::new();
        let folder = open_to_all(&mut builder, 0o777)
            .prefix(prefix)
            .suffix(".tmp");
        let path = folder.tempdir_in(parent)?.keep();
        state.paths.insert(path.clone());
        Ok(path)
    }

    /// Creates a folder inside `parent` that is removed when dropped.
    ///
    /// # Errors
    /// If `parent` cannot be written to, or after [`Self::discard`].
    pub fn folder(&self, parent: &Path) -> io::Result<ScratchFolder> {
        let mut state = self.open()?;
        let folder = Builder::new().prefix("deskql-").tempdir_in(parent)?;
        state.paths.insert(folder.path().to_owned());
        Ok(ScratchFolder {
            scratch: self.clone(),
            folder,
        })
    }

    /// Removes all unfinished files and folders; later calls to create or rename one fail.
    pub fn discard(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        for path in std::mem::take(&mut state.paths) {
            // Best effort: the program is exiting and has already reported the reason.
            if path.is_dir() {
                std::fs::remove_dir_all(&path).ok();
            } else {
                std::fs::remove_file(&path).ok();
            }
        }
    }

    pub(super) fn forget(&self, path: &Path) {
        self.lock().paths.remove(path);
    }

    pub(super) fn open(&self) -> io::Result<MutexGuard<'_, ScratchState>> {
        let state = self.lock();
        if state.is_closed {
            return Err(io::Error::from(ErrorKind::Interrupted));
        }
        Ok(state)
    }

    fn lock(&self) -> MutexGuard<'_, ScratchState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// File under its temporary name; removed when dropped before [`Self::persist`].
#[derive(Debug)]
pub struct StagedFile {
    scratch: ScratchFiles,
    file: Option<NamedTempFile>,
    target: PathBuf,
}

impl StagedFile {
    /// Returns another handle for writing.
    ///
    /// # Errors
    /// If the system has no more file handles.
    pub fn handle(&self) -> io::Result<File> {
        match &self.file {
            Some(file) => file.as_file().try_clone(),
            None => Err(io::Error::from(ErrorKind::NotFound)),
        }
    }

    /// Final name of the file.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Renames the complete file to its final name and replaces an existing file.
    ///
    /// # Errors
    /// If the rename fails, or after [`ScratchFiles::discard`].
    pub fn persist(mut self) -> io::Result<()> {
        let Some(mut file) = self.file.take() else {
            return Ok(());
        };
        file.flush()?;
        if let Ok(previous) = std::fs::metadata(&self.target) {
            file.as_file().set_permissions(previous.permissions())?;
        }
        if let Some(folder) = self
            .target
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)?;
        }
        // Holds the lock, so that `discard` runs entirely before or entirely after the rename.
        let mut state = self.scratch.open()?;
        state.paths.remove(file.path());
        file.persist(&self.target)
            .map(drop)
            .map_err(|refused| refused.error)
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            self.scratch.forget(file.path());
        }
    }
}

/// Folder that is removed when dropped.
#[derive(Debug)]
pub struct ScratchFolder {
    scratch: ScratchFiles,
    folder: TempDir,
}

impl ScratchFolder {
    /// Path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        self.scratch.forget(self.folder.path());
    }
}

/// Results get the permissions of the umask; temporary files by default are for the owner only.
#[cfg(unix)]
fn open_to_all<'a, 'b>(builder: &'a mut Builder<'b, 'b>, mode: u32) -> &'a mut Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;

    builder.permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_all<'a, 'b>(builder: &'a mut Builder<'b, 'b>, _mode: u32) -> &'a mut Builder<'b, 'b> {
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_under_its_name_only_when_persisted() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.csv");
        let staged = ScratchFiles::default().stage(&target).unwrap();
        staged.handle().unwrap().write_all(b"a\n1\n").unwrap();
        assert!(!target.exists());
        staged.persist().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"a\n1\n");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn dropping_leaves_the_previous_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.csv");
        std::fs::write(&target, "before").unwrap();
        let staged = ScratchFiles::default().stage(&target).unwrap();
        staged.handle().unwrap().write_all(b"half").unwrap();
        drop(staged);
        assert_eq!(std::fs::read(&target).unwrap(), b"before");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn discard_removes_what_is_unfinished_and_ends_all_writing() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = ScratchFiles::default();
        let staged = scratch.stage(&folder.path().join("a")).unwrap();
        let spill = scratch.folder(folder.path()).unwrap();
        std::fs::write(spill.path().join("run"), "x").unwrap();
        scratch.discard();
        assert!(names(folder.path()).is_empty());
        assert!(staged.persist().is_err());
        assert!(scratch.stage(&folder.path().join("b")).is_err());
        assert!(names(folder.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_result_is_as_readable_as_any_new_file() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        ScratchFiles::default()
            .stage(&ours)
            .unwrap()
            .persist()
            .unwrap();
        File::create(&plain).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
