//! `quantile_disc`, a value that occurs, and `mad`, the median distance from the median.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::{SortOptions, concat, filter, is_not_null, sort_to_indices};
use arrow::datatypes::{DataType, Float64Type};
use arrow::record_batch::RecordBatch;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF, ColumnarValue};

use crate::functions::declaration::aggregate::{AggregateFunctionSpec, function};
use crate::functions::kernels::lengths::totals;

pub(crate) fn all() -> Vec<AggregateUDF> {
    vec![function(discrete()), function(deviation())]
}

fn discrete() -> AggregateFunctionSpec {
    AggregateFunctionSpec {
        name: "quantile_disc",
        aliases: &["quantile"],
        syntax: "quantile_disc(x, q [, descending])",
        meaning: "The first value, in order, up to which lies at least the share q of the values: always one that occurs, so it works for texts and dates too. NULLs do not count; NULL without rows.",
        arguments: &[
            ("x", "Anything that can be ordered."),
            (
                "q",
                "A constant from 0 to 1, or a list of them for a list of answers.",
            ),
            ("descending", "true to count from the greatest."),
        ],
        example: "SELECT quantile_disc(x, 0.5) FROM (VALUES (1), (2), (10)) AS t(x)",
        coerce: |types| match types {
            [x, q] if q.is_numeric() => Ok(vec![x.clone(), DataType::Float64]),
            [x, q, DataType::Boolean] if q.is_numeric() => {
                Ok(vec![x.clone(), DataType::Float64, DataType::Boolean])
            }
            _ => plan_err!("quantile_disc takes values and a share: quantile_disc(cost, 0.9)"),
        },
        returns: |types| types[0].clone(),
        state: |types| vec![("values", DataType::new_list(types[0].clone(), true))],
        accumulator: |types, args| {
            refuse_distinct("quantile_disc", args)?;
            let share = match constant(args, 1)? {
                ScalarValue::Float64(Some(share)) if (0.0..=1.0).contains(&share) => share,
                other => {
                    return plan_err!(
                        "quantile_disc: the share lies between 0 and 1, not at {other}"
                    );
                }
            };
            let descending =
                args.exprs.len() > 2 && constant(args, 2)? == ScalarValue::Boolean(Some(true));
            Ok(Box::new(ValueListAccumulator::new(
                &types[0],
                ValueListStatistic::QuantileDisc { share, descending },
            )))
        },
        groups: None,
    }
}

fn deviation() -> AggregateFunctionSpec {
    AggregateFunctionSpec {
        name: "mad",
        aliases: &[],
        syntax: "mad(x)",
        meaning: "The median absolute deviation: the median of how far the values lie from their median. A DOUBLE; NULLs do not count; NULL without rows.",
        arguments: &[("x", "A number.")],
        example: "SELECT mad(x) FROM (VALUES (1), (2), (10)) AS t(x)",
        coerce: |types| match types {
            [x] if x.is_numeric() || x.is_null() => Ok(vec![DataType::Float64]),
            _ => plan_err!("mad takes a number: mad(cost)"),
        },
        returns: |_| DataType::Float64,
        state: |_| vec![("values", DataType::new_list(DataType::Float64, true))],
        accumulator: |types, args| {
            refuse_distinct("mad", args)?;
            Ok(Box::new(ValueListAccumulator::new(
                &types[0],
                ValueListStatistic::MedianAbsoluteDeviation,
            )))
        },
        groups: None,
    }
}

fn refuse_distinct(name: &str, args: &AccumulatorArgs<'_>) -> Result<()> {
    if args.is_distinct {
        plan_err!("{name} does not take DISTINCT: select the distinct values first")
    } else {
        Ok(())
    }
}

fn constant(args: &AccumulatorArgs<'_>, place: usize) -> Result<ScalarValue> {
    let nothing = RecordBatch::new_empty(Arc::new(args.schema.clone()));
    match args.exprs[place].evaluate(&nothing)? {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(_) => plan_err!("the share of a quantile is a constant"),
    }
}

#[derive(Debug, Clone, Copy)]
enum ValueListStatistic {
    QuantileDisc { share: f64, descending: bool },
    MedianAbsoluteDeviation,
}

/// All values of a group.
#[derive(Debug)]
struct ValueListAccumulator {
    data_type: DataType,
    answer: ValueListStatistic,
    chunks: Vec<ArrayRef>,
}

impl ValueListAccumulator {
    fn new(data_type: &DataType, answer: ValueListStatistic) -> Self {
        Self {
            data_type: data_type.clone(),
            answer,
            chunks: vec![],
        }
    }

    fn add(&mut self, values: &ArrayRef) -> Result<()> {
        let known = match values.null_count() {
            // A slice would retain its whole batch in memory.
            0 => concat(&[values.as_ref()])?,
            _ => filter(values, &is_not_null(values)?)?,
        };
        if !known.is_empty() {
            self.chunks.push(known);
        }
        Ok(())
    }

    fn all(&mut self) -> Result<ArrayRef> {
        if self.chunks.is_empty() {
            return Ok(arrow::array::new_empty_array(&self.data_type));
        }
        let chunks: Vec<&dyn Array> = self.chunks.iter().map(AsRef::as_ref).collect();
        let all = concat(&chunks)?;
        self.chunks = vec![Arc::clone(&all)];
        Ok(all)
    }
}

impl Accumulator for ValueListAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.add(&list)?;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let list = SingleRowListArrayBuilder::new(self.all()?).with_nullable(true);
        Ok(vec![list.build_list_scalar()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let all = self.all()?;
        if all.is_empty() {
            return ScalarValue::try_from(&self.data_type);
        }
        match self.answer {
            ValueListStatistic::QuantileDisc { share, descending } => {
                let order = if matches!(self.data_type, DataType::Interval(_)) {
                    by_length(&all, descending)?
                } else {
                    let options = SortOptions::default();
                    let options = if descending { options.desc() } else { options };
                    sort_to_indices(&all, Some(options), None)?
                };
                let place = order.value(rank(share, all.len()));
                ScalarValue::try_from_array(&all, usize::try_from(place).unwrap_or_default())
            }
            ValueListStatistic::MedianAbsoluteDeviation => {
                let mut values = all.as_primitive::<Float64Type>().values().to_vec();
                let middle = median(&mut values);
                values
                    .iter_mut()
                    .for_each(|value| *value = (*value - middle).abs());
                Ok(ScalarValue::Float64(Some(median(&mut values))))
            }
        }
    }

    fn size(&self) -> usize {
        let chunks = self.chunks.iter().map(Array::get_array_memory_size);
        size_of_val(self) + chunks.sum::<usize>()
    }
}

/// The places of intervals in order of their length; Arrow compares them field by field.
fn by_length(intervals: &ArrayRef, descending: bool) -> Result<UInt32Array> {
    let lengths = totals(intervals)?;
    let mut places: Vec<u32> = (0_u32..).take(lengths.len()).collect();
    let length = |place: &u32| lengths.get(usize::try_from(*place).unwrap_or_default());
    places.sort_by(|one, other| {
        let order = length(one).cmp(&length(other));
        if descending { order.reverse() } else { order }
    });
    Ok(places.into())
}

/// Index of the first of `count` sorted values up to which the fraction lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "between 0 and count"
)]
fn rank(share: f64, count: usize) -> usize {
    let place = (share * count as f64).ceil() as usize;
    place.clamp(1, count) - 1
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() % 2 {
        1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}
