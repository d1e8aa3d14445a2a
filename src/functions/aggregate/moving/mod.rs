//! Aggregates over frames of rows that move: what comes in is added, what goes out is forgotten.
//!
//! Sums of doubles are exact, so that nothing of what has left stays behind ([`sums`]). States of fixed size
//! are merged and never subtracted ([`stacks`]). What has neither is computed anew from the rows of the
//! frame ([`rows`]). Whole numbers, decimals and counts can be subtracted, and keep the function's own way.

mod call;
mod exact_sum;
mod rows;
mod stacks;
mod sums;

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF};

use call::AggregateCall;
use rows::FrameRowsAccumulator;
use stacks::TwoStacksAccumulator;
use sums::MovingSumAccumulator;

/// An accumulator of `function` that rows can leave again in the order in which they came.
///
/// # Errors
/// When the function refuses the call.
pub(crate) fn accumulator(
    function: &AggregateUDF,
    args: AccumulatorArgs<'_>,
) -> Result<Box<dyn Accumulator>> {
    if let Some(sum) = MovingSumAccumulator::for_call(function.name(), &args) {
        return Ok(Box::new(sum));
    }
    let state = state_types(function, &args)?;
    let is_fixed = state.iter().all(has_fixed_size);
    let call = AggregateCall::new(function, &args);
    if is_fixed && state.iter().any(DataType::is_floating) {
        return Ok(Box::new(TwoStacksAccumulator::new(call)));
    }
    // A function that can subtract need not know of DISTINCT when it does, and `bit_xor` forgets that it has
    // seen nothing when all has left.
    if !args.is_distinct && function.name() != "bit_xor" {
        let own = function.create_sliding_accumulator(args);
        if let Ok(own) = own
            && own.supports_retract_batch()
        {
            return Ok(own);
        }
    }
    if is_fixed {
        return Ok(Box::new(TwoStacksAccumulator::new(call)));
    }
    Ok(Box::new(FrameRowsAccumulator::new(call)))
}

fn state_types(function: &AggregateUDF, args: &AccumulatorArgs<'_>) -> Result<Vec<DataType>> {
    let fields = function.state_fields(StateFieldsArgs {
        name: args.name,
        input_fields: args.expr_fields,
        return_field: Arc::clone(&args.return_field),
        ordering_fields: &[],
        is_distinct: args.is_distinct,
    })?;
    let types = fields.iter().map(|field| field.data_type().clone());
    Ok(types.collect())
}

/// Whether values of this type take the same room whatever they stand for, so that one for each row of a
/// frame is bearable.
fn has_fixed_size(data_type: &DataType) -> bool {
    data_type.is_primitive() || *data_type == DataType::Boolean
}
