//! `sign`, `div`, `width_bucket`, `bit_count`, `isinf`, `isfinite`: arithmetic that other engines have.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use arrow::compute::cast;
use arrow::compute::kernels::cmp;
use arrow::compute::kernels::numeric::{div, rem, sub};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};

use datafusion::logical_expr::ScalarUDF;

use crate::functions::declaration::scalar::{ScalarFunctionSpec, function};

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        sign(),
        whole_quotient(),
        bucket(),
        bits(),
        infinite(),
        finite(),
    ]
}

/// Operand type: whole numbers and decimals keep theirs, other numbers become doubles.
fn number(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::UInt64 => Some(DataType::Decimal128(20, 0)),
        of if of.is_integer() || of.is_null() => Some(DataType::Int64),
        of if of.is_decimal() => Some(of.clone()),
        of if of.is_floating() => Some(DataType::Float64),
        _ => None,
    }
}

fn sign() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "sign",
        aliases: &[],
        syntax: "sign(x)",
        meaning: "-1, 0 or 1 as x is below, at or above zero: a BIGINT; NULL for NaN.",
        arguments: &[("x", "Any number.")],
        example: "SELECT sign(-2.5)",
        coerce: |types| match types {
            [of] if number(of).is_some() => Ok(number(of).into_iter().collect()),
            _ => plan_err!("sign takes a number: sign(cost)"),
        },
        returns: |_| Ok(DataType::Int64),
        kernel: |columns| {
            let zero = ScalarValue::new_zero(columns[0].data_type())?.to_scalar()?;
            let below = cmp::lt(&columns[0], &zero)?;
            let above = cmp::gt(&columns[0], &zero)?;
            let is_nan = nan(&columns[0]);
            let signs = below
                .iter()
                .zip(above.iter())
                .enumerate()
                .map(|(row, pair)| {
                    let (below, above) = (pair.0?, pair.1?);
                    (!is_nan(row)).then_some(i64::from(above) - i64::from(below))
                });
            Ok(Arc::new(signs.collect::<Int64Array>()))
        },
    }
}

fn nan(column: &ArrayRef) -> impl Fn(usize) -> bool {
    let doubles = column.as_primitive_opt::<Float64Type>().cloned();
    move |row| {
        doubles
            .as_ref()
            .is_some_and(|column| column.value(row).is_nan())
    }
}

/// The function `div`, for rewrites of division operators.
pub(crate) fn div_function() -> Arc<ScalarUDF> {
    Arc::new(function(whole_quotient()))
}

fn whole_quotient() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "div",
        aliases: &[],
        syntax: "div(a, b)",
        meaning: "How often b goes into a, cut towards zero: a BIGINT for whole numbers, a decimal without fraction for decimals, else a double. Division by zero is an error.",
        arguments: &[("a", "Any number."), ("b", "Any number.")],
        example: "SELECT div(7, 2)",
        coerce: |types| match types {
            [a, b] => match (number(a), number(b)) {
                (Some(DataType::Int64), Some(DataType::Int64)) => {
                    Ok(vec![DataType::Int64, DataType::Int64])
                }
                (Some(a), Some(b)) if !a.is_floating() && !b.is_floating() => Ok(vec![
                    DataType::Decimal256(76, scale(&a)),
                    DataType::Decimal256(76, scale(&b)),
                ]),
                (Some(_), Some(_)) => Ok(vec![DataType::Float64, DataType::Float64]),
                _ => plan_err!("div takes two numbers: div(seconds, 60)"),
            },
            _ => plan_err!("div takes two numbers: div(seconds, 60)"),
        },
        returns: |types| match &types[0] {
            DataType::Decimal256(..) => Ok(DataType::Decimal128(38, 0)),
            other => Ok(other.clone()),
        },
        kernel: whole_quotients,
    }
}

fn whole_quotients(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (a, b) = (&columns[0], &columns[1]);
    match a.data_type() {
        DataType::Float64 => {
            let whole = div(a, b)?;
            let whole = whole.as_primitive::<Float64Type>();
            let no_zero = b
                .as_primitive::<Float64Type>()
                .iter()
                .flatten()
                .all(|b| b != 0.0);
            if !no_zero {
                return exec_err!(
                    "division by zero: write nullif(.., 0) around what is divided by"
                );
            }
            Ok(Arc::new(whole.unary::<_, Float64Type>(f64::trunc)))
        }
        DataType::Int64 => Ok(div(a, b)?),
        // The dividend minus the remainder divides evenly.
        _ => {
            let even = sub(a, &rem(a, b)?)?;
            let scale = scale(even.data_type()).max(scale(b.data_type()));
            let unscaled = |of: &ArrayRef| -> Result<ArrayRef> {
                let aligned = cast(of, &DataType::Decimal256(76, scale))?;
                let data = aligned.as_primitive::<arrow::datatypes::Decimal256Type>();
                Ok(Arc::new(
                    data.clone().with_data_type(DataType::Decimal256(76, 0)),
                ))
            };
            let whole = whole_numbers(&unscaled(&even)?, &unscaled(b)?)?;
            Ok(cast(&whole, &DataType::Decimal128(38, 0))?)
        }
    }
}

