//! `^` is a power, of DOUBLEs, as in `PostgreSQL` and DuckDB; so is `**`.
//!
//! Outside of its dialect for `PostgreSQL` the parser reads it as an exclusive or, even for
//! doubles.
//!
//! Upstream: none found: "`GenericDialect`: ^ parses as `BitwiseXor` where `PostgreSQL` and DuckDB have a power"
//! Retire when: `SELECT 2 ^ 3` is 8 in `GenericDialect`.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, Ident,
};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::operator_strength::{POWER, is_doubled};

pub(super) fn infix(parser: &mut Parser<'_>, left: &Expr) -> Option<Result<Expr, ParserError>> {
    let is_doubled = is_doubled(parser);
    if !is_doubled && parser.peek_token_ref().token != Token::Caret {
        return None;
    }
    parser.advance_token();
    if is_doubled {
        parser.advance_token();
    }
    let right = parser.parse_subexpr(POWER);
    Some(right.map(|right| Expr::BinaryOp {
        left: Box::new(left.clone()),
        op: BinaryOperator::PGExp,
        right: Box::new(right),
    }))
}

/// Casts both sides to DOUBLE: the planner's `power` keeps integers, and refuses `2 ^ -1`.
pub(super) fn rewrite(expr: &mut Expr) {
    if let Expr::BinaryOp {
        left,
        op: BinaryOperator::PGExp,
        right,
    } = expr
    {
        for side in [left, right] {
            let inner = std::mem::replace(side.as_mut(), Expr::Identifier(Ident::new("")));
            **side = Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(inner),
                data_type: DataType::Double(ExactNumberInfo::None),
                array: false,
                format: None,
            };
        }
    }
}
