//! A change of a table: what it adds and removes, and what it depends on.

use delta_kernel::transaction::UpdateTableOperation;

use super::data_files::WrittenFile;
use super::table_writer::ChangeShape;

/// A change of a table.
#[derive(Debug)]
pub(crate) struct CommitRequest {
    pub(crate) added: Vec<WrittenFile>,
    /// Files that leave the table, as the log names them.
    pub(crate) removed: Vec<String>,
    pub(crate) kind: ChangeKind,
    /// Applications and the numbers of what they have written, by which a second run notices that it is one.
    pub(crate) applications: Vec<(String, i64)>,
}

/// What a change depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// New rows that do not depend on those that are there.
    Append,
    /// Rows that were computed from those that are there, or take their place.
    Replace,
    /// The same rows in other files.
    Rewrite,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommitOutcome {
    /// It is the version of this number.
    Committed(u64),
    /// One of its applications has committed this number before; nothing was written.
    AlreadyThere,
    /// The table has changed in what the change depends on; nothing was written. The reason is for messages.
    Outdated(String),
}

impl CommitRequest {
    /// What the log says of it.
    pub(super) fn shape(&self) -> ChangeShape {
        let operation = match self.kind {
            ChangeKind::Append => UpdateTableOperation::Write,
            ChangeKind::Replace => UpdateTableOperation::Merge,
            ChangeKind::Rewrite => UpdateTableOperation::Optimize,
        };
        ChangeShape {
            operation,
            is_data: self.kind != ChangeKind::Rewrite,
            is_blind: self.kind == ChangeKind::Append && !self.added.is_empty(),
        }
    }
}
