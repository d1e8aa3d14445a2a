//! Calls of functions with decimals among their arguments.
//!
//! What computes in doubles gets literals as doubles, so that no row is cast and fast paths see what they saw
//! when literals were doubles; `power` and `log` of decimals keep the digits of their argument on the stock
//! engine.
//!
//! Upstream: none found: power(1.05, 12) of decimals has the scale of its argument
//! Retire when: literals with a point are doubles again, or functions take them as such.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, ExprSchemable, WindowFunctionDefinition};

use super::choices;
use super::types::{as_double, exact_doubles};

/// Functions that give one of their arguments.
const CHOICES: &[&str] = &[
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "nvl",
    "make_array",
];
/// The same behind a condition.
const CONDITIONS: &[&str] = &["if", "nvl2"];
/// Functions that compute in doubles, whatever they are given.
const DOUBLES: &[&str] = &["power", "log"];
/// Aggregates that give a double, of which the first argument may be one.
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

/// # Errors
/// When a function that gives one of its arguments has dates among numbers.
pub(super) fn settle(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expression {
        Expr::ScalarFunction(mut call) => {
            let name = call.func.name();
            let changed = if CHOICES.contains(&name) {
                choices::unite(call.args.iter_mut().collect(), schema)?
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
            let changed = aggregate(call.func.name(), &mut call.params.args, schema)?;
            Ok(made(Expr::AggregateFunction(call), changed))
        }
        Expr::WindowFunction(mut call) => {
            let changed = match &call.fun {
                WindowFunctionDefinition::AggregateUDF(function) => {
                    aggregate(function.name(), &mut call.params.args, schema)?
                }
                WindowFunctionDefinition::WindowUDF(_) => false,
            };
            Ok(made(Expr::WindowFunction(call), changed))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn made(expression: Expr, changed: bool) -> Transformed<Expr> {
    match changed {
        true => Transformed::yes(expression),
        false => Transformed::no(expression),
    }
}

/// Shares, windows and limits are doubles.
fn aggregate(name: &str, arguments: &mut [Expr], schema: &DFSchema) -> Result<bool> {
    let Some((first, rest)) = arguments.split_first_mut() else {
        return Ok(false);
    };
    let mut changed = doubles(rest, schema, true)?;
    if MEANS.contains(&name)
        && is_decimal(first, schema)
        && let Some(double) = exact_doubles(first)
    {
        *first = double;
        changed = true;
    }
    Ok(changed)
}

fn is_decimal(expression: &Expr, schema: &DFSchema) -> bool {
    expression.get_type(schema).is_ok_and(|of| of.is_decimal())
}

fn doubles(arguments: &mut [Expr], schema: &DFSchema, only_literals: bool) -> Result<bool> {
    let mut changed = false;
    for argument in arguments {
        let is_wanted = !only_literals || matches!(argument, Expr::Literal(..) | Expr::Negative(_));
        if is_wanted && is_decimal(argument, schema) {
            *argument = as_double(std::mem::take(argument))?;
            changed = true;
        }
    }
    Ok(changed)
}
