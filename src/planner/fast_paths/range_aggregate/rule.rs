//! Puts `RangeAggregateExec` in the place of stock aggregations.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::Partitioning;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::sanity_checker::SanityCheckPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, InputOrderMode};

use super::key_ranges::KeyRanges;
use super::operator::RangeAggregateExec;
use crate::planner::fast_paths::dense_aggregate::{DenseAggregationPlan, aggregation_plan};
use crate::planner::fast_paths::statistics::{integer_bounds, rows};
use crate::planner::rewrite::PlanRef;

/// Fewer groups fit the cache, and are left to `DenseAggregateExec`.
const FEWEST: usize = 1 << 12;

/// More places than this are not worth their memory.
const MOST: usize = 1 << 26;

/// Replaces aggregations one by one: what is above one may rely on how it divides or orders its rows, and then that one
/// stays.
pub(super) fn rewrite(plan: PlanRef, config: &ConfigOptions) -> Result<PlanRef> {
    let mut plan = plan;
    let mut passed = 0;
    while let Some(changed) = with_next(&plan, &mut passed)? {
        let is_sound = SanityCheckPlan::new().optimize(Arc::clone(&changed), config);
        if is_sound.is_ok() {
            plan = changed;
        }
    }
    Ok(plan)
}

/// `plan` with the first aggregation behind the `passed` ones that can be replaced; `None` if there is none.
fn with_next(plan: &PlanRef, passed: &mut usize) -> Result<Option<PlanRef>> {
    let mut number = 0;
    let changed = Arc::clone(plan).transform_up(|node| {
        let Some(aggregate) = node.downcast_ref::<AggregateExec>() else {
            return Ok(Transformed::no(node));
        };
        number += 1;
        if number <= *passed {
            return Ok(Transformed::no(node));
        }
        *passed = number;
        Ok(match range_aggregation(&node, aggregate)? {
            Some(replaced) => Transformed::new(replaced, true, TreeNodeRecursion::Stop),
            None => Transformed::no(node),
        })
    });
    // An operator that needs all of its children divided alike refuses others.
    match changed {
        Ok(changed) => Ok(changed.transformed.then_some(changed.data)),
        Err(_) => Ok(None),
    }
}

/// `node`, the last step of an aggregation, with its first step and the exchange between them.
fn range_aggregation(node: &PlanRef, aggregate: &AggregateExec) -> Result<Option<PlanRef>> {
    if aggregate.limit_options().is_some() {
        return Ok(None);
    }
    let Some(partial) = first_step(aggregate)? else {
        return Ok(None);
    };
    let stock = partial.downcast_ref::<AggregateExec>();
    let is_first = |stock: &&AggregateExec| {
        *stock.mode() == AggregateMode::Partial
            && stock.input_order_mode() == &InputOrderMode::Linear
            && !stock.group_expr().has_grouping_set()
            && has_integer_keys(stock)
    };
    let Some(stock) = stock.filter(is_first) else {
        return Ok(None);
    };
    let Some(input) = rows(stock.input()) else {
        return Ok(None);
    };
    let Some((work, source)) = aggregation_plan(&partial)? else {
        return Ok(None);
    };
    // The stock plan may have to read it again.
    if !source.is::<DataSourceExec>() || !has_flat_states(&work)? {
        return Ok(None);
    }
    // Every partition has an array of its own.
    let partitions = source.output_partitioning().partition_count();
    let most = (input / partitions.max(1)).min(MOST);
    let Some(ranges) = key_ranges(&work, most) else {
        return Ok(None);
    };
    Ok((ranges.places >= FEWEST).then(|| {
        let (work, ranges) = (Arc::new(work), Arc::new(ranges));
        Arc::new(RangeAggregateExec::new(
            work,
            ranges,
            Arc::clone(node),
            source,
        )) as _
    }))
}

/// The first step below a last one, or of an aggregation in one step.
fn first_step(aggregate: &AggregateExec) -> Result<Option<PlanRef>> {
    match aggregate.mode() {
        AggregateMode::FinalPartitioned => {
            let Some(exchange) = aggregate.input().downcast_ref::<RepartitionExec>() else {
                return Ok(None);
            };
            let is_by_hash = matches!(exchange.partitioning(), Partitioning::Hash(..));
            Ok(is_by_hash.then(|| Arc::clone(exchange.input())))
        }
        AggregateMode::Single => Ok(Some(Arc::new(AggregateExec::try_new(
            AggregateMode::Partial,
            aggregate.group_expr().clone(),
            aggregate.aggr_expr().to_vec(),
            aggregate.filter_expr().to_vec(),
            Arc::clone(aggregate.input()),
            aggregate.input_schema(),
        )?))),
        _ => Ok(None),
    }
}

fn has_integer_keys(aggregate: &AggregateExec) -> bool {
    let keys = aggregate.group_expr().expr();
    let schema = aggregate.schema();
    let types = schema.fields().iter().take(keys.len());
    !keys.is_empty()
        && types
            .map(|field| field.data_type())
            .all(|key| key.is_integer())
}

/// True if every state is a few columns of fixed width, so that one for each place is known to be small.
fn has_flat_states(work: &DenseAggregationPlan) -> Result<bool> {
    for call in &work.calls {
        let states = call.function.state_fields()?;
        let is_flat = states.iter().all(|state| state.data_type().is_primitive());
        if !is_flat || !call.function.groups_accumulator_supported() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The ranges of all keys, which are columns of the source.
fn key_ranges(work: &DenseAggregationPlan, most: usize) -> Option<KeyRanges> {
    let keys = work.keys.iter().zip(work.output.fields());
    let keys = keys.map(|(key, field)| {
        let column = key.expression().downcast_ref::<Column>()?;
        let bounds = integer_bounds(&work.original, work.kept[column.index()])?;
        Some((
            Arc::clone(key.expression()),
            field.data_type().clone(),
            bounds,
        ))
    });
    KeyRanges::try_new(keys.collect::<Option<_>>()?, most)
}
