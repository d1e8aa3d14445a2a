//! Lets joins collect one side that the stock rules would divide among partitions.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::{JoinType, Result};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::join_parts::DenseJoinSpec;
use super::ranks::is_dense;
use crate::functions::kernels::text_codes::TextCodes;
use crate::planner::fast_paths::collected_join::BuildOutput;
use crate::planner::fast_paths::statistics::{integer_bounds, rows};
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

/// The side that is collected is the right one only when it has this many times fewer values.
const SMALLER: usize = 2;

fn collected(join: &HashJoinExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let mode = join.partition_mode();
    let [left, right] = [join.left(), join.right()].map(rows);
    let (Some(left), Some(right), true) = (left, right, *mode != PartitionMode::Auto) else {
        return Ok(None);
    };
    let (left_keys, right_keys): (Vec<_>, Vec<_>) = join.on().iter().cloned().unzip();
    let is_dense = |side, keys: &[_], rows| has_dense_keys(side, keys, rows).unwrap_or(false);
    if values(join.right(), right).saturating_mul(SMALLER) < values(join.left(), left) {
        if join.null_aware
            || !can_be_swapped(join.join_type())
            || !is_dense(join.right(), &right_keys, right)
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
    // What is given of a collected side at the end is given by one partition alone.
    let is_divided = *mode == PartitionMode::Partitioned
        && DenseJoinSpec::from_hash_join(join)
            .is_some_and(|spec| spec.kind.build == BuildOutput::Nothing);
    if is_divided && is_dense(join.left(), &left_keys, left) {
        let builder = join
            .builder()
            .with_partition_mode(PartitionMode::CollectLeft);
        return builder.build_exec().map(Some);
    }
    Ok(None)
}

/// Number of values in so many rows of `side`, all of which a collected side holds.
fn values(side: &Arc<dyn ExecutionPlan>, rows: usize) -> usize {
    rows.saturating_mul(side.schema().fields().len().max(1))
}

fn can_be_swapped(join_type: &JoinType) -> bool {
    matches!(
        join_type,
        JoinType::Inner
            | JoinType::Left
            | JoinType::LeftSemi
            | JoinType::LeftAnti
            | JoinType::RightSemi
            | JoinType::RightAnti
    )
}

/// True if the combined keys of `side` lie close together for so many rows of it; `None` without statistics of an integer.
/// Texts beside integers are taken for few.
fn has_dense_keys(
    side: &Arc<dyn ExecutionPlan>,
    keys: &[Arc<dyn PhysicalExpr>],
    rows: usize,
) -> Option<bool> {
    let schema = side.schema();
    let is_text = |key: &&Arc<dyn PhysicalExpr>| {
        let data_type = key.data_type(&schema);
        data_type.is_ok_and(|data_type| TextCodes::is_supported(&data_type))
    };
    let integers: Vec<_> = keys.iter().filter(|key| !is_text(key)).collect();
    if integers.is_empty() {
        return None;
    }
    let mut numbers: u64 = 1;
    for key in integers {
        let column = key.downcast_ref::<Column>()?;
        let (lowest, highest) = integer_bounds(side, column.index())?;
        let range = u64::try_from(highest.checked_sub(lowest)?).ok()?;
        numbers = numbers.checked_mul(range.checked_add(1)?)?;
    }
    Some(is_dense(numbers - 1, rows))
}
