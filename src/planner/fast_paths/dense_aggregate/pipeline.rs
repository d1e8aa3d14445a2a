//! Filters and projections between a source and an aggregation, as expressions over the source.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::split_conjunction;
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;

use crate::planner::rewrite::substituted;

/// The filters and projections over `source`.
#[derive(Debug)]
pub(crate) struct FilterProjectPipeline {
    /// The first plan that is neither a filter nor a projection.
    pub(crate) source: Arc<dyn ExecutionPlan>,
    /// Predicates, those of the lowest filter first.
    pub(crate) conjuncts: Vec<PhysicalExprRef>,
    /// The columns of the plan, over the columns of `source`.
    columns: Vec<PhysicalExprRef>,
}

impl FilterProjectPipeline {
    /// Collects the filters and projections on top of `plan`.
    ///
    /// # Errors
    /// When an expression cannot be rewritten.
    pub(crate) fn from_plan(plan: &Arc<dyn ExecutionPlan>) -> Result<Self> {
        let mut pipeline = Self {
            source: Arc::clone(plan),
            conjuncts: vec![],
            columns: columns_of(plan),
        };
        while let Some(lower) = pipeline.lower()? {
            pipeline = lower;
        }
        Ok(pipeline)
    }

    /// The same with one more node removed from the top of `source`.
    fn lower(&self) -> Result<Option<Self>> {
        if let Some(filter) = self.source.downcast_ref::<FilterExec>()
            && self.source.fetch().is_none()
            && !is_volatile(filter.predicate())
        {
            let input = columns_of(filter.input());
            let through: Vec<PhysicalExprRef> = match filter.projection() {
                Some(kept) => kept.iter().map(|&i| Arc::clone(&input[i])).collect(),
                None => input,
            };
            let mut lower = self.over(filter.input(), &through)?;
            let own = split_conjunction(filter.predicate());
            lower.conjuncts.splice(0..0, own.into_iter().cloned());
            return Ok(Some(lower));
        }
        if let Some(projection) = self.source.downcast_ref::<ProjectionExec>() {
            let through: Vec<PhysicalExprRef> = projection
                .expr()
                .iter()
                .map(|projected| Arc::clone(&projected.expr))
                .collect();
            if !through.iter().any(is_volatile) {
                return self.over(projection.input(), &through).map(Some);
            }
        }
        Ok(None)
    }

    fn over(&self, source: &Arc<dyn ExecutionPlan>, through: &[PhysicalExprRef]) -> Result<Self> {
        let all = |expressions: &[PhysicalExprRef]| -> Result<Vec<PhysicalExprRef>> {
            expressions
                .iter()
                .map(|expression| substituted(expression, through))
                .collect()
        };
        Ok(Self {
            source: Arc::clone(source),
            conjuncts: all(&self.conjuncts)?,
            columns: all(&self.columns)?,
        })
    }

    /// `expression` over the plan as an expression over `source`.
    ///
    /// # Errors
    /// When it cannot be rewritten.
    pub(crate) fn lowered(&self, expression: &PhysicalExprRef) -> Result<PhysicalExprRef> {
        substituted(expression, &self.columns)
    }
}

fn columns_of(plan: &Arc<dyn ExecutionPlan>) -> Vec<PhysicalExprRef> {
    let schema = plan.schema();
    let fields = schema.fields().iter().enumerate();
    fields
        .map(|(index, field)| Arc::new(Column::new(field.name(), index)) as _)
        .collect()
}
