//! Calls of functions with decimals among their arguments.
//!
//! Functions that compute in doubles get literals as doubles, so that no row is cast and fast paths see
//! the same plans as when literals were doubles; `power` and `log` of decimals keep the digits of their
//! argument on the stock engine.
//!
//! Upstream: none found: power(1.05, 12) of decimals has the scale of its argument
//! Retire when: literals with a point are doubles again, or functions take them as such.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF, WindowFunctionDefinition};

use super::types::{as_double, cast_to, digits, exact_doubles};
use super::{choices, zeros};

/// Functions that return one of their arguments.
const CHOICES: &[&str] = &[
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "nvl",
    "make_array",
];
/// Functions that return one of their arguments by a condition, the first argument.
const CONDITIONS: &[&str] = &["if", "nvl2"];
/// Functions that compute in doubles for all argument types.
const DOUBLES: &[&str] = &["power", "log"];
/// Aggregates that return a double and can take their first argument as one.
const MEANS: &[&str] = &[
    "avg",
    "corr",
    "covar_pop",
    "covar_samp",
    "stddev",
    "stddev_pop",
    "var",
    "var_pop",
];

/// Rounding to integers. The stock function returns a decimal with the digits of its argument: 99.5 of
/// three digits has no room for 100.0.
const WHOLE: &[&str] = &["ceil", "floor", "trunc"];
/// Aggregates with DISTINCT that distinguish zeros and NaNs by sign.
const BY_BITS: &[&str] = &["count", "sum", "avg", "median"];
/// Aggregates that do so without DISTINCT.
const OCCURRENCES: &[&str] = &["mode", "histogram"];

/// # Errors
/// When a function that returns one of its arguments has dates among numbers.
pub(super) fn settle(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expression {
        Expr::ScalarFunction(mut call) => {
            let name = call.func.name();
            if let ([value], true) = (call.args.as_slice(), WHOLE.contains(&name))
                && let Some(whole) = with_room(value, &call.func, schema)
            {
                return Ok(Transformed::yes(whole));
            }
            let changed = if name == "round" {
                places(&mut call.args)
            } else if CHOICES.contains(&name) {
                let values = call.args.iter_mut().collect();
                match name {
                    "nullif" => {
                        let united = choices::unite_compared(values, schema)?;
                        united | zeros::settle(&mut call.args, schema)
                    }
                    _ => choices::unite(values, schema)?,
                }
            } else if CONDITIONS.contains(&name) {
                choices::unite(call.args.iter_mut().skip(1).collect(), schema)?
            } else if DOUBLES.contains(&name) {
                doubles(&mut call.args, schema, false)?
            } else {
                false
            };
            Ok(made(Expr::ScalarFunction(call), changed))
        }
        Expr::AggregateFunction(mut call) => {
            let name = call.func.name();
            let mut changed = aggregate(name, &mut call.params.args, schema)?;
            if call.params.distinct && BY_BITS.contains(&name) || OCCURRENCES.contains(&name) {
                changed |= zeros::settle(call.params.args.iter_mut().take(1), schema);
            }
            Ok(made(Expr::AggregateFunction(call), changed))
        }
        Expr::WindowFunction(mut call) => {
            let mut changed = match &call.fun {
                WindowFunctionDefinition::AggregateUDF(function) => {
                    aggregate(function.name(), &mut call.params.args, schema)?
                }
                WindowFunctionDefinition::WindowUDF(_) => false,
            };
            changed |= zeros::settle_window(&mut call, schema);
            Ok(made(Expr::WindowFunction(call), changed))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn made(expression: Expr, changed: bool) -> Transformed<Expr> {
    if changed {
        Transformed::yes(expression)
    } else {
        Transformed::no(expression)
    }
}

/// Casts a literal number of places to the parameter type of the function: below a cast it is no
/// literal until it is folded, and the result type depends on it.
fn places(arguments: &mut [Expr]) -> bool {
    let Some(Expr::Literal(value, _)) = arguments.get_mut(1) else {
        return false;
    };
    let ScalarValue::Int64(Some(places)) = value else {
        return false;
    };
    let Ok(places) = i32::try_from(*places) else {
        return false;
    };
    *value = ScalarValue::Int32(Some(places));
    true
}

/// `function(value)` of a decimal, as an integral decimal that has room for every result.
fn with_room(value: &Expr, function: &Arc<ScalarUDF>, schema: &DFSchema) -> Option<Expr> {
    let of = value.get_type(schema).ok().filter(DataType::is_decimal)?;
    let (digits, scale) = digits(&of)?;
    let whole = digits.checked_sub_signed(scale)?;
    let (wide, result) = if digits < 38 {
        (
            DataType::Decimal128(digits + 1, scale),
            DataType::Decimal128(whole + 1, 0),
        )
    } else {
        (
            DataType::Decimal256(76.min(digits + 1), scale),
            DataType::Decimal256(76.min(whole + 1), 0),
        )
    };
    let inner = function.call(vec![cast_to(value.clone(), wide)]);
    Some(cast_to(inner, result))
}

/// Casts shares, windows and limits to doubles.
fn aggregate(name: &str, arguments: &mut [Expr], schema: &DFSchema) -> Result<bool> {
    let Some((first, rest)) = arguments.split_first_mut() else {
        return Ok(false);
    };
    let mut changed = doubles(rest, schema, true)?;
    if MEANS.contains(&name)
        && first.get_type(schema).is_ok_and(|of| of.is_decimal())
        && let Some(double) = exact_doubles(first)
    {
        *first = double;
        changed = true;
    }
    Ok(changed)
}

fn doubles(arguments: &mut [Expr], schema: &DFSchema, only_literals: bool) -> Result<bool> {
    let mut changed = false;
    for argument in arguments {
        let is_wanted = !only_literals || matches!(argument, Expr::Literal(..) | Expr::Negative(_));
        let Ok(decimal) = argument.get_type(schema) else {
            continue;
        };
        if is_wanted && decimal.is_decimal() {
            *argument = as_double(std::mem::take(argument), &decimal)?;
            changed = true;
        }
    }
    Ok(changed)
}
