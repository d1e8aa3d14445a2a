//! Calls of window functions that are no aggregates.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_expr::window::{StandardWindowExpr, WindowExpr};
use datafusion::physical_plan::windows::WindowUDFExpr;

/// A call of a function that is no aggregate.
pub(super) struct StandardCall<'a> {
    pub(super) function: &'a WindowUDFExpr,
    /// True if the planner has turned the order of the rows round.
    pub(super) is_reversed: bool,
    pub(super) ignores_nulls: bool,
}

impl<'a> StandardCall<'a> {
    pub(super) fn new(call: &'a Arc<dyn WindowExpr>) -> Option<Self> {
        let call = call.as_any().downcast_ref::<StandardWindowExpr>()?;
        let function = call.get_standard_func_expr().as_any();
        let function = function.downcast_ref::<WindowUDFExpr>()?;
        // Both flags are private, and its derived `Debug` ends with them. Anything unexpected is left alone.
        let shown = format!("{function:?}");
        let (_, flags) = shown.rsplit_once(", is_reversed: ")?;
        let (is_reversed, ignores_nulls) =
            flags.strip_suffix(" }")?.split_once(", ignore_nulls: ")?;
        Some(Self {
            function,
            is_reversed: is_reversed.parse().ok()?,
            ignores_nulls: ignores_nulls.parse().ok()?,
        })
    }
}

/// The function of a call that is no aggregate, as it was written: not turned round, and of all values.
pub(super) fn standard_function(call: &Arc<dyn WindowExpr>) -> Option<&WindowUDFExpr> {
    let call = StandardCall::new(call)?;
    (!call.is_reversed && !call.ignores_nulls).then_some(call.function)
}

/// The value of an argument that is an integer constant.
pub(super) fn constant_integer(argument: &Arc<dyn PhysicalExpr>) -> Option<i64> {
    let constant = argument.downcast_ref::<Literal>()?.value();
    match constant.cast_to(&DataType::Int64).ok()? {
        ScalarValue::Int64(value) => value,
        _ => None,
    }
}
