//! Splits an input into SQL and backslash commands.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::Token;

use super::command::habits;
use crate::parser::{SqlLexeme, lexemes};

/// One part of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InputPiece {
    /// Statements, with the text between and after them.
    Sql(Range<usize>),
    /// A line that begins with a backslash, or with an alias of a command.
    Command(Range<usize>),
}

/// The pieces of an input; the last may be incomplete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShellInput {
    pub(super) pieces: Vec<InputPiece>,
    pub(super) is_complete: bool,
}

/// Splits `text`. A command stands where a statement could begin and ends with its line; SQL ends at
/// the next command. A semicolon completes the last statement.
pub(super) fn cut(text: &str) -> ShellInput {
    let mut pieces = Vec::new();
    let mut from = 0;
    loop {
        let sql = up_to_command(text, from);
        if !sql.is_blank {
            pieces.push(InputPiece::Sql(from..sql.end));
        }
        if sql.end == text.len() {
            return ShellInput {
                pieces,
                is_complete: sql.is_complete,
            };
        }
        let end = line_end(text, sql.end);
        pieces.push(InputPiece::Command(sql.end..end));
        from = end;
    }
}

/// Start of the statement at `cursor`: after the last semicolon or command before it.
pub(super) fn statement_start(text: &str, cursor: usize) -> usize {
    let mut start = 0;
    for piece in cut(&text[..cursor]).pieces {
        start = match piece {
            InputPiece::Command(range) if range.end < cursor => range.end,
            InputPiece::Command(range) | InputPiece::Sql(range) => range.start,
        };
    }
    let mut tokens = lexemes(&text[start..cursor]).tokens.into_iter();
    let last = tokens.rfind(|found| found.token == Token::SemiColon);
    last.map_or(start, |found| start + found.range.end)
}

/// Number of statements in `text`, valid or not.
pub(super) fn statements(text: &str) -> usize {
    let tokens = lexemes(text).tokens;
    let parts = tokens.split(|found| found.token == Token::SemiColon);
    let is_blank = |found: &SqlLexeme| matches!(found.token, Token::Whitespace(_));
    parts.filter(|part| !part.iter().all(is_blank)).count()
}

struct SqlExtent {
    /// Start of the next command, or the end of the text.
    end: usize,
    is_blank: bool,
    is_complete: bool,
}

fn up_to_command(text: &str, from: usize) -> SqlExtent {
    let here = &text[from..];
    let cut = lexemes(here);
    let mut sql = SqlExtent {
        end: text.len(),
        is_blank: true,
        is_complete: true,
    };
    for found in &cut.tokens {
        match &found.token {
            Token::Whitespace(_) => {}
            Token::SemiColon => sql.is_complete = true,
            _ if is_command(here, found, sql.is_complete) => {
                sql.end = from + found.range.start;
                return sql;
            }
            _ => {
                sql.is_blank = false;
                sql.is_complete = false;
            }
        }
    }
    let rest = &here[cut.rest..];
    if !rest.is_empty() {
        sql.is_blank = false;
        // Text that no further input can complete is passed on, so that its error is reported.
        sql.is_complete = !cut.is_open;
    }
    sql
}

/// A backslash at the start of a line begins a command even in an unfinished statement: it has no other
/// use there, and lets the user out with `\q` or `\?`.
fn is_command(text: &str, first: &SqlLexeme, is_complete: bool) -> bool {
    let line = &text[first.range.start..line_end(text, first.range.start)];
    let starts_line = text[..first.range.start]
        .rsplit('\n')
        .next()
        .is_some_and(|before| before.trim().is_empty());
    if line.starts_with('\\') {
        is_complete || starts_line
    } else {
        is_complete && starts_line && habits::is_foreign_command(line)
    }
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(char, &str)> {
        let pieces = cut(text).pieces.into_iter();
        pieces
            .map(|piece| match piece {
                InputPiece::Sql(range) => ('s', text[range].trim()),
                InputPiece::Command(range) => ('c', text[range].trim()),
            })
            .collect()
    }

    #[test]
    fn a_statement_waits_for_its_semicolon() {
        for (text, is_complete) in [
            ("", true),
            ("SELECT 1", false),
            ("SELECT 1;", true),
            ("SELECT 1; -- done", true),
            ("SELECT 1; SELECT", false),
            ("SELECT ';", false),
            ("SELECT ';'", false),
            ("SELECT /* ; */ 1", false),
            ("SELECT 1 -- ;", false),
            ("/* open", false),
            ("-- only a comment", true),
            ("\\d tickets", true),
            ("SELECT 1; \\x", true),
        ] {
            assert_eq!(cut(text).is_complete, is_complete, "{text}");
        }
    }

    #[test]
    fn commands_stand_where_a_statement_could_begin() {
        assert_eq!(
            pieces("\\timing\nSELECT 1;\nSELECT\n2; \\x on\n SELECT '\\d'"),
            [
                ('c', "\\timing"),
                ('s', "SELECT 1;\nSELECT\n2;"),
                ('c', "\\x on"),
                ('s', "SELECT '\\d'"),
            ]
        );
    }

    #[test]
    fn a_command_gets_through_an_unfinished_statement() {
        assert_eq!(pieces("SELECT 1\n\\x"), [('s', "SELECT 1"), ('c', "\\x")]);
        assert_eq!(pieces("SELECT '\n\\x"), [('s', "SELECT '\n\\x")]);
        assert_eq!(pieces("SELECT 1 \\x"), [('s', "SELECT 1 \\x")]);
    }

    #[test]
    fn quotes_in_a_command_are_its_own() {
        assert_eq!(
            pieces("\\i it's.sql\nSELECT 1;"),
            [('c', "\\i it's.sql"), ('s', "SELECT 1;")]
        );
    }

    #[test]
    fn words_of_other_shells_are_commands_on_a_line_of_their_own() {
        assert_eq!(pieces(".tables"), [('c', ".tables")]);
        assert_eq!(pieces("exit;"), [('c', "exit;")]);
        assert_eq!(pieces("SELECT\nexit"), [('s', "SELECT\nexit")]);
    }

    #[test]
    fn a_statement_begins_after_the_semicolon_before_the_cursor() {
        let text = "SELECT 1; SELECT a FROM t";
        assert_eq!(statement_start(text, text.len()), 9);
        assert_eq!(statement_start(text, 5), 0);
        assert_eq!(statement_start("\\x\nSELECT ", 10), 2);
    }
}
