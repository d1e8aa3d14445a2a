//! Context of the cursor within a statement.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Token, Whitespace};

use super::super::words;
use crate::parser::{SqlLexeme, lexemes};

/// A statement and the cursor in it.
#[derive(Debug)]
pub(super) struct CompletionContext<'a> {
    /// Typed part of the word at the cursor.
    pub(super) typed: &'a str,
    /// Its byte range in the whole text.
    pub(super) range: Range<usize>,
    pub(super) wants: CompletionTarget,
    /// All tokens of the statement, also after the cursor, without white space and comments.
    pub(super) statement: Vec<Token>,
    /// Number of those before the word at the cursor.
    pub(super) at: usize,
    /// Function or keyword whose parenthesis is the innermost open one.
    pub(super) call: Option<String>,
    /// True if a quote precedes the word, which makes it a name.
    pub(super) is_quoted: bool,
    /// True if an opening parenthesis follows the cursor.
    pub(super) is_call: bool,
    /// True if SQL keywords are completed in lower case.
    pub(super) is_lower: bool,
}

/// Kind of word that can stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CompletionTarget {
    /// The first word.
    Statement,
    /// A table.
    Table,
    /// A column of the relations with these names.
    Member(Vec<String>),
    /// The beginning of an expression.
    Operand,
    /// A keyword after an expression or table.
    Clause,
    /// A type.
    Type,
    /// The name of a setting; true if a value follows it.
    Setting(bool),
    /// A value of the setting with this name.
    Value(String),
    /// A file, inside quotes.
    File,
}

impl<'a> CompletionContext<'a> {
    /// The context of `cursor` in the statement that begins at `start`; `None` in a comment, in a
    /// string that is not a file name, and where a new name is defined.
    pub(super) fn at_cursor(text: &'a str, start: usize, cursor: usize) -> Option<Self> {
        let cut = lexemes(&text[start..cursor]);
        let rest = start + cut.rest;
        if let Some(last) = cut.tokens.last()
            && matches!(
                last.token,
                Token::Whitespace(Whitespace::SingleLineComment { .. })
            )
            && !text[..start + last.range.end].ends_with('\n')
            && rest == cursor
        {
            return None;
        }
        let before: Vec<SqlLexeme> = cut.tokens.into_iter().filter(is_code).collect();
        let statement = whole(text, start);
        let is_lower = is_lower(&statement);
        let place = |typed, range, wants, before: &[SqlLexeme]| Self {
            typed,
            range,
            wants,
            at: before.len(),
            call: open_call(before).map(str::to_owned),
            is_quoted: text[rest..].starts_with('"') && rest < cursor,
            is_call: text[cursor..].starts_with('('),
            is_lower,
            statement,
        };
        if rest < cursor {
            let open = &text[rest..cursor];
            let last = before.last().map(|found| &found.token);
            return match open.as_bytes()[0] {
                b'\'' if last.is_some_and(names_a_file) => {
                    let file = CompletionTarget::File;
                    Some(place(&open[1..], rest + 1..cursor, file, &before))
                }
                b'"' => {
                    let wants = wants(&before)?;
                    Some(place(&open[1..], rest..cursor, wants, &before))
                }
                _ => None,
            };
        }
        let (typed, before) = split_word(&text[start..cursor], before)?;
        let setting = setting(&before, typed);
        if let Some((wants, parts)) = setting {
            let from = before.len() - parts;
            let from = before
                .get(from)
                .map_or(cursor - typed.len(), |first| start + first.range.start);
            return Some(place(&text[from..cursor], from..cursor, wants, &before));
        }
        let wants = wants(&before)?;
        Some(place(typed, cursor - typed.len()..cursor, wants, &before))
    }
}

fn is_code(found: &SqlLexeme) -> bool {
    !matches!(found.token, Token::Whitespace(_))
}

/// Tokens of the statement up to its semicolon.
fn whole(text: &str, start: usize) -> Vec<Token> {
    let tokens = lexemes(&text[start..]).tokens.into_iter().filter(is_code);
    tokens
        .map(|found| found.token)
        .take_while(|token| *token != Token::SemiColon)
        .collect()
}

/// True if the first keyword is in lower case.
fn is_lower(statement: &[Token]) -> bool {
    let first = statement.iter().find_map(unquoted);
    first.is_some_and(|word| word.chars().any(char::is_lowercase))
}

/// Splits the word that ends at the cursor off the tokens; `None` if the cursor ends a number.
fn split_word(text: &str, mut before: Vec<SqlLexeme>) -> Option<(&str, Vec<SqlLexeme>)> {
    let last = match before.last() {
        Some(last) if last.range.end == text.len() => last,
        _ => return Some(("", before)),
    };
    match &last.token {
        Token::Word(_) => {
            let typed = &text[last.range.clone()];
            before.pop();
            Some((typed, before))
        }
        Token::Number(..) | Token::SingleQuotedString(_) => None,
        _ => Some(("", before)),
    }
}

