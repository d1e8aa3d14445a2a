//! `VALUES` inside the query of an `INSERT` or a `CREATE TABLE t(..) AS` have their own types, not
//! those of the table.
//!
//! The planner casts all VALUES of the statement to the columns of the table by position, so that
//! `INSERT INTO t SELECT b, a FROM (VALUES (2.5, 7)) AS v(a, b)` turns 2.5 into 3 if the first
//! column is an integer, and refuses VALUES with another number of columns. Here they become
//! SELECTs without a table.
//!
//! Upstream: none found: VALUES in a subquery of INSERT .. SELECT is planned with the schema of the target table
//! Retire when: `INSERT INTO t SELECT 1 FROM (VALUES (1, 2))` is planned for a table of one column.

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    CreateTable, Expr, Ident, Insert, Parens, Query, SelectItem, SetExpr, SetOperator,
    SetQuantifier, Statement, VisitMut, VisitorMut, visit_expressions,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// Rewrites the query that fills a table; leaves other statements unchanged.
///
/// # Errors
/// None that a user can cause.
pub(super) fn rewrite(statement: &mut Statement) -> Result<()> {
    let source = match statement {
        Statement::Insert(Insert {
            source: Some(source),
            ..
        }) => source,
        // Without a column list the table has the columns of the query.
        Statement::CreateTable(CreateTable {
            query: Some(source),
            columns,
            ..
        }) if !columns.is_empty() => source,
        _ => return Ok(()),
    };
    match source.visit(&mut InnerValues { depth: 0 }) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct InnerValues {
    depth: usize,
}

impl VisitorMut for InnerValues {
    type Break = DataFusionError;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<DataFusionError> {
        self.depth += 1;
        // The rows of the outermost query are those of the table, which are evaluated before any
        // subquery.
        let is_inner = self.depth > 1 || has_subquery(&query.body);
        if is_inner && let Err(error) = write_out(&mut query.body) {
            return ControlFlow::Break(error);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<DataFusionError> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

fn has_subquery(body: &SetExpr) -> bool {
    let SetExpr::Values(values) = body else {
        return false;
    };
    let flow = visit_expressions(&values.rows, |expr| match expr {
        Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    flow.is_break()
}

fn write_out(body: &mut SetExpr) -> Result<()> {
    match body {
        SetExpr::SetOperation { left, right, .. } => {
            write_out(left)?;
            write_out(right)
        }
        SetExpr::Values(values) => {
            *body = as_selects(std::mem::take(&mut values.rows))?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// `VALUES (1, 2), (3, 4)` as `SELECT 1 AS column1, 2 AS column2 UNION ALL SELECT 3 AS column1, 4 AS column2`.
fn as_selects(mut rows: Vec<Parens<Vec<Expr>>>) -> Result<SetExpr> {
    if rows.len() > 1 {
        // Split in halves, so that the tree's depth is not the number of rows.
        let rest = rows.split_off(rows.len() / 2);
        return Ok(SetExpr::SetOperation {
            op: SetOperator::Union,
            set_quantifier: SetQuantifier::All,
            left: Box::new(as_selects(rows)?),
            right: Box::new(as_selects(rest)?),
        });
    }
    let mut body = *Parser::new(&GenericDialect)
        .try_with_sql("SELECT 1")?
        .parse_query()?
        .body;
    if let SetExpr::Select(select) = &mut body {
        let row = rows.pop().map(|row| row.content).unwrap_or_default();
        select.projection = (1..)
            .zip(row)
            .map(|(place, expr)| SelectItem::ExprWithAlias {
                expr,
                alias: Ident::new(format!("column{place}")),
            })
            .collect();
    }
    Ok(body)
}
