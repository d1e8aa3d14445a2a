//! `median` of durations and points in time, which DataFusion's own `median` rejects; numbers are delegated
//! to that one. The median of dates is a timestamp.
//!
//! A duration is an integer with a unit, so the median of the integers is computed and cast back to the
//! unit. Between two middle values it is the whole unit below their mean.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::functions_aggregate::median::median_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator,
    Signature, Volatility,
};

pub(crate) fn function() -> AggregateUDF {
    AggregateUDF::from(TemporalMedian {
        inner: median_udaf(),
        signature: Signature::user_defined(Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TemporalMedian {
    inner: Arc<AggregateUDF>,
    signature: Signature,
}

/// True for types that are integers with a unit.
fn is_ticks(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Duration(_) | DataType::Timestamp(..))
}

/// The field of a duration column as integers.
fn integers(field: &Field) -> FieldRef {
    Arc::new(field.clone().with_data_type(DataType::Int64))
}

fn duration_of(args: &AccumulatorArgs<'_>) -> Option<DataType> {
    let data_type = args.expr_fields.first()?.data_type();
    is_ticks(data_type).then(|| data_type.clone())
}

/// Calls `make` with the arguments as if durations were integers.
fn as_integers<T>(
    args: &AccumulatorArgs<'_>,
    make: impl FnOnce(AccumulatorArgs<'_>) -> Result<T>,
) -> Result<T> {
    let fields: Vec<_> = args
        .expr_fields
        .iter()
        .map(|field| integers(field))
        .collect();
    make(AccumulatorArgs {
        return_field: integers(&args.return_field),
        schema: args.schema,
        ignore_nulls: args.ignore_nulls,
        order_bys: args.order_bys,
        is_reversed: args.is_reversed,
        name: args.name,
        is_distinct: args.is_distinct,
        exprs: args.exprs,
        expr_fields: &fields,
    })
}

impl AggregateUDFImpl for TemporalMedian {
    fn name(&self) -> &'static str {
        "median"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match arg_types {
            [of] if is_ticks(of) => Ok(arg_types.to_vec()),
            // The median of two days may be the noon between them.
            [DataType::Date32 | DataType::Date64] => {
                Ok(vec![DataType::Timestamp(TimeUnit::Second, None)])
            }
            // The mean of two decimals may need one more digit.
            [of] if of.is_decimal() => Ok(vec![DataType::Float64]),
            [DataType::Interval(_)] => plan_err!(
                "median takes numbers or durations; an INTERVAL of months has no fixed length, so \
                 take the median of the difference of two timestamps"
            ),
            _ => {
                let field = |of: &DataType| Arc::new(Field::new("expression", of.clone(), true));
                let fields: Vec<FieldRef> = arg_types.iter().map(field).collect();
                let coerced = fields_with_udf(&fields, self.inner.as_ref())?;
                Ok(coerced
                    .iter()
                    .map(|field| field.data_type().clone())
                    .collect())
            }
        }
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arg_types)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if !is_ticks(args.input_fields[0].data_type()) {
            return self.inner.state_fields(args);
        }
        let fields = [integers(&args.input_fields[0])];
        self.inner.state_fields(StateFieldsArgs {
            name: args.name,
            input_fields: &fields,
            return_field: integers(&args.return_field),
            ordering_fields: args.ordering_fields,
            is_distinct: args.is_distinct,
        })
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        match duration_of(&args) {
            None => self.inner.accumulator(args),
            Some(duration) => {
                let inner = as_integers(&args, |args| self.inner.accumulator(args))?;
                Ok(Box::new(TemporalMedianAccumulator { inner, duration }))
            }
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        match duration_of(&args) {
            None => self.inner.create_groups_accumulator(args),
            Some(duration) => {
                let inner = as_integers(&args, |args| self.inner.create_groups_accumulator(args))?;
                Ok(Box::new(TemporalMedianAccumulator { inner, duration }))
            }
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// An accumulator of integers that consumes and returns durations.
#[derive(Debug)]
struct TemporalMedianAccumulator<A> {
    inner: A,
    duration: DataType,
}

fn ticks(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    values
        .iter()
        .map(|column| Ok(cast(column, &DataType::Int64)?))
        .collect()
}

impl Accumulator for TemporalMedianAccumulator<Box<dyn Accumulator>> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(&ticks(values)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.inner.evaluate()?.cast_to(&self.duration)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }
}

impl GroupsAccumulator for TemporalMedianAccumulator<Box<dyn GroupsAccumulator>> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&arrow::array::BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.inner
            .update_batch(&ticks(values)?, group_indices, opt_filter, total_num_groups)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.inner
            .merge_batch(values, group_indices, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(cast(&self.inner.evaluate(emit_to)?, &self.duration)?)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&arrow::array::BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(&ticks(values)?, opt_filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
