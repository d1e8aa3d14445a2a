//! Conditions and expressions outside of a statement, as in a config file.

use datafusion::common::plan_datafusion_err;
use datafusion::error::DataFusionError;
use datafusion::sql::parser::{DFParserBuilder, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{
    Expr, ExprWithAlias, SelectItem, SetExpr, Statement as SqlStatement,
};

use super::correctness;
use super::dialect::DeskDialect;
use super::statement::{StatementBody, parse};
use crate::error::Result;

/// Parses a condition in deskql's dialect.
///
/// # Errors
/// When the text is not one expression.
pub(crate) fn condition(text: &str) -> Result<Expr> {
    // In parentheses on lines of their own, so that no part of the text can close them or comment
    // them out.
    let mut statements = parse(&format!("SELECT (\n{text}\n)"))?;
    let only = statements.pop().filter(|_| statements.is_empty());
    if let Some(StatementBody::Plain(inner)) = only.map(|statement| statement.kind)
        && let DFStatement::Statement(inner) = *inner
        && let SqlStatement::Query(query) = *inner
        && let SetExpr::Select(mut select) = *query.body
        && select.from.is_empty()
        && let (Some(SelectItem::UnnamedExpr(Expr::Nested(expr))), true) =
            (select.projection.pop(), select.projection.is_empty())
    {
        let mut expr = *expr;
        correctness::rewrite_in(&mut expr)?;
        correctness::interval_text::rewrite(&mut expr)?;
        return Ok(expr);
    }
    Err(plan_datafusion_err!("{text} is not one condition").into())
}

/// Parses an expression in deskql's dialect.
///
/// # Errors
/// When the text is not an expression.
pub(crate) fn expression(text: &str) -> Result<ExprWithAlias, DataFusionError> {
    let mut parsed = DFParserBuilder::new(text)
        .with_dialect(&DeskDialect)
        .build()?
        .parse_into_expr()?;
    correctness::rewrite_in(&mut parsed.expr)?;
    correctness::interval_text::rewrite(&mut parsed.expr)?;
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_expression_is_a_condition() {
        for text in [
            "channel = 'email' AND plan = 'gold'",
            "is_vip",
            "a -- a remark",
        ] {
            assert!(condition(text).is_ok(), "{text}");
        }
        for text in ["", "a; b", "a) FROM t WHERE (b", "a, b", "a AS b", "a ="] {
            assert!(condition(text).is_err(), "{text}");
        }
    }
}
