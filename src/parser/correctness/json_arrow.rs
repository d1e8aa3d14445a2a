//! `custom -> 'plan'` is a value of JSON; the parser reads a lambda of the parameter `custom`.
//!
//! Outside of functions over lists, whose names begin with `list_` or `array_`, there are no lambdas. Within, a lambda
//! whose body begins with a text has its parameter further on (`x -> 'no. ' || x`), and a number is a body.
//!
//! Upstream: none found: "`supports_lambda_functions`: `column -> 'key'` parses as a lambda"
//! Retire when: `SELECT a -> 'b'` parses as an operator in a dialect with lambdas.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, Word};

/// The column before `-> 'key'`.
pub(super) fn prefix(parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
    let first = parser.peek_nth_token_ref(0);
    let Token::Word(word) = &first.token else {
        return None;
    };
    if parser.peek_nth_token_ref(1).token != Token::Arrow || is_literal(word) {
        return None;
    }
    let is_key = match parser.peek_nth_token_ref(2).token {
        Token::SingleQuotedString(_) => {
            !is_in_list_function(parser) || !is_used_behind(parser, word)
        }
        Token::Number(..) => !is_in_list_function(parser),
        _ => false,
    };
    if !is_key {
        return None;
    }
    let column = Expr::Identifier(word.to_ident(first.span));
    parser.advance_token();
    Some(Ok(column))
}

fn is_literal(word: &Word) -> bool {
    let is_quoted = word.quote_style.is_some();
    !is_quoted && matches!(word.keyword, Keyword::NULL | Keyword::TRUE | Keyword::FALSE)
}

/// True if the innermost parentheses around the next token are those of a function over lists.
fn is_in_list_function(parser: &Parser<'_>) -> bool {
    let before = (0..parser.index())
        .rev()
        .map(|at| &parser.token_at(at).token);
    let mut before = before.filter(|token| !matches!(token, Token::Whitespace(_)));
    let mut depth = 0_u32;
    while let Some(token) = before.next() {
        match token {
            Token::RParen => depth += 1,
            Token::LParen if depth > 0 => depth -= 1,
            Token::LParen => {
                return matches!(before.next(), Some(Token::Word(name)) if is_over_lists(name));
            }
            Token::SemiColon => return false,
            _ => {}
        }
    }
    false
}

fn is_over_lists(name: &Word) -> bool {
    let name = name.value.to_ascii_lowercase();
    let others = [
        "any_match",
        "all_match",
        "none_match",
        "transform",
        "filter",
        "reduce",
    ];
    name.starts_with("list_") || name.starts_with("array_") || others.contains(&name.as_str())
}

/// True if the rest of the argument names `word` again, as the body of a lambda does.
fn is_used_behind(parser: &Parser<'_>, word: &Word) -> bool {
    let mut depth = 0_u32;
    for at in 3.. {
        match &parser.peek_nth_token_ref(at).token {
            Token::EOF | Token::SemiColon => return false,
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace if depth == 0 => return false,
            Token::RParen | Token::RBracket | Token::RBrace => depth -= 1,
            Token::Comma if depth == 0 => return false,
            Token::Word(other) if depth == 0 && other.quote_style.is_none() && ends_item(other) => {
                return false;
            }
            Token::Word(other) if other.value.eq_ignore_ascii_case(&word.value) => {
                let is_member = parser.peek_nth_token_ref(at - 1).token == Token::Period;
                let next = &parser.peek_nth_token_ref(at + 1).token;
                return !is_member && !matches!(next, Token::Arrow | Token::LongArrow);
            }
            _ => {}
        }
    }
    false
}

/// True for words behind an item of SELECT, which cannot be within an argument.
fn ends_item(word: &Word) -> bool {
    matches!(
        word.keyword,
        Keyword::FROM
            | Keyword::AS
            | Keyword::WHERE
            | Keyword::GROUP
            | Keyword::ORDER
            | Keyword::HAVING
            | Keyword::LIMIT
            | Keyword::UNION
            | Keyword::JOIN
            | Keyword::ON
            | Keyword::QUALIFY
    )
}
