//! NULL handling of `lead` and `lag`, and offsets and defaults that are expressions.
//!
//! The stock functions find no row with IGNORE NULLS and an offset of 2 or more (`lead`, and a `lag`
//! that is planned over the opposite order), take an offset of NULL for 0, cast a default to the type
//! of the value, and refuse an offset or default that is no literal. Those calls are replaced by
//! functions that find rows by their number. All others stay, among them `lead(instant)`, which
//! `fast_paths/repeat_contacts` computes.
//!
//! Upstream: none found: lead(x, n) IGNORE NULLS gives NULL for n > 1 with bounded execution; lag(x, NULL) is lag(x, 0); lag(1, 1, 5.5) casts its default to an integer
//! Retire when: the stock engine gives the answers below

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::functions_window::lead_lag::{WindowShift, WindowShiftKind};
use datafusion::logical_expr::expr::{NullTreatment, WindowFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::type_coercion::binary::type_union_coercion;
use datafusion::logical_expr::{Expr, ExprSchemable, WindowFunctionDefinition};

use crate::functions::correctness::shifted_value::shifted_value;
use crate::sql_type;

/// Replaces the function of those calls of `lead` and `lag`; runs before type coercion, since the value
/// may be coerced to the type of the default.
#[derive(Debug)]
pub(crate) struct ShiftsByNumber;

impl FunctionRewrite for ShiftsByNumber {
    fn name(&self) -> &'static str {
        "shifts_by_number"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _config: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let Expr::WindowFunction(mut call) = expression else {
            return Ok(Transformed::no(expression));
        };
        let Some(is_lead) = is_lead(&call.fun) else {
            return Ok(Transformed::no(Expr::WindowFunction(call)));
        };
        settle_offset(&mut call, schema, is_lead)?;
        let is_cast = align_default(&mut call, schema)?;
        if !is_cast && !is_beyond_stock(&call) {
            return Ok(Transformed::no(Expr::WindowFunction(call)));
        }
        call.fun = Arc::new(shifted_value(is_lead)).into();
        Ok(Transformed::yes(Expr::WindowFunction(call)))
    }
}

/// True if a stock function looks ahead; `None` for all other functions.
fn is_lead(function: &WindowFunctionDefinition) -> Option<bool> {
    let WindowFunctionDefinition::WindowUDF(function) = function else {
        return None;
    };
    let shift = function.inner().downcast_ref::<WindowShift>()?;
    Some(*shift.kind() == WindowShiftKind::Lead)
}

/// Reads a quoted offset, and refuses one that is no integer, which the kernels would truncate.
fn settle_offset(call: &mut WindowFunction, schema: &DFSchema, is_lead: bool) -> Result<()> {
    let Some(offset) = call.params.args.get_mut(1) else {
        return Ok(());
    };
    let of_offset = offset.get_type(schema)?;
    if of_offset.is_integer() || of_offset.is_null() {
        return Ok(());
    }
    let read = literal(offset).filter(|_| of_offset.is_string());
    let read = read.and_then(|text| text.cast_to(&DataType::Int64).ok());
    match read.filter(|number| !number.is_null()) {
        Some(number) => {
            *offset = Expr::Literal(number, None);
            Ok(())
        }
        None => {
            let name = if is_lead { "lead" } else { "lag" };
            plan_err!(
                "{name}(value, offset) counts rows: write a BIGINT for the offset, not a {}",
                sql_type::name(&of_offset)
            )
        }
    }
}

/// Coerces value and default to one type; true if their types were different.
fn align_default(call: &mut WindowFunction, schema: &DFSchema) -> Result<bool> {
    let [value, _, default] = call.params.args.as_slice() else {
        return Ok(false);
    };
    let (of_value, of_default) = (value.get_type(schema)?, default.get_type(schema)?);
    if of_value == of_default || of_value.is_null() || of_default.is_null() {
        return Ok(false);
    }
    let Some(common) = type_union_coercion(&of_value, &of_default) else {
        return Ok(false);
    };
    for place in [0, 2] {
        let argument = call.params.args[place].clone();
        call.params.args[place] = argument.cast_to(&common, schema)?;
    }
    Ok(true)
}

/// True if the stock function refuses the call or computes it wrongly.
fn is_beyond_stock(call: &WindowFunction) -> bool {
    let offset = match call.params.args.get(1).map(literal) {
        None => 1,
        Some(Some(offset)) => match offset.cast_to(&DataType::Int64) {
            Ok(ScalarValue::Int64(Some(offset))) => offset,
            _ => return true,
        },
        Some(None) => return true,
    };
    if call
        .params
        .args
        .get(2)
        .is_some_and(|default| literal(default).is_none())
    {
        return true;
    }
    let ignores_nulls = call.params.null_treatment == Some(NullTreatment::IgnoreNulls);
    // With an offset of 1 the stock functions are right, and repeat contacts use `lead`. Any other
    // `lag` may be planned as a `lead` over the opposite order.
    ignores_nulls && offset.unsigned_abs() != 1
}

/// The value of a literal, with or without a sign before it.
fn literal(argument: &Expr) -> Option<ScalarValue> {
    match argument {
        Expr::Literal(value, _) => Some(value.clone()),
        Expr::Negative(inner) => literal(inner)?.arithmetic_negate().ok(),
        _ => None,
    }
}
