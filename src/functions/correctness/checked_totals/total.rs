//! A total in a type too wide to overflow, with the number of values.

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

use crate::functions::datetime::lengths::rounded;
use crate::functions::kernels::bits::for_each_set;
use crate::functions::kernels::rows::{CHUNK, common_group, eligible};
use crate::sql_type;

/// A type whose values are summed in a wider type.
pub(super) trait WideningSummand: ArrowPrimitiveType + Debug {
    /// Wide enough for the sum of 2^64 values.
    type Wide: ArrowPrimitiveType + Debug;
    fn widen(value: Self::Native) -> <Self::Wide as ArrowPrimitiveType>::Native;
    /// Narrows to the result type; `None` if the value does not fit.
    fn narrow(
        wide: <Self::Wide as ArrowPrimitiveType>::Native,
        to: &DataType,
    ) -> Option<Self::Native>;
    fn divide(
        total: <Self::Wide as ArrowPrimitiveType>::Native,
        count: i64,
    ) -> <Self::Wide as ArrowPrimitiveType>::Native;
    /// The total as an integer.
    fn exact(total: <Self::Wide as ArrowPrimitiveType>::Native) -> i256;
    /// The total that is this integer.
    fn from_exact(total: i256) -> <Self::Wide as ArrowPrimitiveType>::Native;
}

pub(super) type WideNative<T> = <<T as WideningSummand>::Wide as ArrowPrimitiveType>::Native;

