//! Finds quotes that are never closed, by the rules of the CSV reader.
//!
//! The reader takes whatever follows an open quote for the value, up to the end of the file if need be, and says
//! nothing: rows would be lost.

use super::form::RecordMarks;
use super::problem::{TextProblem, TextProblemKind};

/// Follows the quotes of a text chunk by chunk.
#[derive(Debug)]
pub(crate) struct QuoteScanner {
    marks: RecordMarks,
    /// True if the file is read in parts, which begin and end at line breaks.
    is_part: bool,
    state: QuoteState,
    /// The byte before the next one.
    previous: u8,
    /// Line of the open quote, counted from one.
    opened: u64,
    /// Line breaks before the next byte.
    lines: u64,
    /// Place in the latest chunk behind the last line break outside of quotes.
    line_end: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QuoteState {
    Outside,
    Comment,
    Quoted,
    /// Behind an escape character in quotes.
    Escaped,
    /// Behind a quote in quotes, which closes the value or is the first of two.
    Closing,
}

impl QuoteScanner {
    /// A scanner of text that begins behind `lines` lines; `is_part` if it is read in parts, which begin and end at
    /// line breaks.
    pub(crate) fn new(marks: RecordMarks, is_part: bool, lines: u64) -> Self {
        Self {
            marks,
            is_part,
            state: QuoteState::Outside,
            previous: b'\n',
            opened: 0,
            lines,
            line_end: None,
        }
    }

    /// Place in the latest chunk behind the last line break outside of quotes, where a record begins; `None` if the
    /// chunk has none.
    pub(crate) fn line_end(&self) -> Option<usize> {
        self.line_end
    }

    /// Reads the next chunk.
    ///
    /// # Errors
    /// If a quote is open where it cannot be.
    pub(crate) fn feed(&mut self, chunk: &[u8]) -> Result<(), TextProblem> {
        self.line_end = None;
        let mut at = 0;
        while at < chunk.len() {
            at = match self.state {
                QuoteState::Outside => self.outside(chunk, at),
                QuoteState::Comment => self.comment(chunk, at),
                QuoteState::Quoted => self.quoted(chunk, at)?,
                QuoteState::Escaped => {
                    self.pass(chunk, at, at + 1);
                    self.state = QuoteState::Quoted;
                    at + 1
                }
                QuoteState::Closing => self.closing(chunk, at)?,
            };
        }
        Ok(())
    }

    /// The text ends here.
    ///
    /// # Errors
    /// If a quote is open.
    pub(crate) fn finish(&self) -> Result<(), TextProblem> {
        match self.state {
            QuoteState::Quoted | QuoteState::Escaped => Err(TextProblem {
                line: self.opened,
                kind: TextProblemKind::UnclosedQuote,
            }),
            _ => Ok(()),
        }
    }

    /// Counts the lines of `chunk[from..to]`.
    fn pass(&mut self, chunk: &[u8], from: usize, to: usize) {
        let passed = &chunk[from..to];
        if let Some(last) = passed.last() {
            self.lines += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.previous = *last;
        }
    }

    /// Like [`Self::pass`], outside of quotes.
    fn pass_outside(&mut self, chunk: &[u8], from: usize, to: usize) {
        let passed = &chunk[from..to];
        if let Some(end) = passed.iter().rposition(|byte| *byte == b'\n') {
            self.line_end = Some(from + end + 1);
        }
        self.pass(chunk, from, to);
    }

    /// Up to a quote that opens a value. Elsewhere a quote is a character like others.
    fn outside(&mut self, chunk: &[u8], from: usize) -> usize {
        if self
            .marks
            .comment
            .is_some_and(|comment| chunk[from] == comment && self.marks.ends_line(self.previous))
        {
            self.state = QuoteState::Comment;
            return from;
        }
        let end = match self.marks.comment {
            // Each line may be a comment.
            Some(_) => find(&chunk[from..], b'\n').map_or(chunk.len(), |found| from + found + 1),
            None => chunk.len(),
        };
        let Some(found) = find(&chunk[from..end], self.marks.quote) else {
            self.pass_outside(chunk, from, end);
            return end;
        };
        let at = from + found;
        self.pass_outside(chunk, from, at);
        if self.previous == self.marks.delimiter || self.marks.ends_line(self.previous) {
            self.state = QuoteState::Quoted;
            self.opened = self.lines + 1;
        }
        self.pass(chunk, at, at + 1);
        at + 1
    }

    fn comment(&mut self, chunk: &[u8], from: usize) -> usize {
        let end = find(&chunk[from..], b'\n').map(|found| from + found + 1);
        if end.is_some() {
            self.state = QuoteState::Outside;
        }
        let end = end.unwrap_or(chunk.len());
        self.pass_outside(chunk, from, end);
        end
    }

    /// Up to a quote or an escape.
    fn quoted(&mut self, chunk: &[u8], from: usize) -> Result<usize, TextProblem> {
        let rest = &chunk[from..];
        let quote = find(rest, self.marks.quote);
        let searched = &rest[..quote.unwrap_or(rest.len())];
        let escape = self
            .marks
            .escape
            .filter(|escape| *escape != self.marks.quote);
        let escape = escape.and_then(|escape| find(searched, escape));
        let end = from + escape.or(quote).unwrap_or(rest.len());
        self.pass(chunk, from, end);
        if self.is_part && self.lines >= self.opened {
            return Err(TextProblem {
                line: self.opened,
                kind: TextProblemKind::LineBreakInPart,
            });
        }
        if end == chunk.len() {
            return Ok(end);
        }
        self.pass(chunk, end, end + 1);
        self.state = if escape.is_some() {
            QuoteState::Escaped
        } else {
            QuoteState::Closing
        };
        Ok(end + 1)
    }

