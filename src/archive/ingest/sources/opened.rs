//! Opens a file and reads it by its format.

use super::events::ChunkSender;
use super::file_bytes::{StreamHead, head, uncompressed};
use super::file_names::format_of;
use super::source_file::SourceFile;
use super::{delimited, json_rows, parquet_rows, sheet_rows};
use crate::archive::ingest::mapping::{SourceFileFormat, SourceForm};
use crate::error::Result;
use crate::tables::{GIT_LFS_PROBLEM, is_git_lfs_pointer};

/// Bytes that tell a format.
const LOOKED_AT: usize = 4 << 10;

/// Sends the rows of a file.
///
/// # Errors
/// If it cannot be read as what it is.
pub(super) async fn read(file: &SourceFile, form: &SourceForm, out: &ChunkSender) -> Result<()> {
    let StreamHead { bytes, stream, .. } = head(file, uncompressed(file).await?, LOOKED_AT).await?;
    if is_git_lfs_pointer(&bytes) {
        return Err(file.problem(GIT_LFS_PROBLEM));
    }
    let by_name = form.format.or_else(|| format_of(file.name()));
    match by_name.unwrap_or_else(|| told_format(&bytes)) {
        SourceFileFormat::Delimited => {
            refuse_binary(file, &bytes)?;
            delimited::read(file, stream, form, out).await
        }
        SourceFileFormat::Json => json_rows::read(file, form, false, out).await,
        SourceFileFormat::JsonLines => json_rows::read(file, form, true, out).await,
        SourceFileFormat::Workbook => sheet_rows::read(file, stream, form, out).await,
        SourceFileFormat::Parquet => parquet_rows::read(file, out).await,
    }
}

/// The format of a file whose name says none.
fn told_format(bytes: &[u8]) -> SourceFileFormat {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match text.trim_ascii_start() {
        [b'P', b'A', b'R', b'1', ..] => SourceFileFormat::Parquet,
        [b'P', b'K', 3, 4, ..] => SourceFileFormat::Workbook,
        [b'{' | b'[', ..] => SourceFileFormat::Json,
        _ => SourceFileFormat::Delimited,
    }
}

/// A file of another format under the name of CSV would become a table of nonsense.
fn refuse_binary(file: &SourceFile, bytes: &[u8]) -> Result<()> {
    let what = match bytes {
        [b'P', b'A', b'R', b'1', ..] => "a Parquet file",
        [b'P', b'K', 3, 4, ..] => "a workbook or a zip archive",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "a workbook of an older format",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        _ => return Ok(()),
    };
    Err(file.problem(format!(
        "is {what}, not text: give the file the ending of its format"
    )))
}
