//! What a killed program leaves of the files that it was writing on a local disk.
//!
//! `object_store` writes `name#1` beside `name`, and renames it when all of it is there. Its listings pass such files over,
//! and so they are looked for in the file system.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use glob::{MatchOptions, Pattern};

use super::log_store::DeltaLocation;
use crate::error::{Error, Result};

/// A file that was never finished.
#[derive(Debug, Clone)]
pub(super) struct UnfinishedFile {
    path: PathBuf,
    pub(super) size: u64,
}

impl UnfinishedFile {
    /// Those in the folder of a table, of its log too, that have not been written to since `until`. None on other stores,
    /// which show no object before it is whole.
    ///
    /// # Errors
    /// If the folder cannot be searched.
    pub(super) fn find(location: &DeltaLocation, until: DateTime<Utc>) -> Result<Vec<Self>> {
        let folder = location.root.to_file_path().ok();
        let Some(folder) = folder.filter(|_| location.is_local()) else {
            return Ok(Vec::new());
        };
        let pattern = format!("{}/**/*#*", Pattern::escape(&folder.to_string_lossy()));
        let found = glob::glob_with(&pattern, MatchOptions::default());
        let found =
            found.map_err(|error| location.problem(format!("cannot be searched: {error}")))?;
        let mut unfinished = Vec::new();
        for path in found.filter_map(std::result::Result::ok) {
            // A file that is gone by now has been finished.
            let Ok(metadata) = path.metadata() else {
                continue;
            };
            let is_old = metadata
                .modified()
                .is_ok_and(|modified| DateTime::<Utc>::from(modified) < until);
            if is_old && metadata.is_file() && is_unfinished(&path) {
                let size = metadata.len();
                unfinished.push(Self { path, size });
            }
        }
        Ok(unfinished)
    }

    /// Deletes it, if it is there.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(super) fn delete(&self) -> Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(&self.path, error))
            }
            _ => Ok(()),
        }
    }
}

/// True for the names that `object_store` gives to files of Delta tables until they are whole.
fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let Some((whole, number)) = name.and_then(|name| name.rsplit_once('#')) else {
        return false;
    };
    let ending = Path::new(whole)
        .extension()
        .and_then(|ending| ending.to_str());
    let is_of_table = matches!(ending, Some("parquet" | "json"));
    is_of_table && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_staged_files_are_unfinished() {
        for name in ["part-1.zstd.parquet#1", "00000000000000000007.json#23"] {
            assert!(is_unfinished(Path::new(name)), "{name}");
        }
        for name in [
            "part-1.parquet",
            "notes#1",
            "a#b.parquet",
            "a.parquet#",
            "a.parquet#x",
            "a.csv#1",
        ] {
            assert!(!is_unfinished(Path::new(name)), "{name}");
        }
    }
}
