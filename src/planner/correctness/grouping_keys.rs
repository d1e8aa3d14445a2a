//! Computes the keys of grouping sets before rules see them.
//!
//! Rules that rewrite expressions keep the names of a node's output columns, but `ROLLUP (a + 1)` as a
//! whole has no column. Its rewritten key has another name than the SELECT list refers to ("Aggregate
//! schema has wrong number of fields"). So each key that is more than a column becomes a column of a
//! projection below. It has the name that it had before functions were rewritten, which the schema of
//! the aggregate still has.
//!
//! Upstream: none found: names of keys are not kept by rules that rewrite expressions inside grouping sets
//! Retire when: `NamePreserver` keeps the names of keys of grouping sets

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::AnalyzerRule;

/// Puts projections below grouping sets; runs before all other rules.
#[derive(Debug)]
pub(crate) struct GroupingKeys;

impl AnalyzerRule for GroupingKeys {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        let computed = plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::Aggregate(aggregate) => computed_below(aggregate),
            other => Ok(Transformed::no(other)),
        })?;
        Ok(computed.data)
    }

    fn name(&self) -> &'static str {
        "grouping_keys"
    }
}

/// A key, its name in the projection below, and the column that replaces it.
struct ComputedGroupingKey {
    computed: Expr,
    named: Expr,
}

fn computed_below(aggregate: Aggregate) -> Result<Transformed<LogicalPlan>> {
    let sets = match aggregate.group_expr.as_slice() {
        // A rewrite that changed a key has added an alias to the whole, which has no meaning.
        [only] => only.clone().unalias(),
        _ => return Ok(Transformed::no(LogicalPlan::Aggregate(aggregate))),
    };
    if !matches!(sets, Expr::GroupingSet(_)) {
        return Ok(Transformed::no(LogicalPlan::Aggregate(aggregate)));
    }
    let keys = keys(&sets, &aggregate)?;
    if keys.is_empty() {
        return Ok(Transformed::no(LogicalPlan::Aggregate(aggregate)));
    }
    let columns = aggregate.input.schema().columns().into_iter();
    let below = keys.iter().enumerate();
    let below = below.map(|(place, key)| key.computed.clone().alias(name(place)));
    let input = LogicalPlanBuilder::from(Arc::clone(&aggregate.input))
        .project(columns.map(Expr::Column).chain(below))?
        .build()?;
    let sets = sets.map_children(|key| Ok(replaced(key, &keys)))?.data;
    let names = NamePreserver::new_for_projection();
    let calls = aggregate.aggr_expr.into_iter().map(|call| {
        let name = names.save(&call);
        let call = call.transform_up(|part| grouping(part, &keys))?;
        Ok(name.restore(call.data))
    });
    let calls = calls.collect::<Result<Vec<_>>>()?;
    let aggregate = Aggregate::try_new(Arc::new(input), vec![sets], calls)?;
    Ok(Transformed::yes(LogicalPlan::Aggregate(aggregate)))
}

fn name(place: usize) -> String {
    format!("__grouping_key_{place}")
}

/// The keys that are more than a column.
fn keys(sets: &Expr, aggregate: &Aggregate) -> Result<Vec<ComputedGroupingKey>> {
    let mut keys = vec![];
    let all = [sets.clone()];
    for (place, key) in grouping_set_to_exprlist(&all)?.into_iter().enumerate() {
        if matches!(key, Expr::Column(_) | Expr::Literal(..)) {
            continue;
        }
        let (relation, called) = aggregate.schema.qualified_field(place);
        let column = Expr::Column(Column::new_unqualified(name(keys.len())));
        keys.push(ComputedGroupingKey {
            computed: key.clone(),
            named: column.alias_qualified(relation.cloned(), called.name()),
        });
    }
    Ok(keys)
}

fn replaced(expression: Expr, keys: &[ComputedGroupingKey]) -> Transformed<Expr> {
    match keys.iter().find(|key| key.computed == expression) {
        Some(key) => Transformed::yes(key.named.clone()),
        None => Transformed::no(expression),
    }
}

/// `grouping(key)` refers to a key by its expression.
fn grouping(expression: Expr, keys: &[ComputedGroupingKey]) -> Result<Transformed<Expr>> {
    match expression {
        Expr::AggregateFunction(mut call) if call.func.name() == "grouping" => {
            let arguments = call.params.args.into_iter();
            call.params.args = arguments
                .map(|argument| replaced(argument, keys).data)
                .collect();
            Ok(Transformed::yes(Expr::AggregateFunction(call)))
        }
        other => Ok(Transformed::no(other)),
    }
}
