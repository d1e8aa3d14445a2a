//! `x > ALL (SELECT ..)`, `x = ANY (SELECT ..)`, in forms that the planner resolves correctly.
//!
//! The planner resolves the name on the left inside the subquery if both read a table of one name,
//! and treats unknown as false. `= ANY` is `IN` and `<> ALL` is `NOT IN`; the others compare with
//! the minimum or maximum, and check for an empty subquery and for NULLs. Over an array, `ANY` is
//! the negation of `ALL`, which the planner evaluates with three-valued logic.
//!
//! Upstream: none found: "`SetComparison`: the left expression is resolved inside the subquery when both read a table of
//! the same name; x = ANY(array) is false instead of NULL when the array has a NULL"
//! Retire when: `SELECT x FROM (VALUES (1), (2)) t(x) WHERE x >= ALL (SELECT x FROM (VALUES (1), (2)) t(x))` is one row.

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::functions_aggregate::all_default_aggregate_functions;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, Query, Select, SelectItem, SetExpr, TableFactor,
    UnaryOperator, Value, visit_expressions, visit_expressions_mut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::like_escape::take;
use crate::functions;

pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let (left, op, right, all) = match expr {
        Expr::AnyOp {
            left,
            compare_op,
            right,
            ..
        } => (left, compare_op.clone(), right, false),
        Expr::AllOp {
            left,
            compare_op,
            right,
        } => (left, compare_op.clone(), right, true),
        _ => return Ok(()),
    };
    // Only the planner's own form infers the type of a placeholder, and a placeholder is no name.
    let is_open = is_placeholder(left) || is_placeholder(right);
    let (Some(opposite), false) = (negated(&op), is_open) else {
        return Ok(());
    };
    let left = Box::new(take(left));
    let is_membership = matches!(
        (&op, all),
        (BinaryOperator::Eq, false) | (BinaryOperator::NotEq, true)
    );
    *expr = match take(right) {
        Expr::Subquery(subquery) if is_membership => Expr::InSubquery {
            expr: left,
            subquery,
            negated: all,
        },
        Expr::Subquery(query) if shape(&query) == SubqueryShape::OneRow => {
            binary(*left, op, Expr::Subquery(query))
        }
        Expr::Subquery(query) => nested(compare(&left, &op, &query, all)?),
        Expr::Array(array) if is_membership && !array.elem.is_empty() => Expr::InList {
            expr: left,
            list: array.elem,
            negated: all,
        },
        array if all => Expr::AllOp {
            left,
            compare_op: op,
            right: Box::new(array),
        },
        array => not(Expr::AllOp {
            left,
            compare_op: opposite,
            right: Box::new(array),
        }),
    };
    Ok(())
}

fn is_placeholder(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::Placeholder(_)))
}

fn negated(op: &BinaryOperator) -> Option<BinaryOperator> {
    use BinaryOperator as B;
    Some(match op {
        B::Eq => B::NotEq,
        B::NotEq => B::Eq,
        B::Lt => B::GtEq,
        B::LtEq => B::Gt,
        B::Gt => B::LtEq,
        B::GtEq => B::Lt,
        _ => return None,
    })
}

/// `(true for the extreme value OR there is none) AND no value is NULL`, each part three-valued;
/// `ANY` is the negation of `ALL` with the negated operator.
fn compare(left: &Expr, op: &BinaryOperator, query: &Query, all: bool) -> Result<Expr> {
    use BinaryOperator as B;
    if !all {
        let opposite = negated(op).unwrap_or_else(|| op.clone());
        return Ok(not(nested(compare(left, &opposite, query, true)?)));
    }
    let with = |op: &B, of: &str| {
        let value = over(query, of)?;
        Ok::<_, DataFusionError>(binary(left.clone(), op.clone(), value))
    };
    let holds = match op {
        B::Eq => binary(with(op, LEAST)?, B::And, with(op, GREATEST)?),
        B::Lt | B::LtEq => with(op, LEAST)?,
        _ => with(op, GREATEST)?,
    };
    let is_empty = over(query, "count(*) = 0")?;
    let no_nulls = over(query, "nullif(count(*) = count(\"value\"), false)")?;
    Ok(binary(
        nested(binary(holds, B::Or, is_empty)),
        B::And,
        no_nulls,
    ))
}

