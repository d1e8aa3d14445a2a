//! The right side of `IS [NOT] DISTINCT FROM` ends at operators that bind weaker than `IS`.
//!
//! The parser reads a whole expression after it: `a IS DISTINCT FROM b AND c` became `a IS DISTINCT
//! FROM (b AND c)`.
//!
//! Upstream: none found: "`IS [NOT] DISTINCT FROM` parses its right side with `parse_expr`, so AND and OR go inside it"
//! Retire when: `SELECT 1 IS DISTINCT FROM 1 AND false` parses as a conjunction.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};

use super::operator_strength::IS;

pub(super) fn infix(parser: &mut Parser<'_>, left: &Expr) -> Option<Result<Expr, ParserError>> {
    let make: fn(Box<Expr>, Box<Expr>) -> Expr =
        if parser.parse_keywords(&[Keyword::IS, Keyword::DISTINCT, Keyword::FROM]) {
            Expr::IsDistinctFrom
        } else if parser.parse_keywords(&[
            Keyword::IS,
            Keyword::NOT,
            Keyword::DISTINCT,
            Keyword::FROM,
        ]) {
            Expr::IsNotDistinctFrom
        } else {
            return None;
        };
    let right = parser.parse_subexpr(IS);
    Some(right.map(|right| make(Box::new(left.clone()), Box::new(right))))
}
