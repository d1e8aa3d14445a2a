//! The first text of a file.

use bytes::Bytes;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use super::decode::TextDecoder;
use super::encoding::{TextEncoding, WesternText};
use super::stream::uncompressed;

/// The first text of a file, decoded.
#[derive(Debug)]
pub(crate) struct TextHead {
    pub(crate) text: Vec<u8>,
    pub(crate) is_whole: bool,
    /// True if the bytes of the file are the text, which may then be read in parts.
    pub(crate) is_utf8: bool,
}

/// Reads about `most` bytes of a file. Bytes that the encoding does not have end the text.
///
/// # Errors
/// When the file cannot be read.
pub(crate) async fn text_head(
    store: &dyn ObjectStore,
    location: &Path,
    compression: FileCompressionType,
    encoding: Option<TextEncoding>,
    most: usize,
) -> Result<TextHead> {
    let mut chunks = uncompressed(store.get(location).await?, compression)?;
    let mut decoder = TextDecoder::new(encoding);
    let mut text = Vec::new();
    let mut is_whole = false;
    while text.len() < most && !is_whole {
        let chunk = chunks.try_next().await?;
        is_whole = chunk.is_none();
        match decoder.decode(chunk.unwrap_or_default(), is_whole) {
            Ok(more) => text.extend_from_slice(&more),
            Err(_) => break,
        }
    }
    Ok(TextHead {
        text,
        is_whole,
        is_utf8: decoder.is_utf8(),
    })
}

/// Counts the bytes of a file, up to `most`, that are not ASCII.
///
/// # Errors
/// When the file cannot be read.
pub(crate) async fn western_text(
    store: &dyn ObjectStore,
    location: &Path,
    compression: FileCompressionType,
    most: usize,
) -> Result<WesternText> {
    let mut chunks = uncompressed(store.get(location).await?, compression)?;
    let (mut counts, mut read) = (WesternText::default(), 0);
    while let Some(chunk) = chunks.try_next().await? {
        let chunk: Bytes = chunk;
        counts.add(&chunk);
        read += chunk.len();
        if read >= most {
            break;
        }
    }
    Ok(counts)
}
