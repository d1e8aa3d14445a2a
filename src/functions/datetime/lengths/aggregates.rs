//! `sum`, `avg`, `median`, `percentile_cont`, `min` and `max` over lengths of time.
//!
//! The stock functions reject intervals, truncate means to the unit of a column, or compare intervals field
//! by field. [`LengthAggregate`] wraps each of them: it accepts lengths too, coerces durations to
//! microseconds, and delegates to the wrapped function the calls that it evaluates correctly.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature, Volatility,
};
use datafusion::physical_expr::expressions::Literal;

use super::arithmetic::fine;
use super::bag::{IntervalStatistic, IntervalStatisticAccumulator};
use super::sums::{IntervalSumAccumulator, IntervalTotalKind};
use crate::functions::kernels::lengths::{INTERVAL, is_length};

/// Aggregate of lengths to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LengthAggregateKind {
    Sum,
    Mean,
    Median,
    Percentile,
    Least,
    Greatest,
}

/// Wrapper of another function of the same name.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct LengthAggregate {
    pub(crate) inner: Arc<AggregateUDF>,
    question: LengthAggregateKind,
    signature: Signature,
}

impl LengthAggregate {
    /// Wraps the registered function.
    pub(crate) fn new(inner: Arc<AggregateUDF>, question: LengthAggregateKind) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature
            .parameter_names
            .clone_from(&inner.signature().parameter_names);
        Self {
            inner,
            question,
            signature,
        }
    }

    /// True if this function evaluates values of this type; otherwise the wrapped function does.
    pub(crate) fn counts(&self, data_type: &DataType) -> bool {
        match data_type {
            DataType::Interval(_) => true,
            DataType::Duration(_) => self.question == LengthAggregateKind::Percentile,
            _ => false,
        }
    }

    fn coerced(&self, length: &DataType) -> Option<DataType> {
        match self.question {
            LengthAggregateKind::Mean
            | LengthAggregateKind::Median
            | LengthAggregateKind::Percentile => fine(length),
            _ if matches!(length, DataType::Interval(_)) => Some(INTERVAL),
            _ => Some(length.clone()),
        }
    }

    fn accumulator_of(&self, args: &AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let result = args.return_type().clone();
        Ok(match self.question {
            LengthAggregateKind::Sum | LengthAggregateKind::Mean if !args.is_distinct => {
                let total = match self.question {
                    LengthAggregateKind::Sum => IntervalTotalKind::Sum,
                    _ => IntervalTotalKind::Mean,
                };
                Box::new(IntervalSumAccumulator::new(total))
            }
            LengthAggregateKind::Sum => Box::new(IntervalStatisticAccumulator::new(
                IntervalStatistic::DistinctSum,
                result,
                true,
            )),
            LengthAggregateKind::Mean => Box::new(IntervalStatisticAccumulator::new(
                IntervalStatistic::DistinctMean,
                result,
                true,
            )),
            LengthAggregateKind::Least => Box::new(IntervalStatisticAccumulator::new(
                IntervalStatistic::Least,
                result,
                false,
            )),
            LengthAggregateKind::Greatest => Box::new(IntervalStatisticAccumulator::new(
                IntervalStatistic::Greatest,
                result,
                false,
            )),
            LengthAggregateKind::Median => Box::new(IntervalStatisticAccumulator::new(
                IntervalStatistic::Median,
                result,
                args.is_distinct,
            )),
            LengthAggregateKind::Percentile => {
                let choice = IntervalStatistic::Quantile(share(args)?);
                Box::new(IntervalStatisticAccumulator::new(
                    choice,
                    result,
                    args.is_distinct,
                ))
            }
        })
    }
}

/// Fraction argument of a `percentile_cont` call, counted from the shortest length.
fn share(args: &AccumulatorArgs<'_>) -> Result<f64> {
    let literal = args.exprs[1].downcast_ref::<Literal>();
    let q = literal.and_then(
        |literal| match literal.value().cast_to(&DataType::Float64) {
            Ok(ScalarValue::Float64(q)) => q,
            _ => None,
        },
    );
    let is_descending = args
        .order_bys
        .first()
        .is_some_and(|by| by.options.descending);
    match q {
        Some(q) if (0.0..=1.0).contains(&q) => Ok(if is_descending { 1.0 - q } else { q }),
        _ => plan_err!("percentile_cont takes a share from 0 to 1, the same for all rows"),
    }
}

impl AggregateUDFImpl for LengthAggregate {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let is_share = |of: &DataType| of.is_numeric();
        let length = match (self.question, arg_types) {
            (LengthAggregateKind::Percentile, [length, q]) if is_share(q) => Some(length),
            (LengthAggregateKind::Percentile, _) => None,
            (_, [length]) => Some(length),
            _ => None,
        };
        if let Some(length) = length.filter(|length| is_length(length)) {
            let mut coerced: Vec<_> = self.coerced(length).into_iter().collect();
            coerced.extend(arg_types.get(1).map(|_| DataType::Float64));
            return Ok(coerced);
        }
        let field = |of: &DataType| Arc::new(Field::new("expression", of.clone(), true));
        let fields: Vec<FieldRef> = arg_types.iter().map(field).collect();
        let coerced = fields_with_udf(&fields, self.inner.as_ref())?;
        Ok(coerced.iter().map(|of| of.data_type().clone()).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types.first() {
            Some(length) if is_length(length) => Ok(length.clone()),
            _ => self.inner.return_type(arg_types),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if !self.counts(args.input_fields[0].data_type()) {
            return self.inner.state_fields(args);
        }
        let is_total = matches!(
            self.question,
            LengthAggregateKind::Sum | LengthAggregateKind::Mean
        );
        let parts = if is_total && !args.is_distinct {
            IntervalSumAccumulator::state_types()
        } else {
            IntervalStatisticAccumulator::state_types()
        };
        let field = |(part, data_type)| {
            Arc::new(Field::new(
                format_state_name(args.name, part),
                data_type,
                true,
            ))
        };
        Ok(parts.into_iter().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if self.counts(args.expr_fields[0].data_type()) {
            self.accumulator_of(&args)
        } else {
            self.inner.accumulator(args)
        }
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        if self.counts(args.expr_fields[0].data_type()) {
            self.accumulator_of(&args)
        } else {
            self.inner.create_sliding_accumulator(args)
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !self.counts(args.expr_fields[0].data_type())
            && self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.inner.create_groups_accumulator(args)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn supports_within_group_clause(&self) -> bool {
        self.inner.supports_within_group_clause()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}
