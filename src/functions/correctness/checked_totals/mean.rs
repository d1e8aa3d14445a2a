//! `avg` of whole numbers and decimals as the nearest double, and of durations without overflow.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use arrow::datatypes::{
    DataType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Field, FieldRef, Int64Type, TimeUnit,
};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::average::Avg;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator,
    ReversedUDAF, SetMonotonicity, Signature, Volatility,
};

use super::distinct::{DistinctTotalAccumulator, distinct_type};
use super::exact_mean::mean;
use super::total::{
    CheckedTotalAccumulator, CheckedTotalKind, WideNative, WideningSummand, state_types,
};

/// Calls `$means!(type)` for numbers, `$totals!(type)` for durations, `$otherwise` for other types.
macro_rules! by_type {
    ($data_type:expr, $means:ident, $totals:ident, $otherwise:expr) => {
        match $data_type {
            DataType::Int64 => $means!(Int64Type),
            DataType::Decimal32(..) => $means!(Decimal32Type),
            DataType::Decimal64(..) => $means!(Decimal64Type),
            DataType::Decimal128(..) => $means!(Decimal128Type),
            DataType::Decimal256(..) => $means!(Decimal256Type),
            DataType::Duration(TimeUnit::Second) => $totals!(DurationSecondType),
            DataType::Duration(TimeUnit::Millisecond) => $totals!(DurationMillisecondType),
            DataType::Duration(TimeUnit::Microsecond) => $totals!(DurationMicrosecondType),
            DataType::Duration(TimeUnit::Nanosecond) => $totals!(DurationNanosecondType),
            _ => $otherwise,
        }
    };
}

/// `avg` of whole numbers, decimals and durations; the stock function evaluates other types.
///
/// No value (all NULL) gives NULL.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CheckedAvg {
    stock: Avg,
    signature: Signature,
}

