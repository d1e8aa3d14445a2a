//! Bytes of a file: its first ones, those without compression, all of them.

use std::fs::File;
use std::io::{ErrorKind, Seek, Write};

use bytes::{Bytes, BytesMut};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::DataFusionError;
use futures::{StreamExt, TryStreamExt};

use super::source_file::SourceFile;
use crate::error::{Error, Result};
use crate::tables::{one_line, store_error};
use crate::text_files::{TextChunks, TextProblem};

/// Bytes that a magic number has at most.
const MAGIC: usize = 6;

/// The first bytes of a stream, with the stream from its begin on.
pub(super) struct StreamHead {
    pub(super) bytes: Bytes,
    /// True if there are no more.
    pub(super) is_whole: bool,
    pub(super) stream: TextChunks,
}

/// Looks at the first `most` bytes of a stream, or at all of it.
///
/// # Errors
/// If the stream fails there.
pub(super) async fn head(file: &SourceFile, stream: TextChunks, most: usize) -> Result<StreamHead> {
    // A stream that has ended must not be asked again.
    let mut stream = stream.fuse();
    let mut bytes = BytesMut::new();
    let mut is_whole = false;
    while bytes.len() < most && !is_whole {
        match stream.try_next().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => is_whole = true,
            Err(error) => return Err(failed(file, error)),
        }
    }
    let bytes = bytes.freeze();
    let begin = futures::stream::iter([Ok(bytes.clone())]);
    Ok(StreamHead {
        bytes,
        is_whole,
        stream: begin.chain(stream).boxed(),
    })
}

/// The bytes of a file without its compression, which is told from its first bytes: files are called `.gz` that are
/// none any more, and are none that are called so.
///
/// # Errors
/// If the file cannot be opened.
pub(super) async fn uncompressed(file: &SourceFile) -> Result<TextChunks> {
    let StreamHead { bytes, stream, .. } = head(file, file.bytes().await?, MAGIC).await?;
    let (compression, name) = match bytes.as_ref() {
        [0x1F, 0x8B, ..] => (FileCompressionType::GZIP, "gzip"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => (FileCompressionType::ZSTD, "zstd"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => (FileCompressionType::BZIP2, "bzip2"),
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => (FileCompressionType::XZ, "xz"),
        _ => return Ok(stream),
    };
    let plain = compression.convert_stream(stream);
    let plain = plain.map_err(|error| failed(file, error))?;
    let label = file.label.clone();
    let damaged = move |error: DataFusionError| match error {
        DataFusionError::IoError(_) => {
            let problem =
                format!("its {name} data are damaged or end too early: is the file whole?");
            Error::location(&label, problem).into()
        }
        other => other,
    };
    Ok(plain.map_err(damaged).boxed())
}

/// All bytes of a stream, up to `most`.
///
/// # Errors
/// If there are more, or the stream fails.
pub(super) async fn collected(
    file: &SourceFile,
    mut stream: TextChunks,
    most: usize,
) -> Result<Bytes> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = stream
        .try_next()
        .await
        .map_err(|error| failed(file, error))?
    {
        if bytes.len() + chunk.len() > most {
            let limit = most >> 20;
            return Err(file.problem(format!(
                "is larger than {limit} MiB: save it as CSV or Parquet"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// A temporary file with all bytes of a stream, which is gone when it is closed, however the program ends.
///
/// # Errors
/// If it cannot be written, or the stream fails.
pub(super) async fn spooled(file: &SourceFile, mut stream: TextChunks) -> Result<File> {
    let unwritten = |error| Error::io(std::env::temp_dir(), error);
    let mut spool = tempfile::tempfile().map_err(unwritten)?;
    while let Some(chunk) = stream
        .try_next()
        .await
        .map_err(|error| failed(file, error))?
    {
        spool.write_all(&chunk).map_err(unwritten)?;
    }
    spool.rewind().map_err(unwritten)?;
    Ok(spool)
}

/// Names the file of an error, and says it in one line.
pub(super) fn failed(file: &SourceFile, error: DataFusionError) -> Error {
    if let Some(problem) = TextProblem::among_causes(&error) {
        let text = problem.to_string();
        return file
            .problem(text.replace("for the table in deskql.toml", "in [source] of the mapping"));
    }
    match error {
        DataFusionError::ObjectStore(error) => store_error(&file.label, &error),
        DataFusionError::IoError(error) if error.kind() == ErrorKind::PermissionDenied => {
            file.problem("no permission to read it")
        }
        DataFusionError::External(inner) => match inner.downcast::<Error>() {
            Ok(own) => *own,
            Err(other) => file.problem(one_line(&DataFusionError::External(other))),
        },
        other => file.problem(one_line(&other)),
    }
}
