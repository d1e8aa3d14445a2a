//! The text of a file in chunks.

use std::fmt;
use std::fs::File;
use std::io::Read;

use bytes::{Bytes, BytesMut};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetResultPayload, ObjectStore, ObjectStoreExt};

use crate::text_files::{TextChunks, TextEncoding, TextForm, decoded_text};

/// Size of a chunk of a local file.
const CHUNK: u64 = 1 << 20;

/// Longest byte order mark.
const MARK: usize = 3;

/// The text of a JSON file.
pub(crate) struct JsonText {
    pub(crate) chunks: TextChunks,
    /// True if the bytes of the file are of another encoding than the chunks, which are UTF-8.
    pub(crate) is_decoded: bool,
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonText")
            .field("is_decoded", &self.is_decoded)
            .finish_non_exhaustive()
    }
}

impl JsonText {
    /// Opens a file, whose encoding a byte order mark says, or else `encoding`. UTF-8 goes through as it is, with its
    /// mark: who reads the rows checks them.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub(crate) async fn open(
        store: &dyn ObjectStore,
        path: &Path,
        compression: FileCompressionType,
        encoding: Option<TextEncoding>,
    ) -> Result<Self> {
        let mut bytes = match store.get(path).await?.payload {
            // The store's own stream asks another thread for every 8 KB.
            GetResultPayload::File(file, _) => local(file, compression)?,
            GetResultPayload::Stream(stream) => {
                compression.convert_stream(stream.map_err(DataFusionError::from).boxed())?
            }
        };
        let head = head(&mut bytes).await?;
        let marked = TextEncoding::from_mark(&head).map(|(encoding, _)| encoding);
        let is_decoded = marked
            .or(encoding)
            .is_some_and(|encoding| !encoding.is_utf8());
        let bytes = futures::stream::iter([Ok(head)]).chain(bytes).boxed();
        let chunks = if is_decoded {
            let form = TextForm {
                encoding,
                ..TextForm::default()
            };
            decoded_text(bytes, &form)
        } else {
            bytes
        };
        Ok(Self { chunks, is_decoded })
    }
}

/// The first chunk, or as many as hold a byte order mark.
async fn head(bytes: &mut TextChunks) -> Result<Bytes> {
    let first = bytes.try_next().await?.unwrap_or_default();
    if first.len() >= MARK {
        return Ok(first);
    }
    let mut head = BytesMut::from(first.as_ref());
    while head.len() < MARK
        && let Some(chunk) = bytes.try_next().await?
    {
        head.extend_from_slice(&chunk);
    }
    Ok(head.freeze())
}

fn local(file: File, compression: FileCompressionType) -> Result<TextChunks> {
    let mut reader = compression.convert_read(file)?;
    let chunks = std::iter::from_fn(move || {
        let mut chunk = Vec::new();
        match reader.by_ref().take(CHUNK).read_to_end(&mut chunk) {
            Ok(0) => None,
            Ok(_) => Some(Ok(Bytes::from(chunk))),
            Err(error) => Some(Err(DataFusionError::IoError(error))),
        }
    });
    Ok(futures::stream::iter(chunks).boxed())
}
