//! Keeps the row estimate of a filter away from casts that drop a part of a time.
//!
//! `WHERE opened_at::DATE <= closed_at::DATE` over a Parquet file with statistics is planned with the
//! minimum and maximum of each column. The stock estimate casts the days back to times, so that a day
//! begins earlier than its first row; the selectivity is then greater than one, and the plan fails with
//! an internal error. A predicate inside IS TRUE passes the same rows and is not analyzed.
//!
//! Upstream: none found: "Selectivity is out of limit: `CastExpr::propagate_constraints` does not intersect with the child's interval"
//! Retire when: the stock engine plans `WHERE a::DATE <= b::DATE` over a Parquet file of the day's last hours.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::Cast;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{Expr, ExprSchemable, Filter, LogicalPlan};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Wraps predicates over such casts in IS TRUE; runs after the rules that push filters down.
#[derive(Debug)]
pub(crate) struct CastEstimates;

impl OptimizerRule for CastEstimates {
    fn name(&self) -> &'static str {
        "cast_estimates"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Filter(filter) = &plan else {
            return Ok(Transformed::no(plan));
        };
        let schema = filter.input.schema();
        let mut changed = false;
        let conditions = split_conjunction(&filter.predicate).into_iter();
        let conditions = conditions.map(|condition| {
            if is_misjudged(condition, schema) {
                changed = true;
                Expr::IsTrue(Box::new(condition.clone()))
            } else {
                condition.clone()
            }
        });
        let conditions: Vec<_> = conditions.collect();
        match conjunction(conditions) {
            Some(predicate) if changed => {
                let filter = Filter::try_new(predicate, Arc::clone(&filter.input))?;
                Ok(Transformed::yes(LogicalPlan::Filter(filter)))
            }
            _ => Ok(Transformed::no(plan)),
        }
    }
}

fn is_misjudged(condition: &Expr, schema: &DFSchema) -> bool {
    // Other predicates are not analyzed.
    let Expr::BinaryExpr(_) = condition else {
        return false;
    };
    // The closure never fails.
    condition
        .exists(|part| {
            let Expr::Cast(Cast { expr, field }) = part else {
                return Ok(false);
            };
            let from = expr.get_type(schema);
            Ok(from.is_ok_and(|from| drops(&from, field.data_type())) && expr.any_column_refs())
        })
        .unwrap_or(false)
}

/// True if a cast drops the time of the day or a part of a second.
fn drops(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Timestamp(..), DataType::Date32 | DataType::Date64) => true,
        (DataType::Timestamp(from, _), DataType::Timestamp(to, _)) => {
            fineness(*from) > fineness(*to)
        }
        (DataType::Float64, DataType::Float32 | DataType::Float16) => true,
        _ => false,
    }
}

const fn fineness(unit: TimeUnit) -> u8 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 1,
        TimeUnit::Microsecond => 2,
        TimeUnit::Nanosecond => 3,
    }
}
