//! `INTERVAL (3) DAY`: the parser takes the number for the precision of the type, and the unit for a column.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::token_kind::{is_blank, is_word};

const UNITS: [&str; 10] = [
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];

/// Leaves out the parentheses around a number between INTERVAL and a unit.
pub(super) fn without_parentheses(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let shown: Vec<usize> = (0..tokens.len())
        .filter(|place| !is_blank(&tokens[*place].token))
        .collect();
    let mut left_out = Vec::new();
    for places in shown.windows(5) {
        let [word, open, count, close, unit] = places else {
            continue;
        };
        let is_count = is_word(&tokens[*word].token, "interval")
            && tokens[*open].token == Token::LParen
            && matches!(tokens[*count].token, Token::Number(..))
            && tokens[*close].token == Token::RParen
            && is_unit(&tokens[*unit].token);
        if is_count {
            left_out.extend([*open, *close]);
        }
    }
    if left_out.is_empty() {
        return tokens;
    }
    let kept = tokens.into_iter().enumerate();
    let kept = kept.filter(|(place, _)| !left_out.contains(place));
    kept.map(|(_, token)| token).collect()
}

fn is_unit(token: &Token) -> bool {
    let Token::Word(word) = token else {
        return false;
    };
    let lower = word.value.to_ascii_lowercase();
    UNITS.contains(&lower.trim_end_matches('s'))
}
