//! The aggregates over the rows of one partition, and of all.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::window::PlainAggregateWindowExpr;

/// A call whose value is the same for every row.
#[derive(Debug, Clone)]
pub(super) struct TotalCall {
    aggregate: Arc<AggregateFunctionExpr>,
    arguments: Vec<PhysicalExprRef>,
}

impl TotalCall {
    pub(super) fn new(window: &PlainAggregateWindowExpr) -> Self {
        let aggregate = window.get_aggregate_expr().clone();
        Self {
            arguments: aggregate.expressions(),
            aggregate: Arc::new(aggregate),
        }
    }

    pub(super) fn name(&self) -> &str {
        self.aggregate.name()
    }

    pub(super) fn arguments(&self) -> &[PhysicalExprRef] {
        &self.arguments
    }
}

/// The states of all calls over some rows.
pub(super) struct PartialTotals {
    accumulators: Vec<Box<dyn Accumulator>>,
}

impl PartialTotals {
    /// Over no rows.
    ///
    /// # Errors
    /// When an aggregate refuses its arguments.
    pub(super) fn new(calls: &[TotalCall]) -> Result<Self> {
        let accumulators = calls.iter().map(|call| call.aggregate.create_accumulator());
        Ok(Self {
            accumulators: accumulators.collect::<Result<_>>()?,
        })
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// When an argument cannot be evaluated, or an aggregate fails.
    pub(super) fn update(&mut self, calls: &[TotalCall], batch: &RecordBatch) -> Result<()> {
        for (call, accumulator) in calls.iter().zip(&mut self.accumulators) {
            let arguments = call.arguments.iter().map(|argument| {
                let value = argument.evaluate(batch)?;
                value.into_array(batch.num_rows())
            });
            accumulator.update_batch(&arguments.collect::<Result<Vec<_>>>()?)?;
        }
        Ok(())
    }

    /// Adds the rows of `other`.
    ///
    /// # Errors
    /// When an aggregate fails.
    fn merge(&mut self, mut other: Self) -> Result<()> {
        let others = &mut other.accumulators;
        for (accumulator, other) in self.accumulators.iter_mut().zip(others) {
            let state = other.state()?;
            let state = state.iter().map(|value| value.to_array_of_size(1));
            accumulator.merge_batch(&state.collect::<Result<Vec<_>>>()?)?;
        }
        Ok(())
    }
}

/// The values over the rows of all `partitions`.
///
/// # Errors
/// When an aggregate fails.
pub(super) fn values(partitions: Vec<PartialTotals>) -> Result<Vec<ScalarValue>> {
    let mut partitions = partitions.into_iter();
    let Some(mut all) = partitions.next() else {
        return Ok(vec![]);
    };
    for partition in partitions {
        all.merge(partition)?;
    }
    all.accumulators
        .iter_mut()
        .map(|accumulator| accumulator.evaluate())
        .collect()
}
