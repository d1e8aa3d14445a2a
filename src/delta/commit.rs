//! Makes written files a new version of their table, beside other writers.

use std::sync::Arc;
use std::time::Duration;

use delta_kernel::snapshot::SnapshotRef;
use delta_kernel::transaction::{CommitResult, CommittedTransaction, Transaction};
use delta_kernel::{Engine as KernelEngine, KernelError, KernelResult};
use object_store::ObjectStoreExt;

use super::change::{CommitOutcome, CommitRequest};
use super::conflicts::{CommitConflict, check};
use super::data_files::discard;
use super::durable;
use super::removed_files::removed;
use super::snapshot::DeltaSnapshot;
use super::table_writer::{DeltaTableWriter, create, existing, update};
use crate::error::Result;
use crate::runtime::store_error;

/// Attempts before a commit gives up: each fails only because another one succeeded.
const ATTEMPTS: u32 = 100;

/// Commits between two checkpoints of the log.
const CHECKPOINT_EVERY: u64 = 10;

impl DeltaTableWriter {
    /// Commits a change: whole or, if this fails at any point, not at all.
    ///
    /// # Errors
    /// If the store refuses, or too many other writers are faster.
    pub(crate) async fn commit(self, request: CommitRequest) -> Result<CommitOutcome> {
        durable::sync_files(&self.location, &request.added).await?;
        let request = Arc::new(request);
        let mut now = self.base.clone();
        for attempt in 0..ATTEMPTS {
            match self.attempt(now.as_ref(), &request).await? {
                CommitAttempt::Committed(snapshot, version) => {
                    return self.committed(version, snapshot).await;
                }
                CommitAttempt::Overtaken(version) if self.is_own(version, &request).await? => {
                    return self.committed(version, None).await;
                }
                CommitAttempt::Overtaken(_) => {
                    let newest = existing(&self.location).await?;
                    let newest = newest.ok_or_else(|| {
                        self.location
                            .problem("the Delta table has vanished while it was written to")
                    })?;
                    if let Some(end) = check(&self, &newest, &request).await? {
                        discard(self.location.store.as_ref(), &request.added).await;
                        return Ok(match end {
                            CommitConflict::AlreadyThere => CommitOutcome::AlreadyThere,
                            CommitConflict::Outdated(reason) => CommitOutcome::Outdated(reason),
                        });
                    }
                    now = Some(newest);
                }
                CommitAttempt::Again => {}
            }
            tokio::time::sleep(pause(attempt)).await;
        }
        // The files stay for a later clean-up: the last attempt may have succeeded without an answer.
        Err(self.location.problem(format!(
            "{ATTEMPTS} commits failed since others were faster: run it again"
        )))
    }

    async fn committed(
        &self,
        version: u64,
        snapshot: Option<SnapshotRef>,
    ) -> Result<CommitOutcome> {
        durable::sync_version(&self.location, version).await?;
        if version == 0 {
            self.location.end_begin().await;
        }
        self.checkpoint(snapshot).await;
        Ok(CommitOutcome::Committed(version))
    }

    /// True if `version` is this change: a store may fail behind a commit that it has taken, and the next attempt then
    /// finds it there. Its files must not be taken for those of a commit that came to nothing.
    async fn is_own(&self, version: u64, request: &CommitRequest) -> Result<bool> {
        let Some(name) = request
            .added
            .first()
            .and_then(|file| file.path().filename())
        else {
            return Ok(false);
        };
        let entry = self.location.log_folder()?;
        let entry = entry.join(format!("{version:020}.json"));
        let failed = |error: object_store::Error| store_error(&self.location.label, &error);
        let text = match self.location.store.get(&entry).await {
            Ok(found) => found.bytes().await.map_err(failed)?,
            // Cleaned up, or not of this numbering: of another writer.
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        // Names of files are used once only.
        Ok(text.windows(name.len()).any(|part| part == name.as_bytes()))
    }

    async fn attempt(
        &self,
        now: Option<&Arc<DeltaSnapshot>>,
        request: &Arc<CommitRequest>,
    ) -> Result<CommitAttempt> {
        let request = Arc::clone(request);
        let Some(now) = now else {
            let (root, layout) = (self.location.root.to_string(), self.layout.clone());
            let made = self.location.blocking(move |engine| {
                // Another writer may be first before the table is made, or before its first version is committed.
                let made = create(engine, &root, &layout);
                match made.and_then(|change| finish(engine, change, &request)) {
                    Err(KernelError::TableAlreadyExistsAtPath(_)) => {
                        Ok(CommitAttempt::Overtaken(0))
                    }
                    made => made,
                }
            });
            return made.await;
        };
        let (snapshot, columns) = (Arc::clone(&now.kernel), self.new_columns.clone());
        let next = now.version() + 1;
        let is_done = self.new_columns_are_there(now);
        let made = self.location.blocking(move |engine| {
            let columns = if is_done { Vec::new() } else { columns };
            let mut change = update(engine, &snapshot, &request.shape(), &columns)?;
            if !request.removed.is_empty() {
                match removed(engine, &snapshot, &request.removed)? {
                    Some(files) => files.into_iter().for_each(|file| change.remove_files(file)),
                    None => return Ok(CommitAttempt::Overtaken(next)),
                }
            }
            finish(engine, change, &request)
        });
        made.await
    }

    /// True if another writer has added the same columns meanwhile.
    fn new_columns_are_there(&self, now: &DeltaSnapshot) -> bool {
        let mut columns = self.new_columns.iter();
        columns.all(|column| now.schema().field_with_name(column.name()).is_ok())
    }

    /// The log is read from its newest checkpoint; without one it is only slower to read.
    async fn checkpoint(&self, snapshot: Option<SnapshotRef>) {
        if let Some(snapshot) = snapshot {
            let written = self
                .location
                .blocking(move |engine| snapshot.checkpoint(engine, None).map(drop));
            written.await.ok();
        }
    }
}

/// What became of one attempt.
enum CommitAttempt {
    /// The version, and its snapshot if the log is due for a checkpoint.
    Committed(Option<SnapshotRef>, u64),
    /// Another commit was faster, and has this version.
    Overtaken(u64),
    /// The store failed in a way that may pass.
    Again,
}

fn finish<S>(
    engine: &dyn KernelEngine,
    mut change: Transaction<S>,
    request: &CommitRequest,
) -> KernelResult<CommitAttempt> {
    for (application, number) in &request.applications {
        change = change.with_transaction_id(application.clone(), *number);
    }
    for file in &request.added {
        change.add_files(file.log_entry()?);
    }
    Ok(match change.commit(engine)? {
        CommitResult::Committed(committed) => {
            CommitAttempt::Committed(due_for_checkpoint(&committed), committed.commit_version())
        }
        CommitResult::Conflicted(conflict) => CommitAttempt::Overtaken(conflict.conflict_version()),
        CommitResult::Retryable(_) => CommitAttempt::Again,
    })
}

fn due_for_checkpoint(committed: &CommittedTransaction) -> Option<SnapshotRef> {
    let since = committed.post_commit_stats().commits_since_checkpoint;
    let snapshot = committed.post_commit_snapshot().cloned();
    snapshot.filter(|_| since >= CHECKPOINT_EVERY)
}

/// Longer with each attempt, and different for each writer.
fn pause(attempt: u32) -> Duration {
    let most = 5_u64 << attempt.min(6);
    let part = uuid::Uuid::new_v4().as_u128() % u128::from(most + 1);
    Duration::from_millis(u64::try_from(part).unwrap_or(most))
}
