//! Column headers: an expression without a name has its SQL text as header.
//!
//! The planner would head `nps(score, 5)` with `nps(surveys.score,Int64(5))`.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::{DdlStatement, Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::parser::{CopyToSource, Statement as DFStatement};
use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, SelectItem, SetExpr, Statement};

use super::lineage::{ColumnOrigin, origin};

/// Names the unnamed expressions of the outermost SELECT, of a query, a view or a table, after their own text.
///
/// Columns keep their names, and inner queries stay unchanged: outer queries refer to their column
/// names.
pub(super) fn keep_text(statement: &mut DFStatement) {
    match statement {
        DFStatement::Statement(inner) => {
            let query = match inner.as_mut() {
                Statement::Query(query) => Some(query),
                Statement::Prepare { statement, .. } => match statement.as_mut() {
                    Statement::Query(query) => Some(query),
                    _ => None,
                },
                // Their columns are named by the query.
                Statement::CreateView(view) if view.columns.is_empty() => Some(&mut view.query),
                Statement::CreateTable(table) if table.columns.is_empty() => table.query.as_mut(),
                _ => None,
            };
            if let Some(query) = query {
                name_items(query);
            }
        }
        DFStatement::CopyTo(copy) => {
            if let CopyToSource::Query(query) = &mut copy.source {
                name_items(query);
            }
        }
        _ => {}
    }
}

/// SQL text of a column that has no name but the planner's, which it got in an inner query:
/// `Int64(1) + Int64(1)`, `avg(tickets.cost)`.
pub(super) fn inner_text(plan: &LogicalPlan, index: usize) -> Option<String> {
    let ColumnOrigin::Computed(expr, _) = origin(plan, index) else {
        return None;
    };
    let name = plan.schema().field(index).name();
    if matches!(expr, PlanExpr::Alias(_)) || *name != expr.schema_name().to_string() {
        return None;
    }
    let unqualified = expr.clone().transform(|expr| {
        Ok(match expr {
            PlanExpr::Column(column) => {
                Transformed::yes(PlanExpr::Column(Column::new_unqualified(column.name)))
            }
            other => Transformed::no(other),
        })
    });
    Some(unqualified.ok()?.data.human_display().to_string())
}

/// The plan of a result, a file or a table with [`inner_text`] as the names of its columns. Inner queries keep
/// the planner's names, by which outer ones may refer to them.
///
/// # Errors
/// None that a user can cause.
pub(super) fn show_text(plan: LogicalPlan) -> Result<LogicalPlan> {
    let named = |input: Arc<LogicalPlan>| name_columns(Arc::unwrap_or_clone(input)).map(Arc::new);
    Ok(match plan {
        LogicalPlan::Copy(mut copy) => {
            copy.input = named(copy.input)?;
            LogicalPlan::Copy(copy)
        }
        LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(mut create)) => {
            create.input = named(create.input)?;
            LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create))
        }
        other @ (LogicalPlan::Projection(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Union(_)
        | LogicalPlan::Distinct(_)) => name_columns(other)?,
        other => other,
    })
}

fn name_columns(plan: LogicalPlan) -> Result<LogicalPlan> {
    let fields = plan.schema().fields();
    // The planner's names have signs that names of columns rarely have.
    let is_made = |name: &str| name.contains([' ', '(']);
    let texts: Vec<Option<String>> = (0..fields.len())
        .map(|index| {
            is_made(fields[index].name())
                .then(|| inner_text(&plan, index))
                .flatten()
        })
        .collect();
    if texts.iter().all(Option::is_none) {
        return Ok(plan);
    }
    let headers = fields.iter().zip(&texts);
    let headers = headers.map(|(field, text)| text.as_deref().unwrap_or(field.name()));
    let distinct: HashSet<&str> = headers.collect();
    if distinct.len() < fields.len() {
        return Ok(plan);
    }
    let columns = plan.schema().columns().into_iter().zip(texts);
    let columns: Vec<PlanExpr> = columns
        .map(|(column, text)| match text {
            Some(text) => PlanExpr::Column(column).alias(text),
            None => PlanExpr::Column(column),
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

fn name_items(query: &mut Query) {
    let mut body = query.body.as_mut();
    // The first SELECT of a UNION gives the headers.
    while let SetExpr::SetOperation { left, .. } = body {
        body = left.as_mut();
    }
    match body {
        SetExpr::Select(select) => select.projection.iter_mut().for_each(name_item),
        SetExpr::Query(inner) => name_items(inner),
        _ => {}
    }
}

fn name_item(item: &mut SelectItem) {
    let SelectItem::UnnamedExpr(expr) = item else {
        return;
    };
    if has_own_name(expr) {
        return;
    }
    let text = expr.to_string();
    // One item that expands to many: each is named after the expansion.
    if text.to_ascii_uppercase().contains("COLUMNS(") {
        return;
    }
    let expr = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
    *item = SelectItem::ExprWithAlias {
        expr,
        alias: Ident::with_quote('"', text),
    };
}

/// Columns, and `unnest`, which may expand to many columns and then cannot be named.
fn has_own_name(expr: &Expr) -> bool {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::Nested(inner) => has_own_name(inner),
        Expr::Function(function) => function.name.to_string().eq_ignore_ascii_case("unnest"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::keep_text;
    use crate::parser::StatementBody;
    use crate::parser::parse;

    fn named(text: &str) -> String {
        let mut statements = parse(text).unwrap();
        let StatementBody::Plain(mut inner) = statements.remove(0).kind else {
            panic!("not a plain query")
        };
        keep_text(&mut inner);
        inner.to_string()
    }

    #[test]
    fn expressions_are_headed_by_their_text() {
        assert_eq!(
            named("SELECT a, nps(b, 5), b + 1 AS c FROM t"),
            "SELECT a, nps(b, 5) AS \"nps(b, 5)\", b + 1 AS c FROM t"
        );
    }

    #[test]
    fn so_are_columns_of_tables_and_views() {
        assert_eq!(
            named("CREATE TABLE s AS SELECT a, b + 1 FROM t"),
            "CREATE TABLE s AS SELECT a, b + 1 AS \"b + 1\" FROM t"
        );
        let text = "CREATE VIEW s AS SELECT b + 1 FROM t";
        assert_eq!(named(text), text.replace("FROM", "AS \"b + 1\" FROM"));
    }

    #[test]
    fn inner_queries_and_unnest_keep_their_names() {
        let text = "SELECT unnest(x) FROM (SELECT max(y) FROM t) AS s";
        assert_eq!(named(text), text);
    }
}
