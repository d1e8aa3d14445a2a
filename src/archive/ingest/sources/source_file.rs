//! One file of an export.

use std::fmt;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

#[cfg(feature = "excel")]
use super::zip_members::ZipPackage;
use crate::error::{Error, Result};
use crate::tables::store_error;
use crate::text_files::{TextChunks, file_chunks};

/// A file, or a member of an archive. It may be opened several times.
pub(super) struct SourceFile {
    /// For messages.
    pub(super) label: String,
    pub(super) place: SourcePlace,
}

/// Where the bytes of a file are.
pub(super) enum SourcePlace {
    Object {
        store: Arc<dyn ObjectStore>,
        path: Path,
    },
    #[cfg(feature = "excel")]
    Member {
        package: Arc<ZipPackage>,
        index: usize,
    },
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
        let is_same_place = match (&self.place, &other.place) {
            (
                SourcePlace::Object { store, path },
                SourcePlace::Object {
                    store: other_store,
                    path: other_path,
                },
            ) => Arc::ptr_eq(store, other_store) && path == other_path,
            #[cfg(feature = "excel")]
            _ => self.label == other.label,
        };
        is_same_place
    }

    /// Name of the file, whose ending may tell its format.
    pub(super) fn name(&self) -> &str {
        self.label.rsplit(['/', '\\']).next().unwrap_or_default()
    }

    /// The bytes as they are stored.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub(super) async fn bytes(&self) -> Result<TextChunks> {
        match &self.place {
            SourcePlace::Object { store, path } => {
                let got = store.get(path).await;
                let got = got.map_err(|error| store_error(&self.label, &error))?;
                Ok(file_chunks(got))
            }
            #[cfg(feature = "excel")]
            SourcePlace::Member { package, index } => Ok(package.member(*index)),
        }
    }

    /// An error at this file.
    pub(super) fn problem(&self, problem: impl Into<String>) -> Error {
        Error::location(&self.label, problem)
    }
}
