//! A position in the SQL text and its display.

use datafusion::common::Span;

/// One-based line and column, and the number of characters to mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SqlPosition {
    line: usize,
    column: usize,
    width: usize,
}

fn number(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl SqlPosition {
    pub(super) fn of_span(span: Span) -> Self {
        let width = if span.start.line == span.end.line {
            number(span.end.column.saturating_sub(span.start.column)).max(1)
        } else {
            1
        };
        Self {
            line: number(span.start.line),
            column: number(span.start.column),
            width,
        }
    }

    /// The position at the end of the parser's messages.
    pub(super) fn in_text(text: &str) -> Option<Self> {
        let (_, place) = text.rsplit_once(" at Line: ")?;
        let (line, column) = place.split_once(", Column: ")?;
        let digits: String = column.chars().take_while(char::is_ascii_digit).collect();
        Some(Self {
            line: line.parse().ok()?,
            column: digits.parse().ok()?,
            width: 1,
        })
    }

    /// The text without such a position.
    pub(super) fn strip(text: &str) -> &str {
        match Self::in_text(text) {
            Some(_) => text
                .rsplit_once(" at Line: ")
                .map_or(text, |(head, _)| head),
            None => text,
        }
    }

    /// The SQL text at the position.
    pub(super) fn text(self, sql: &str) -> Option<String> {
        let line = sql.lines().nth(self.line.checked_sub(1)?)?;
        let from = line.chars().skip(self.column.checked_sub(1)?);
        Some(from.take(self.width).collect())
    }

    /// True for a name in double quotes, or on the right of a comparison: it may be meant as a text.
    pub(super) fn may_be_text(self, sql: &str) -> bool {
        let Some(line) = sql.lines().nth(self.line.saturating_sub(1)) else {
            return false;
        };
        let column = self.column.saturating_sub(1);
        let before: String = line.chars().take(column).collect();
        let before = before.trim_end().to_lowercase();
        let is_quoted = line.chars().nth(column) == Some('"');
        is_quoted || before.ends_with(['=', '>']) || before.ends_with(" like")
    }

    /// `text`, the position, and the line of `sql` with a caret below.
    pub(super) fn mark(self, text: &str, sql: &str) -> String {
        let Self {
            line,
            column,
            width,
        } = self;
        let Some(source) = sql.lines().nth(line.saturating_sub(1)) else {
            return text.to_owned();
        };
        // A tab stays a tab above the caret, so that the caret is in place at any tab width.
        let before: String = source
            .chars()
            .take(column.saturating_sub(1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let room = source.chars().count().saturating_sub(column - 1).max(1);
        let carets = "^".repeat(width.min(room));
        format!("{text} (line {line}, column {column})\n  {source}\n  {before}{carets}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parser_messages_end_in_a_place() {
        let text = "Expected: an expression, found: FROM at Line: 2, Column: 8";
        let place = SqlPosition::in_text(text).unwrap();
        assert_eq!((place.line, place.column), (2, 8));
        assert_eq!(
            SqlPosition::strip(text),
            "Expected: an expression, found: FROM"
        );
        assert_eq!(SqlPosition::in_text("no place"), None);
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        let place = SqlPosition {
            line: 2,
            column: 4,
            width: 3,
        };
        assert_eq!(
            place.mark("bad", "select\n\té abc"),
            "bad (line 2, column 4)\n  \té abc\n  \t  ^^^"
        );
    }
}