/// Quotient of decimals with scale 0 that divide evenly.
fn whole_numbers(a: &ArrayRef, b: &ArrayRef) -> Result<ArrayRef> {
    use arrow::datatypes::Decimal256Type;
    let a = a.as_primitive::<Decimal256Type>().iter();
    let b = b.as_primitive::<Decimal256Type>().iter();
    let whole = a.zip(b).map(|(a, b)| Some(a?.wrapping_div(b?)));
    let whole: arrow::array::Decimal256Array = whole.collect();
    Ok(Arc::new(whole.with_data_type(DataType::Decimal256(76, 0))))
}

fn scale(data_type: &DataType) -> i8 {
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => *scale,
        _ => 0,
    }
}

fn bucket() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "width_bucket",
        aliases: &[],
        syntax: "width_bucket(x, low, high, count)",
        meaning: "The number of the bucket that x falls into when low to high is divided into count buckets of one width, from 1; 0 below low, count + 1 from high on. With low above high the buckets go down.",
        arguments: &[
            ("x", "A number."),
            ("low", "Where the first bucket starts."),
            ("high", "Where the last one ends."),
            ("count", "How many buckets."),
        ],
        example: "SELECT width_bucket(5.3, 0, 10, 5)",
        coerce: |types| match types {
            [x, low, high, _] if [x, low, high].iter().all(|of| number(of).is_some()) => Ok(vec![
                DataType::Float64,
                DataType::Float64,
                DataType::Float64,
                DataType::Int64,
            ]),
            _ => plan_err!("width_bucket takes four numbers: width_bucket(cost, 0, 100, 10)"),
        },
        returns: |_| Ok(DataType::Int64),
        kernel: |columns| {
            let double = |place: usize| columns[place].as_primitive::<Float64Type>();
            let (x, low, high) = (double(0), double(1), double(2));
            let count = columns[3].as_primitive::<Int64Type>();
            let rows = 0..x.len();
            let known = |row: usize| columns.iter().all(|column| column.is_valid(row));
            let buckets = rows.map(|row| {
                if known(row) {
                    place(
                        x.value(row),
                        low.value(row),
                        high.value(row),
                        count.value(row),
                    )
                    .map(Some)
                } else {
                    Ok(None)
                }
            });
            Ok(Arc::new(buckets.collect::<Result<Int64Array>>()?))
        },
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "between 0 and count"
)]
fn place(x: f64, low: f64, high: f64, count: i64) -> Result<i64> {
    if count < 1 || low == high || [x, low, high].iter().any(|value| value.is_nan()) {
        return exec_err!(
            "width_bucket takes at least one bucket between two different numbers, and no NaN"
        );
    }
    let (x, low, high) = if low < high {
        (x, low, high)
    } else {
        (-x, -low, -high)
    };
    if x < low {
        return Ok(0);
    }
    if x >= high {
        return Ok(count + 1);
    }
    let share = (x - low) / (high - low) * count as f64;
    Ok((share.floor() as i64).min(count - 1) + 1)
}

fn bits() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "bit_count",
        aliases: &[],
        syntax: "bit_count(n)",
        meaning: "How many bits of a whole number are set, of 64.",
        arguments: &[("n", "A whole number.")],
        example: "SELECT bit_count(7)",
        coerce: |types| match types {
            [of] if of.is_integer() || of.is_null() => Ok(vec![DataType::Int64]),
            _ => plan_err!("bit_count takes a whole number: bit_count(flags)"),
        },
        returns: |_| Ok(DataType::Int64),
        kernel: |columns| {
            let counted = columns[0].as_primitive::<Int64Type>();
            Ok(Arc::new(
                counted.unary::<_, Int64Type>(|value| value.count_ones().into()),
            ))
        },
    }
}

fn infinite() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "isinf",
        aliases: &[],
        syntax: "isinf(x)",
        meaning: "Whether a double is plus or minus infinity.",
        arguments: &[("x", "A number.")],
        example: "SELECT isinf('inf'::DOUBLE)",
        coerce: one_double,
        returns: |_| Ok(DataType::Boolean),
        kernel: |columns| Ok(test(columns[0].as_primitive(), f64::is_infinite)),
    }
}

fn finite() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "isfinite",
        aliases: &[],
        syntax: "isfinite(x)",
        meaning: "Whether a double is neither NaN nor an infinity.",
        arguments: &[("x", "A number.")],
        example: "SELECT isfinite(1.5)",
        coerce: one_double,
        returns: |_| Ok(DataType::Boolean),
        kernel: |columns| Ok(test(columns[0].as_primitive(), f64::is_finite)),
    }
}

fn one_double(types: &[DataType]) -> Result<Vec<DataType>> {
    match types {
        [of] if number(of).is_some() => Ok(vec![DataType::Float64]),
        _ => plan_err!("this function takes a number"),
    }
}

fn test(values: &Float64Array, test: fn(f64) -> bool) -> ArrayRef {
    let tested = values.iter().map(|value| value.map(test));
    Arc::new(tested.collect::<BooleanArray>())
}
