//! Files in the folder of a table that no version needs any more which can still be read.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectMeta;
use object_store::path::Path;

use super::log_store::DeltaLocation;
use super::snapshot::{DeltaSnapshot, TableVersion};
use super::unfinished_writes::UnfinishedFile;
use crate::error::Result;
use crate::runtime::store_error;

/// Requests to the store at a time.
const REQUESTS: usize = 16;

/// Files that can be deleted.
#[derive(Debug, Clone, Default)]
pub(crate) struct ObsoleteFiles {
    /// Data files of versions that are older than the retention, and files that never became part of one.
    pub(crate) data: Vec<ObjectMeta>,
    /// Entries of the log before the oldest version that can still be read.
    pub(crate) log: Vec<ObjectMeta>,
    /// What killed programs have left on a local disk.
    unfinished: Vec<UnfinishedFile>,
}

impl ObsoleteFiles {
    /// Finds them: `now - retention` is the oldest instant at which the table can still be read afterwards.
    ///
    /// # Errors
    /// If the store cannot be listed, or the log cannot be read.
    pub(crate) async fn find(
        table: &Arc<DeltaSnapshot>,
        retention: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let location = table.location();
        let until = now - retention;
        let listed = list(location).await?;
        let log = location.log_folder()?;
        let (in_log, files): (Vec<_>, Vec<_>) = listed
            .into_iter()
            .partition(|object| object.location.prefix_matches(&log));
        let commits = commits(&in_log, &log);
        let oldest = oldest_needed(&commits, until, table.version());
        let needed = needed_files(table, &commits, oldest).await?;
        let data = files.into_iter().filter(|object| {
            object.last_modified < until
                && !needed.contains(&object.location)
                && !is_foreign(location, &object.location)
        });
        Ok(Self {
            data: data.collect(),
            log: obsolete_log(in_log, &log, oldest, until),
            unfinished: UnfinishedFile::find(location, until)?,
        })
    }

    /// Number of all of them.
    pub(crate) fn count(&self) -> usize {
        self.data.len() + self.log.len() + self.unfinished.len()
    }

    /// Bytes of all of them.
    pub(crate) fn bytes(&self) -> u64 {
        let whole = self.data.iter().chain(&self.log).map(|object| object.size);
        let unfinished = self.unfinished.iter().map(|file| file.size);
        whole.chain(unfinished).sum()
    }

    /// Deletes them, entries of the log last. No version within the retention needs any of them, so that what is left at
    /// any instant is a table.
    ///
    /// # Errors
    /// If the store refuses.
    pub(crate) async fn delete(&self, location: &DeltaLocation) -> Result<()> {
        for file in &self.unfinished {
            file.delete()?;
        }
        for objects in [&self.data, &self.log] {
            let paths: Vec<_> = objects
                .iter()
                .map(|object| Ok(object.location.clone()))
                .collect();
            let paths = futures::stream::iter(paths).boxed();
            let mut deleted = location.store.delete_stream(paths);
            while let Some(outcome) = deleted.next().await {
                match outcome {
                    Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(store_error(&location.label, &error)),
                }
            }
        }
        Ok(())
    }
}

async fn list(location: &DeltaLocation) -> Result<Vec<ObjectMeta>> {
    let folder = location.folder()?;
    let listed = location.store.list(Some(&folder)).try_collect().await;
    listed.map_err(|error| store_error(&location.label, &error))
}

/// Files beside the data: those of other tools, and deletion vectors, which deskql does not write.
fn is_foreign(location: &DeltaLocation, path: &Path) -> bool {
    let Ok(folder) = location.folder() else {
        return true;
    };
    let Some(mut below) = path.prefix_match(&folder) else {
        return true;
    };
    let is_hidden = below.any(|part| {
        let name = part.as_ref();
        name.starts_with(['_', '.']) && !name.contains('=')
    });
    is_hidden || path.extension() != Some("parquet")
}

/// Versions of the commits in the log, with the instants at which they were written.
fn commits(log: &[ObjectMeta], folder: &Path) -> BTreeMap<u64, DateTime<Utc>> {
    let commits = log.iter().filter_map(|object| {
        let name = entry(object, folder)?;
        let number = name.strip_suffix(".json")?;
        let is_commit = number.len() == 20 && number.bytes().all(|b| b.is_ascii_digit());
        Some((
            number.parse().ok().filter(|_| is_commit)?,
            object.last_modified,
        ))
    });
    commits.collect()
}

fn entry<'a>(object: &'a ObjectMeta, folder: &Path) -> Option<&'a str> {
    let mut below = object.location.prefix_match(folder)?;
    below.next()?;
    below.next().is_none().then(|| object.location.filename())?
}

/// The version that was the newest at `until`: whoever reads the table as of a later instant needs none before.
fn oldest_needed(commits: &BTreeMap<u64, DateTime<Utc>>, until: DateTime<Utc>, newest: u64) -> u64 {
    let before = commits.iter().filter(|(_, written)| **written <= until);
    let current = before.map(|(version, _)| *version).max();
    let first = commits.keys().next().copied().unwrap_or(newest);
    current.unwrap_or(first).min(newest)
}

/// Data files of all versions from `oldest` on.
async fn needed_files(
    table: &Arc<DeltaSnapshot>,
    commits: &BTreeMap<u64, DateTime<Utc>>,
    oldest: u64,
) -> Result<HashSet<Path>> {
    let mut needed = HashSet::new();
    let versions = commits.range(oldest..=table.version());
    let listing = versions.map(|(version, _)| async {
        let snapshot = if *version == table.version() {
            Arc::clone(table)
        } else {
            let location = table.location().clone();
            Arc::new(DeltaSnapshot::open(location, TableVersion::Number(*version)).await?)
        };
        snapshot.files().await
    });
    let mut listed = futures::stream::iter(listing).buffer_unordered(REQUESTS);
    while let Some(files) = listed.try_next().await? {
        needed.extend(files.iter().map(|file| file.meta.location.clone()));
    }
    Ok(needed)
}

/// Entries before the newest checkpoint that is not after `oldest`; none without one.
fn obsolete_log(
    log: Vec<ObjectMeta>,
    folder: &Path,
    oldest: u64,
    until: DateTime<Utc>,
) -> Vec<ObjectMeta> {
    let version = |object: &ObjectMeta| -> Option<u64> {
        let (number, _) = entry(object, folder)?.split_once('.')?;
        number.parse().ok()
    };
    let is_checkpoint = |object: &&ObjectMeta| {
        entry(object, folder)
            .is_some_and(|name| name.contains(".checkpoint.") && name.ends_with(".parquet"))
    };
    let checkpoints = log.iter().filter(is_checkpoint).filter_map(version);
    let Some(start) = checkpoints.filter(|checkpoint| *checkpoint <= oldest).max() else {
        return Vec::new();
    };
    let mut obsolete: Vec<ObjectMeta> = log
        .into_iter()
        .filter(|object| version(object).is_some_and(|version| version < start))
        .filter(|object| object.last_modified < until)
        .collect();
    obsolete.sort_by(|a, b| a.location.cmp(&b.location));
    obsolete
}
