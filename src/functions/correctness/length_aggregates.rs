//! `sum`, `avg`, `median`, `percentile_cont` and `date_trunc` that take lengths of time.
//!
//! The stock `avg` cuts the mean of durations to the unit of the column, `median` and `percentile_cont` refuse
//! them, `avg` and `date_trunc` refuse intervals, and `min` and `max` compare them field by field.
//!
//! Upstream: none found: "avg(Duration) is cut to its unit; median, `percentile_cont` and `date_trunc` refuse Duration, avg refuses Interval"
//! Retire when: `avg` of 1 and 2 seconds is 1.5 seconds, and the others answer.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

use crate::functions::datetime::lengths::{LengthAggregate, LengthAggregateKind, LengthTrunc};

/// Puts functions of lengths around those that are there.
///
/// # Errors
/// When one is not there, or the registry refuses one.
pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    let questions = [
        ("sum", LengthAggregateKind::Sum),
        ("avg", LengthAggregateKind::Mean),
        ("median", LengthAggregateKind::Median),
        ("percentile_cont", LengthAggregateKind::Percentile),
        ("min", LengthAggregateKind::Least),
        ("max", LengthAggregateKind::Greatest),
    ];
    for (name, question) in questions {
        let around = LengthAggregate::new(registry.udaf(name)?, question);
        registry.register_udaf(Arc::new(AggregateUDF::from(around)))?;
    }
    let around = LengthTrunc::new(registry.udf("date_trunc")?);
    registry.register_udf(Arc::new(ScalarUDF::from(around)))?;
    Ok(())
}
