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
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use super::kept_orders::keeps_orders;
use super::key_ranges::{BoundedKey, KeyRanges};
use super::operator::RangeAggregateExec;
use super::plan::{KeyPosition, RangeAggregationPlan};
use crate::planner::fast_paths::dense_aggregate::{
    DenseAggregationPlan, aggregation_plan, partial_step,
};
use crate::planner::fast_paths::statistics::{integer_bounds, rows};
use crate::planner::rewrite::PlanRef;

/// Fewer groups fit the cache, and are left to `DenseAggregateExec`.
const FEWEST: usize = 1 << 12;

/// States of more places than this are not worth their memory.
const MOST: usize = 1 << 26;

/// Places for a row that are worth it if each is a bit: a hash table takes about as much.
const BITS: usize = 512;

/// See [`MOST`].
const MOST_BITS: usize = 1 << 31;

/// So many bits are worth it for any number of rows, which is a guess where there are filters.
const FEW_BITS: usize = 1 << 28;

/// Replaces aggregations one by one: what is above one may rely on how it divides or orders its rows, and then that one
/// stays.
pub(super) fn rewrite(plan: PlanRef, config: &ConfigOptions) -> Result<PlanRef> {
    let mut plan = plan;
    let mut passed = 0;
    while let Some(changed) = with_next(&plan, &mut passed)? {
        let is_sound = SanityCheckPlan::new().optimize(Arc::clone(&changed), config);
        if is_sound.is_ok() && keeps_orders(&plan, &changed)? {
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
            && !stock.group_expr().has_grouping_set()
            && has_integer_key(stock)
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
    // Every partition has arrays of its own.
    let rows = input / source.output_partitioning().partition_count().max(1);
    let plan = range_plan(work, rows, node);
    Ok(plan.map(|plan| Arc::new(RangeAggregateExec::new(Arc::new(plan), source)) as _))
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
        AggregateMode::Single => partial_step(aggregate).map(Some),
        _ => Ok(None),
    }
}

/// True if some key is an integer, which are taken for close together until statistics are asked.
fn has_integer_key(aggregate: &AggregateExec) -> bool {
    let keys = aggregate.group_expr().expr();
    let schema = aggregate.schema();
    let mut types = schema.fields().iter().take(keys.len());
    types.any(|field| field.data_type().is_integer())
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

/// The plan over partitions of about so many rows; `None` if that takes more memory than it is worth.
fn range_plan(
    work: DenseAggregationPlan,
    rows: usize,
    stock: &PlanRef,
) -> Option<RangeAggregationPlan> {
    let (mut ranges, mut coded, mut keys) = (vec![], vec![], vec![]);
    for (key, field) in work.keys.iter().zip(work.output.fields()) {
        let data_type = field.data_type();
        let column = key.expression().downcast_ref::<Column>();
        let column = column.filter(|_| data_type.is_integer());
        let bounds = column.and_then(|at| integer_bounds(&work.original, work.kept[at.index()]));
        if let Some(bounds) = bounds {
            keys.push(KeyPosition::Range(ranges.len()));
            ranges.push(BoundedKey {
                expression: Arc::clone(key.expression()),
                data_type: data_type.clone(),
                bounds,
            });
        } else {
            keys.push(KeyPosition::Coded(coded.len()));
            coded.push(key.clone());
        }
    }
    let most = match (work.calls.is_empty(), coded.is_empty()) {
        (true, _) => rows.saturating_mul(BITS).clamp(FEW_BITS, MOST_BITS),
        (false, true) => rows.min(MOST),
        // States for every combination, of which there may be many.
        (false, false) => return None,
    };
    let ranges = KeyRanges::try_new(ranges, most)?;
    (ranges.places >= FEWEST).then(|| RangeAggregationPlan {
        work: Arc::new(work),
        ranges,
        coded,
        keys,
        most,
        stock: Arc::clone(stock),
    })
}
