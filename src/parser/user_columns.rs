//! Columns called `user`, `current_user` or `session_user` before a dot or bracket: `user.login`.
//!
//! The parser takes the words for functions without parentheses, and a function has no fields by a dot.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

const WORDS: [Keyword; 3] = [Keyword::USER, Keyword::CURRENT_USER, Keyword::SESSION_USER];

/// Makes names of the words beside a dot or before a bracket.
pub(super) fn named(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut follows_dot = false;
    for place in 0..tokens.len() {
        let next = tokens.get(place + 1).map(|next| &next.token);
        let is_path = follows_dot || matches!(next, Some(Token::Period | Token::LBracket));
        if let Some(TokenWithSpan {
            token: Token::Word(word),
            ..
        }) = tokens.get_mut(place)
            && is_path
            && WORDS.contains(&word.keyword)
        {
            word.keyword = Keyword::NoKeyword;
        }
        follows_dot = tokens
            .get(place)
            .is_some_and(|token| token.token == Token::Period);
    }
    tokens
}
