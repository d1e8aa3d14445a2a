//! Words of other engines that change nothing here, left out before parsing: `MATERIALIZED`, `TEMP`,
//! `EXCLUDE NO OTHERS`; and the WHERE that DuckDB leaves out of `FILTER (cond)`.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::refusal::refused;
use super::token_kind::{is_blank, is_word};

const EXCLUDE: &str = "EXCLUDE is not supported in a window frame: take the row's own value off, as in sum(x) OVER (..) - x";
const SHARE: &str = "LIMIT takes a number of rows: for a share of them write \
     QUALIFY row_number() OVER (ORDER BY ..) <= 0.1 * count(*) OVER ()";

/// Leaves the words out.
///
/// # Errors
/// When a form would change the answer and has no counterpart.
pub(crate) fn adapt(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let places: Vec<usize> = (0..tokens.len())
        .filter(|&place| !is_blank(&tokens[place].token))
        .collect();
    let word = |i: usize, words: &[&str]| {
        places.get(i).is_some_and(|&place| {
            let token = &tokens[place].token;
            words.iter().any(|word| is_word(token, word))
        })
    };
    let token = |i: usize| places.get(i).map(|&place| &tokens[place].token);
    let is_open = |i: usize| token(i) == Some(&Token::LParen);
    let mut dropped: Vec<usize> = Vec::new();
    let mut filters: Vec<usize> = Vec::new();
    for i in 0..places.len() {
        let before = |back: usize, words: &[&str]| i >= back && word(i - back, words);
        if word(i, &["materialized"]) && is_open(i + 1) {
            if before(1, &["as"]) {
                dropped.push(places[i]);
            } else if before(1, &["not"]) && before(2, &["as"]) {
                dropped.extend([places[i - 1], places[i]]);
            }
        } else if word(i, &["temp", "temporary"])
            && before(1, &["create", "replace"])
            && word(i + 1, &["table", "view"])
        {
            dropped.push(places[i]);
        } else if word(i, &["exclude"]) && before(1, &["row", "preceding", "following"]) {
            if word(i + 1, &["no"]) && word(i + 2, &["others"]) {
                dropped.extend([places[i], places[i + 1], places[i + 2]]);
            } else if word(i + 1, &["current", "group", "ties"]) {
                let span = tokens[places[i]].span;
                return Err(refused(EXCLUDE, Span::try_from_sqlparser_span(span)));
            }
        } else if word(i, &["filter"])
            && i > 0
            && token(i - 1) == Some(&Token::RParen)
            && is_open(i + 1)
            && !word(i + 2, &["where"])
        {
            filters.push(places[i + 1]);
        } else if word(i, &["limit"])
            && matches!(token(i + 1), Some(Token::Number(..)))
            && (word(i + 2, &["percent"]) || is_share(token(i + 2), token(i + 3)))
        {
            let span = tokens[places[i]].span;
            return Err(refused(SHARE, Span::try_from_sqlparser_span(span)));
        }
    }
    if dropped.is_empty() && filters.is_empty() {
        return Ok(tokens);
    }
    let mut kept = Vec::with_capacity(tokens.len() + filters.len());
    for (place, token) in tokens.into_iter().enumerate() {
        let span = token.span;
        if !dropped.contains(&place) {
            kept.push(token);
        }
        if filters.contains(&place) {
            kept.push(TokenWithSpan::new(Token::make_keyword("WHERE"), span));
        }
    }
    Ok(kept)
}

/// A percent sign that is no remainder: nothing follows that could be divided by.
fn is_share(sign: Option<&Token>, next: Option<&Token>) -> bool {
    sign == Some(&Token::Mod)
        && !matches!(next, Some(Token::Number(..) | Token::LParen | Token::Minus))
}
