//! The text of a file as a stream of chunks.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetResult, GetResultPayload, ObjectStore, ObjectStoreExt};

use super::check::TextCheck;
use super::decode::TextDecoder;
use super::form::TextForm;
use super::problem::TextProblem;

/// Chunks of bytes or text.
pub(crate) type TextChunks = BoxStream<'static, Result<Bytes>>;

/// Bytes of a local file that are read at once.
const CHUNK: usize = 256 << 10;

/// The checked text of a whole file, from its header on. An error about it has a [`TextProblem`] among its causes.
///
/// # Errors
/// When the file cannot be opened.
pub(crate) async fn text_stream(
    store: &dyn ObjectStore,
    location: &Path,
    compression: FileCompressionType,
    form: &TextForm,
) -> Result<TextChunks> {
    let bytes = uncompressed(store.get(location).await?, compression)?;
    Ok(decoded_text(bytes, form))
}

/// The bytes of a read, uncompressed.
pub(super) fn uncompressed(got: GetResult, compression: FileCompressionType) -> Result<TextChunks> {
    compression.convert_stream(file_chunks(got))
}

/// Decodes and checks the bytes of a whole file.
pub(crate) fn decoded_text(bytes: TextChunks, form: &TextForm) -> TextChunks {
    let mut decoder = TextDecoder::new(form.encoding);
    let mut check = TextCheck::new(form, false);
    let is_checked = !form.passes_other_bytes;
    transformed(bytes, move |chunk| {
        let is_last = chunk.is_none();
        let text = decoder.decode(chunk.unwrap_or_default(), is_last)?;
        let text = check.feed(text, is_checked && decoder.is_utf8())?;
        if is_last {
            check.finish()?;
        }
        Ok(text)
    })
}

/// Checks the bytes of a part of a UTF-8 file. A part that does not begin with the file begins in some line, which
/// belongs to the part before; one that does not end with the file ends in some line. The bytes are passed on as they
/// are, since the reader of parts counts them: the CSV reader removes a byte order mark itself.
pub(super) fn checked_part(
    bytes: TextChunks,
    form: &TextForm,
    begins_file: bool,
    ends_file: bool,
) -> TextChunks {
    let mut decoder = begins_file.then(|| TextDecoder::new(None));
    let mut check = TextCheck::new(form, true);
    let mut in_line = !begins_file;
    transformed(bytes, move |chunk| {
        let is_last = chunk.is_none();
        let chunk = chunk.unwrap_or_default();
        let mut line = chunk.clone();
        if in_line {
            let end = chunk.iter().position(|byte| *byte == b'\n');
            line = end.map_or_else(Bytes::new, |end| chunk.slice(end + 1..));
            in_line = end.is_none();
        }
        if let Some(decoder) = &mut decoder {
            line = decoder.decode(line, is_last)?;
        }
        check.feed(line, true)?;
        if is_last && ends_file {
            check.finish()?;
        }
        Ok(chunk)
    })
}

/// Gives each chunk of `bytes`, and `None` behind the last, to `transform`.
fn transformed(
    bytes: TextChunks,
    transform: impl FnMut(Option<Bytes>) -> std::result::Result<Bytes, TextProblem> + Send + 'static,
) -> TextChunks {
    let start = Some((bytes, transform));
    futures::stream::try_unfold(start, |state| async move {
        let Some((mut bytes, mut transform)) = state else {
            return Ok(None);
        };
        loop {
            let chunk = bytes.try_next().await?;
            let is_last = chunk.is_none();
            let text =
                transform(chunk).map_err(|problem| DataFusionError::External(Box::new(problem)))?;
            match (text.is_empty(), is_last) {
                (true, true) => return Ok(None),
                (true, false) => {}
                (false, true) => return Ok(Some((text, None))),
                (false, false) => return Ok(Some((text, Some((bytes, transform))))),
            }
        }
    })
    .boxed()
}

/// The bytes of a read. A local file is read in place, in chunks larger than those of its store; one that has become
/// shorter since it was listed is an error.
pub(crate) fn file_chunks(got: GetResult) -> TextChunks {
    let GetResult { payload, range, .. } = got;
    match payload {
        GetResultPayload::File(file, _) => {
            futures::stream::iter(FileChunks::new(file, range)).boxed()
        }
        GetResultPayload::Stream(stream) => stream.map_err(DataFusionError::from).boxed(),
    }
}

struct FileChunks {
    file: File,
    range: Range<u64>,
    is_placed: bool,
}

impl FileChunks {
    fn new(file: File, range: Range<u64>) -> Self {
        Self {
            file,
            range,
            is_placed: false,
        }
    }

    fn read(&mut self) -> std::io::Result<Bytes> {
        if !self.is_placed {
            self.file.seek(SeekFrom::Start(self.range.start))?;
            self.is_placed = true;
        }
        let left = self.range.end - self.range.start;
        let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        let mut chunk = Vec::with_capacity(wanted);
        let read = (&mut self.file)
            .take(wanted as u64)
            .read_to_end(&mut chunk)?;
        if read < wanted {
            return Err(std::io::Error::other(
                "it became shorter while it was read: read it again",
            ));
        }
        self.range.start += read as u64;
        Ok(Bytes::from(chunk))
    }
}

impl Iterator for FileChunks {
    type Item = Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.range.start >= self.range.end {
            return None;
        }
        let chunk = self.read();
        if chunk.is_err() {
            self.range.start = self.range.end;
        }
        Some(chunk.map_err(DataFusionError::from))
    }
}