macro_rules! sum_in_128_bits {
    ($($summand:ty),*) => {$(
        impl WideningSummand for $summand {
            type Wide = Decimal128Type;
            fn widen(value: Self::Native) -> i128 {
                i128::from(value)
            }
            fn narrow(wide: i128, to: &DataType) -> Option<Self::Native> {
                fits(wide, to).then(|| Self::Native::try_from(wide).ok()).flatten()
            }
            fn divide(total: i128, count: i64) -> i128 {
                rounded(total, i128::from(count))
            }
            fn exact(total: i128) -> i256 {
                i256::from_i128(total)
            }
            fn from_exact(total: i256) -> i128 {
                total.as_i128()
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

impl WideningSummand for Decimal128Type {
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
    fn exact(total: i256) -> i256 {
        total
    }
    fn from_exact(total: i256) -> i256 {
        total
    }
}

/// No type is wider than 76 digits; a sum that exceeds them so far that it wraps takes a billion rows.
impl WideningSummand for Decimal256Type {
    type Wide = Self;
    fn widen(value: i256) -> i256 {
        value
    }
    fn narrow(wide: i256, to: &DataType) -> Option<i256> {
        let DataType::Decimal256(precision, scale) = to else {
            return None;
        };
        Self::validate_decimal_precision(wide, *precision, *scale)
            .is_ok()
            .then_some(wide)
    }
    fn divide(total: i256, count: i64) -> i256 {
        total.div_wrapping(i256::from(count))
    }
    fn exact(total: i256) -> i256 {
        total
    }
    fn from_exact(total: i256) -> i256 {
        total
    }
}

/// True if the value fits the precision of a decimal; the conversion itself checks other types.
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

/// Final value of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckedTotalKind {
    Sum,
    Mean,
}

/// Totals of many groups (one group for the plain accumulator).
///
/// Totals and counts are separate arrays: one array of pairs would take a third more per group.
#[derive(Debug)]
pub(super) struct CheckedTotalAccumulator<T: WideningSummand> {
    finish: CheckedTotalKind,
    result_type: DataType,
    pub(super) totals: Vec<WideNative<T>>,
    pub(super) counts: Vec<i64>,
}

impl<T: WideningSummand> CheckedTotalAccumulator<T> {
    pub(super) fn new(finish: CheckedTotalKind, result_type: DataType, groups: usize) -> Self {
        Self {
            finish,
            result_type,
            totals: vec![WideNative::<T>::default(); groups],
            counts: vec![0; groups],
        }
    }

    fn resize(&mut self, groups: usize) {
        self.totals.resize(groups, WideNative::<T>::default());
        self.counts.resize(groups, 0);
    }

    fn value(&self, total: WideNative<T>, count: i64) -> Result<Option<T::Native>> {
        if count == 0 {
            return Ok(None);
        }
        let (name, wide) = match self.finish {
            CheckedTotalKind::Sum => ("sum", total),
            CheckedTotalKind::Mean => ("avg", T::divide(total, count)),
        };
        T::narrow(wide, &self.result_type).map(Some).ok_or_else(|| {
            exec_datafusion_err!(
                "{name}: the total {wide:?} of {count} values does not fit in {}; \
                 cast the argument to DECIMAL(38, 0) or DOUBLE first",
                sql_type::name(&self.result_type)
            )
        })
    }

    pub(super) fn result(&self, totals: &[WideNative<T>], counts: &[i64]) -> Result<ArrayRef> {
        let pairs = totals.iter().zip(counts);
        let values = pairs
            .map(|(total, count)| self.value(*total, *count))
            .collect::<Result<PrimitiveArray<T>>>()?;
        Ok(Arc::new(values.with_data_type(self.result_type.clone())))
    }

    #[inline]
    fn add(&mut self, group: usize, value: T::Native) {
        self.totals[group] = self.totals[group].add_wrapping(T::widen(value));
        self.counts[group] += 1;
    }

    fn add_all(&mut self, group: usize, values: &[T::Native]) {
        let more = |total: WideNative<T>, value: &T::Native| total.add_wrapping(T::widen(*value));
        self.totals[group] = values.iter().fold(self.totals[group], more);
        self.counts[group] += i64::try_from(values.len()).unwrap_or(i64::MAX);
    }
}

/// Columns of the state: the count and the total.
pub(super) fn state_types<T: WideningSummand>() -> [DataType; 2] {
    [DataType::Int64, T::Wide::DATA_TYPE]
}

fn state_arrays<T: WideningSummand>(counts: Vec<i64>, totals: Vec<WideNative<T>>) -> Vec<ArrayRef> {
    let totals = PrimitiveArray::<T::Wide>::from_iter_values(totals);
    vec![
        Arc::new(Int64Array::from(counts)),
        Arc::new(totals.with_data_type(T::Wide::DATA_TYPE)),
    ]
}

impl<T: WideningSummand> Accumulator for CheckedTotalAccumulator<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let eligible = eligible(&[&values[0]], None);
        let values = values[0].as_primitive::<T>().values();
        match &eligible {
            None => self.add_all(0, values),
            Some(bits) => for_each_set(bits, |row| self.add(0, values[row])),
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.result(&self.totals, &self.counts)?, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + GroupsAccumulator::size(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let arrays = state_arrays::<T>(self.counts.clone(), self.totals.clone());
        arrays
            .iter()
            .map(|array| ScalarValue::try_from_array(array, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; states[0].len()];
        GroupsAccumulator::merge_batch(self, states, &groups, 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values[0].as_primitive::<T>().iter().flatten() {
            self.totals[0] = self.totals[0].sub_wrapping(T::widen(value));
            self.counts[0] -= 1;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }
}

impl<T: WideningSummand> GroupsAccumulator for CheckedTotalAccumulator<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        let eligible = eligible(&[&values[0]], opt_filter);
        let values = values[0].as_primitive::<T>().values();
        if let Some(bits) = eligible {
            for_each_set(&bits, |row| self.add(group_indices[row], values[row]));
            return Ok(());
        }
        for (groups, values) in group_indices.chunks(CHUNK).zip(values.chunks(CHUNK)) {
            match common_group(groups) {
                Some(group) => self.add_all(group, values),
                None => {
                    for (&group, &value) in groups.iter().zip(values) {
                        self.add(group, value);
                    }
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let totals = emit_to.take_needed(&mut self.totals);
        let counts = emit_to.take_needed(&mut self.counts);
        self.result(&totals, &counts)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let totals = emit_to.take_needed(&mut self.totals);
        let counts = emit_to.take_needed(&mut self.counts);
        Ok(state_arrays::<T>(counts, totals))
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        let counts = values[0].as_primitive::<Int64Type>().values();
        let totals = values[1].as_primitive::<T::Wide>().values();
        for (row, group) in group_indices.iter().enumerate() {
            self.counts[*group] += counts[row];
            self.totals[*group] = self.totals[*group].add_wrapping(totals[row]);
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
        let mut counts = vec![0; values.len()];
        let mut totals = vec![WideNative::<T>::default(); values.len()];
        let mut one = |row: usize| {
            counts[row] = 1;
            totals[row] = T::widen(values[row]);
        };
        match &eligible {
            None => (0..values.len()).for_each(&mut one),
            Some(bits) => for_each_set(bits, one),
        }
        Ok(state_arrays::<T>(counts, totals))
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<WideNative<T>>()
            + self.counts.capacity() * size_of::<i64>()
    }
}
