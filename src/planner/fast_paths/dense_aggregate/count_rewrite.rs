//! Aggregates that can be computed from counts: `count(*)`, `count(x)`, whether a condition holds for all rows or for
//! any, and sums and averages of a CASE between two integers, which is how portable SQL computes shares.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{CaseExpr, CastExpr, Literal};
use datafusion::physical_plan::PhysicalExpr;
use datafusion::scalar::ScalarValue;

/// Integers up to this are added exactly as floats too, for any possible number of rows.
const EXACT: i64 = 1 << 20;

/// The aggregate that is computed from the counts of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CountRewrite {
    /// The number of rows.
    Rows,
    /// The number of values that are not NULL.
    Values,
    /// Sum or average of a CASE with one condition.
    Case {
        /// The value where the condition holds.
        then: i64,
        /// The value elsewhere; `None` for NULL.
        otherwise: Option<i64>,
        /// If both are decimals, the number of digits after the point; `then` and `otherwise` are
        /// unscaled.
        digits: Option<i8>,
    },
    /// Whether a condition holds for `all` of the rows in which it is not NULL, or for any of them.
    Truth { all: bool },
}

impl CountRewrite {
    fn is_decimal(self) -> bool {
        matches!(
            self,
            Self::Case {
                digits: Some(_),
                ..
            }
        )
    }
}

/// The rewrite of `function` over `argument` to counts, and the condition to count, if there is one.
pub(super) fn counted(
    function: &AggregateFunctionExpr,
    arguments: &[Arc<dyn PhysicalExpr>],
    schema: &Schema,
) -> Option<(CountRewrite, Option<Arc<dyn PhysicalExpr>>)> {
    let [argument] = arguments else {
        return None;
    };
    if function.is_distinct() {
        return None;
    }
    let literal = argument.downcast_ref::<Literal>();
    let case = case(argument);
    match (function.fun().name(), literal, case) {
        ("count", Some(literal), _) if !literal.value().is_null() => {
            Some((CountRewrite::Rows, None))
        }
        (
            "count",
            _,
            Some((
                condition,
                CountRewrite::Case {
                    otherwise: None, ..
                },
            )),
        ) => Some((CountRewrite::Rows, Some(condition))),
        ("sum" | "avg", _, Some((condition, case))) => {
            is_known(function).then_some((case, Some(condition)))
        }
        ("bool_and" | "min", ..) if is_truth(argument, schema) => Some((
            CountRewrite::Truth { all: true },
            Some(Arc::clone(argument)),
        )),
        ("bool_or" | "max", ..) if is_truth(argument, schema) => Some((
            CountRewrite::Truth { all: false },
            Some(Arc::clone(argument)),
        )),
        ("count", None, _) => Some((CountRewrite::Values, Some(undecoded(argument, schema)))),
        _ => None,
    }
}

fn is_truth(argument: &Arc<dyn PhysicalExpr>, schema: &Schema) -> bool {
    let data_type = argument.data_type(schema);
    data_type.is_ok_and(|data_type| data_type == DataType::Boolean)
}

/// `argument` without the cast that decodes its dictionary: NULLs can be found without the text.
fn undecoded(argument: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Arc<dyn PhysicalExpr> {
    let cast = argument.downcast_ref::<CastExpr>().map(CastExpr::expr);
    let dictionary = cast.filter(|inner| {
        let data_type = inner.data_type(schema);
        data_type.is_ok_and(|t| matches!(t, DataType::Dictionary(..)))
    });
    Arc::clone(dictionary.unwrap_or(argument))
}

/// True if [`CountRewriteAccumulator`](super::count_accumulator::CountRewriteAccumulator) supports the state types of the function.
fn is_known(function: &AggregateFunctionExpr) -> bool {
    let Ok(states) = function.state_fields() else {
        return false;
    };
    let types: Vec<_> = states.iter().map(|state| state.data_type()).collect();
    let is_sum = matches!(
        function.field().data_type(),
        DataType::Int64 | DataType::Float64
    );
    match function.fun().name() {
        "avg" => {
            matches!(types.as_slice(), [DataType::UInt64, DataType::Float64]) || is_counted(&types)
        }
        _ => is_sum || is_counted(&types),
    }
}

/// True for the states of deskql's `sum` and `avg` of integers and decimals.
pub(super) fn is_counted(types: &[&DataType]) -> bool {
    matches!(
        types,
        [
            DataType::Int64,
            DataType::Decimal128(..) | DataType::Decimal256(..)
        ]
    )
}

fn case(argument: &Arc<dyn PhysicalExpr>) -> Option<(Arc<dyn PhysicalExpr>, CountRewrite)> {
    if let Some(cast) = argument.downcast_ref::<CastExpr>() {
        let is_float = *cast.cast_type() == DataType::Float64;
        return case(cast.expr()).filter(|(_, counted)| is_float && !counted.is_decimal());
    }
    let case = argument.downcast_ref::<CaseExpr>()?;
    let (None, [(when, then)]) = (case.expr(), case.when_then_expr()) else {
        return None;
    };
    let then = then.downcast_ref::<Literal>()?.value();
    let otherwise = match case.else_expr() {
        None => None,
        Some(otherwise) => match otherwise.downcast_ref::<Literal>()?.value() {
            value if value.is_null() => None,
            value if value.data_type() != then.data_type() => return None,
            value => Some(whole(value)?),
        },
    };
    let digits = match then.data_type() {
        DataType::Decimal128(_, scale) => Some(scale),
        _ => None,
    };
    let then = whole(then)?;
    Some((
        Arc::clone(when),
        CountRewrite::Case {
            then,
            otherwise,
            digits,
        },
    ))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "checked to be whole"
)]
fn whole(value: &ScalarValue) -> Option<i64> {
    let whole = match value {
        ScalarValue::Int64(value) => (*value)?,
        // Counted in units of its last digit.
        ScalarValue::Decimal128(value, ..) => i64::try_from((*value)?).ok()?,
        ScalarValue::Float64(value) => {
            let value = (*value).filter(|value| value.trunc() == *value && value.abs() < 1e6)?;
            value as i64
        }
        _ => return None,
    };
    (whole.abs() <= EXACT).then_some(whole)
}
