//! The text of a file in chunks.

use std::fs::File;
use std::io::Read;

use bytes::Bytes;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetResultPayload, ObjectStore, ObjectStoreExt};

/// Size of a chunk of a local file.
const CHUNK: u64 = 1 << 20;

/// Opens a file and returns its uncompressed text, in chunks.
///
/// # Errors
/// If the file cannot be opened.
pub(crate) async fn text_chunks(
    store: &dyn ObjectStore,
    path: &Path,
    compression: FileCompressionType,
) -> Result<BoxStream<'static, Result<Bytes>>> {
    match store.get(path).await?.payload {
        // The store's own stream asks another thread for every 8 KB.
        GetResultPayload::File(file, _) => local(file, compression),
        GetResultPayload::Stream(stream) => {
            compression.convert_stream(stream.map_err(DataFusionError::from).boxed())
        }
    }
}

fn local(
    file: File,
    compression: FileCompressionType,
) -> Result<BoxStream<'static, Result<Bytes>>> {
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
