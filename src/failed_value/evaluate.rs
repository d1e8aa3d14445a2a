//! Finds the row of a batch for which an expression fails, and the failing part of the expression.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray, RecordBatch, UInt64Array};
use arrow::compute::{and, prep_null_mask_filter, take_record_batch};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};

use super::signature::ErrorSignature;

/// Plans expressions to evaluate over the rows of one schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct SuspectPlanner<'a> {
    pub(super) state: &'a SessionState,
    pub(super) schema: &'a DFSchema,
}

impl SuspectPlanner<'_> {
    fn scalar(&self, expr: &Expr) -> Result<Arc<dyn PhysicalExpr>> {
        let props = self.state.execution_props();
        create_physical_expr(
            expr,
            self.schema,
            props,
            &PhysicalPlanningContext::default(),
        )
    }

    fn unit(&self, expr: &Expr) -> Result<SuspectEvaluator> {
        let Expr::AggregateFunction(call) = expr else {
            return Ok(SuspectEvaluator::Scalar(self.scalar(expr)?));
        };
        let arguments = call
            .params
            .args
            .iter()
            .map(|argument| self.scalar(argument));
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let schema = Arc::new(self.schema.as_arrow().clone());
        let function = AggregateExprBuilder::new(Arc::clone(&call.func), arguments)
            .schema(schema)
            .alias(call.func.name())
            .build()?;
        Ok(SuspectEvaluator::Aggregate(Box::new(function)))
    }
}

/// An expression or aggregate that may fail for a row.
#[derive(Debug)]
enum SuspectEvaluator {
    Scalar(Arc<dyn PhysicalExpr>),
    Aggregate(Box<AggregateFunctionExpr>),
}

impl SuspectEvaluator {
    fn failure(&self, rows: &RecordBatch) -> Option<DataFusionError> {
        match self {
            Self::Scalar(expr) => expr.evaluate(rows).err(),
            Self::Aggregate(function) => aggregated(function, rows).err(),
        }
    }
}

fn aggregated(function: &AggregateFunctionExpr, rows: &RecordBatch) -> Result<()> {
    let arguments = function.expressions();
    let columns = arguments
        .iter()
        .map(|argument| argument.evaluate(rows)?.into_array(rows.num_rows()))
        .collect::<Result<Vec<_>>>()?;
    let mut accumulator = function.create_accumulator()?;
    accumulator.update_batch(&columns)?;
    accumulator.evaluate().map(drop)
}

/// An expression that may have failed, with the predicates of its input rows.
#[derive(Debug)]
pub(super) struct SuspectExpression {
    expr: Expr,
    unit: SuspectEvaluator,
    conditions: Vec<Arc<dyn PhysicalExpr>>,
}

impl SuspectExpression {
    /// `None` if the expression cannot be evaluated alone.
    pub(super) fn try_new(
        maker: SuspectPlanner<'_>,
        expr: &Expr,
        conditions: &[Expr],
    ) -> Option<Self> {
        let filter = match expr {
            Expr::AggregateFunction(call) => call.params.filter.as_deref(),
            _ => None,
        };
        let conditions = conditions.iter().chain(filter);
        Some(Self {
            unit: maker.unit(expr).ok()?,
            expr: expr.clone(),
            conditions: conditions.filter_map(|c| maker.scalar(c).ok()).collect(),
        })
    }

    /// The indices of the rows that satisfy the predicates. A predicate that fails itself is
    /// skipped.
    fn seen(&self, rows: &RecordBatch) -> Vec<u64> {
        let mut mask: Option<BooleanArray> = None;
        for condition in &self.conditions {
            let value = condition.evaluate(rows);
            let Ok(value) = value.and_then(|value| value.into_array(rows.num_rows())) else {
                continue;
            };
            let Some(value) = value.as_any().downcast_ref::<BooleanArray>() else {
                continue;
            };
            let value = match value.null_count() {
                0 => value.clone(),
                _ => prep_null_mask_filter(value),
            };
            mask = match mask {
                Some(mask) => and(&mask, &value).ok(),
                None => Some(value),
            };
        }
        let is_seen = |row: &usize| mask.as_ref().is_none_or(|mask| mask.value(*row));
        let seen = (0..rows.num_rows()).filter(is_seen);
        seen.map(|row| row as u64).collect()
    }

    /// The first row of `rows` that fails with the query's error.
    pub(super) fn first_failure(
        &self,
        maker: SuspectPlanner<'_>,
        rows: &RecordBatch,
        wanted: &ErrorSignature,
    ) -> Option<RowFailure> {
        let seen = self.seen(rows);
        let rows = if seen.len() == rows.num_rows() {
            rows.clone()
        } else {
            take_record_batch(rows, &UInt64Array::from(seen.clone())).ok()?
        };
        let failure = |unit: &SuspectEvaluator, rows: &RecordBatch| {
            let error = unit.failure(rows)?;
            (ErrorSignature::from_error(&error) == *wanted).then_some(error)
        };
        let mut error = failure(&self.unit, &rows)?;
        let mut expr = self.expr.clone();
        let (mut start, mut narrow) = narrowed(&rows, &|rows| failure(&self.unit, rows).is_some());
        error = failure(&self.unit, &narrow).unwrap_or(error);
        while let Some((part, unit)) =
            failing_part(maker, &expr, &|unit| failure(unit, &narrow).is_some())
        {
            let (offset, less) = narrowed(&narrow, &|rows| failure(&unit, rows).is_some());
            (start, narrow) = (start + offset, less);
            error = failure(&unit, &narrow).unwrap_or(error);
            expr = part;
        }
        let is_one = narrow.num_rows() == 1;
        Some(RowFailure {
            expr,
            error,
            row: is_one.then(|| seen.get(start).copied()).flatten(),
            values: narrow.slice(0, usize::from(is_one)),
        })
    }
}

/// A failure found in a batch.
#[derive(Debug)]
pub(super) struct RowFailure {
    /// The innermost part that fails alone.
    pub(super) expr: Expr,
    pub(super) error: DataFusionError,
    /// The row within the batch, if a single row fails.
    pub(super) row: Option<u64>,
    /// The failing row.
    pub(super) values: RecordBatch,
}

/// Halves `rows` as long as one half fails alone; returns the first row of the remainder.
fn narrowed(rows: &RecordBatch, fails: &dyn Fn(&RecordBatch) -> bool) -> (usize, RecordBatch) {
    let (mut start, mut length) = (0, rows.num_rows());
    while length > 1 {
        let half = length / 2;
        if fails(&rows.slice(start, half)) {
            length = half;
        } else if fails(&rows.slice(start + half, length - half)) {
            (start, length) = (start + half, length - half);
        } else {
            break;
        }
    }
    (start, rows.slice(start, length))
}

/// A part of `expr` that fails alone.
fn failing_part(
    maker: SuspectPlanner<'_>,
    expr: &Expr,
    fails: &dyn Fn(&SuspectEvaluator) -> bool,
) -> Option<(Expr, SuspectEvaluator)> {
    let mut found = None;
    let visited: Result<TreeNodeRecursion> = expr.apply_children(|child| {
        if !matches!(child, Expr::Column(_) | Expr::Literal(..))
            && let Ok(unit) = maker.unit(child)
            && fails(&unit)
        {
            found = Some((child.clone(), unit));
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    visited.ok().and(found)
}