const LEAST: &str = "min(\"value\")";
const GREATEST: &str = "max(\"value\")";

/// Origin of a subquery's rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SubqueryShape {
    /// One expression for each row of `FROM` and `WHERE`.
    EachRow,
    /// An aggregate over all of these rows.
    OneRow,
    Other,
}

fn shape(query: &Query) -> SubqueryShape {
    let (SetExpr::Select(select), None, None, None) = (
        query.body.as_ref(),
        &query.with,
        &query.limit_clause,
        &query.fetch,
    ) else {
        return SubqueryShape::Other;
    };
    let is_grouped =
        !matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    // Duplicate rows change nothing here.
    let is_cut = matches!(select.distinct, Some(Distinct::On(_)))
        || select.having.is_some()
        || select.qualify.is_some()
        || !query.pipe_operators.is_empty();
    match value(select) {
        Some(value) if !is_grouped && !is_cut => calls(value),
        _ => SubqueryShape::Other,
    }
}

/// The only expression of the SELECT list.
fn value(select: &Select) -> Option<&Expr> {
    match select.projection.as_slice() {
        [SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }] => Some(expr),
        _ => None,
    }
}

fn calls(value: &Expr) -> SubqueryShape {
    let stock = all_default_aggregate_functions();
    let own = functions::all_aggregate();
    let aggregates = || stock.iter().chain(&own);
    let is_aggregate = |name: &str| {
        aggregates().any(|f| f.name() == name || f.aliases().iter().any(|alias| alias == name))
    };
    let mut shape = SubqueryShape::EachRow;
    let _: ControlFlow<()> = visit_expressions(value, |expr| {
        match expr {
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => {
                shape = SubqueryShape::Other;
            }
            Expr::Function(call) if call.over.is_some() => shape = SubqueryShape::Other,
            Expr::Function(call) if is_aggregate(&call.name.to_string().to_lowercase()) => {
                shape = SubqueryShape::OneRow;
            }
            _ => return ControlFlow::Continue(()),
        }
        ControlFlow::Break(())
    });
    shape
}

/// One aggregate over all rows of `query`, whose value is `"value"` in `text`.
fn over(query: &Query, text: &str) -> Result<Expr> {
    let text =
        format!("(SELECT {text} FROM (SELECT NULL) AS \"rows after ANY or ALL\" (\"value\"))");
    let mut expr = Parser::new(&GenericDialect)
        .try_with_sql(&text)?
        .parse_expr()?;
    let Expr::Subquery(outer) = &mut expr else {
        return Ok(expr);
    };
    let SetExpr::Select(outer) = outer.body.as_mut() else {
        return Ok(expr);
    };
    if shape(query) == SubqueryShape::EachRow
        && let SetExpr::Select(select) = query.body.as_ref()
        && let Some(value) = value(select)
    {
        // Without a derived table the subquery may refer to the outer rows.
        let _: ControlFlow<()> = visit_expressions_mut(&mut outer.projection, |expr| {
            if matches!(expr, Expr::Identifier(name) if name.value == "value") {
                *expr = nested(value.clone());
            }
            ControlFlow::Continue(())
        });
        outer.from.clone_from(&select.from);
        outer.selection.clone_from(&select.selection);
    } else if let Some(from) = outer.from.first_mut()
        && let TableFactor::Derived { subquery, .. } = &mut from.relation
    {
        **subquery = query.clone();
    }
    Ok(expr)
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

fn nested(expr: Expr) -> Expr {
    Expr::Nested(Box::new(expr))
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::Not,
        expr: Box::new(expr),
    }
}
