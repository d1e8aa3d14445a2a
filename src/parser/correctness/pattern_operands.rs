//! `LIKE`, `ILIKE` and `SIMILAR TO` with an expression as escape; `BETWEEN SYMMETRIC`.
//!
//! The parser accepts only a literal after `ESCAPE`, and no `SYMMETRIC`.
//!
//! Upstream: none found: "ESCAPE takes only a literal; BETWEEN SYMMETRIC does not parse"
//! Retire when: `SELECT 'a' LIKE 'b' ESCAPE lower('X')` and `SELECT 2 BETWEEN SYMMETRIC 3 AND 1` parse.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::operator_strength::PATTERN;
use super::{like_escape, similar_to};

pub(super) fn infix(parser: &mut Parser<'_>, left: &Expr) -> Option<Result<Expr, ParserError>> {
    let word = |place: usize| match &parser.peek_nth_token_ref(place).token {
        Token::Word(word) => word.keyword,
        _ => Keyword::NoKeyword,
    };
    let negated = word(0) == Keyword::NOT;
    let first = usize::from(negated);
    let (form, next) = (word(first), word(first + 1));
    let length = match (form, next) {
        // The parser handles `LIKE ANY (..)`.
        (Keyword::LIKE | Keyword::ILIKE, Keyword::ANY | Keyword::ALL | Keyword::SOME) => {
            return None;
        }
        (Keyword::LIKE | Keyword::ILIKE, _) => 1,
        (Keyword::SIMILAR, Keyword::TO) => 2,
        (Keyword::BETWEEN, Keyword::SYMMETRIC) => 2,
        _ => return None,
    };
    (0..first + length).for_each(|_| parser.advance_token());
    Some(match form {
        Keyword::BETWEEN => symmetric(parser, left, negated),
        _ => pattern(parser, left, negated, form),
    })
}

fn pattern(
    parser: &mut Parser<'_>,
    left: &Expr,
    negated: bool,
    form: Keyword,
) -> Result<Expr, ParserError> {
    let mut pattern = parser.parse_subexpr(PATTERN)?;
    let mut escape_char = None;
    if parser.parse_keyword(Keyword::ESCAPE) {
        match parser.parse_subexpr(PATTERN)? {
            Expr::Value(value) => escape_char = Some(value),
            escape if form == Keyword::SIMILAR => pattern = similar_to::call(pattern, Some(escape)),
            escape => pattern = like_escape::call(pattern, escape),
        }
    }
    let (expr, pattern) = (Box::new(left.clone()), Box::new(pattern));
    Ok(match form {
        Keyword::LIKE => Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char,
        },
        Keyword::ILIKE => Expr::ILike {
            negated,
            any: false,
            expr,
            pattern,
            escape_char,
        },
        _ => Expr::SimilarTo {
            negated,
            expr,
            pattern,
            escape_char,
        },
    })
}

/// `x BETWEEN SYMMETRIC a AND b` is true between the two, in either order.
fn symmetric(parser: &mut Parser<'_>, left: &Expr, negated: bool) -> Result<Expr, ParserError> {
    let one = parser.parse_subexpr(PATTERN)?;
    parser.expect_keyword(Keyword::AND)?;
    let other = parser.parse_subexpr(PATTERN)?;
    let between = |low: &Expr, high: &Expr| Expr::Between {
        expr: Box::new(left.clone()),
        negated: false,
        low: Box::new(low.clone()),
        high: Box::new(high.clone()),
    };
    let either = Expr::Nested(Box::new(Expr::BinaryOp {
        left: Box::new(between(&one, &other)),
        op: BinaryOperator::Or,
        right: Box::new(between(&other, &one)),
    }));
    Ok(if negated {
        Expr::Nested(Box::new(Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: Box::new(either),
        }))
    } else {
        either
    })
}
