//! The encoding of a text file, told from its first bytes.

use super::events::{ChunkSender, SourceEvent};
use super::file_bytes::{StreamHead, head};
use super::source_file::SourceFile;
use crate::archive::ingest::mapping::SourceForm;
use crate::error::Result;
use crate::text_files::{TextChunks, TextEncoding, TextForm, WesternText, decoded_text};

/// Bytes that are looked at.
const LOOKED_AT: usize = 1 << 20;

/// Fewer letters of another encoding than these are damage.
const FOREIGN_LETTERS: usize = 3;

/// The text of a file, decoded and checked to be UTF-8. Without a mark, or a word of the mapping, text that is not
/// UTF-8 is taken for windows-1252 if `guesses` and all its letters are plausible there.
///
/// # Errors
/// If the first bytes cannot be read.
pub(super) async fn decoded(
    file: &SourceFile,
    bytes: TextChunks,
    form: &SourceForm,
    guesses: bool,
    out: &ChunkSender,
) -> Result<TextChunks> {
    let StreamHead { bytes, stream, .. } = head(file, bytes, LOOKED_AT).await?;
    let is_known = form.encoding.is_some() || TextEncoding::from_mark(&bytes).is_some();
    let mut encoding = form.encoding;
    if guesses && !is_known && !begins_as_utf8(&bytes) {
        let mut western = WesternText::default();
        western.add(&bytes);
        if western.is_plausible() {
            encoding = Some(TextEncoding::WINDOWS_1252);
            let note = format!(
                "{}: it is not UTF-8, and read as windows-1252 (encoding = \"windows-1252\")",
                file.label
            );
            out.send(SourceEvent::Note(note)).await?;
        }
    }
    let text = TextForm {
        encoding,
        ..TextForm::default()
    };
    Ok(decoded_text(stream, &text))
}

/// The text of a JSON file. Bytes that are no UTF-8 are passed on, so that only their rows are rejected; unless they are
/// plausible letters of another encoding, which is a mistake of the whole file.
///
/// # Errors
/// If the first bytes cannot be read.
pub(super) async fn decoded_rows(
    file: &SourceFile,
    bytes: TextChunks,
    form: &SourceForm,
) -> Result<TextChunks> {
    let StreamHead { bytes, stream, .. } = head(file, bytes, LOOKED_AT).await?;
    let mut western = WesternText::default();
    western.add(&bytes);
    let other = bytes
        .utf8_chunks()
        .filter(|chunk| !chunk.invalid().is_empty());
    let is_other_encoding = other.count() >= FOREIGN_LETTERS && western.is_plausible();
    let text = TextForm {
        encoding: form.encoding,
        passes_other_bytes: !is_other_encoding,
        ..TextForm::default()
    };
    Ok(decoded_text(stream, &text))
}

/// True if the bytes are UTF-8; the last character may be cut off.
fn begins_as_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}
