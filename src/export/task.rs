//! What one `COPY` is to do.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::physical_plan::FileSinkConfig;
use datafusion::execution::SessionState;
use object_store::ObjectMeta;

use super::rules::FolderMode;
use crate::runtime::ScratchFiles;

/// Target, format and rules of one `COPY`.
pub(super) struct CopyTask {
    pub(super) format: Arc<dyn FileFormat>,
    pub(super) config: FileSinkConfig,
    pub(super) is_file: bool,
    pub(super) mode: FolderMode,
    pub(super) scratch: ScratchFiles,
    pub(super) session: Option<SessionState>,
}

impl fmt::Debug for CopyTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyTask")
            .field("target", &self.config.original_url)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl CopyTask {
    /// True if a folder gets a file without rows when there are none, which says what the columns are. JSON cannot
    /// say it, and beside files that stay there is no need.
    pub(super) fn keeps_schema(&self) -> bool {
        let is_whole = matches!(self.mode, FolderMode::Refuse | FolderMode::Overwrite);
        is_whole && !self.is_file && !self.format.get_ext().contains("json")
    }

    /// The target in the local file system.
    pub(super) fn local_target(&self) -> Option<PathBuf> {
        let url = self.config.table_paths[0].get_url();
        (url.scheme() == "file").then(|| url.to_file_path().ok())?
    }
}

/// A file that was in the folder before.
#[derive(Debug, Clone)]
pub(super) struct ExistingFile {
    /// Path below the folder, with `/` between its parts.
    pub(super) inner: String,
    pub(super) meta: ObjectMeta,
}
