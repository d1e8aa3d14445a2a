//! Puts the node in the place of a join whose condition is marked.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{JoinType, Result, plan_err};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    BinaryExpr, Expr, Extension, Join, LogicalPlan, LogicalPlanBuilder, Operator,
};
use datafusion::optimizer::AnalyzerRule;

use super::marker::condition;
use super::node::AsOfJoinNode;
use crate::planner::correctness::{commensurable, is_interval, plain_key};

const FORM: &str = "ASOF JOIN takes equal keys and one comparison of times: \
     FROM a ASOF JOIN b ON a.id = b.id AND a.time >= b.time";

/// Plans every ASOF JOIN.
#[derive(Debug)]
pub(in crate::planner) struct AsOfJoins;

impl AnalyzerRule for AsOfJoins {
    fn name(&self) -> &'static str {
        "asof_joins"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let planned = plan.transform_up_with_subqueries(|node| match &node {
            LogicalPlan::Join(join) => match join.filter.as_ref().and_then(condition) {
                Some(condition) => Ok(Transformed::yes(joined(join, condition)?)),
                None => Ok(Transformed::no(node)),
            },
            _ => Ok(Transformed::no(node)),
        })?;
        Ok(planned.data)
    }
}

/// Whose columns an expression has.
#[derive(PartialEq, Eq)]
enum JoinSide {
    Left,
    Right,
    Both,
}

fn side(expr: &Expr, join: &Join) -> JoinSide {
    let columns = expr.column_refs();
    let are_of = |plan: &LogicalPlan| {
        columns
            .iter()
            .all(|column| plan.schema().has_column(column))
    };
    if columns.is_empty() {
        JoinSide::Both
    } else if are_of(&join.left) {
        JoinSide::Left
    } else if are_of(&join.right) {
        JoinSide::Right
    } else {
        JoinSide::Both
    }
}

/// `left op right`, turned so that its left side is the join's.
fn turned<'a>(expr: &'a BinaryExpr, join: &Join) -> Option<(&'a Expr, Operator, &'a Expr)> {
    match (side(&expr.left, join), side(&expr.right, join)) {
        (JoinSide::Left, JoinSide::Right) => Some((&expr.left, expr.op, &expr.right)),
        (JoinSide::Right, JoinSide::Left) => Some((&expr.right, expr.op.swap()?, &expr.left)),
        _ => None,
    }
}

fn joined(join: &Join, condition: &Expr) -> Result<LogicalPlan> {
    if !matches!(join.join_type, JoinType::Inner | JoinType::Left) {
        return plan_err!(
            "ASOF JOIN is an inner or a LEFT join: exchange the sides of a RIGHT one"
        );
    }
    let (mut left, mut right) = (join.left.as_ref().clone(), join.right.as_ref().clone());
    let mut on = join.on.clone();
    let mut time = None;
    for part in split_conjunction(condition) {
        if let Expr::BinaryExpr(compared) = part
            && let Some((one, op, other)) = turned(compared, join)
        {
            match op {
                Operator::Eq => on.push(comparable(one, other, join)?),
                Operator::Gt | Operator::GtEq | Operator::Lt | Operator::LtEq if time.is_none() => {
                    let (one, other) = comparable(one, other, join)?;
                    time = Some((one, op, other));
                }
                _ => return plan_err!("{FORM}"),
            }
            continue;
        }
        match side(part, join) {
            JoinSide::Right => right = filtered(right, part)?,
            JoinSide::Left if join.join_type == JoinType::Inner => left = filtered(left, part)?,
            _ => {
                return plan_err!(
                    "{FORM}; further conditions on the left side go into WHERE or a subquery"
                );
            }
        }
    }
    let Some((one, op, other)) = time else {
        return plan_err!("{FORM}");
    };
    let node = AsOfJoinNode::try_new(left, right, on, (one, op, other), join.join_type)?;
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(node),
    }))
}

/// Both sides such that their order is that of the operators: that of bytes is another one for intervals and
/// zeros.
fn comparable(one: &Expr, other: &Expr, join: &Join) -> Result<(Expr, Expr)> {
    let (left, right) = (join.left.schema(), join.right.schema());
    if is_interval(one, left) || is_interval(other, right) {
        let sides = commensurable(vec![one.clone(), other.clone()], &join.schema)?;
        if let Ok([one, other]) = <[Expr; 2]>::try_from(sides) {
            return Ok((one, other));
        }
    }
    let one = plain_key(one.clone(), left);
    Ok((one, plain_key(other.clone(), right)))
}

fn filtered(plan: LogicalPlan, by: &Expr) -> Result<LogicalPlan> {
    LogicalPlanBuilder::from(plan).filter(by.clone())?.build()
}
