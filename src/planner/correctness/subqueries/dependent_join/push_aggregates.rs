//! Keys above aggregates.
//!
//! An aggregate without GROUP BY has a row for no rows too. So each outer value is kept without rows, by a left join
//! where the rows are those of a filter, and else by coming once more among the rows. The rows themselves are marked,
//! and no aggregate counts others.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, JoinConstraint, JoinType, NullEquality, Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{
    Aggregate, Expr, Filter, Join, LogicalPlan, Projection, Union, cast, lit,
};

use super::super::outer_references::inner_subquery;
use super::keyed_plan::{KeyedPlan, refusal, shared};
use super::outer_keys::{KeySource, OuterKeys};

impl OuterKeys {
    pub(super) fn aggregated(&self, plan: &LogicalPlan, node: &Aggregate) -> Result<KeyedPlan> {
        if matches!(node.group_expr.as_slice(), [Expr::GroupingSet(_)]) {
            return refusal("has ROLLUP, CUBE or GROUPING SETS");
        }
        if node.aggr_expr.iter().any(is_of_outer_query) {
            return refusal(
                "has an aggregate of outer columns alone, such as sum(outer.x), which by SQL is one of the outer query",
            );
        }
        let marker = Column::from_name(self.new_name());
        let is_marked = node.group_expr.is_empty() && self.has_domain();
        let filtered = if is_marked {
            self.with_filtered_rows(&node.input, &marker)?
        } else {
            None
        };
        let input = match filtered {
            Some(input) => input,
            None if is_marked => {
                let input = self.push(&node.input)?;
                self.with_marked_rows(&node.input, input, &marker)?
            }
            None => self.push(&node.input)?,
        };
        let groups = self.all_replaced(plan, &node.group_expr, &input.keys)?;
        let mut calls = self.all_replaced(plan, &node.aggr_expr, &input.keys)?;
        if is_marked {
            let counted = |call| only_where(call, &marker);
            calls = calls.into_iter().map(counted).collect::<Result<_>>()?;
        }
        let groups = input.key_exprs().into_iter().chain(groups).collect();
        let rows = Aggregate::try_new(shared(input.plan), groups, calls)?;
        KeyedPlan::new(LogicalPlan::Aggregate(rows), input.keys).with_columns_of(plan)
    }

    /// Each outer value with the rows of a filter for it, for which `marker` is true; without rows once, where it is
    /// NULL. The plan has the outer values once, and so those of many LATERALs do not double. `None` for other nodes,
    /// and where what is filtered reads the outer row.
    fn with_filtered_rows(&self, plan: &LogicalPlan, marker: &Column) -> Result<Option<KeyedPlan>> {
        let (KeySource::Domain(domain), LogicalPlan::Filter(filter)) = (&self.source, plan) else {
            return Ok(None);
        };
        let (tied, own): (Vec<&Expr>, Vec<&Expr>) = split_conjunction(&filter.predicate)
            .into_iter()
            .partition(|condition| self.reads_in(condition));
        if self.reads(&filter.input)?
            || tied.is_empty()
            || tied.iter().any(|tied| has_inner_subquery(tied))
        {
            return Ok(None);
        }
        let mut rows = Arc::clone(&filter.input);
        if let Some(own) = conjunction(own.into_iter().cloned()) {
            rows = shared(LogicalPlan::Filter(Filter::try_new(own, rows)?));
        }
        let columns = rows.schema().columns().into_iter().map(Expr::Column);
        let columns = columns.chain([lit(true).alias(&marker.name)]).collect();
        let rows = Projection::try_new(columns, rows)?;
        let keys: Vec<_> = self.names().into_iter().map(Column::from_name).collect();
        let tied = tied.into_iter().cloned();
        let tied = tied.map(|condition| self.replaced(condition, &keys));
        let condition = conjunction(tied.collect::<Result<Vec<_>>>()?);
        let joined = Join::try_new(
            shared(domain.clone()),
            shared(LogicalPlan::Projection(rows)),
            vec![],
            condition,
            JoinType::Left,
            JoinConstraint::On,
            NullEquality::NullEqualsNothing,
            false,
        )?;
        Ok(Some(KeyedPlan::new(LogicalPlan::Join(joined), keys)))
    }

    /// The rows of `input`, for which `marker` is true, and one for each outer value, for which it is NULL.
    fn with_marked_rows(
        &self,
        like: &LogicalPlan,
        input: KeyedPlan,
        marker: &Column,
    ) -> Result<KeyedPlan> {
        let KeySource::Domain(domain) = &self.source else {
            return Ok(input);
        };
        let fields: Vec<_> = like.schema().iter().collect();
        let names: Vec<String> = fields.iter().map(|_| self.new_name()).collect();
        let keys: Vec<_> = self.names().into_iter().map(Column::from_name).collect();
        let mut rows: Vec<Expr> = vec![];
        let mut further: Vec<Expr> = vec![];
        for ((qualifier, field), name) in fields.iter().zip(&names) {
            rows.push(Expr::Column(Column::from((*qualifier, *field))).alias(name));
            let null = cast(lit(ScalarValue::Null), field.data_type().clone());
            further.push(null.alias(name));
        }
        for (key, column) in keys.iter().zip(input.key_exprs()) {
            rows.push(column.alias(&key.name));
            further.push(Expr::Column(key.clone()));
        }
        rows.push(lit(true).alias(&marker.name));
        further.push(lit(ScalarValue::Boolean(None)).alias(&marker.name));
        let rows = Projection::try_new(rows, shared(input.plan))?;
        let further = Projection::try_new(further, shared(domain.clone()))?;
        let both = [rows, further].map(|part| shared(LogicalPlan::Projection(part)));
        let both = LogicalPlan::Union(Union::try_new(both.to_vec())?);
        let named = fields.iter().zip(&names).map(|((qualifier, field), name)| {
            let column = Expr::Column(Column::from_name(name));
            column.alias_qualified(qualifier.cloned(), field.name())
        });
        let rest = keys.iter().chain([marker]).cloned().map(Expr::Column);
        let plan = Projection::try_new(named.chain(rest).collect(), shared(both))?;
        Ok(KeyedPlan::new(LogicalPlan::Projection(plan), keys))
    }
}

fn has_inner_subquery(condition: &Expr) -> bool {
    // The closure never fails.
    condition
        .exists(|part| Ok(inner_subquery(part).is_some()))
        .unwrap_or(true)
}

/// True if an aggregate reads outer columns and none of its own query.
fn is_of_outer_query(call: &Expr) -> bool {
    let is_outer = |part: &Expr| match part {
        Expr::AggregateFunction(call) => {
            let args = &call.params.args;
            args.iter().any(Expr::contains_outer) && !args.iter().any(Expr::any_column_refs)
        }
        _ => false,
    };
    // The closure never fails.
    call.exists(|part| Ok(is_outer(part))).unwrap_or(true)
}

/// An aggregate over the rows for which `marker` is true.
fn only_where(call: Expr, marker: &Column) -> Result<Expr> {
    let name = call.qualified_name();
    let filtered = call.unalias().transform_up(|part| match part {
        Expr::AggregateFunction(AggregateFunction { func, mut params }) => {
            let marked = Expr::Column(marker.clone());
            let filter = match params.filter.take() {
                Some(filter) => marked.and(*filter),
                None => marked,
            };
            params.filter = Some(Box::new(filter));
            Ok(Transformed::yes(Expr::AggregateFunction(
                AggregateFunction { func, params },
            )))
        }
        other => Ok(Transformed::no(other)),
    })?;
    let (qualifier, name) = name;
    Ok(filtered.data.alias_qualified(qualifier, name))
}
