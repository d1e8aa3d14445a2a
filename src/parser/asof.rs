//! `ASOF [LEFT] JOIN b ON ..`, which the grammar knows with `MATCH_CONDITION` only.
//!
//! The word becomes `GLOBAL`, which the syntax tree holds of a join and which has no other meaning here.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::token_kind::{is_blank, is_word};

/// Writes every such join with `GLOBAL`, those with `MATCH_CONDITION` without LEFT and INNER.
pub(crate) fn write_global(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens.iter().any(|t| is_word(&t.token, "asof")) {
        return tokens;
    }
    let mut done = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        let Some(join) = joins(&tokens[i..]).filter(|_| is_word(&token.token, "asof")) else {
            done.push(token.clone());
            i += 1;
            continue;
        };
        if has_match_condition(&tokens[i + join..]) {
            done.push(token.clone());
            i += join;
        } else {
            done.push(TokenWithSpan::new(
                Token::make_keyword("GLOBAL"),
                token.span,
            ));
            i += 1;
        }
    }
    done
}

/// Where JOIN stands behind ASOF, if nothing but LEFT, OUTER and INNER stands between.
fn joins(tokens: &[TokenWithSpan]) -> Option<usize> {
    let words = ["left", "outer", "inner", "right", "full"];
    let mut rest = tokens.iter().enumerate().skip(1);
    let (place, token) = rest
        .find(|(_, t)| !is_blank(&t.token) && !words.iter().any(|word| is_word(&t.token, word)))?;
    is_word(&token.token, "join").then_some(place)
}

/// True if `MATCH_CONDITION` follows before the condition of the join.
fn has_match_condition(tokens: &[TokenWithSpan]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen if depth == 0 => return false,
            Token::RParen => depth -= 1,
            other if depth == 0 && is_word(other, "match_condition") => return true,
            other if depth == 0 && (is_word(other, "on") || is_word(other, "using")) => {
                return false;
            }
            _ => {}
        }
    }
    false
}
