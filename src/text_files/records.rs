//! Converts the number of a record to its line.

use datafusion::common::{Result, exec_err};
use futures::TryStreamExt;

use super::form::RecordMarks;
use super::stream::TextChunks;

/// The line of record number `record`, counted from zero, of text without the lines above its header; lines are
/// counted from one.
///
/// # Errors
/// When the text cannot be read or has fewer records.
pub(crate) async fn line_of_record(
    mut chunks: TextChunks,
    marks: Option<RecordMarks>,
    record: u64,
) -> Result<u64> {
    let mut records = RecordLineCounter::new(marks);
    while let Some(chunk) = chunks.try_next().await? {
        for byte in chunk {
            if let Some((found, line)) = records.feed(byte)
                && found == record
            {
                return Ok(line);
            }
        }
    }
    exec_err!("the file has fewer rows")
}

/// Counts the records of a text file and the lines that they start on. Empty lines are not records.
#[derive(Debug, Default)]
struct RecordLineCounter {
    quote: Option<u8>,
    escape: Option<u8>,
    comment: Option<u8>,
    record: u64,
    line: u64,
    is_quoted: bool,
    is_escaped: bool,
    is_comment: bool,
    is_inside: bool,
}

impl RecordLineCounter {
    fn new(marks: Option<RecordMarks>) -> Self {
        Self {
            quote: marks.map(|marks| marks.quote),
            escape: marks.and_then(|marks| marks.escape),
            comment: marks.and_then(|marks| marks.comment),
            ..Self::default()
        }
    }

    /// The record that begins with this byte, counted from zero, and its line, counted from one.
    fn feed(&mut self, byte: u8) -> Option<(u64, u64)> {
        let is_end = byte == b'\n' && !self.is_quoted;
        let is_blank = matches!(byte, b'\n' | b'\r');
        let mut begun = None;
        if !self.is_inside && !self.is_comment && !is_blank {
            self.is_comment = Some(byte) == self.comment;
            self.is_inside = !self.is_comment;
            begun = self.is_inside.then_some((self.record, self.line + 1));
            self.record += u64::from(self.is_inside);
        }
        if self.is_inside {
            if self.is_escaped {
                self.is_escaped = false;
            } else if Some(byte) == self.escape && self.is_quoted && self.escape != self.quote {
                self.is_escaped = true;
            } else if Some(byte) == self.quote {
                self.is_quoted = !self.is_quoted;
            }
        }
        if byte == b'\n' {
            self.line += 1;
        }
        if is_end || (self.is_comment && byte == b'\n') {
            (self.is_inside, self.is_comment) = (false, false);
        }
        begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(marks: Option<RecordMarks>, text: &str) -> Vec<u64> {
        let mut records = RecordLineCounter::new(marks);
        let begun = text.bytes().filter_map(|byte| records.feed(byte));
        begun.map(|(_, line)| line).collect()
    }

    #[test]
    fn records_may_take_several_lines() {
        let csv = Some(RecordMarks {
            delimiter: b',',
            quote: b'"',
            escape: None,
            comment: Some(b'#'),
            terminator: None,
        });
        assert_eq!(lines(csv, "a,b\n1,\"x\ny\"\n\n# no\n2,z"), [1, 2, 6]);
        assert_eq!(lines(csv, "a\r\n\"say \"\"so\n\"\"\"\r\n3\r\n"), [1, 2, 4]);
        assert_eq!(lines(None, "{}\n\n{\"a\":\"\\\"\"}\n{}"), [1, 3, 4]);
    }
}
