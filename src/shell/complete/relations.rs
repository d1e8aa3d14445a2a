//! Tables that a statement names, with their aliases.

use datafusion::sql::sqlparser::tokenizer::{Token, Word};

use super::super::catalog::{ShellCatalog, ShellTable};
use super::super::words;

/// A relation in `FROM`.
#[derive(Debug, Clone, Copy)]
pub(super) struct CompletionRelation<'a> {
    /// Alias, or the table's own name.
    pub(super) name: &'a str,
    pub(super) table: &'a ShellTable,
}

/// Known tables after `FROM`, `JOIN`, `INTO` and `UPDATE` anywhere in `statement`.
pub(super) fn find_relations<'a>(
    statement: &'a [Token],
    catalog: &'a ShellCatalog,
) -> Vec<CompletionRelation<'a>> {
    let mut relations = Vec::new();
    let mut in_from = false;
    let mut at = 0;
    while let Some(token) = statement.get(at) {
        at += 1;
        let keyword = bare(token).map(|word| word.value.to_ascii_uppercase());
        match keyword.as_deref() {
            Some("FROM" | "JOIN" | "INTO" | "UPDATE") => in_from = true,
            Some("WHERE" | "GROUP" | "ORDER" | "SELECT" | "HAVING" | "LIMIT" | "ON" | "USING") => {
                in_from = false;
                continue;
            }
            _ if *token == Token::Comma && in_from => {}
            _ => continue,
        }
        let (parts, used) = dotted(&statement[at..]);
        at += used;
        let full = parts.join(".");
        let alias = alias(&statement[at..]);
        if let (Some(table), Some(own)) = (catalog.table(&full), parts.last()) {
            relations.push(CompletionRelation {
                name: alias.unwrap_or(own),
                table,
            });
        }
    }
    relations
}

/// Names of common table expressions (`WITH`).
pub(super) fn named_queries(statement: &[Token]) -> Vec<&str> {
    let mut names = Vec::new();
    for three in statement.windows(3) {
        if let [Token::Word(name), asked, Token::LParen] = three
            && bare(asked).is_some_and(|word| word.value.eq_ignore_ascii_case("AS"))
        {
            names.push(name.value.as_str());
        }
    }
    names
}

fn bare(token: &Token) -> Option<&Word> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word),
        _ => None,
    }
}

/// Parses `a.b.c` at the start of `tokens`, with the number of tokens consumed.
fn dotted(tokens: &[Token]) -> (Vec<&str>, usize) {
    let mut parts = Vec::new();
    let mut used = 0;
    while let Some(Token::Word(word)) = tokens.get(used) {
        parts.push(word.value.as_str());
        used += 1;
        if tokens.get(used) != Some(&Token::Period) {
            break;
        }
        used += 1;
    }
    (parts, used)
}

fn alias(tokens: &[Token]) -> Option<&str> {
    let as_word = |token: &Token| bare(token).is_some_and(|w| w.value.eq_ignore_ascii_case("AS"));
    match tokens {
        [first, Token::Word(word), ..] if as_word(first) => Some(&word.value),
        [Token::Word(word), ..]
            if word.quote_style.is_some() || !words::ends_a_table(&word.value) =>
        {
            Some(&word.value)
        }
        _ => None,
    }
}
