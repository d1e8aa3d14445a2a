//! Tokens of a statement: words, parentheses, lists.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Token, Word};

/// The word of a token that has no quotes.
pub(super) fn bare(token: &Token) -> Option<&Word> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word),
        _ => None,
    }
}

/// True if the token is one of these keywords.
pub(super) fn is_word(token: Option<&Token>, wanted: &[&str]) -> bool {
    token.and_then(bare).is_some_and(|word| {
        wanted
            .iter()
            .any(|wanted| wanted.eq_ignore_ascii_case(&word.value))
    })
}

/// Position of the parenthesis that closes the one at `open`; the end if it stays open.
pub(super) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::LParen => depth += 1,
            Token::RParen if depth == 1 => return at,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    tokens.len()
}

/// Positions of the tokens outside of parentheses, and of the opening parentheses.
pub(super) fn outside(tokens: &[Token]) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        positions.push(at);
        at = match tokens[at] {
            Token::LParen => closing(tokens, at) + 1,
            _ => at + 1,
        };
    }
    positions
}

/// Parts of `tokens` between the tokens outside of parentheses for which `is_between` holds.
pub(super) fn split(tokens: &[Token], is_between: impl Fn(&Token) -> bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in outside(tokens) {
        if is_between(&tokens[at]) {
            parts.push(start..at);
            start = at + 1;
        }
    }
    parts.push(start..tokens.len());
    parts
}

/// Parses `a.b.c` at the start of `tokens`, with the number of tokens consumed.
pub(super) fn dotted(tokens: &[Token]) -> (Vec<&str>, usize) {
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

/// Words of a list such as `(a, b)`.
pub(super) fn names(tokens: &[Token]) -> Vec<String> {
    let words = tokens.iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.value.clone()),
        _ => None,
    });
    words.collect()
}
