//! `string_agg`, several calls of which may have different orders in one SELECT.
//!
//! The stock function sorts by itself, as `array_agg` does, and yet requires sorted input, so that two
//! orders conflict.
//!
//! Upstream: none found: "`string_agg` has the default `HardRequirement` although the `array_agg` behind it sorts: two ORDER BYs conflict"
//! Retire when: `SELECT string_agg(x, ',' ORDER BY x), string_agg(x, ',' ORDER BY y) FROM (VALUES ('a', 2), ('b', 1)) t(x, y)` answers.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::functions_aggregate::string_agg::string_agg_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature,
};

/// The stock `string_agg` without a required order of its input.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct StringAgg {
    stock: Arc<AggregateUDF>,
}

impl Default for StringAgg {
    fn default() -> Self {
        Self {
            stock: string_agg_udaf(),
        }
    }
}

impl AggregateUDFImpl for StringAgg {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.stock.return_type(arg_types)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.stock.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.stock.accumulator(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.stock.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.stock.create_groups_accumulator(args)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::SoftRequirement
    }

    // It sorts whether or not its input is sorted.
    fn with_beneficial_ordering(
        self: Arc<Self>,
        _beneficial_ordering: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        Ok(Some(self))
    }

    // Reversed input would be sorted again anyway.
    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::NotSupported
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}
