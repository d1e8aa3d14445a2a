//! Aggregates over moving frames: entering rows are added, leaving rows are retracted.
//!
//! Sums of doubles are exact, so retracted values leave no residue ([`sums`]). States of fixed size are
//! merged and never subtracted ([`stacks`]). Aggregates with neither are recomputed from the rows of the
//! frame ([`rows`]). Integers, decimals and counts can be subtracted, and use the function's own
//! accumulator.

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

/// Accumulator of `function` that can retract rows in the order in which they were added.
///
/// # Errors
/// When the function rejects the call.
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
    // A function that can retract may ignore DISTINCT when it does, and `bit_xor` does not return to NULL
    // after all rows are retracted.
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

/// True if values of this type have a fixed size, so that one state per row of a frame is affordable.
fn has_fixed_size(data_type: &DataType) -> bool {
    data_type.is_primitive() || *data_type == DataType::Boolean
}
