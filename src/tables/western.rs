//! Text files that are not UTF-8 but of Western Europe, as exports from Windows are.

use std::sync::Arc;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use object_store::ObjectStore;

use super::listing::DataFile;
use super::source::TableSource;
use crate::text_files::{TextEncoding, western_text};

/// Maximum number of bytes of a file that are looked at.
pub(super) const BYTES_PER_FILE: usize = 256 << 20;

/// The note that says so.
pub(super) const NOTE: &str =
    "it is not UTF-8 and is read as windows-1252 (encoding = \"windows-1252\", or another)";

/// True if some file is not UTF-8, and all bytes of all files are those of a text of Western Europe.
pub(super) async fn are_western(
    compression: FileCompressionType,
    store: &Arc<dyn ObjectStore>,
    files: &[&DataFile],
) -> bool {
    let mut is_some = false;
    for file in files {
        let location = &file.meta.location;
        let counted = western_text(store.as_ref(), location, compression, BYTES_PER_FILE).await;
        match counted {
            Ok(counts) if counts.is_ascii() => {}
            Ok(counts) if counts.is_plausible() => is_some = true,
            _ => return false,
        }
    }
    is_some
}

/// `source` with that encoding.
pub(super) fn as_western(source: &TableSource) -> TableSource {
    TableSource {
        encoding: Some(TextEncoding::WINDOWS_1252),
        ..source.clone()
    }
}
