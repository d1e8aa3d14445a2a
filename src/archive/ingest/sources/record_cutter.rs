//! Cuts text into chunks of whole records.

use super::events::{ChunkBody, ChunkSender, SourceChunk, SourceEvent};
use super::source_file::SourceFile;
use crate::error::Result;
use crate::text_files::{QuoteScanner, RecordMarks};

/// Bytes of a chunk. Smaller ones would keep the cores waiting for each other, larger ones leave one of them idle in
/// files of a few megabytes.
const CHUNK: usize = 512 << 10;

/// Bytes that a record may have. A quote that is never closed would otherwise take the rest of the file into memory.
const LONGEST: usize = 64 << 20;

/// Collects text until it has a chunk of whole records.
#[derive(Debug)]
pub(super) struct RecordCutter {
    /// `None` for text without quotes: a record is a line.
    quotes: Option<QuoteScanner>,
    pending: Vec<u8>,
    /// Place in `pending` behind the last whole record.
    whole: usize,
    /// Line of the first pending byte.
    line: u64,
    has_header: bool,
    make: fn(Vec<u8>) -> ChunkBody,
}

impl RecordCutter {
    /// A cutter of delimited text that begins on line `line`; with `has_header`, the first record is the header.
    pub(super) fn delimited(marks: RecordMarks, line: u64, has_header: bool) -> Self {
        Self {
            quotes: Some(QuoteScanner::new(marks, false, line - 1)),
            pending: Vec::new(),
            whole: 0,
            line,
            has_header,
            make: ChunkBody::Delimited,
        }
    }

    /// A cutter of lines.
    pub(super) fn lines() -> Self {
        Self {
            quotes: None,
            pending: Vec::new(),
            whole: 0,
            line: 1,
            has_header: false,
            make: ChunkBody::Lines,
        }
    }

    /// Adds text, and sends a chunk when there is one.
    ///
    /// # Errors
    /// If a quote is open where it cannot be, a record is too long, or nobody takes chunks any more.
    pub(super) async fn add(
        &mut self,
        file: &SourceFile,
        text: &[u8],
        out: &ChunkSender,
    ) -> Result<()> {
        let end = match &mut self.quotes {
            Some(quotes) => {
                quotes
                    .feed(text)
                    .map_err(|problem| file.problem(problem.to_string()))?;
                quotes.line_end()
            }
            None => text
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map(|end| end + 1),
        };
        if let Some(end) = end {
            self.whole = self.pending.len() + end;
        }
        self.pending.extend_from_slice(text);
        if self.whole >= CHUNK {
            return self.send(self.whole, out).await;
        }
        if self.pending.len() - self.whole > LONGEST {
            let problem = format!(
                "the row that begins on line {} or soon behind is longer than {} MiB: is a quote never closed?",
                self.line,
                LONGEST >> 20
            );
            return Err(file.problem(problem));
        }
        Ok(())
    }

    /// Sends the rest.
    ///
    /// # Errors
    /// If a quote is open, or nobody takes chunks any more.
    pub(super) async fn finish(mut self, file: &SourceFile, out: &ChunkSender) -> Result<()> {
        if let Some(quotes) = &self.quotes {
            quotes
                .finish()
                .map_err(|problem| file.problem(problem.to_string()))?;
        }
        match self.pending.len() {
            0 => Ok(()),
            all => self.send(all, out).await,
        }
    }

    /// Sends the first `length` pending bytes.
    async fn send(&mut self, length: usize, out: &ChunkSender) -> Result<()> {
        let rest = self.pending.split_off(length);
        let text = std::mem::replace(&mut self.pending, rest);
        self.whole = 0;
        let first_line = self.line;
        self.line += text.iter().filter(|byte| **byte == b'\n').count() as u64;
        let chunk = SourceChunk {
            body: (self.make)(text),
            first_line,
            begins_with_header: std::mem::take(&mut self.has_header),
        };
        out.send(SourceEvent::Chunk(chunk)).await
    }
}
