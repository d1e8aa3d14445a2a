//! Kinds of the parser's tokens.

use datafusion::sql::sqlparser::tokenizer::{Token, Word};

pub(crate) fn is_blank(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

/// True if a token is this unquoted word.
pub(crate) fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(Word { value, quote_style: None, .. }) if value.eq_ignore_ascii_case(word))
}
