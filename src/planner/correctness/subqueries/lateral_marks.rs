//! A LATERAL that reads the tables before it in a subquery of its own only.
//!
//! The planner marks a LATERAL by the outer columns in its expressions, and does not look for them in EXISTS, IN and
//! scalar subqueries among these. Without a mark the join is a plain one.
//!
//! Upstream: none found: "Physical plan does not support logical expression `OuterReferenceColumn`" for `LATERAL (SELECT y FROM b WHERE EXISTS (SELECT 1 FROM c WHERE c.z > a.x))`
//! Retire when: the stock engine answers `SELECT y FROM (VALUES (1)) a(x), LATERAL (SELECT y FROM (VALUES (2)) b(y) WHERE EXISTS (SELECT 1 FROM (VALUES (3)) c(z) WHERE z > x)) d`.

use std::sync::Arc;

use datafusion::common::{Result, Spans};
use datafusion::logical_expr::logical_plan::{Subquery, SubqueryAlias};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::sql::sqlparser::ast::TableFactor;

use super::outer_references::free_references;

/// True for a relation that may read those before it.
pub(crate) const fn is_lateral(relation: &TableFactor) -> bool {
    matches!(relation, TableFactor::Derived { lateral: true, .. })
}

/// The plan of a LATERAL, marked if all of its outer columns are in subqueries; the planner marks others itself.
pub(crate) fn marked(plan: LogicalPlan) -> Result<LogicalPlan> {
    if !plan.all_out_ref_exprs().is_empty() {
        return Ok(plan);
    }
    let outer = free_references(&plan)?.into_iter();
    let outer: Vec<Expr> = outer
        .map(|(field, column)| Expr::OuterReferenceColumn(field, column))
        .collect();
    if outer.is_empty() {
        return Ok(plan);
    }
    let mark = |subquery| {
        LogicalPlan::Subquery(Subquery {
            subquery,
            outer_ref_columns: outer,
            spans: Spans::new(),
        })
    };
    match plan {
        LogicalPlan::SubqueryAlias(node) => {
            let mut named = SubqueryAlias::try_new(Arc::new(mark(node.input)), node.alias)?;
            // A caller may have changed the keys of the schema.
            named.schema = node.schema;
            Ok(LogicalPlan::SubqueryAlias(named))
        }
        plan => Ok(mark(Arc::new(plan))),
    }
}
