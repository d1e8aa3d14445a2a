//! `sum`, `avg`, `median`, `percentile_cont` and `date_trunc` that accept lengths of time.
//!
//! The stock `avg` truncates the mean of durations to the unit of the column, `median` and `percentile_cont`
//! reject them, `avg` and `date_trunc` reject intervals, and `min` and `max` compare them field by field.
//!
//! Upstream: none found: "avg(Duration) is cut to its unit; median, `percentile_cont` and `date_trunc` refuse Duration, avg refuses Interval"
//! Retire when: `avg` of 1 and 2 seconds is 1.5 seconds, and the others return a result.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

use crate::functions::datetime::lengths::{LengthAggregate, LengthAggregateKind, LengthTrunc};

/// Wraps the registered functions with functions that accept lengths.
///
/// # Errors
/// When a function is not registered, or the registry rejects one.
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
