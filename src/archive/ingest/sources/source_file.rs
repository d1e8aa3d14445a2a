//! One file of an export.

use std::fmt;
use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{GetResultPayload, ObjectStore, ObjectStoreExt};

use crate::error::{Error, Result};
use crate::tables::store_error;
use crate::text_files::{TextChunks, file_chunks};

/// Bytes of a file that is fetched before its turn.
const SMALL: u64 = 1 << 20;

/// A file, or a member of an archive. It may be opened several times.
pub(super) struct SourceFile {
    /// For messages.
    pub(super) label: String,
    pub(super) place: SourcePlace,
}

/// Place of the bytes of a file.
pub(super) enum SourcePlace {
    Object {
        store: Arc<dyn ObjectStore>,
        path: Path,
        /// Bytes of a file that is not local.
        remote_bytes: Option<u64>,
    },
    /// All bytes of a small file.
    Fetched(Bytes),
    #[cfg(feature = "excel")]
    Member {
        package: Arc<dyn PackedMembers>,
        index: usize,
    },
}

/// Files in a file.
#[cfg(feature = "excel")]
pub(super) trait PackedMembers: Send + Sync {
    /// The bytes of member number `index`, uncompressed.
    fn member(self: Arc<Self>, index: usize) -> TextChunks;
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceFile")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

impl SourceFile {
    /// True if both have the same bytes at the same place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (
                SourcePlace::Object { store, path, .. },
                SourcePlace::Object {
                    store: other_store,
                    path: other_path,
                    ..
                },
            ) => Arc::ptr_eq(store, other_store) && path == other_path,
            _ => self.label == other.label,
        }
    }

    /// Name of the file, whose ending may tell its format.
    pub(super) fn name(&self) -> &str {
        self.label.rsplit(['/', '\\']).next().unwrap_or_default()
    }

    /// The same file, with its bytes if it is a small one of a store: many such files would otherwise cost one round
    /// trip after another.
    pub(super) async fn fetched(mut self) -> Self {
        if let SourcePlace::Object {
            store,
            path,
            remote_bytes: Some(bytes),
        } = &self.place
            && *bytes <= SMALL
            && let Ok(found) = store.get(path).await
            && let Ok(bytes) = found.bytes().await
        {
            self.place = SourcePlace::Fetched(bytes);
        }
        // What cannot be fetched is told when it is opened.
        self
    }

    /// The bytes as they are stored.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub(super) async fn bytes(&self) -> Result<TextChunks> {
        match &self.place {
            SourcePlace::Object { store, path, .. } => {
                let got = store.get(path).await;
                let got = got.map_err(|error| store_error(&self.label, &error))?;
                Ok(file_chunks(got))
            }
            SourcePlace::Fetched(bytes) => Ok(futures::stream::iter([Ok(bytes.clone())]).boxed()),
            #[cfg(feature = "excel")]
            SourcePlace::Member { package, index } => Ok(Arc::clone(package).member(*index)),
        }
    }

    /// The file itself, if it is local and no member of another.
    pub(super) async fn local_file(&self) -> Option<File> {
        match &self.place {
            SourcePlace::Object { store, path, .. } => match store.get(path).await.ok()?.payload {
                GetResultPayload::File(file, _) => Some(file),
                GetResultPayload::Stream(_) => None,
            },
            SourcePlace::Fetched(_) => None,
            #[cfg(feature = "excel")]
            SourcePlace::Member { .. } => None,
        }
    }

    /// An error at this file.
    pub(super) fn problem(&self, problem: impl Into<String>) -> Error {
        Error::location(&self.label, problem)
    }
}
