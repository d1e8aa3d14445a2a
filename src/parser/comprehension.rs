//! `[x * 2 FOR x IN list IF x > 1]` as calls of `list_transform` and `list_filter`.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::token_kind::is_word;

/// Writes every list comprehension out, the innermost first.
pub(crate) fn write_out(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens.iter().any(|t| is_word(&t.token, "for")) {
        return tokens;
    }
    // From the last bracket on, so that lists within lists are gone before theirs.
    for open in (0..tokens.len()).rev() {
        if tokens[open].token == Token::LBracket
            && let Some((close, written)) = comprehension(&tokens[open..])
        {
            tokens.splice(open..=open + close, written);
        }
    }
    tokens
}

/// Where the list at the start of `tokens` ends, and the calls in its place.
fn comprehension(tokens: &[TokenWithSpan]) -> Option<(usize, Vec<TokenWithSpan>)> {
    let mut depth = 0_usize;
    let (mut of, mut within, mut when) = (None, None, None);
    for (i, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LBracket | Token::LParen => depth += 1,
            Token::RBracket if depth == 1 => {
                let parts = (of?, within?, when.unwrap_or(i));
                return Some((i, calls(&tokens[..i], parts, when.is_some())));
            }
            Token::RBracket | Token::RParen => depth = depth.checked_sub(1)?,
            other if depth == 1 => match of {
                None if is_word(other, "for") => of = Some(i),
                Some(_) if within.is_none() && is_word(other, "in") => within = Some(i),
                Some(_) if within.is_some() && is_word(other, "if") => when = Some(i),
                _ => {}
            },
            _ => {}
        }
    }
    None
}

fn calls(
    tokens: &[TokenWithSpan],
    (of, within, when): (usize, usize, usize),
    is_filtered: bool,
) -> Vec<TokenWithSpan> {
    let span = tokens[0].span;
    let made = |token: Token| TokenWithSpan::new(token, span);
    let word = |name: &str| made(Token::make_word(name, None));
    let name = &tokens[of + 1..within];
    let lambda = |body: &[TokenWithSpan]| {
        let mut lambda = vec![made(Token::Comma)];
        lambda.extend_from_slice(name);
        lambda.push(made(Token::Arrow));
        lambda.extend_from_slice(body);
        lambda.push(made(Token::RParen));
        lambda
    };
    let mut calls = vec![word("list_transform"), made(Token::LParen)];
    if is_filtered {
        calls.extend([word("list_filter"), made(Token::LParen)]);
    }
    calls.extend_from_slice(&tokens[within + 1..when]);
    if is_filtered {
        calls.extend(lambda(&tokens[when + 1..]));
    }
    calls.extend(lambda(&tokens[1..of]));
    calls
}
