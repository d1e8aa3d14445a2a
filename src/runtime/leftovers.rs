//! Hidden files and folders of runs that were killed: recognised by a lock that nobody holds.
//!
//! Whoever makes a hidden entry locks it for as long as it works on it; the system gives the lock up when
//! the process ends, however it ends. So an entry that can be locked is of a dead run. An entry is visible
//! for an instant before it is locked, which is why its maker looks whether it is still there.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

/// True for the name of a hidden entry: `before`, six letters or digits by chance, `after`.
pub(crate) fn is_hidden_entry(name: &str, before: &str, after: &str) -> bool {
    let chance = name
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after));
    chance.is_some_and(|chance| {
        chance.len() == 6 && chance.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Locks `file`, which is open at the new hidden entry `path`; false if that was taken for one of a dead run
/// before, and removed.
pub(crate) fn lock_new(file: &File, path: &Path) -> bool {
    // A file system without locks has no leftovers that can be told apart, so none is removed.
    file.lock().ok();
    path.exists()
}

/// Locks the new hidden folder `path`: the lock, or `Some(None)` on systems that do not open folders, where none is
/// removed either. `None` if another run has taken it for one of a dead run.
pub(crate) fn lock_new_folder(path: &Path) -> Option<Option<File>> {
    match File::open(path) {
        Ok(lock) => lock_new(&lock, path).then_some(Some(lock)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(_) => Some(None),
    }
}

/// Removes the entries of `folder` for which `is_ours` says so and that no living run has locked.
pub(crate) fn remove_dead(folder: &Path, is_ours: impl Fn(&str) -> bool) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if !entry.file_name().to_str().is_some_and(&is_ours) || path.is_symlink() {
            continue;
        }
        let Ok(file) = File::open(&path) else {
            continue;
        };
        match file.try_lock() {
            // Best effort: what cannot be removed now is tried again by the next run.
            Ok(()) if path.is_dir() => drop(std::fs::remove_dir_all(&path)),
            Ok(()) => drop(std::fs::remove_file(&path)),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn names_by_chance_are_told_from_those_by_people() {
        for (name, is_ours) in [
            (".a.csv.x1Y2z3.tmp", true),
            (".a.csv.x1Y2z.tmp", false),
            (".a.csv.notes-.tmp", false),
            ("a.csv.x1Y2z3.tmp", false),
        ] {
            assert_eq!(is_hidden_entry(name, ".a.csv.", ".tmp"), is_ours, "{name}");
        }
    }

    #[test]
    fn only_what_nobody_holds_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path(".a.1.tmp")).unwrap();
        std::fs::write(path(".a.1.tmp").join("part"), "x").unwrap();
        std::fs::write(path(".a.2.tmp"), "x").unwrap();
        std::fs::create_dir(path(".a.3.tmp")).unwrap();
        std::fs::write(path(".b.4.tmp"), "x").unwrap();
        let held = File::open(path(".a.3.tmp")).unwrap();
        assert!(lock_new(&held, &path(".a.3.tmp")));
        remove_dead(folder.path(), |name| name.starts_with(".a."));
        let left = |name: &str| path(name).exists();
        assert_eq!(
            [".a.1.tmp", ".a.2.tmp", ".a.3.tmp", ".b.4.tmp"].map(left),
            [false, false, true, true]
        );
        drop(held);
        remove_dead(folder.path(), |name| name.starts_with(".a."));
        assert!(!left(".a.3.tmp"));
    }
}
