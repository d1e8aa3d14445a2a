//! What is wrong with a text, and on which line.

use std::error::Error as StdError;
use std::fmt;

/// Problem of a text file. Its display is what follows the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextProblem {
    /// Counted from one; from where the text was opened, until [`Self::behind`] is told what stands before.
    pub(crate) line: u64,
    pub(crate) kind: TextProblemKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextProblemKind {
    /// A quote that opens on this line is open at the end of the file.
    UnclosedQuote,
    /// A quote that opens on this line closes on a later one, amid a value.
    StrayQuote { closes: u64 },
    /// A quoted value of a file that is read in parts goes over the end of its line.
    LineBreakInPart,
    /// The byte begins no UTF-8 character.
    NotUtf8(u8),
    /// Bytes that the declared encoding does not have.
    NotOfEncoding,
}

impl TextProblem {
    /// The same problem in a text that begins behind `lines` lines.
    pub(crate) fn behind(self, lines: u64) -> Self {
        let kind = match self.kind {
            TextProblemKind::StrayQuote { closes } => TextProblemKind::StrayQuote {
                closes: closes + lines,
            },
            other => other,
        };
        Self {
            line: self.line + lines,
            kind,
        }
    }

    /// The text problem among the causes of `error`.
    pub(crate) fn among_causes(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(*found);
            }
            cause = error.source();
        }
        None
    }
}

impl fmt::Display for TextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line;
        match self.kind {
            TextProblemKind::UnclosedQuote => write!(
                f,
                "a quote opens on line {line} and is never closed: close it, or double a quote that belongs to the text"
            ),
            TextProblemKind::StrayQuote { closes } => write!(
                f,
                "a quote opens on line {line} and the next one, on line {closes}, stands amid a value: close the first, \
                 or double quotes that belong to the text"
            ),
            TextProblemKind::LineBreakInPart => write!(
                f,
                "a quote opens on line {line} and is not closed on it; if values hold line breaks, say csv = {{ \
                 line_breaks = true }} for the table in deskql.toml"
            ),
            TextProblemKind::NotUtf8(byte) => write!(
                f,
                "line {line} is not UTF-8 (byte 0x{byte:02X}): say its encoding for the table in deskql.toml, as \
                 encoding = \"windows-1252\""
            ),
            TextProblemKind::NotOfEncoding => write!(
                f,
                "line {line} is not in the encoding of the file: say another for the table in deskql.toml, as \
                 encoding = \"windows-1252\""
            ),
        }
    }
}

impl StdError for TextProblem {}
