//! Trailing commas: dropped before parsing.
//!
//! The parser's own option ends a list at any reserved word after a comma and so breaks arguments
//! named like one; here only tokens that can follow a list end it.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::token_kind::{is_blank, is_word};

/// Drops each comma at the end of a list.
pub(crate) fn drop_trailing(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let keeps: Vec<bool> = (0..tokens.len())
        .map(|i| tokens[i].token != Token::Comma || !ends(&tokens[i + 1..]))
        .collect();
    let mut keeps = keeps.into_iter();
    let mut tokens = tokens;
    tokens.retain(|_| keeps.next().unwrap_or(true));
    tokens
}

/// True if `rest` starts with a token that ends a list.
fn ends(rest: &[TokenWithSpan]) -> bool {
    let mut words = rest.iter().map(|t| &t.token).filter(|t| !is_blank(t));
    let Some(first) = words.next() else {
        return true;
    };
    let by = |word: &str| is_word(first, word);
    match first {
        Token::RParen | Token::RBracket | Token::RBrace => true,
        _ if by("order") || by("group") => words.next().is_some_and(|t| is_word(t, "by")),
        _ if by("limit") => matches!(words.next(), Some(Token::Number(..))),
        _ => ["from", "where", "having", "qualify", "union", "intersect"]
            .iter()
            .any(|word| by(word)),
    }
}
