//! Events of the reader of files.

use std::sync::Arc;

use datafusion::common::config::CsvOptions;
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::tables::SheetRecord;

/// Event of the reader of files.
#[derive(Debug)]
pub(crate) enum SourceEvent {
    /// A file begins; the chunks behind are of it.
    File(Arc<FileLayout>),
    Chunk(SourceChunk),
    /// Something that was inferred and may be meant otherwise, in words.
    Note(String),
}

/// Form of a file and its name.
#[derive(Debug)]
pub(crate) struct FileLayout {
    /// Place among the files of the run.
    pub(crate) file: usize,
    /// The file, for messages.
    pub(crate) label: String,
    pub(crate) form: LayoutForm,
    /// True if the values had types in the file: times are then written in one form.
    pub(crate) is_typed: bool,
}

/// Form of the rows of a file.
#[derive(Debug)]
pub(crate) enum LayoutForm {
    /// Fields between delimiters, by the names of the columns.
    Delimited {
        header: Vec<String>,
        /// The marks alone count.
        options: Box<CsvOptions>,
    },
    Json,
    /// Cells of a sheet, by the names of the columns.
    Cells {
        header: Vec<String>,
    },
}

/// Whole rows of a file.
#[derive(Debug)]
pub(crate) struct SourceChunk {
    pub(crate) body: ChunkBody,
    /// Line of the first byte, counted from one.
    pub(crate) first_line: u64,
    /// True if the first record is the header.
    pub(crate) begins_with_header: bool,
}

/// Rows as they came.
#[derive(Debug)]
pub(crate) enum ChunkBody {
    /// Records of delimited text.
    Delimited(Vec<u8>),
    /// JSON objects, one a line.
    Lines(Vec<u8>),
    /// JSON objects wherever they stood.
    Objects {
        text: Vec<u8>,
        rows: Vec<JsonRowPlace>,
    },
    Cells(Vec<SheetRecord>),
}

/// Place of an object in the text of a chunk, and its line in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonRowPlace {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) line: u64,
}

/// Sends what is read of one file.
#[derive(Debug, Clone)]
pub(super) struct ChunkSender {
    sender: mpsc::Sender<Result<SourceEvent>>,
    /// Place of the file among those of the run.
    pub(super) file: usize,
}

impl ChunkSender {
    pub(super) fn new(sender: mpsc::Sender<Result<SourceEvent>>, file: usize) -> Self {
        Self { sender, file }
    }

    /// Sends an event, when there is room for it.
    ///
    /// # Errors
    /// If nobody takes events any more.
    pub(super) async fn send(&self, event: SourceEvent) -> Result<()> {
        let sent = self.sender.send(Ok(event)).await;
        sent.ok().ok_or(Error::Interrupted)
    }

    /// Like [`Self::send`], for threads that may wait.
    ///
    /// # Errors
    /// If nobody takes events any more.
    pub(super) fn send_blocking(&self, event: SourceEvent) -> Result<()> {
        let sent = self.sender.blocking_send(Ok(event));
        sent.ok().ok_or(Error::Interrupted)
    }
}
