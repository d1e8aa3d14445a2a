//! Keys above aggregates.
//!
//! An aggregate without GROUP BY has a row for no rows too. So each outer value comes once more among
//! the rows, marked, and no aggregate counts that row.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Projection, Union, cast, lit};

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
        let mut input = self.push(&node.input)?;
        let marker = Column::from_name(self.new_name());
        let is_marked = node.group_expr.is_empty() && self.has_domain();
        if is_marked {
            input = self.with_marked_rows(&node.input, input, &marker)?;
        }
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
