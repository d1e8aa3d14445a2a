//! Selection of the aggregates that are computed from [`super::sums`].

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{CastExpr, Literal};

use super::sums::{SharedSumSpec, SumInputType, SumStatistic};

/// The inputs of an aggregate: arguments and FILTER.
type AggregateInputs = (Vec<PhysicalExprRef>, Option<PhysicalExprRef>);

/// The aggregates of a grouping that are computed from sums.
#[derive(Debug)]
pub(super) struct SharedSumPlanner {
    /// Statistic, argument and its type by aggregate.
    wanted: Vec<Option<(SumStatistic, PhysicalExprRef, SumInputType)>>,
    pub(super) sums: Vec<SharedSumSpec>,
}

impl SharedSumPlanner {
    pub(super) fn new(
        functions: &[Arc<AggregateFunctionExpr>],
        asked: &[AggregateInputs],
        schema: &Schema,
    ) -> Self {
        let calls = functions.iter().zip(asked);
        let all: Vec<_> = calls
            .map(|(function, (arguments, _))| summed(function, arguments, schema))
            .collect();
        // An argument that is only counted is not read.
        let is_read = |number: usize| {
            let (_, stored, _) = all[number].as_ref()?;
            let mut others = all.iter().zip(asked);
            others.find(|(other, (_, filter))| {
                let other = other.as_ref();
                *filter == asked[number].1
                    && other.is_some_and(|(finish, other, _)| {
                        *finish != SumStatistic::Count && other.eq(stored)
                    })
            })
        };
        let wanted = (0..all.len()).map(|number| is_read(number).and_then(|_| all[number].clone()));
        Self {
            wanted: wanted.collect(),
            sums: vec![],
        }
    }

    /// The sums and the statistic for the aggregate of this number; `position` registers an expression.
    pub(super) fn place(
        &mut self,
        number: usize,
        filter: Option<usize>,
        position: impl FnOnce(PhysicalExprRef) -> usize,
    ) -> Option<(usize, SumStatistic)> {
        let (finish, stored, values) = self.wanted[number].take()?;
        let summed = SharedSumSpec {
            argument: position(stored),
            filter,
            values,
            squares: finish == SumStatistic::Deviations,
        };
        let same = |known: &&mut SharedSumSpec| {
            (known.argument, known.filter) == (summed.argument, filter)
        };
        match self
            .sums
            .iter_mut()
            .enumerate()
            .find(|(_, known)| same(known))
        {
            Some((place, known)) => {
                known.squares |= summed.squares;
                Some((place, finish))
            }
            None => {
                self.sums.push(summed);
                Some((self.sums.len() - 1, finish))
            }
        }
    }
}

/// The statistic that `function` needs from the sums of its argument, which is read as it is stored;
/// `None` if it has to be accumulated.
fn summed(
    function: &AggregateFunctionExpr,
    arguments: &[PhysicalExprRef],
    schema: &Schema,
) -> Option<(SumStatistic, PhysicalExprRef, SumInputType)> {
    let [argument] = arguments else {
        return None;
    };
    if function.is_distinct() || argument.is::<Literal>() {
        return None;
    }
    let asked = argument.data_type(schema).ok()?;
    let stored = stored(argument, schema);
    let values = values(&stored.data_type(schema).ok()?)?;
    let finish = finish(function, &asked, values)?;
    Some((finish, stored, values))
}

/// The statistic of a function, which is recognized by its name and its states.
fn finish(
    function: &AggregateFunctionExpr,
    asked: &DataType,
    values: SumInputType,
) -> Option<SumStatistic> {
    use DataType::{Decimal128, Decimal256, Float64, Int64, UInt64};
    let states = function.state_fields().ok()?;
    let types: Vec<&DataType> = states.iter().map(|state| state.data_type()).collect();
    match (function.fun().name(), types.as_slice()) {
        ("count", [Int64]) => Some(SumStatistic::Count),
        ("avg", [UInt64, Float64]) if *asked == Float64 => Some(SumStatistic::Mean),
        // deskql's mean of integers and decimals has the states of its sum.
        ("avg", [Int64, Decimal128(..) | Decimal256(..)])
            if *asked != Float64 && values != SumInputType::Doubles =>
        {
            Some(SumStatistic::Sum)
        }
        ("var" | "var_pop" | "stddev" | "stddev_pop", [UInt64, Float64, Float64])
            if *asked == Float64 =>
        {
            Some(SumStatistic::Deviations)
        }
        ("sum", [Float64]) if *asked == Float64 => Some(SumStatistic::Sum),
        ("sum", [Int64, Decimal128(..) | Decimal256(..)])
            if *asked != Float64 && values != SumInputType::Doubles =>
        {
            Some(SumStatistic::Sum)
        }
        _ => None,
    }
}

/// `argument` without casts of integers and decimals to wider types: they preserve every value, or the
/// nearest double to it.
fn stored(argument: &PhysicalExprRef, schema: &Schema) -> PhysicalExprRef {
    let Some(cast) = argument.downcast_ref::<CastExpr>() else {
        return Arc::clone(argument);
    };
    let inner = stored(cast.expr(), schema);
    let from = inner.data_type(schema).ok().and_then(|t| values(&t));
    match (cast.cast_type(), from) {
        (DataType::Int64, Some(SumInputType::Integers))
        | (DataType::Float64, Some(SumInputType::Integers | SumInputType::Decimals(_))) => inner,
        _ => Arc::clone(argument),
    }
}

/// The input type for a column of `data_type`; `None` if 64 bits are not enough.
fn values(data_type: &DataType) -> Option<SumInputType> {
    use DataType::{
        Decimal32, Decimal64, Decimal128, Float64, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32,
    };
    match data_type {
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 => Some(SumInputType::Integers),
        Decimal32(precision, scale)
        | Decimal64(precision, scale)
        | Decimal128(precision, scale) => {
            let digits = u8::try_from(*scale).ok()?;
            (*precision <= 18).then_some(SumInputType::Decimals(digits))
        }
        Float64 => Some(SumInputType::Doubles),
        _ => None,
    }
}