fn unquoted(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

fn is_word(token: &Token, wanted: &[&str]) -> bool {
    unquoted(token).is_some_and(|word| wanted.iter().any(|it| it.eq_ignore_ascii_case(word)))
}

fn names_a_file(token: &Token) -> bool {
    is_word(
        token,
        &[
            "FROM",
            "JOIN",
            "TO",
            "LOCATION",
            "SUMMARIZE",
            "DESCRIBE",
            "TABLE",
        ],
    )
}

/// Inside `SET a.b = c` and `SHOW a.b`: the target and the number of tokens of the name so far.
fn setting(before: &[SqlLexeme], typed: &str) -> Option<(CompletionTarget, usize)> {
    let (first, name) = before.split_first()?;
    let is_set = is_word(&first.token, &["SET", "RESET"]);
    if !is_set && !(is_word(&first.token, &["SHOW"]) && (!name.is_empty() || !typed.is_empty())) {
        return None;
    }
    let is_part = |found: &SqlLexeme| matches!(found.token, Token::Word(_) | Token::Period);
    let parts = name.iter().take_while(|found| is_part(found)).count();
    if parts == name.len()
        && !name
            .last()
            .is_some_and(|last| is_word(&last.token, &["TO"]))
    {
        let takes_value = is_word(&first.token, &["SET"]);
        let is_begun = name.is_empty() || matches!(name.last()?.token, Token::Period);
        return is_begun.then_some((CompletionTarget::Setting(takes_value), parts));
    }
    let key: String = name[..parts]
        .iter()
        .map(|found| found.token.to_string())
        .collect();
    let is_assigned = name.len() == parts + 1 && matches!(name[parts].token, Token::Eq);
    (is_set && is_assigned).then_some((CompletionTarget::Value(key.to_lowercase()), 0))
}

/// Target of completion after the tokens before the word; `None` where a new name is defined.
fn wants(before: &[SqlLexeme]) -> Option<CompletionTarget> {
    let Some((last, earlier)) = before.split_last() else {
        return Some(CompletionTarget::Statement);
    };
    let tables = [
        "FROM",
        "JOIN",
        "INTO",
        "UPDATE",
        "DESCRIBE",
        "DESC",
        "SUMMARIZE",
        "TABLE",
        "VIEW",
        "COPY",
    ];
    match &last.token {
        Token::Period => Some(CompletionTarget::Member(qualifier(earlier))),
        Token::DoubleColon => Some(CompletionTarget::Type),
        Token::Comma if clause(earlier).is_some_and(|word| word.eq_ignore_ascii_case("FROM")) => {
            Some(CompletionTarget::Table)
        }
        token if is_word(token, &["AS"]) => {
            let is_cast = clause(earlier).is_some_and(|word| word.to_uppercase().contains("CAST"));
            is_cast.then_some(CompletionTarget::Type)
        }
        token if is_word(token, &["EXPLAIN", "ANALYZE"]) => Some(CompletionTarget::Statement),
        token if is_word(token, &["TABLE", "VIEW"]) && begins_with_create(before) => None,
        token if is_word(token, &tables) => Some(CompletionTarget::Table),
        Token::Word(word) if word.quote_style.is_some() => Some(CompletionTarget::Clause),
        Token::Word(word) if !words::is_keyword(&word.value) => Some(CompletionTarget::Clause),
        token
            if is_word(
                token,
                &["NULL", "TRUE", "FALSE", "END", "ALL", "ROW", "ASC", "DESC"],
            ) =>
        {
            Some(CompletionTarget::Clause)
        }
        Token::RParen | Token::RBracket | Token::Number(..) | Token::SingleQuotedString(_) => {
            Some(CompletionTarget::Clause)
        }
        _ => Some(CompletionTarget::Operand),
    }
}

fn begins_with_create(before: &[SqlLexeme]) -> bool {
    before
        .first()
        .is_some_and(|first| is_word(&first.token, &["CREATE"]))
}

/// Names before a period: `a.b.` is `[a, b]`.
fn qualifier(before: &[SqlLexeme]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = before.iter().rev();
    while let Some(Token::Word(word)) = rest.next().map(|found| &found.token) {
        names.insert(0, word.value.clone());
        if !matches!(rest.next().map(|found| &found.token), Some(Token::Period)) {
            break;
        }
    }
    names
}

/// Word before the innermost open parenthesis.
fn open_call(before: &[SqlLexeme]) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, found) in before.iter().enumerate().rev() {
        match &found.token {
            Token::RParen => depth += 1,
            Token::LParen if depth > 0 => depth -= 1,
            Token::LParen => {
                return at.checked_sub(1).and_then(|at| unquoted(&before[at].token));
            }
            _ => {}
        }
    }
    None
}

/// Word that opened the list which continues after `before`: a clause, or the function whose
/// parenthesis is still open.
fn clause(before: &[SqlLexeme]) -> Option<&str> {
    const CLAUSES: [&str; 9] = [
        "SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "QUALIFY", "ON", "VALUES",
    ];
    let mut depth = 0_usize;
    for (at, found) in before.iter().enumerate().rev() {
        match &found.token {
            Token::RParen => depth += 1,
            Token::LParen if depth == 0 => {
                return at.checked_sub(1).and_then(|at| unquoted(&before[at].token));
            }
            Token::LParen => depth -= 1,
            token if depth == 0 && is_word(token, &CLAUSES) => return unquoted(token),
            _ => {}
        }
    }
    None
}
