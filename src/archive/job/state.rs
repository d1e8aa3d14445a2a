//! The outputs that earlier runs of a job have written: the file that tells which steps are up to date.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use object_store::ObjectStoreExt;
use serde::{Deserialize, Serialize};

use super::fingerprint::StepFingerprint;
use super::written_files::{FileStamps, StoredPlace};
use crate::error::{Error, Result};
use crate::runtime::{ScratchFiles, writing_failed};
use crate::tables;

/// Version of the file's form; one of another version counts as none.
const VERSION: u32 = 1;

/// The files that a step has written when it was last done.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct StepState {
    /// `None` for a step whose rows may be others at any time.
    pub(super) fingerprint: Option<StepFingerprint>,
    /// Files at the output.
    pub(super) files: FileStamps,
    /// Files that were there before an append that has not ended; `None` once it has.
    #[serde(default)]
    pub(super) before_append: Option<FileStamps>,
    /// True if the step writes a report, and failed since a goal is clearly missed.
    #[serde(default)]
    pub(super) misses_goal: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct StateDocument {
    version: u32,
    job: String,
    steps: BTreeMap<String, StepState>,
}

/// The state of a job, and where it is kept.
#[derive(Debug)]
pub(crate) struct JobStateFile {
    location: String,
    scratch: ScratchFiles,
    document: StateDocument,
    /// True if there was a file that could not be read.
    is_damaged: bool,
    /// Held as long as the job runs.
    _lock: Option<File>,
}

impl JobStateFile {
    /// The default place of the state of a job.
    pub(crate) fn default_location(job: &str) -> String {
        format!(".deskql/job-{job}.state")
    }

    /// Reads the state at `location`, a path or URL. With `is_run` no other run may use it meanwhile.
    ///
    /// # Errors
    /// If another run uses it, or the store fails. A file that is missing or damaged is an empty state.
    pub(crate) async fn open(
        job: &str,
        location: &str,
        scratch: &ScratchFiles,
        is_run: bool,
    ) -> Result<Self> {
        let is_local = !location.contains("://");
        let lock = if is_run && is_local {
            lock(job, location)?
        } else {
            None
        };
        let bytes = read(location).await?;
        let found = bytes
            .as_ref()
            .map(|bytes| serde_json::from_slice::<StateDocument>(bytes));
        let sound = found.and_then(Result::ok);
        let is_damaged = bytes.is_some() && sound.is_none();
        let document = sound.filter(|document| document.version == VERSION && document.job == job);
        Ok(Self {
            location: location.to_owned(),
            scratch: scratch.clone(),
            document: document.unwrap_or_else(|| StateDocument {
                version: VERSION,
                job: job.to_owned(),
                steps: BTreeMap::new(),
            }),
            is_damaged,
            _lock: lock,
        })
    }

    /// A line about a file that could not be read, if there was one.
    pub(crate) fn note(&self) -> Option<String> {
        self.is_damaged.then(|| {
            format!(
                "{} is damaged, so that no step counts as up to date",
                self.location
            )
        })
    }

    pub(super) fn step(&self, key: &str) -> Option<&StepState> {
        self.document.steps.get(key)
    }

    /// Keeps the state of a step, whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written; the state is then as it was before.
    pub(super) async fn keep(&mut self, key: String, state: StepState) -> Result<()> {
        let before = self.document.steps.insert(key.clone(), state);
        let written = self.write().await;
        if written.is_err() {
            // A state that is not on disk must not count for a further attempt either.
            match before {
                Some(before) => drop(self.document.steps.insert(key, before)),
                None => drop(self.document.steps.remove(&key)),
            }
        }
        written
    }

    async fn write(&self) -> Result<()> {
        let text = serde_json::to_vec(&self.document)
            .map_err(|error| Error::io(&self.location, std::io::Error::other(error)))?;
        if self.location.contains("://") {
            let place = StoredPlace::find(tables::object_stores().as_ref(), &self.location)?;
            let put = place.store.put(&place.path, text.into()).await;
            return put.map(drop).map_err(|error| place.failed(error));
        }
        let path = Path::new(&self.location);
        let write = || {
            let staged = self.scratch.stage(path)?;
            let mut file = staged.handle()?;
            file.write_all(&text)?;
            // A power cut must not leave a file of the right name without its bytes.
            file.sync_all()?;
            staged.persist()
        };
        write().map_err(|error| writing_failed(path, &error))
    }
}

async fn read(location: &str) -> Result<Option<Vec<u8>>> {
    let place = StoredPlace::find(tables::object_stores().as_ref(), location)?;
    match place.store.get(&place.path).await {
        Ok(found) => {
            let bytes = found.bytes().await.map_err(|error| place.failed(error))?;
            Ok(Some(bytes.to_vec()))
        }
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(place.failed(error)),
    }
}

/// The lock beside the state; `None` on file systems without locks.
fn lock(job: &str, location: &str) -> Result<Option<File>> {
    let path = PathBuf::from(format!("{location}.lock"));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| writing_failed(&path, &error))?;
    }
    let file = File::options().create(true).append(true).open(&path);
    let file = file.map_err(|error| writing_failed(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Unavailable {
            location: format!("job {job}"),
            problem: format!("another run is going on, which holds {}", path.display()),
        }),
        Err(std::fs::TryLockError::Error(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> StepState {
        StepState {
            fingerprint: None,
            files: FileStamps::from([("a".to_owned(), "1".to_owned())]),
            ..StepState::default()
        }
    }

    async fn open(location: &str) -> Result<JobStateFile> {
        JobStateFile::open("j", location, &ScratchFiles::default(), true).await
    }

    #[tokio::test]
    async fn a_state_is_read_again_and_a_damaged_one_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/j.state");
        let location = path.to_str().unwrap();
        let mut first = open(location).await.unwrap();
        first.keep("k".to_owned(), state()).await.unwrap();
        assert!(matches!(
            open(location).await,
            Err(Error::Unavailable { .. })
        ));
        drop(first);
        let again = open(location).await.unwrap();
        assert_eq!(again.step("k").unwrap().files, state().files);
        assert!(again.note().is_none());
        drop(again);
        let text = std::fs::read(&path).unwrap();
        for cut in 0..text.len() {
            std::fs::write(&path, &text[..cut]).unwrap();
            let damaged = open(location).await.unwrap();
            assert!(
                damaged.step("k").is_none() && damaged.note().is_some(),
                "{cut}"
            );
        }
    }
}
