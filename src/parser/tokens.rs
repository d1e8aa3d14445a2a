//! Splits SQL that may be unfinished into tokens with their byte ranges: for an editor's
//! highlighting, completion and detection of a statement's end.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Location, Token, Tokenizer};

use super::dialect::DeskDialect;

/// One token and its byte range in the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SqlLexeme {
    /// The token; white space and comments are tokens too.
    pub token: Token,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// The tokens of a text, in order and without overlap.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LexedSql {
    /// Everything up to [`Self::rest`].
    pub tokens: Vec<SqlLexeme>,
    /// Start of the part that is not tokenized: a string, quoted name or comment without an end, or
    /// characters that are not SQL. The length of the text if there is none.
    pub rest: usize,
    /// True if more text could make the rest a token.
    pub is_open: bool,
}

/// Tokenizes `text` in deskql's dialect as far as possible.
#[must_use]
pub(crate) fn lexemes(text: &str) -> LexedSql {
    let mut spanned = Vec::new();
    let outcome = Tokenizer::new(&DeskDialect, text).tokenize_with_location_into_buf(&mut spanned);
    let mut walk = LocationCursor::through(text);
    let mut tokens: Vec<SqlLexeme> = Vec::with_capacity(spanned.len());
    let mut end = 0;
    for found in spanned {
        let start = walk.byte_at(found.span.start);
        let range = start..walk.byte_at(found.span.end);
        // The tokens of an optimizer hint all have the position of the whole comment.
        if range.start < end || range.is_empty() {
            continue;
        }
        end = range.end;
        tokens.push(SqlLexeme {
            token: found.token,
            range,
        });
    }
    let unfinished = |problem: &str| problem.contains("nterminated") || problem.contains("EOF");
    match outcome {
        Ok(()) => LexedSql {
            tokens,
            rest: text.len(),
            is_open: false,
        },
        Err(error) => LexedSql {
            tokens,
            rest: end,
            is_open: unfinished(&error.message),
        },
    }
}

/// Traverses a text to convert positions, which come in order.
pub(super) struct LocationCursor<'a> {
    rest: std::str::Chars<'a>,
    line: u64,
    column: u64,
    byte: usize,
}

impl<'a> LocationCursor<'a> {
    pub(super) fn through(text: &'a str) -> Self {
        Self {
            rest: text.chars(),
            line: 1,
            column: 1,
            byte: 0,
        }
    }

    /// Lines and columns count from one, columns in characters.
    pub(super) fn byte_at(&mut self, place: Location) -> usize {
        while (self.line, self.column) < (place.line, place.column) {
            let Some(character) = self.rest.next() else {
                break;
            };
            self.byte += character.len_utf8();
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        let cut = lexemes(text);
        let tokens = cut.tokens.iter().map(|found| &text[found.range.clone()]);
        tokens.chain(std::iter::once(&text[cut.rest..])).collect()
    }

    #[test]
    fn tokens_know_their_bytes() {
        assert_eq!(
            pieces("SELECT 'é' AS\n\tx;"),
            ["SELECT", " ", "'é'", " ", "AS", "\n", "\t", "x", ";", ""]
        );
    }

    #[test]
    fn what_has_no_end_is_the_rest() {
        for (text, rest) in [
            ("SELECT 'a;", "'a;"),
            ("SELECT 1 /* b;", "/* b;"),
            ("SELECT \"c", "\"c"),
            ("SELECT $$d", "$$d"),
        ] {
            let cut = lexemes(text);
            assert_eq!(&text[cut.rest..], rest);
            assert!(cut.is_open, "{text}");
        }
        assert!(!lexemes("SELECT 1").is_open);
    }

    #[test]
    fn optimizer_hints_are_passed_over() {
        assert_eq!(pieces("/*! SELECT 1 */ x").last(), Some(&""));
    }
}
