//! That a commit is what it says: on the disk, and of one writer.

use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutMode, PutOptions, PutPayload};
use uuid::Uuid;

use super::data_files::WrittenFile;
use super::kernel_store::MARK_PREFIX;
use super::log_store::DeltaLocation;
use crate::error::{Error, Result};
use crate::runtime::store_error;

/// Stores that are known to create an object once only.
static CHECKED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Makes sure that of two writers who create the same object one fails: a store that ignores the condition would lose
/// commits without a sign. Asked once for each store.
///
/// # Errors
/// If both succeed, or the store refuses.
pub(super) async fn check_store(location: &DeltaLocation) -> Result<()> {
    let store = &location.root[url::Position::BeforeScheme..url::Position::BeforePath];
    let is_known = || {
        CHECKED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(store)
    };
    if location.is_local() || is_known() {
        return Ok(());
    }
    let probe = location
        .log_folder()?
        .join(format!("{MARK_PREFIX}{}", Uuid::new_v4()));
    let create = || {
        let options = PutOptions::from(PutMode::Create);
        location
            .store
            .put_opts(&probe, PutPayload::from_static(b"1"), options)
    };
    let failed = |error: &object_store::Error| store_error(&location.label, error);
    create().await.map_err(|error| failed(&error))?;
    let second = create().await;
    location.store.delete(&probe).await.ok();
    match second {
        Ok(_) => Err(location.problem(
            "the store lets two writers create the same object (it ignores If-None-Match), so that commits could be \
             lost: write to another store",
        )),
        Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
            let mut known = CHECKED.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(store.to_owned());
            Ok(())
        }
        Err(error) => Err(failed(&error)),
    }
}

/// Makes sure that local files outlive a loss of power, with the folders that name them.
///
/// # Errors
/// If the disk refuses.
pub(super) async fn sync_files(location: &DeltaLocation, files: &[WrittenFile]) -> Result<()> {
    if !location.is_local() {
        return Ok(());
    }
    let root = location.folder()?;
    let mut paths: Vec<Path> = Vec::new();
    for file in files {
        paths.push(file.path().clone());
        let parts: Vec<_> = file.path().parts().collect();
        let depth = root.parts().count();
        for length in depth..parts.len() {
            paths.push(Path::from_iter(parts[..length].iter().cloned()));
        }
    }
    paths.sort();
    paths.dedup();
    sync(location, paths).await
}

/// Like [`sync_files`], for the entry of a version in the log.
///
/// # Errors
/// If the disk refuses.
pub(super) async fn sync_version(location: &DeltaLocation, version: u64) -> Result<()> {
    if !location.is_local() {
        return Ok(());
    }
    let log = location.log_folder()?;
    let entry = log.clone().join(format!("{version:020}.json"));
    sync(location, vec![entry, log, location.folder()?]).await
}

async fn sync(location: &DeltaLocation, paths: Vec<Path>) -> Result<()> {
    let disk = LocalFileSystem::new();
    let found = paths.iter().map(|path| disk.path_to_filesystem(path));
    let found = found.collect::<object_store::Result<Vec<PathBuf>>>();
    let found = found.map_err(|error| store_error(&location.label, &error))?;
    let synced = tokio::task::spawn_blocking(move || -> Result<()> {
        for path in found {
            // Windows opens no folders; there the file system writes names as it does files.
            if cfg!(windows) && path.is_dir() {
                continue;
            }
            let file = File::open(&path).and_then(|file| file.sync_all());
            file.map_err(|error| Error::io(path, error))?;
        }
        Ok(())
    });
    synced
        .await
        .map_err(|_error| location.problem("the disk did not answer"))?
}
