//! Lets joins collect one side that the stock rules would divide among partitions.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::{JoinType, Result, ScalarValue, Statistics};
use datafusion::physical_expr::expressions::{Column, IsNotNullExpr, IsNullExpr};
use datafusion::physical_expr::split_conjunction;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::build::is_dense;
use super::join_parts::DenseJoinSpec;
use crate::planner::rewrite::{PlanRef, replaced};

/// Lets joins by dense keys collect their smaller side whatever its size: neither side has to be
/// divided by hash first, and the set of keys is small.
///
/// Only statistics can tell; joins of unknown sizes stay as they are.
pub(super) fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| match node.downcast_ref::<HashJoinExec>() {
        Some(join) => collected(join),
        None => Ok(None),
    })
}

/// The side that is collected is the right one only when it is this many times smaller.
const SMALLER: usize = 2;

fn collected(join: &HashJoinExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let [(left_key, right_key)] = join.on() else {
        return Ok(None);
    };
    let mode = join.partition_mode();
    let [left, right] = [join.left(), join.right()].map(rows);
    let (Some(left), Some(right), true) = (left, right, *mode != PartitionMode::Auto) else {
        return Ok(None);
    };
    let both = left.saturating_add(right);
    let is_dense = |side, key| has_dense_keys(side, key, both).unwrap_or(false);
    if right.saturating_mul(SMALLER) < left {
        if join.null_aware
            || !can_be_swapped(join.join_type())
            || !is_dense(join.right(), right_key)
        {
            return Ok(None);
        }
        let swapped = join.swap_inputs(PartitionMode::CollectLeft)?;
        // Below a projection that restores the order of columns.
        let children = swapped.children();
        let join = match swapped.downcast_ref::<HashJoinExec>() {
            Some(join) => Some(join),
            None => children.first().and_then(|below| below.downcast_ref()),
        };
        let is_taken = join.is_some_and(|join| DenseJoinSpec::from_hash_join(join).is_some());
        return Ok(is_taken.then_some(swapped));
    }
    let is_divided =
        *mode == PartitionMode::Partitioned && DenseJoinSpec::from_hash_join(join).is_some();
    if is_divided && is_dense(join.left(), left_key) {
        let builder = join
            .builder()
            .with_partition_mode(PartitionMode::CollectLeft);
        return builder.build_exec().map(Some);
    }
    Ok(None)
}

fn can_be_swapped(join_type: &JoinType) -> bool {
    matches!(
        join_type,
        JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti
    )
}

fn known(plan: &Arc<dyn ExecutionPlan>) -> Option<Arc<Statistics>> {
    let context = StatisticsContext::new();
    context.compute(plan.as_ref(), &StatisticsArgs::new()).ok()
}

/// About how many rows `plan` gives.
///
/// The stock estimate has one row in five pass any filter but comparisons of numbers. How many NULLs
/// there are is written in the files, though, and `IS NULL` may drop nothing (tickets that are not
/// merged) or most (surveys that are answered).
fn rows(plan: &Arc<dyn ExecutionPlan>) -> Option<usize> {
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        return rows(projection.input());
    }
    let stock = known(plan)?.num_rows.get_value().copied()?;
    let Some(filter) = plan.downcast_ref::<FilterExec>() else {
        return Some(stock);
    };
    let input = known(filter.input())?;
    let all = *input.num_rows.get_value()?;
    let mut passing = all;
    let mut is_other = false;
    for condition in split_conjunction(filter.predicate()) {
        match valid_or_null(condition, &input, all) {
            Some(count) => passing = scaled(passing, count, all),
            None => is_other = true,
        }
    }
    Some(if is_other {
        scaled(passing, stock, all)
    } else {
        passing
    })
}

/// The rows out of `all` that a condition on NULLs lets pass.
fn valid_or_null(
    condition: &Arc<dyn PhysicalExpr>,
    input: &Statistics,
    all: usize,
) -> Option<usize> {
    let nulls = |argument: &Arc<dyn PhysicalExpr>| {
        let column = argument.downcast_ref::<Column>()?;
        let known = input.column_statistics.get(column.index())?;
        known.null_count.get_value().copied()
    };
    if let Some(is_null) = condition.downcast_ref::<IsNullExpr>() {
        return nulls(is_null.arg());
    }
    let is_not_null = condition.downcast_ref::<IsNotNullExpr>()?;
    all.checked_sub(nulls(is_not_null.arg())?)
}

fn scaled(rows: usize, part: usize, all: usize) -> usize {
    let exact = rows as u128 * part as u128 / (all as u128).max(1);
    usize::try_from(exact).unwrap_or(usize::MAX)
}

/// True if the keys of `side` lie close together in a join of so many rows; `None` without statistics.
fn has_dense_keys(
    side: &Arc<dyn ExecutionPlan>,
    key: &Arc<dyn PhysicalExpr>,
    rows: usize,
) -> Option<bool> {
    let column = key.downcast_ref::<Column>()?;
    let known = known(side)?;
    let keys = known.column_statistics.get(column.index())?;
    let lowest = integer(keys.min_value.get_value()?)?;
    let highest = integer(keys.max_value.get_value()?)?;
    let range = u64::try_from(highest.checked_sub(lowest)?).ok()?;
    Some(is_dense(range, rows))
}

fn integer(value: &ScalarValue) -> Option<i128> {
    match value {
        ScalarValue::Int8(value) => value.map(i128::from),
        ScalarValue::Int16(value) => value.map(i128::from),
        ScalarValue::Int32(value) => value.map(i128::from),
        ScalarValue::Int64(value) => value.map(i128::from),
        ScalarValue::UInt8(value) => value.map(i128::from),
        ScalarValue::UInt16(value) => value.map(i128::from),
        ScalarValue::UInt32(value) => value.map(i128::from),
        ScalarValue::UInt64(value) => value.map(i128::from),
        _ => None,
    }
}
