//! Operator precedence, as in `PostgreSQL` and DuckDB.
//!
//! The parser's own table is that of `PostgreSQL` 7.0: `|`, `&` and `^` have different precedences,
//! `||` binds like `*`, `->` weaker than `IS`, and `a = b BETWEEN c AND d` is read as `(a = b)
//! BETWEEN c AND d`. Its table for `PostgreSQL` is available only to that dialect, whose other
//! rules do not fit.
//!
//! Upstream: none found: "`GenericDialect`: operator precedences differ from `PostgreSQL` >= 9.5 (||, |, &, #, <<, >>, ~,
//! ->, BETWEEN/LIKE/IN above =, unary minus above ^)"
//! Retire when: `SELECT 1 | 2 & 2` is 2 and `true = 5 BETWEEN 1 AND 10` parses as a comparison in `GenericDialect`.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};
use datafusion::sql::sqlparser::dialect::Precedence;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, Word};

const SIGN: u8 = 125;
pub(super) const POWER: u8 = 100;
const OTHER: u8 = 70;
/// `BETWEEN`, `IN`, `LIKE` and similar operators.
pub(super) const PATTERN: u8 = 60;
pub(super) const IS: u8 = 40;

/// Precedence of a class of operators.
pub(crate) fn strength(class: Precedence) -> u8 {
    match class {
        Precedence::Period => 200,
        Precedence::DoubleColon => 140,
        Precedence::AtTz => 110,
        Precedence::Caret => POWER,
        Precedence::MulDivModOp => 90,
        Precedence::PlusMinus => 80,
        Precedence::Xor => 75,
        Precedence::Ampersand | Precedence::Pipe | Precedence::Colon | Precedence::PgOther => OTHER,
        Precedence::Between | Precedence::Like => PATTERN,
        Precedence::Eq => 50,
        Precedence::Is => IS,
        Precedence::UnaryNot => 30,
        Precedence::And => 20,
        Precedence::Or => 10,
    }
}

/// Precedence of the next token if the parser assigns it to another class.
pub(crate) fn next_strength(parser: &Parser<'_>) -> Option<u8> {
    match &parser.peek_token_ref().token {
        Token::StringConcat
        | Token::ShiftLeft
        | Token::ShiftRight
        | Token::Sharp
        | Token::CaretAt
        | Token::Tilde
        | Token::TildeAsterisk
        | Token::ExclamationMarkTilde
        | Token::ExclamationMarkTildeAsterisk
        | Token::DoubleTilde
        | Token::DoubleTildeAsterisk
        | Token::ExclamationMarkDoubleTilde
        | Token::ExclamationMarkDoubleTildeAsterisk => Some(OTHER),
        Token::Mul if is_doubled(parser) => Some(POWER),
        Token::Word(word) if word.keyword == Keyword::OPERATOR => Some(OTHER),
        Token::Word(word) if is_exclusive_or(word) => Some(OTHER),
        Token::Word(word) if is_isnull(word) => Some(IS),
        _ => None,
    }
}

/// `#` before a character with which the tokenizer reads it as a name.
fn is_exclusive_or(word: &Word) -> bool {
    word.quote_style.is_none() && word.value == "#"
}

fn is_isnull(word: &Word) -> bool {
    word.quote_style.is_none() && word.value.eq_ignore_ascii_case("isnull")
}

/// `a # b` and `a ISNULL`.
pub(super) fn infix(parser: &mut Parser<'_>, left: &Expr) -> Option<Result<Expr, ParserError>> {
    let (is_xor, is_isnull) = match &parser.peek_token_ref().token {
        Token::Sharp => (true, false),
        Token::Word(word) => (is_exclusive_or(word), is_isnull(word)),
        _ => return None,
    };
    if is_isnull {
        parser.advance_token();
        return Some(Ok(Expr::IsNull(Box::new(left.clone()))));
    }
    is_xor.then(|| {
        parser.advance_token();
        Ok(Expr::BinaryOp {
            left: Box::new(left.clone()),
            op: BinaryOperator::PGBitwiseXor,
            right: Box::new(parser.parse_subexpr(OTHER)?),
        })
    })
}

/// A sign binds tighter than `^` and `*`: `-2 ^ 2` is 4.
pub(super) fn prefix(parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
    let op = match &parser.peek_token_ref().token {
        Token::Minus => UnaryOperator::Minus,
        Token::Plus => UnaryOperator::Plus,
        _ => return None,
    };
    parser.advance_token();
    let operand = parser.parse_subexpr(SIGN);
    Some(operand.map(|expr| Expr::UnaryOp {
        op,
        expr: Box::new(expr),
    }))
}

/// True if the next two tokens are `**`.
pub(super) fn is_doubled(parser: &Parser<'_>) -> bool {
    let (first, second) = (parser.peek_nth_token_ref(0), parser.peek_nth_token_ref(1));
    first.token == Token::Mul && second.token == Token::Mul && first.span.end == second.span.start
}
