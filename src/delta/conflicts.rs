//! What another commit means for one that it was faster than.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::change::{ChangeKind, CommitRequest};
use super::snapshot::DeltaSnapshot;
use super::table_writer::DeltaTableWriter;
use crate::error::Result;

/// The end of a change that cannot be committed any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CommitConflict {
    /// One of its applications has committed the same number.
    AlreadyThere,
    /// What it depends on has changed; the reason is for messages.
    Outdated(String),
}

/// The reason why `request` cannot become the version after `newest`; `None` if it can.
///
/// # Errors
/// If the log cannot be read.
pub(super) async fn check(
    writer: &DeltaTableWriter,
    newest: &Arc<DeltaSnapshot>,
    request: &CommitRequest,
) -> Result<Option<CommitConflict>> {
    for (application, number) in &request.applications {
        let last = newest.application_version(application).await?;
        if last.is_some_and(|last| last >= *number) {
            return Ok(Some(CommitConflict::AlreadyThere));
        }
    }
    let outdated = |reason: &str| Some(CommitConflict::Outdated(reason.to_owned()));
    let Some(base) = &writer.base else {
        // The files were written for a table that was not there; the one that is there now may be another.
        return Ok(outdated("another writer has created the table"));
    };
    if !is_same_table(base, newest) {
        return Ok(outdated(
            "another writer has changed the table's columns or properties",
        ));
    }
    Ok(match request.kind {
        ChangeKind::Append => None,
        ChangeKind::Rewrite => {
            let there = paths(newest).await?;
            let is_gone = request.removed.iter().any(|path| !there.contains(path));
            is_gone.then(|| {
                CommitConflict::Outdated("another writer has replaced files of it".to_owned())
            })
        }
        ChangeKind::Replace => {
            let (before, now) = (paths(base).await?, paths(newest).await?);
            (before != now).then(|| {
                CommitConflict::Outdated("another writer has changed rows of it".to_owned())
            })
        }
    })
}

/// True if files that were written for `base` fit `newest`.
fn is_same_table(base: &DeltaSnapshot, newest: &DeltaSnapshot) -> bool {
    let properties = |snapshot: &DeltaSnapshot| snapshot.kernel.metadata_configuration().clone();
    base.schema() == newest.schema()
        && base.partition_columns() == newest.partition_columns()
        && base.names() == newest.names()
        && properties(base) == properties(newest)
}

async fn paths(snapshot: &DeltaSnapshot) -> Result<BTreeSet<String>> {
    let files = snapshot.files().await?;
    Ok(files.iter().map(|file| file.log_path.clone()).collect())
}
