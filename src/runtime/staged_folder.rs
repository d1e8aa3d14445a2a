//! A folder that is written beside its final name and takes its place in one step.
//!
//! The new folder holds what is written, and the files of the old one that stay, as further links to the
//! same data. Where the system can exchange two names, readers see the old files or the new ones, and a run
//! that is killed leaves one or the other.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::leftovers;
use super::scratch::ScratchFiles;
use super::target_folder::existing_folder;

/// Folder under a temporary name; removed when dropped before [`Self::commit`].
#[derive(Debug)]
pub(crate) struct StagedFolder {
    scratch: ScratchFiles,
    path: PathBuf,
    /// As the user wrote it, absolute.
    named: PathBuf,
    /// The same with links resolved.
    target: PathBuf,
    /// Shows other runs that this one lives.
    _lock: Option<File>,
    is_committed: bool,
}

impl StagedFolder {
    /// Starts a folder that will take the place of `named`.
    pub(crate) fn create(scratch: &ScratchFiles, named: &Path) -> io::Result<Self> {
        let target = named.canonicalize().unwrap_or_else(|_| named.to_owned());
        let parent = existing_folder(&target)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        leftovers::remove_dead(&parent, |entry| {
            leftovers::is_hidden_entry(entry, &prefix, ".tmp")
        });
        loop {
            let folder = scratch.hidden_folder(&prefix, &parent)?;
            if let Some(lock) = leftovers::lock_new_folder(&folder) {
                return Ok(Self {
                    scratch: scratch.clone(),
                    path: folder,
                    named: named.to_owned(),
                    target,
                    _lock: lock,
                    is_committed: false,
                });
            }
            scratch.forget(&folder);
        }
    }

    /// Makes the file that will be `target`; `None` if that is not below this folder.
    pub(super) fn file(&self, target: &Path) -> Option<io::Result<File>> {
        let inner = target
            .strip_prefix(&self.named)
            .or_else(|_| target.strip_prefix(&self.target))
            .ok()?;
        let path = self.path.join(inner);
        let folder = path.parent().unwrap_or(&self.path);
        Some(std::fs::create_dir_all(folder).and_then(|()| File::create(&path)))
    }

    /// Puts the folder in its place. `stays` says which files of the old folder are kept, by their path
    /// in it.
    pub(crate) fn commit(mut self, stays: impl Fn(&Path) -> bool) -> io::Result<()> {
        if let Some(parent) = self.target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        // Runs that commit side by side do so one after the other, so that each keeps what the one before added.
        let _turn = commit_lock(&self.target);
        let is_new = !self.target.exists();
        // It gets a hidden name, under which nobody else may remove it before it is looked through.
        let old = File::open(&self.target).ok();
        let _old_lock = old.as_ref().map(File::try_lock);
        let mut known = HashSet::new();
        if !is_new {
            link_below(&self.target, &self.path, Path::new(""), &stays, &mut known)?;
            let permissions = std::fs::metadata(&self.target)?.permissions();
            std::fs::set_permissions(&self.path, permissions)?;
        }
        // Holds the lock, so that `discard` runs entirely before or entirely after the exchange.
        let state = self.scratch.open()?;
        if is_new {
            std::fs::rename(&self.path, &self.target)?;
        } else {
            exchange(&self.path, &self.target)?;
        }
        self.is_committed = true;
        drop(state);
        if !is_new {
            // Other programs do not wait for the lock.
            move_unknown(&self.path, &self.target, Path::new(""), &known)?;
            // Readers have the new files already; what cannot be removed is hidden, and the next run tries.
            std::fs::remove_dir_all(&self.path).ok();
        }
        self.scratch.forget(&self.path);
        Ok(())
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        if !self.is_committed {
            std::fs::remove_dir_all(&self.path).ok();
            self.scratch.forget(&self.path);
        }
    }
}

/// The lock of the folder above `target`, held while it lives; `None` where folders cannot be locked.
fn commit_lock(target: &Path) -> Option<File> {
    let above = File::open(target.parent()?).ok()?;
    above.lock().ok()?;
    Some(above)
}

/// Links the files below `from` that stay into `to`, and notes all of them in `known`.
fn link_below(
    from: &Path,
    to: &Path,
    inner: &Path,
    stays: &impl Fn(&Path) -> bool,
    known: &mut HashSet<PathBuf>,
) -> io::Result<()> {
    for entry in std::fs::read_dir(from.join(inner))? {
        let entry = entry?;
        let inner = inner.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link_below(from, to, &inner, stays, known)?;
            continue;
        }
        if stays(&inner) {
            let target = to.join(&inner);
            if let Some(folder) = target.parent() {
                std::fs::create_dir_all(folder)?;
            }
            // Not every file system has hard links.
            if std::fs::hard_link(entry.path(), &target).is_err() {
                std::fs::copy(entry.path(), &target)?;
            }
        }
        known.insert(inner);
    }
    Ok(())
}

