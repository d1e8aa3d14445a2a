//! A total in a type wide enough that it cannot overflow, with the count behind it.

use std::fmt::Debug;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, AsArray, BooleanArray, Int64Array, PrimitiveArray,
};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DecimalType, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Int64Type, UInt64Type, i256,
};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::functions::rows::{CHUNK, common_group, eligible, for_each_set};

/// A type whose values are added up in a wider one.
pub(super) trait Summand: ArrowPrimitiveType + Debug {
    /// Wide enough for 2^64 values.
    type Wide: ArrowPrimitiveType + Debug;
    fn widen(value: Self::Native) -> <Self::Wide as ArrowPrimitiveType>::Native;
    /// Back to the result's type, when the value fits it.
    fn narrow(
        wide: <Self::Wide as ArrowPrimitiveType>::Native,
        to: &DataType,
    ) -> Option<Self::Native>;
    fn divide(
        total: <Self::Wide as ArrowPrimitiveType>::Native,
        count: i64,
    ) -> <Self::Wide as ArrowPrimitiveType>::Native;
}

type Wide<T> = <<T as Summand>::Wide as ArrowPrimitiveType>::Native;

macro_rules! sum_in_128_bits {
    ($($summand:ty),*) => {$(
        impl Summand for $summand {
            type Wide = Decimal128Type;
            fn widen(value: Self::Native) -> i128 {
                i128::from(value)
            }
            fn narrow(wide: i128, to: &DataType) -> Option<Self::Native> {
                fits(wide, to).then(|| Self::Native::try_from(wide).ok()).flatten()
            }
            fn divide(total: i128, count: i64) -> i128 {
                total / i128::from(count)
            }
        }
    )*};
}

sum_in_128_bits!(
    Int64Type,
    UInt64Type,
    DurationSecondType,
    DurationMillisecondType,
    DurationMicrosecondType,
    DurationNanosecondType,
    Decimal32Type,
    Decimal64Type
);

impl Summand for Decimal128Type {
    type Wide = Decimal256Type;
    fn widen(value: i128) -> i256 {
        i256::from_i128(value)
    }
    fn narrow(wide: i256, to: &DataType) -> Option<i128> {
        wide.to_i128().filter(|value| fits(*value, to))
    }
    fn divide(total: i256, count: i64) -> i256 {
        total.div_wrapping(i256::from(count))
    }
}

/// Whether a decimal's digits suffice; other types are checked by the conversion itself.
fn fits(value: i128, to: &DataType) -> bool {
    match to {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale) => {
            Decimal128Type::validate_decimal_precision(value, *precision, *scale).is_ok()
        }
        _ => true,
    }
}

/// What is made of a total at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    Sum,
    Mean,
}

/// A total and how many values are in it.
#[derive(Debug, Clone, Copy, Default)]
struct Total<W> {
    total: W,
    count: i64,
}

impl<W: ArrowNativeTypeOp> Total<W> {
    #[inline]
    fn add<T: Summand<Wide: ArrowPrimitiveType<Native = W>>>(&mut self, value: T::Native) {
        self.total = self.total.add_wrapping(T::widen(value));
        self.count += 1;
    }

    fn add_all<T: Summand<Wide: ArrowPrimitiveType<Native = W>>>(&mut self, values: &[T::Native]) {
        let more = |total: W, value: &T::Native| total.add_wrapping(T::widen(*value));
        self.total = values.iter().fold(self.total, more);
        self.count += i64::try_from(values.len()).unwrap_or(i64::MAX);
    }
}

/// The totals of many groups (one group for the plain accumulator).
#[derive(Debug)]
pub(super) struct Totals<T: Summand> {
    finish: Finish,
    result_type: DataType,
    totals: Vec<Total<Wide<T>>>,
}

impl<T: Summand> Totals<T> {
    pub(super) fn new(finish: Finish, result_type: DataType, groups: usize) -> Self {
        Self {
            finish,
            result_type,
            totals: vec![Total::default(); groups],
        }
    }

