//! A row tested against the rows of a subquery: `(a, b) IN (SELECT x, y ..)`.
//!
//! The planner allows one column only. Rows are compared value by value, as in `row_comparisons`: IN is
//! true if some row is equal, unknown if none is but for some it is not known, and false otherwise.
//!
//! Upstream: none found: "(a, b) IN (SELECT x, y ..) is refused: Too many columns! The subquery should only return one column"
//! Retire when: `SELECT (1, 2) IN (SELECT 1, 2)` is true in the stock engine.

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, Query, SetExpr, TableAliasColumnDef, TableFactor, UnaryOperator,
    Value, ValueWithSpan,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::row_comparisons::row;

pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let Expr::InSubquery {
        expr: value,
        subquery,
        negated,
    } = expr
    else {
        return Ok(());
    };
    let Some(values) = row(value).filter(|values| values.len() > 1) else {
        return Ok(());
    };
    let found = exists(subquery, values, false)?;
    let unknown = exists(subquery, values, true)?;
    let mut whole = Parser::new(&GenericDialect)
        .try_with_sql("CASE WHEN found THEN true WHEN unknown THEN NULL ELSE false END")?
        .parse_expr()?;
    if let Expr::Case { conditions, .. } = &mut whole
        && let [first, second] = conditions.as_mut_slice()
    {
        first.condition = found;
        second.condition = unknown;
    }
    let whole = Expr::Nested(Box::new(whole));
    *expr = if *negated {
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: Box::new(whole),
        }
    } else {
        whole
    };
    Ok(())
}

/// True if a row of `query` is equal to `values`, or, if `unknown`, may be.
fn exists(query: &Query, values: &[Expr], unknown: bool) -> Result<Expr> {
    let mut expr = Parser::new(&GenericDialect)
        .try_with_sql("EXISTS (SELECT 1 FROM (SELECT NULL) AS \"rows after IN\" WHERE true)")?
        .parse_expr()?;
    let Expr::Exists { subquery, .. } = &mut expr else {
        return Ok(expr);
    };
    let SetExpr::Select(select) = subquery.body.as_mut() else {
        return Ok(expr);
    };
    let names: Vec<Ident> = (1..=values.len())
        .map(|place| Ident::with_quote('"', format!("value {place} after IN")))
        .collect();
    let equal = values.iter().zip(&names).map(|(value, name)| {
        let sides = [Expr::Identifier(name.clone()), value.clone()];
        let [left, right] = sides.map(|side| Box::new(Expr::Nested(Box::new(side))));
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        }
    });
    let equal = equal.reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::And,
        right: Box::new(right),
    });
    let equal = Expr::Nested(Box::new(equal.unwrap_or_else(truth)));
    select.selection = Some(if unknown {
        Expr::IsNull(Box::new(equal))
    } else {
        equal
    });
    if let Some(from) = select.from.first_mut()
        && let TableFactor::Derived {
            subquery, alias, ..
        } = &mut from.relation
    {
        **subquery = query.clone();
        if let Some(alias) = alias {
            let column = |name| TableAliasColumnDef {
                name,
                data_type: None,
            };
            alias.columns = names.into_iter().map(column).collect();
        }
    }
    Ok(expr)
}

fn truth() -> Expr {
    Expr::Value(ValueWithSpan::from(Value::Boolean(true)))
}