    fn closing(&mut self, chunk: &[u8], at: usize) -> Result<usize, TextProblem> {
        let byte = chunk[at];
        if byte == self.marks.quote {
            self.state = QuoteState::Quoted;
        } else {
            // A value of one line may go on behind its quotes: `"5" x 7"`. One of several lines was most
            // likely opened by a stray quote, and what stands here is the value that another quote opens.
            let is_end = byte == self.marks.delimiter || self.marks.ends_line(byte);
            if !is_end && byte != b' ' && self.lines >= self.opened {
                return Err(TextProblem {
                    line: self.opened,
                    kind: TextProblemKind::StrayQuote {
                        closes: self.lines + 1,
                    },
                });
            }
            self.state = QuoteState::Outside;
            self.pass_outside(chunk, at, at + 1);
            return Ok(at + 1);
        }
        self.pass(chunk, at, at + 1);
        Ok(at + 1)
    }
}

/// Place of `byte`. Whole blocks are looked through first, which the compiler turns into vector code.
fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    const BLOCK: usize = 64;
    let mut start = 0;
    for block in bytes.chunks(BLOCK) {
        let is_here = block
            .iter()
            .fold(false, |found, candidate| found | (*candidate == byte));
        if is_here {
            let place = block.iter().position(|candidate| *candidate == byte)?;
            return Some(start + place);
        }
        start += block.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> RecordMarks {
        RecordMarks {
            delimiter: b',',
            quote: b'"',
            escape: None,
            comment: None,
            terminator: None,
        }
    }

    fn problem_in(text: &str, marks: RecordMarks, is_part: bool) -> Option<TextProblem> {
        let whole = scanned(text, marks, is_part, text.len().max(1));
        for size in [1, 2, 3, 7] {
            assert_eq!(
                scanned(text, marks, is_part, size),
                whole,
                "{text:?} by {size}"
            );
        }
        whole
    }

    fn scanned(text: &str, marks: RecordMarks, is_part: bool, size: usize) -> Option<TextProblem> {
        let mut scanner = QuoteScanner::new(marks, is_part, 0);
        for piece in text.as_bytes().chunks(size) {
            if let Err(problem) = scanner.feed(piece) {
                return Some(problem);
            }
        }
        scanner.finish().err()
    }

    fn unclosed(line: u64) -> Option<TextProblem> {
        Some(TextProblem {
            line,
            kind: TextProblemKind::UnclosedQuote,
        })
    }

    #[test]
    fn an_open_quote_has_its_line() {
        assert_eq!(
            problem_in("id,note\n1,\"left\n2,b\n", marks(), false),
            unclosed(2)
        );
        assert_eq!(problem_in("\"a\"\"", marks(), false), unclosed(1));
        assert_eq!(problem_in("a\r\n\r\n\"", marks(), false), unclosed(3));
    }

    #[test]
    fn quotes_of_the_text_are_no_quotes() {
        for text in [
            "id,note\n1,5\" disk\n2,b\n",
            "id,note\n1,\"a \"\"b\"\" c\"\n",
            "id,note\n1,\"two\nlines\"\n2,\"\"\n",
            "\"\",\"\"\n",
            "1, \"x\n",
            "1,\"5\" x 7\"\n",
        ] {
            assert_eq!(problem_in(text, marks(), false), None, "{text:?}");
        }
    }

    #[test]
    fn a_quote_that_swallows_rows_to_the_next_one_is_found() {
        let text = "id,note\n1,\"oops\n2,fine\n3,\"good\"\n4,z\n";
        let kind = TextProblemKind::StrayQuote { closes: 4 };
        assert_eq!(
            problem_in(text, marks(), false),
            Some(TextProblem { line: 2, kind })
        );
    }

    #[test]
    fn escapes_and_comments_are_known() {
        let escaping = RecordMarks {
            escape: Some(b'\\'),
            ..marks()
        };
        assert_eq!(problem_in("1,\"a \\\" b\"\n", escaping, false), None);
        assert_eq!(problem_in("1,\"a \\\"\n", escaping, false), unclosed(1));
        let commented = RecordMarks {
            comment: Some(b'#'),
            ..marks()
        };
        assert_eq!(
            problem_in("# \"open\nid\n#,\"\n1\n", commented, false),
            None
        );
        assert_eq!(problem_in("id\n\"1#\n", commented, false), unclosed(2));
    }

    #[test]
    fn parts_of_a_file_hold_no_line_breaks_in_quotes() {
        let kind = TextProblemKind::LineBreakInPart;
        let problem = problem_in("1,a\n2,\"b\nc\"\n", marks(), true);
        assert_eq!(problem, Some(TextProblem { line: 2, kind }));
        assert_eq!(problem_in("1,\"a\"\n2,\"b\"\n", marks(), true), None);
    }
}