    fn value(&self, of: &Total<Wide<T>>) -> Result<Option<T::Native>> {
        let Total { total, count } = *of;
        if count == 0 {
            return Ok(None);
        }
        let (name, wide) = match self.finish {
            Finish::Sum => ("sum", total),
            Finish::Mean => ("avg", T::divide(total, count)),
        };
        T::narrow(wide, &self.result_type).map(Some).ok_or_else(|| {
            exec_datafusion_err!(
                "{name}: the total {wide:?} of {count} values does not fit in {}; \
                 cast the argument to DECIMAL(38, 0) or DOUBLE first",
                self.result_type
            )
        })
    }

    fn result(&self, totals: &[Total<Wide<T>>]) -> Result<ArrayRef> {
        let values = totals
            .iter()
            .map(|total| self.value(total))
            .collect::<Result<PrimitiveArray<T>>>()?;
        Ok(Arc::new(values.with_data_type(self.result_type.clone())))
    }
}

/// The state's columns: the count and the total.
pub(super) fn state_types<T: Summand>() -> [DataType; 2] {
    [DataType::Int64, T::Wide::DATA_TYPE]
}

fn state_arrays<T: Summand>(totals: &[Total<Wide<T>>]) -> Vec<ArrayRef> {
    let counts = Int64Array::from_iter_values(totals.iter().map(|total| total.count));
    let totals = totals.iter().map(|total| total.total);
    let totals = PrimitiveArray::<T::Wide>::from_iter_values(totals);
    vec![
        Arc::new(counts),
        Arc::new(totals.with_data_type(T::Wide::DATA_TYPE)),
    ]
}

impl<T: Summand> Accumulator for Totals<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let eligible = eligible(&[&values[0]], None);
        let values = values[0].as_primitive::<T>().values();
        let total = &mut self.totals[0];
        match &eligible {
            None => total.add_all::<T>(values),
            Some(bits) => for_each_set(bits, |row| total.add::<T>(values[row])),
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.result(&self.totals)?, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + GroupsAccumulator::size(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        state_arrays::<T>(&self.totals)
            .iter()
            .map(|array| ScalarValue::try_from_array(array, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; states[0].len()];
        GroupsAccumulator::merge_batch(self, states, &groups, 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let total = &mut self.totals[0];
        for value in values[0].as_primitive::<T>().iter().flatten() {
            total.total = total.total.sub_wrapping(T::widen(value));
            total.count -= 1;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }
}

impl<T: Summand> GroupsAccumulator for Totals<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.totals.resize(total_num_groups, Total::default());
        let totals = self.totals.as_mut_slice();
        let eligible = eligible(&[&values[0]], opt_filter);
        let values = values[0].as_primitive::<T>().values();
        if let Some(bits) = eligible {
            for_each_set(&bits, |row| {
                totals[group_indices[row]].add::<T>(values[row]);
            });
            return Ok(());
        }
        for (groups, values) in group_indices.chunks(CHUNK).zip(values.chunks(CHUNK)) {
            match common_group(groups) {
                Some(group) => totals[group].add_all::<T>(values),
                None => {
                    for (&group, &value) in groups.iter().zip(values) {
                        totals[group].add::<T>(value);
                    }
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let totals = emit_to.take_needed(&mut self.totals);
        self.result(&totals)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(state_arrays::<T>(&emit_to.take_needed(&mut self.totals)))
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.totals.resize(total_num_groups, Total::default());
        let counts = values[0].as_primitive::<Int64Type>().values();
        let totals = values[1].as_primitive::<T::Wide>().values();
        for (&group, (&count, &total)) in group_indices.iter().zip(counts.iter().zip(totals)) {
            let into = &mut self.totals[group];
            into.count += count;
            into.total = into.total.add_wrapping(total);
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let eligible = eligible(&[&values[0]], opt_filter);
        let values = values[0].as_primitive::<T>().values();
        let mut totals = vec![Total::default(); values.len()];
        let mut one = |row: usize| totals[row].add::<T>(values[row]);
        match &eligible {
            None => (0..values.len()).for_each(&mut one),
            Some(bits) => for_each_set(bits, one),
        }
        Ok(state_arrays::<T>(&totals))
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<Total<Wide<T>>>()
    }
}
