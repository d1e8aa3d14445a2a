//! A row tested against the rows of a subquery: `(a, b) IN (SELECT x, y ..)`.
//!
//! The planner allows one column only. So both sides become calls of a function that stands for a row, which
//! `planner::correctness::subqueries::row_memberships` takes apart again. The values stay outside of the subquery,
//! where an aggregate or a window among them has its rows.
//!
//! Upstream: none found: "(a, b) IN (SELECT x, y ..) is refused: Too many columns! The subquery should only return one column"
//! Retire when: `SELECT (1, 2) IN (SELECT 1, 2)` is true in the stock engine.

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Query, SelectItem,
    SetExpr, TableAliasColumnDef, TableFactor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::row_comparisons::row;

/// The function that stands for a row of values, called as `row_of_values(a, b)`.
pub(crate) const ROW_OF_VALUES: &str = "row_of_values";

pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let Expr::InSubquery {
        expr: value,
        subquery,
        ..
    } = expr
    else {
        return Ok(());
    };
    let Some(values) = row(value).filter(|values| values.len() > 1) else {
        return Ok(());
    };
    let values = values.to_vec();
    **subquery = rows(subquery, values.len())?;
    **value = call(values)?;
    Ok(())
}

/// `query` with one column, the row of its `width` columns.
fn rows(query: &Query, width: usize) -> Result<Query> {
    let mut rows = *Parser::new(&GenericDialect)
        .try_with_sql("SELECT row_of FROM (SELECT NULL) AS \"rows after IN\"")?
        .parse_query()?;
    let SetExpr::Select(select) = rows.body.as_mut() else {
        return Ok(rows);
    };
    let names: Vec<Ident> = (1..=width)
        .map(|place| Ident::with_quote('"', format!("value {place} after IN")))
        .collect();
    let columns = names.iter().cloned().map(Expr::Identifier).collect();
    select.projection = vec![SelectItem::UnnamedExpr(call(columns)?)];
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
    Ok(rows)
}

fn call(values: Vec<Expr>) -> Result<Expr> {
    let mut call = Parser::new(&GenericDialect)
        .try_with_sql(&format!("{ROW_OF_VALUES}()"))?
        .parse_expr()?;
    if let Expr::Function(Function {
        args: FunctionArguments::List(list),
        ..
    }) = &mut call
    {
        let values = values.into_iter();
        let values = values.map(|value| FunctionArg::Unnamed(FunctionArgExpr::Expr(value)));
        list.args = values.collect();
    }
    Ok(call)
}
