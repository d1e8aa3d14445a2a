//! Carries the keys of outer rows up through the plan of a subquery.
//!
//! Each node gives its own columns, under their names, and behind them the keys.

use std::sync::Arc;

use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::logical_plan::SubqueryAlias;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{
    Distinct, DistinctOn, Expr, Extension, Filter, LogicalPlan, LogicalPlanBuilder, Projection,
};

use super::super::super::materialized::MaterializedNode;
use super::super::super::numbers::plain_key;
use super::keyed_plan::{KeyedPlan, distinct, refusal, shared};
use super::outer_keys::{KeySource, OuterKeys};

impl OuterKeys {
    /// `plan` for all outer rows. Rows of an outer row that it does not read are those of each.
    pub(super) fn push(&self, plan: &LogicalPlan) -> Result<KeyedPlan> {
        if !self.reads(plan)? {
            return self.crossed(plan);
        }
        match plan {
            LogicalPlan::Projection(node) => {
                let input = self.push(&node.input)?;
                self.projected(plan, &node.expr, input)
            }
            LogicalPlan::Filter(filter) => self.filtered(filter),
            LogicalPlan::SubqueryAlias(node) => {
                let input = self.push(&node.input)?;
                let keys = input.keys.into_iter();
                let keys = keys
                    .map(|key| Column::new(Some(node.alias.clone()), key.name))
                    .collect();
                let plan = SubqueryAlias::try_new(shared(input.plan), node.alias.clone())?;
                Ok(KeyedPlan::new(LogicalPlan::SubqueryAlias(plan), keys))
            }
            LogicalPlan::Subquery(node) => self.push(&node.subquery),
            LogicalPlan::Repartition(node) => self.push(&node.input),
            LogicalPlan::Sort(node) if node.fetch.is_none() => self.push(&node.input),
            LogicalPlan::Limit(node) => self.limited(plan, node),
            LogicalPlan::Aggregate(node) => self.aggregated(plan, node),
            LogicalPlan::Window(node) => self.windowed(plan, node),
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let KeyedPlan { plan, keys } = self.push(input)?;
                Ok(KeyedPlan::new(distinct(plan)?, keys))
            }
            LogicalPlan::Distinct(Distinct::On(node)) => self.first_of_each(plan, node),
            LogicalPlan::Join(join) => self.joined(plan, join),
            LogicalPlan::Union(node) => self.united(plan, node),
            LogicalPlan::Values(node) => self.listed(plan, node),
            LogicalPlan::Unnest(node) => self.unnested(node),
            LogicalPlan::Extension(node) => self.extended(node),
            LogicalPlan::RecursiveQuery(_) => refusal("has a recursive WITH"),
            _ => refusal("calls a table function"),
        }
    }

    /// Each row of `plan` with each of the outer values.
    pub(super) fn crossed(&self, plan: &LogicalPlan) -> Result<KeyedPlan> {
        let KeySource::Domain(domain) = &self.source else {
            return refusal("is read in a way that is not supported");
        };
        let keys: Vec<_> = self.names().into_iter().map(Column::from_name).collect();
        if let LogicalPlan::EmptyRelation(node) = plan
            && node.produce_one_row
            && node.schema.fields().is_empty()
        {
            return Ok(KeyedPlan::new(domain.clone(), keys));
        }
        let crossed = LogicalPlanBuilder::from(plan.clone()).cross_join(domain.clone())?;
        Ok(KeyedPlan::new(crossed.build()?, keys))
    }

    /// A relation that is evaluated once: for all outer rows then.
    fn extended(&self, node: &Extension) -> Result<KeyedPlan> {
        let Some(node) = node.node.as_any().downcast_ref::<MaterializedNode>() else {
            return refusal("calls a table function");
        };
        let KeyedPlan { plan, keys } = self.push(node.input())?;
        Ok(KeyedPlan::new(node.over(plan), keys))
    }

    fn filtered(&self, filter: &Filter) -> Result<KeyedPlan> {
        if let KeySource::Equalities(sides) = &self.source
            && !self.reads(&filter.input)?
        {
            return self.keyed_by(filter, sides);
        }
        let KeyedPlan { plan, keys } = self.push(&filter.input)?;
        let predicate = self.replaced(filter.predicate.clone(), &keys)?;
        let filter = Filter::try_new(predicate, shared(plan))?;
        Ok(KeyedPlan::new(LogicalPlan::Filter(filter), keys))
    }

    /// The rows with the inner sides of the equalities as keys, in place of a filter by them.
    fn keyed_by(&self, filter: &Filter, sides: &[Expr]) -> Result<KeyedPlan> {
        let rest = split_conjunction(&filter.predicate);
        let rest = rest
            .into_iter()
            .filter(|condition| !self.reads_in(condition));
        // NULL equals no value.
        let known = sides.iter().map(|side| side.clone().is_not_null());
        let Some(predicate) = conjunction(rest.cloned().chain(known)) else {
            return refusal("is read in a way that is not supported");
        };
        let rows = Filter::try_new(predicate, Arc::clone(&filter.input))?;
        let names = self.names();
        let mut columns: Vec<_> = filter
            .input
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        columns.extend(
            sides
                .iter()
                .zip(&names)
                .map(|(side, name)| plain_key(side.clone(), filter.input.schema()).alias(name)),
        );
        let plan = Projection::try_new(columns, shared(LogicalPlan::Filter(rows)))?;
        let keys = names.into_iter().map(Column::from_name).collect();
        Ok(KeyedPlan::new(LogicalPlan::Projection(plan), keys))
    }

    /// A projection of `expressions`, those of `like`, whose columns keep their names.
    pub(super) fn projected(
        &self,
        like: &LogicalPlan,
        expressions: &[Expr],
        input: KeyedPlan,
    ) -> Result<KeyedPlan> {
        let mut columns = self.all_replaced(like, expressions, &input.keys)?;
        columns.extend(input.key_exprs());
        let plan = Projection::try_new(columns, shared(input.plan))?;
        Ok(KeyedPlan::new(LogicalPlan::Projection(plan), input.keys))
    }

    /// Expressions of a node over the keys, under their old names.
    pub(super) fn all_replaced(
        &self,
        node: &LogicalPlan,
        expressions: &[Expr],
        keys: &[Column],
    ) -> Result<Vec<Expr>> {
        let names = NamePreserver::new(node);
        let replaced = expressions.iter().map(|expression| {
            let name = names.save(expression);
            Ok(name.restore(self.replaced(expression.clone(), keys)?))
        });
        replaced.collect()
    }

    /// The keys as the first of ON.
    fn first_of_each(&self, plan: &LogicalPlan, node: &DistinctOn) -> Result<KeyedPlan> {
        let input = self.push(&node.input)?;
        let keys = input.key_exprs();
        let with_keys = |expressions: &[Expr]| {
            let replaced = self.all_replaced(plan, expressions, &input.keys)?;
            Ok::<_, datafusion::error::DataFusionError>(
                keys.iter().cloned().chain(replaced).collect::<Vec<_>>(),
            )
        };
        let on = with_keys(&node.on_expr)?;
        let selected = with_keys(&node.select_expr)?;
        let order = match &node.sort_expr {
            Some(order) => {
                let keys = keys.iter().map(|key| key.clone().sort(true, true));
                let order = order.iter().map(|sort| {
                    let value = self.replaced(sort.expr.clone(), &input.keys)?;
                    Ok(value.sort(sort.asc, sort.nulls_first))
                });
                Some(keys.map(Ok).chain(order).collect::<Result<Vec<_>>>()?)
            }
            None => None,
        };
        let first = DistinctOn::try_new(on, selected, order, shared(input.plan.clone()))?;
        let first = LogicalPlan::Distinct(Distinct::On(first));
        KeyedPlan::new(first, input.keys).with_columns_of(plan)
    }
}
