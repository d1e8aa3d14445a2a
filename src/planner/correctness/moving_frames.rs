//! Every aggregate over a moving frame, with no trace of rows that have left it.
//!
//! The stock window retracts rows by subtraction from sums of doubles, so that one large value, NaN or
//! infinity spoils all later rows and variances turn negative; aggregates that cannot retract are
//! refused. It also takes `array_agg` over an order for the same list over the opposite one. Each call
//! in a window is replaced by a function of the same name, which delegates everything else to the
//! original.
//!
//! Upstream: none found: sliding sum, avg and variance of floats retract by subtraction and keep NaN, infinity and cancelled digits of rows outside the frame
//! Retire when: the stock engine gives the answers below, and takes every aggregate over `ROWS n PRECEDING`

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, LogicalPlan, ReversedUDAF,
    SetMonotonicity, Signature, WindowFunctionDefinition,
};
use datafusion::optimizer::AnalyzerRule;

use crate::functions::aggregate::moving;
use crate::planner::rewrite::rewrite_expressions;

/// Replaces each aggregate in a window; runs after the rules that look for functions by name.
#[derive(Debug)]
pub(crate) struct MovingFrames;

impl AnalyzerRule for MovingFrames {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        rewrite_expressions(plan, |expression, _| Ok(rewrite(expression)))
    }

    fn name(&self) -> &'static str {
        "moving_frames"
    }
}

fn rewrite(expression: Expr) -> Transformed<Expr> {
    let Expr::WindowFunction(call) = expression else {
        return Transformed::no(expression);
    };
    let WindowFunction { fun, params } = *call;
    let (fun, is_new) = match fun {
        WindowFunctionDefinition::AggregateUDF(function) if needs_stand_in(&function) => {
            let stand_in = AggregateUDF::from(MovingAggregate {
                stock: function.as_ref().clone(),
            });
            (Arc::new(stand_in).into(), true)
        }
        other => (other, false),
    };
    let call = Expr::from(WindowFunction { fun, params });
    if is_new {
        Transformed::yes(call)
    } else {
        Transformed::no(call)
    }
}

/// True for all but the three aggregates that are right over any frame, and fast.
fn needs_stand_in(function: &AggregateUDF) -> bool {
    !["count", "min", "max"].contains(&function.name())
        && function.inner().downcast_ref::<MovingAggregate>().is_none()
}

/// An aggregate with accumulators of its own for moving frames.
#[derive(Debug, PartialEq, Eq, Hash)]
struct MovingAggregate {
    stock: AggregateUDF,
}

impl AggregateUDFImpl for MovingAggregate {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn aliases(&self) -> &[String] {
        self.stock.aliases()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        self.stock.coerce_types(arg_types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.stock.return_type(arg_types)
    }

    fn return_field(&self, arg_fields: &[FieldRef]) -> Result<FieldRef> {
        self.stock.return_field(arg_fields)
    }

    fn is_nullable(&self) -> bool {
        self.stock.is_nullable()
    }

    fn window_function_schema_name(&self, params: &WindowFunctionParams) -> Result<String> {
        self.stock.window_function_schema_name(params)
    }

    fn window_function_display_name(&self, params: &WindowFunctionParams) -> Result<String> {
        self.stock.window_function_display_name(params)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.stock.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.stock.accumulator(args)
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        moving::accumulator(&self.stock, args)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.stock.order_sensitivity()
    }

    /// A list over the opposite order is another list, whatever the function declares.
    fn reverse_expr(&self) -> ReversedUDAF {
        match self.stock.reverse_udf() {
            ReversedUDAF::Identical => ReversedUDAF::Identical,
            ReversedUDAF::NotSupported | ReversedUDAF::Reversed(_) => ReversedUDAF::NotSupported,
        }
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.stock.default_value(data_type)
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.stock.supports_null_handling_clause()
    }

    fn supports_within_group_clause(&self) -> bool {
        self.stock.supports_within_group_clause()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.stock.inner().set_monotonicity(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}