/// Moves the files below `from` that are not `known` into `to`: another program has made them meanwhile.
fn move_unknown(from: &Path, to: &Path, inner: &Path, known: &HashSet<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(from.join(inner))? {
        let entry = entry?;
        let inner = inner.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            move_unknown(from, to, &inner, known)?;
            continue;
        }
        let target = to.join(&inner);
        if !known.contains(&inner) && !target.exists() {
            if let Some(folder) = target.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::rename(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => exchange_in_steps(new, old),
        other => Ok(other?),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    exchange_in_steps(new, old)
}

/// For file systems that cannot exchange two names: there is an instant without the folder.
fn exchange_in_steps(new: &Path, old: &Path) -> io::Result<()> {
    let mut aside = new.as_os_str().to_owned();
    aside.push(".old.tmp");
    let aside = PathBuf::from(aside);
    std::fs::rename(old, &aside)?;
    if let Err(error) = std::fs::rename(new, old) {
        std::fs::rename(&aside, old)?;
        return Err(error);
    }
    std::fs::rename(&aside, new)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn write(folder: &StagedFolder, inner: &str, text: &str) {
        let mut file = folder.file(&folder.named.join(inner)).unwrap().unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn below(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.extend(below(&path).iter().map(|inner| format!("{name}/{inner}")));
            } else {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
        found.sort();
        found
    }

    #[test]
    fn the_folder_appears_as_a_whole_with_those_above_it() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("a/b");
        let staged = StagedFolder::create(&ScratchFiles::default(), &target).unwrap();
        write(&staged, "k=1/x", "1");
        assert!(!root.path().join("a").exists());
        staged.commit(|_| false).unwrap();
        assert_eq!(below(root.path()), ["a/b/k=1/x"]);
    }

    #[test]
    fn old_files_stay_or_go_as_a_whole() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        std::fs::create_dir_all(target.join("k=1")).unwrap();
        std::fs::create_dir_all(target.join("k=2")).unwrap();
        std::fs::write(target.join("k=1/old"), "1").unwrap();
        std::fs::write(target.join("k=2/old"), "2").unwrap();
        let dropped = StagedFolder::create(&ScratchFiles::default(), &target).unwrap();
        write(&dropped, "k=1/new", "3");
        drop(dropped);
        assert_eq!(below(root.path()), ["out/k=1/old", "out/k=2/old"]);
        let staged = StagedFolder::create(&ScratchFiles::default(), &target).unwrap();
        write(&staged, "k=1/new", "3");
        staged.commit(|inner| !inner.starts_with("k=1")).unwrap();
        assert_eq!(below(root.path()), ["out/k=1/new", "out/k=2/old"]);
    }

    #[test]
    fn what_others_add_meanwhile_stays() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        std::fs::create_dir_all(target.join("k=1")).unwrap();
        std::fs::write(target.join("k=1/old"), "1").unwrap();
        let staged = StagedFolder::create(&ScratchFiles::default(), &target).unwrap();
        write(&staged, "k=1/new", "2");
        // The last chance: while the files that stay are linked.
        let late = target.join("k=2/late");
        staged
            .commit(|_| {
                std::fs::create_dir_all(late.parent().unwrap()).unwrap();
                std::fs::write(&late, "3").unwrap();
                true
            })
            .unwrap();
        assert_eq!(
            below(root.path()),
            ["out/k=1/new", "out/k=1/old", "out/k=2/late"]
        );
    }

    #[test]
    fn commits_side_by_side_keep_what_each_has_added() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        std::fs::create_dir_all(&target).unwrap();
        for old in 0..200 {
            std::fs::write(target.join(format!("old{old}")), "1").unwrap();
        }
        std::thread::scope(|threads| {
            for name in ["a", "b", "c", "d"] {
                let target = &target;
                threads.spawn(move || {
                    let staged = StagedFolder::create(&ScratchFiles::default(), target).unwrap();
                    write(&staged, name, "2");
                    staged.commit(|_| true).unwrap();
                });
            }
        });
        assert_eq!(below(&target).len(), 204);
    }

    #[test]
    fn the_folder_of_a_dead_run_is_removed() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(".out.dead01.tmp")).unwrap();
        std::fs::create_dir(root.path().join(".other.dead01.tmp")).unwrap();
        let target = root.path().join("out");
        StagedFolder::create(&ScratchFiles::default(), &target).unwrap();
        let mut left: Vec<_> = std::fs::read_dir(root.path())
            .unwrap()
            .flatten()
            .map(|e| e.file_name())
            .collect();
        left.sort();
        assert_eq!(left, [".other.dead01.tmp"]);
    }
}
