//! Numbers beside numbers of another type, and beside texts and dates.
//!
//! These rules run before type coercion and give expressions types that the stock coercion leaves
//! alone. Types of columns are computed from the leaves of the plan up, since a node below may have
//! another type than was planned.
//!
//! - `binary`: decimals beside doubles, division of decimals, products that need more digits;
//! - `bounds`: a column of few digits compared with a literal of more;
//! - `casts`: casts that round;
//! - `choices`: the branches of CASE, coalesce and the like, lists and ranges;
//! - `calls`: functions that compute in doubles;
//! - `dates`: dates beside numbers;
//! - `join_keys`: casts among the keys of joins;
//! - `planner`: operators that have no type otherwise, at planning;
//! - `relations`: VALUES, joins and subqueries;
//! - `set_operations`: UNION, INTERSECT and EXCEPT;
//! - `writes`: rows that are written into a table;
//! - `texts`: text literals that stand for numbers;
//! - `zeros`: -0.0 and 0.0 where bits are compared.

mod binary;
mod bounds;
mod calls;
mod casts;
mod choices;
mod dates;
mod join_keys;
pub(crate) mod numbers_as_dates;
mod planner;
mod relations;
mod set_operations;
mod texts;
mod types;
mod writes;
mod zeros;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRewriter};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

pub(crate) use join_keys::JoinKeys;
pub(crate) use planner::NumberPlanner;
use types::KnownDataType;
pub(super) use types::digits;
pub(crate) use zeros::plain_key;

/// Coerces numbers before type coercion.
#[derive(Debug)]
pub(super) struct NumberTypes;

impl AnalyzerRule for NumberTypes {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        settle(plan)
    }

    fn name(&self) -> &'static str {
        "number_types"
    }
}

fn settle(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut plans = NumberTypePlanRewriter { values: vec![] };
    Ok(plan.rewrite_with_subqueries(&mut plans)?.data)
}

/// Rewrites a plan from its leaves up.
struct NumberTypePlanRewriter {
    /// One item for each node that has been entered and not left: true if VALUES there would be rows of
    /// the table that an INSERT writes, which the planner has cast to its columns.
    values: Vec<bool>,
}

impl TreeNodeRewriter for NumberTypePlanRewriter {
    type Node = LogicalPlan;

    fn f_down(&mut self, node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
        let is_written = match &node {
            LogicalPlan::Dml(_) => true,
            LogicalPlan::Projection(_) | LogicalPlan::Values(_) => {
                self.values.last().is_some_and(|above| *above)
            }
            _ => false,
        };
        self.values.push(is_written);
        Ok(Transformed::no(node))
    }

    fn f_up(&mut self, node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
        let is_written = self.values.pop().unwrap_or_default();
        let node = match &node {
            LogicalPlan::Values(_) if is_written => node,
            _ => writes::settle(relations::settle(node)?)?,
        };
        let settled = settle_expressions(node)?;
        match settled.data {
            LogicalPlan::Values(values) if settled.transformed && !is_written => Ok(
                Transformed::yes(relations::settle_rewritten_values(values)?),
            ),
            _ => Ok(settled),
        }
    }
}

fn settle_expressions(node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&node.inputs());
    if let LogicalPlan::TableScan(scan) = &node {
        let source =
            DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())?;
        schema.merge(&source);
    }
    let names = NamePreserver::new(&node);
    node.map_expressions(|expression| {
        let name = names.save(&expression);
        let mut expressions = NumberTypeExprRewriter {
            schema: &schema,
            types: vec![],
        };
        let rewritten = expression.rewrite(&mut expressions)?;
        Ok(rewritten.update_data(|expression| name.restore(expression)))
    })?
    .map_data(LogicalPlan::recompute_schema)
}

/// Rewrites an expression from its leaves up, and records the types of visited nodes: computing the
/// type of a long sum at every `+` would take quadratic time.
struct NumberTypeExprRewriter<'a> {
    schema: &'a DFSchema,
    /// The types of the children so far, for each expression that has been entered and not left.
    types: Vec<Vec<KnownDataType>>,
}

impl TreeNodeRewriter for NumberTypeExprRewriter<'_> {
    type Node = Expr;

    fn f_down(&mut self, expression: Expr) -> Result<Transformed<Expr>> {
        self.types.push(vec![]);
        Ok(Transformed::no(expression))
    }

    fn f_up(&mut self, expression: Expr) -> Result<Transformed<Expr>> {
        let children = self.types.pop().unwrap_or_default();
        let settled = settle_expression(expression, &children, self.schema)?;
        if let Some(siblings) = self.types.last_mut() {
            let known = match &settled.data {
                Expr::BinaryExpr(binary) if !settled.transformed => {
                    types::of_binary(binary, &children)
                }
                other => other.get_type(self.schema).ok(),
            };
            siblings.push(known);
        }
        Ok(settled)
    }
}

fn settle_expression(
    expression: Expr,
    children: &[KnownDataType],
    schema: &DFSchema,
) -> Result<Transformed<Expr>> {
    match expression {
        Expr::BinaryExpr(inner) => binary::settle(inner, children),
        Expr::Cast(_) | Expr::TryCast(_) => casts::settle(expression, schema),
        Expr::Case(_) | Expr::InList(_) | Expr::Between(_) => choices::settle(expression, schema),
        Expr::ScalarFunction(_) | Expr::AggregateFunction(_) | Expr::WindowFunction(_) => {
            calls::settle(expression, schema)
        }
        Expr::ScalarSubquery(_)
        | Expr::Exists(_)
        | Expr::InSubquery(_)
        | Expr::SetComparison(_) => relations::settle_subquery(expression, schema),
        other => Ok(Transformed::no(other)),
    }
}
