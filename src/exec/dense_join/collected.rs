//! Which joins collect one side that the stock rules would divide among partitions.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};

use super::build::is_dense;
use super::rule::Parts;
use crate::functions::Switch;

/// Lets joins by dense keys collect their smaller side whatever its size: neither side has to be
/// divided by hash first, and the set of keys is small.
///
/// Before exchanges are placed. Only statistics can tell; what they do not tell stays as it is.
#[derive(Debug)]
pub(in crate::exec) struct CollectDenseBuilds;

impl PhysicalOptimizerRule for CollectDenseBuilds {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !Switch::DenseJoins.is_on(config) {
            return Ok(plan);
        }
        plan.transform_up(|node| {
            let join = node.downcast_ref::<HashJoinExec>();
            let Some(join) = join.filter(|join| is_divided(join) && has_dense_keys(join)) else {
                return Ok(Transformed::no(node));
            };
            let builder = join
                .builder()
                .with_partition_mode(PartitionMode::CollectLeft);
            Ok(Transformed::yes(builder.build_exec()?))
        })
        .map(|transformed| transformed.data)
    }

    fn name(&self) -> &'static str {
        "collect_dense_builds"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn is_divided(join: &HashJoinExec) -> bool {
    *join.partition_mode() == PartitionMode::Partitioned && Parts::of(join).is_some()
}

fn has_dense_keys(join: &HashJoinExec) -> bool {
    dense_keys(join).unwrap_or(false)
}

/// `None` when the statistics do not tell.
fn dense_keys(join: &HashJoinExec) -> Option<bool> {
    let [(key, _)] = join.on() else {
        return None;
    };
    let column = key.downcast_ref::<Column>()?;
    let known = StatisticsContext::new()
        .compute(join.left().as_ref(), &StatisticsArgs::new())
        .ok()?;
    let rows = *known.num_rows.get_value()?;
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