impl Default for CheckedAvg {
    fn default() -> Self {
        Self {
            stock: Avg::default(),
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_decimal() || *data_type == DataType::Int64
}

/// Digits after the point.
pub(super) fn scale(data_type: &DataType) -> u32 {
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => u32::try_from(*scale).unwrap_or(0),
        _ => 0,
    }
}

/// True if this function evaluates the call; otherwise the stock function does.
fn is_ours(is_distinct: bool, data_type: &DataType) -> bool {
    match data_type {
        DataType::Duration(_) => !is_distinct,
        number => is_number(number),
    }
}

impl AggregateUDFImpl for CheckedAvg {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn aliases(&self) -> &[String] {
        self.stock.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match arg_types {
            [DataType::UInt64] => Ok(vec![DataType::Decimal128(20, 0)]),
            [of] if of.is_integer() => Ok(vec![DataType::Int64]),
            // A negative scale: digits times a power of ten.
            [DataType::Decimal128(_, i8::MIN..0)] => Ok(vec![DataType::Float64]),
            _ => {
                let stock = AggregateUDF::from(Avg::default());
                let field = |of: &DataType| Arc::new(Field::new("expression", of.clone(), true));
                let fields: Vec<FieldRef> = arg_types.iter().map(field).collect();
                let coerced = fields_with_udf(&fields, &stock)?;
                Ok(coerced
                    .iter()
                    .map(|field| field.data_type().clone())
                    .collect())
            }
        }
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [of] if is_number(of) => Ok(DataType::Float64),
            _ => self.stock.return_type(arg_types),
        }
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let input = args.expr_fields[0].data_type();
        if args.is_distinct && is_number(input) {
            return Ok(Box::new(DistinctTotalAccumulator::mean(scale(input))));
        }
        if args.is_distinct {
            return self.stock.accumulator(args);
        }
        macro_rules! means {
            ($t:ty) => {
                Ok(Box::new(CheckedMeanAccumulator::<$t>::new(scale(input), 1)))
            };
        }
        macro_rules! totals {
            ($t:ty) => {
                Ok(Box::new(CheckedTotalAccumulator::<$t>::new(
                    CheckedTotalKind::Mean,
                    args.return_type().clone(),
                    1,
                )))
            };
        }
        by_type!(input, means, totals, self.stock.accumulator(args))
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        if is_ours(args.is_distinct, args.expr_fields[0].data_type()) {
            self.accumulator(args)
        } else {
            self.stock.create_sliding_accumulator(args)
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let input = args.input_fields[0].data_type();
        let field = |part: &str, data_type| {
            Arc::new(Field::new(
                format_state_name(args.name, part),
                data_type,
                true,
            ))
        };
        if args.is_distinct && is_number(input) {
            let list = DataType::new_list(distinct_type(scale(input)), true);
            return Ok(vec![field("distinct", list)]);
        }
        if args.is_distinct {
            return self.stock.state_fields(args);
        }
        macro_rules! fields {
            ($t:ty) => {{
                let [count, total] = state_types::<$t>();
                Ok(vec![field("count", count), field("total", total)])
            }};
        }
        by_type!(input, fields, fields, self.stock.state_fields(args))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        if is_ours(false, args.expr_fields[0].data_type()) {
            !args.is_distinct
        } else {
            self.stock.groups_accumulator_supported(args)
        }
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let input = args.expr_fields[0].data_type();
        macro_rules! means {
            ($t:ty) => {
                Ok(Box::new(CheckedMeanAccumulator::<$t>::new(scale(input), 0)))
            };
        }
        macro_rules! totals {
            ($t:ty) => {
                Ok(Box::new(CheckedTotalAccumulator::<$t>::new(
                    CheckedTotalKind::Mean,
                    args.return_type().clone(),
                    0,
                )))
            };
        }
        by_type!(
            input,
            means,
            totals,
            self.stock.create_groups_accumulator(args)
        )
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.stock.reverse_expr()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.stock.order_sensitivity()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.stock.set_monotonicity(data_type)
    }
}

/// Means of many groups (one group for the plain accumulator).
#[derive(Debug)]
pub(super) struct CheckedMeanAccumulator<T: WideningSummand> {
    scale: u32,
    totals: CheckedTotalAccumulator<T>,
}

impl<T: WideningSummand> CheckedMeanAccumulator<T> {
    pub(super) fn new(scale: u32, groups: usize) -> Self {
        Self {
            scale,
            totals: CheckedTotalAccumulator::new(CheckedTotalKind::Mean, DataType::Float64, groups),
        }
    }

    pub(super) fn result(&self, totals: &[WideNative<T>], counts: &[i64]) -> Result<Float64Array> {
        let pairs = totals.iter().zip(counts);
        pairs
            .map(|(total, count)| mean(T::exact(*total), *count, self.scale))
            .collect()
    }
}

impl<T: WideningSummand> Accumulator for CheckedMeanAccumulator<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        Accumulator::update_batch(&mut self.totals, values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = self.result(&self.totals.totals, &self.totals.counts)?;
        ScalarValue::try_from_array(&result, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + GroupsAccumulator::size(&self.totals)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Accumulator::state(&mut self.totals)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        Accumulator::merge_batch(&mut self.totals, states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.totals.retract_batch(values)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }
}

impl<T: WideningSummand> GroupsAccumulator for CheckedMeanAccumulator<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        GroupsAccumulator::update_batch(
            &mut self.totals,
            values,
            group_indices,
            opt_filter,
            total_num_groups,
        )
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let totals = emit_to.take_needed(&mut self.totals.totals);
        let counts = emit_to.take_needed(&mut self.totals.counts);
        Ok(Arc::new(self.result(&totals, &counts)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        GroupsAccumulator::state(&mut self.totals, emit_to)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        GroupsAccumulator::merge_batch(&mut self.totals, values, group_indices, total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        self.totals.convert_to_state(values, opt_filter)
    }

    fn size(&self) -> usize {
        GroupsAccumulator::size(&self.totals)
    }
}
