//! Applies rules for single expressions to a plan.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// `plan`, subqueries included, with `rule` applied to every expression from its leaves up. Output
/// columns of a node keep their names.
///
/// The rule gets the schema of the columns in the expression: of the node's inputs, or of the table
/// that a scan filters. An outer column is not in it.
///
/// # Errors
/// Those of `rule`.
pub(crate) fn rewrite_expressions(
    plan: LogicalPlan,
    rule: impl Fn(Expr, &DFSchema) -> Result<Transformed<Expr>>,
) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| rewrite_node(node, &rule))?;
    Ok(rewritten.data)
}

/// The same for the expressions of one node.
///
/// # Errors
/// Those of `rule`.
pub(crate) fn rewrite_node(
    node: LogicalPlan,
    rule: &impl Fn(Expr, &DFSchema) -> Result<Transformed<Expr>>,
) -> Result<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&node.inputs());
    if let LogicalPlan::TableScan(scan) = &node {
        let source =
            DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())?;
        schema.merge(&source);
    }
    let names = NamePreserver::new(&node);
    node.map_expressions(|expression| {
        named(expression, &names, &|expression| rule(expression, &schema))
    })
}

/// Rewrites one expression of a node. Grouping sets have no column of their own: their keys have, and
/// keep their names.
fn named(
    expression: Expr,
    names: &NamePreserver,
    rule: &impl Fn(Expr) -> Result<Transformed<Expr>>,
) -> Result<Transformed<Expr>> {
    if let Expr::GroupingSet(_) = expression {
        return expression.map_children(|key| named(key, names, rule));
    }
    let name = names.save(&expression);
    let rewritten = expression.transform_up(rule)?;
    Ok(rewritten.update_data(|expression| name.restore(expression)))
}
