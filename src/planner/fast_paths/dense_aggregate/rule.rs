//! Puts `DenseAggregateExec` in the place of stock partial aggregations.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_expr::Partitioning;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::sanity_checker::SanityCheckPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, ExecutionPlanProperties, InputOrderMode, ReplaceChildrenOptions,
};

use super::plan::{KeyPolicy, dense_aggregation, partial_step};
use crate::planner::correctness::grouping_sets::GroupingSetsBoundary;
use crate::planner::rewrite::PlanRef;

/// Puts `DenseAggregateExec` in the place of partial aggregations whose keys can be coded.
pub(super) fn rewrite(plan: PlanRef, config: &ConfigOptions) -> Result<PlanRef> {
    // An operator that needs all of its children divided alike, as `InterleaveExec` does, refuses others.
    let Ok(rewritten) = Arc::clone(&plan).transform_up(replaced) else {
        return Ok(plan);
    };
    // An order that a plan above relies on in a way that is not seen here.
    match SanityCheckPlan::new().optimize(Arc::clone(&rewritten.data), config) {
        Ok(_) => Ok(rewritten.data),
        Err(_) => Ok(plan),
    }
}

fn replaced(node: PlanRef) -> Result<Transformed<PlanRef>> {
    if node.is::<GroupingSetsBoundary>() {
        return below_boundary(node);
    }
    let Some(aggregate) = node.downcast_ref::<AggregateExec>() else {
        return Ok(Transformed::no(node));
    };
    let replacement = match aggregate.mode() {
        AggregateMode::Partial if aggregate.input_order_mode() == &InputOrderMode::Linear => {
            dense_aggregation(&node, KeyPolicy::Any)?
        }
        AggregateMode::Single | AggregateMode::SinglePartitioned => of_single(&node, aggregate)?,
        AggregateMode::Final | AggregateMode::FinalPartitioned => of_ordered(&node, aggregate)?,
        _ => None,
    };
    Ok(match replacement {
        Some(replacement) => Transformed::yes(replacement),
        None => Transformed::no(node),
    })
}

/// One aggregation in two steps.
fn of_single(node: &PlanRef, aggregate: &AggregateExec) -> Result<Option<PlanRef>> {
    if aggregate.limit_options().is_some() {
        return Ok(None);
    }
    let partial = partial_step(aggregate)?;
    let Some(states) = dense_aggregation(&partial, KeyPolicy::Few(&ordered_keys(aggregate)))?
    else {
        return Ok(None);
    };
    let mode = match aggregate.mode() {
        AggregateMode::Single => AggregateMode::Final,
        _ => AggregateMode::FinalPartitioned,
    };
    let merged = AggregateExec::try_new(
        mode,
        aggregate.group_expr().as_final(),
        aggregate.aggr_expr().to_vec(),
        aggregate.filter_expr().to_vec(),
        states,
        aggregate.input_schema(),
    )?;
    in_order_of(node, Arc::new(merged)).map(Some)
}

/// Two steps that follow the order of their input: the order is made anew, of a few groups.
fn of_ordered(node: &PlanRef, aggregate: &AggregateExec) -> Result<Option<PlanRef>> {
    let exchange = aggregate.input();
    let between = exchange.children();
    let [partial] = between[..] else {
        return Ok(None);
    };
    let stock = partial
        .downcast_ref::<AggregateExec>()
        .filter(|partial| *partial.mode() == AggregateMode::Partial);
    let Some(stock) = stock.filter(|_| aggregate.limit_options().is_none()) else {
        return Ok(None);
    };
    if stock.input_order_mode() == &InputOrderMode::Linear {
        return Ok(None);
    }
    let Some(states) = states_of_ordered(partial, stock)? else {
        return Ok(None);
    };
    let Some(exchanged) = exchange_without_order(exchange, states)? else {
        return Ok(None);
    };
    let merged = AggregateExec::try_new(
        *aggregate.mode(),
        aggregate.group_expr().clone(),
        aggregate.aggr_expr().to_vec(),
        aggregate.filter_expr().to_vec(),
        exchanged,
        aggregate.input_schema(),
    )?;
    in_order_of(node, Arc::new(merged)).map(Some)
}

/// Grouping sets over an input in some order, of which the boundary above them says nothing.
fn below_boundary(boundary: PlanRef) -> Result<Transformed<PlanRef>> {
    let below = boundary.children();
    let partial = below.first().and_then(|partial| {
        let stock = partial.downcast_ref::<AggregateExec>()?;
        Some((*partial, stock)).filter(|_| *stock.mode() == AggregateMode::Partial)
    });
    let states = match partial {
        Some((partial, stock)) => states_of_ordered(partial, stock)?,
        None => None,
    };
    Ok(match states {
        Some(states) => Transformed::yes(boundary.replace_children(
            vec![states],
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )?),
        None => Transformed::no(boundary),
    })
}

/// The states of a partial aggregation whose input is in the order of some of its keys.
fn states_of_ordered(partial: &PlanRef, stock: &AggregateExec) -> Result<Option<PlanRef>> {
    let ordered = ordered_keys(stock);
    // Rows are in the order of a constant whatever their order.
    let taken = if ordered.iter().all(|&key| is_constant(stock, key)) {
        KeyPolicy::Any
    } else {
        KeyPolicy::Few(&ordered)
    };
    dense_aggregation(partial, taken)
}

/// The keys in whose order the input is.
fn ordered_keys(aggregate: &AggregateExec) -> Vec<usize> {
    match aggregate.input_order_mode() {
        InputOrderMode::Linear => vec![],
        InputOrderMode::PartiallySorted(keys) => keys.clone(),
        InputOrderMode::Sorted => (0..aggregate.group_expr().expr().len()).collect(),
    }
}

fn is_constant(aggregate: &AggregateExec, key: usize) -> bool {
    let (key, _) = &aggregate.group_expr().expr()[key];
    let known = aggregate.input().equivalence_properties();
    known.is_expr_constant(key).is_some()
}

fn exchange_without_order(exchange: &PlanRef, input: PlanRef) -> Result<Option<PlanRef>> {
    if let Some(repartition) = exchange.downcast_ref::<RepartitionExec>() {
        let Partitioning::Hash(..) = repartition.partitioning() else {
            return Ok(None);
        };
        let partitioning = repartition.partitioning().clone();
        return Ok(Some(Arc::new(RepartitionExec::try_new(
            input,
            partitioning,
        )?)));
    }
    let merges =
        exchange.is::<SortPreservingMergeExec>() || exchange.is::<CoalescePartitionsExec>();
    Ok(merges.then(|| Arc::new(CoalescePartitionsExec::new(input)) as _))
}

/// `plan` sorted as `before` is, which plans above may rely on.
fn in_order_of(before: &PlanRef, plan: PlanRef) -> Result<PlanRef> {
    let Some(ordering) = before.output_ordering() else {
        return Ok(plan);
    };
    let sorted = SortExec::new(ordering.clone(), plan).with_preserve_partitioning(true);
    Ok(Arc::new(sorted))
}
