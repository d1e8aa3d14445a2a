//! Makes written files a new version of their table, beside other writers.

use std::sync::Arc;
use std::time::Duration;

use delta_kernel::snapshot::SnapshotRef;
use delta_kernel::transaction::{CommitResult, CommittedTransaction, Transaction};
use delta_kernel::{Engine as KernelEngine, KernelError, KernelResult};

use super::change::{CommitOutcome, CommitRequest};
use super::conflicts::{CommitConflict, check};
use super::data_files::discard;
use super::durable;
use super::removed_files::removed;
use super::snapshot::DeltaSnapshot;
use super::table_writer::{DeltaTableWriter, create, existing, update};
use crate::error::Result;

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
        durable::check_store(&self.location).await?;
        durable::sync_files(&self.location, &request.added).await?;
        let request = Arc::new(request);
        let mut now = self.base.clone();
        for attempt in 0..ATTEMPTS {
            match self.attempt(now.as_ref(), &request).await? {
                CommitAttempt::Committed(snapshot, version) => {
                    durable::sync_version(&self.location, version).await?;
                    self.checkpoint(snapshot).await;
                    return Ok(CommitOutcome::Committed(version));
                }
                CommitAttempt::Overtaken => {
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
        discard(self.location.store.as_ref(), &request.added).await;
        Err(self.location.problem(format!(
            "{ATTEMPTS} commits failed since others were faster: run it again"
        )))
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
                let change = match create(engine, &root, &layout) {
                    Ok(change) => change,
                    Err(KernelError::TableAlreadyExistsAtPath(_)) => {
                        return Ok(CommitAttempt::Overtaken);
                    }
                    Err(error) => return Err(error),
                };
                finish(engine, change, &request)
            });
            return made.await;
        };
        let (snapshot, columns) = (Arc::clone(&now.kernel), self.new_columns.clone());
        let is_done = self.new_columns_are_there(now);
        let made = self.location.blocking(move |engine| {
            let columns = if is_done { Vec::new() } else { columns };
            let mut change = update(engine, &snapshot, &request.shape(), &columns)?;
            if !request.removed.is_empty() {
                match removed(engine, &snapshot, &request.removed)? {
                    Some(files) => files.into_iter().for_each(|file| change.remove_files(file)),
                    None => return Ok(CommitAttempt::Overtaken),
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
    /// Another commit was faster.
    Overtaken,
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
        CommitResult::Conflicted(_) => CommitAttempt::Overtaken,
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
