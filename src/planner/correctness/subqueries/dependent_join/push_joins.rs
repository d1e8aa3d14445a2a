//! Keys above joins.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Column, NullEquality, Result};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Filter, Join, JoinType, LogicalPlan, Projection, when};

use super::keyed_plan::{KeyedPlan, keeps_left, refusal, shared};
use super::outer_keys::OuterKeys;

impl OuterKeys {
    pub(super) fn joined(&self, plan: &LogicalPlan, join: &Join) -> Result<KeyedPlan> {
        if join.null_aware {
            return refusal("has a NOT IN of this form");
        }
        let mut reads_itself = false;
        plan.apply_expressions(|expression| {
            reads_itself |= self.reads_in(expression);
            Ok(TreeNodeRecursion::Continue)
        })?;
        if reads_itself && join.join_type == JoinType::Inner {
            return self.push(&filtered_above(join)?);
        }
        match (self.only_reader(join)?, reads_itself) {
            (Some(side), false) => {
                let is_left = std::ptr::eq(side, join.left.as_ref());
                let keyed = self.push(side)?;
                let (left, right, keys) = if is_left {
                    (shared(keyed.plan), Arc::clone(&join.right), keyed.keys)
                } else {
                    (Arc::clone(&join.left), shared(keyed.plan), keyed.keys)
                };
                let rows = rejoined(join, left, right, join.on.clone(), join.filter.clone())?;
                KeyedPlan::new(rows, keys).with_columns_of(plan)
            }
            _ => self.joined_by_keys(plan, join),
        }
    }

    /// A join of rows of the same outer row.
    fn joined_by_keys(&self, plan: &LogicalPlan, join: &Join) -> Result<KeyedPlan> {
        let left = self.push(&join.left)?;
        let right = self.renamed(&join.right)?;
        let over = if keeps_left(join.join_type) || join.join_type == JoinType::Full {
            &left.keys
        } else {
            &right.keys
        };
        let mut on = vec![];
        for (one, other) in &join.on {
            on.push((
                self.replaced(one.clone(), &left.keys)?,
                self.replaced(other.clone(), &right.keys)?,
            ));
        }
        let mut conditions = vec![];
        if let Some(filter) = &join.filter {
            conditions.push(self.replaced(filter.clone(), over)?);
        }
        conditions.extend(self.same_keys(&left.keys, &right.keys));
        let keys = over.clone();
        let (left_keys, right_keys) = (left.keys, right.keys);
        let rows = rejoined(
            join,
            shared(left.plan),
            shared(right.plan),
            on,
            conjunction(conditions),
        )?;
        if join.join_type != JoinType::Full {
            return KeyedPlan::new(rows, keys).with_columns_of(plan);
        }
        let mut columns: Vec<_> = plan
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        let mut keys = vec![];
        for (left, right) in left_keys.into_iter().zip(right_keys) {
            let name = self.new_name();
            let [left, right] = [left, right].map(Expr::Column);
            columns.push(
                when(left.clone().is_null(), right)
                    .otherwise(left)?
                    .alias(&name),
            );
            keys.push(Column::from_name(name));
        }
        let plan = Projection::try_new(columns, shared(rows))?;
        Ok(KeyedPlan::new(LogicalPlan::Projection(plan), keys))
    }

    /// `plan` with keys of other names than those of the other side.
    fn renamed(&self, plan: &LogicalPlan) -> Result<KeyedPlan> {
        let keyed = self.push(plan)?;
        let mut columns: Vec<_> = plan
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        let mut keys = vec![];
        for key in keyed.key_exprs() {
            let name = self.new_name();
            columns.push(key.alias(&name));
            keys.push(Column::from_name(name));
        }
        let plan = Projection::try_new(columns, shared(keyed.plan))?;
        Ok(KeyedPlan::new(LogicalPlan::Projection(plan), keys))
    }
}

/// An inner join with its conditions in a filter above.
fn filtered_above(join: &Join) -> Result<LogicalPlan> {
    let (mut on, mut conditions) = (vec![], vec![]);
    for (left, right) in &join.on {
        if left.contains_outer() || right.contains_outer() {
            if join.null_equality == NullEquality::NullEqualsNull {
                return refusal("has an INTERSECT or EXCEPT of this form");
            }
            conditions.push(left.clone().eq(right.clone()));
        } else {
            on.push((left.clone(), right.clone()));
        }
    }
    conditions.extend(join.filter.clone());
    let (left, right) = (Arc::clone(&join.left), Arc::clone(&join.right));
    let rows = rejoined(join, left, right, on, None)?;
    let Some(predicate) = conjunction(conditions) else {
        return Ok(rows);
    };
    Ok(LogicalPlan::Filter(Filter::try_new(
        predicate,
        shared(rows),
    )?))
}

fn rejoined(
    join: &Join,
    left: Arc<LogicalPlan>,
    right: Arc<LogicalPlan>,
    on: Vec<(Expr, Expr)>,
    filter: Option<Expr>,
) -> Result<LogicalPlan> {
    let rows = Join::try_new(
        left,
        right,
        on,
        filter,
        join.join_type,
        join.join_constraint,
        join.null_equality,
        false,
    )?;
    Ok(LogicalPlan::Join(rows))
}
