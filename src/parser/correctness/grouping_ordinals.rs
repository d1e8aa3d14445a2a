//! `GROUP BY ROLLUP (1, 2)`: numbers inside ROLLUP, CUBE and GROUPING SETS are items of the SELECT list.
//!
//! The planner resolves ordinals in a plain GROUP BY only. Inside grouping sets it groups by the
//! constant, so that `SELECT count(*) .. GROUP BY ROLLUP (1)` returns the total twice.
//!
//! Upstream: none found: GROUP BY ROLLUP (1) groups by the constant 1 instead of the first item of the SELECT list
//! Retire when: the stock planner resolves `ROLLUP (1)` to the first item.

use std::ops::ControlFlow;

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Select, SelectItem, Value, VisitMut, VisitorMut,
};

/// Replaces the ordinals by their items, in all of `node`.
///
/// # Errors
/// When there is no item with this number.
pub(super) fn write_out(node: &mut impl VisitMut) -> Result<()> {
    match node.visit(&mut OrdinalRewriter) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct OrdinalRewriter;

impl VisitorMut for OrdinalRewriter {
    type Break = DataFusionError;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<DataFusionError> {
        match rewrite_select(select) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

fn rewrite_select(select: &mut Select) -> Result<()> {
    let Select {
        projection,
        group_by,
        ..
    } = select;
    let GroupByExpr::Expressions(keys, _) = group_by else {
        return Ok(());
    };
    for key in keys {
        if let Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) = key {
            for expr in sets.iter_mut().flatten() {
                rewrite_key(expr, projection)?;
            }
        }
    }
    Ok(())
}

fn rewrite_key(key: &mut Expr, projection: &[SelectItem]) -> Result<()> {
    let Expr::Value(value) = key else {
        return Ok(());
    };
    let Value::Number(digits, _) = &value.value else {
        return Ok(());
    };
    let item = digits
        .parse::<usize>()
        .ok()
        .and_then(|number| projection.get(number.checked_sub(1)?));
    match item {
        Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) => {
            *key = expr.clone();
            Ok(())
        }
        // Only the planner knows the columns after a *.
        Some(_) => Err(DataFusionError::Plan(format!(
            "item {digits} of the SELECT list is not a single column: name the column in GROUP BY"
        ))),
        None => Err(DataFusionError::Plan(format!(
            "GROUP BY {digits}: the SELECT list has {} items",
            projection.len()
        ))),
    }
}
