//! Codes of functions of an instant that are constant within a day or an hour of local time, such as
//! `date_trunc('month', created_at)`: the stock engine evaluates the function once per day.

mod divisor;
mod encoder;
mod length;
mod ticks;

use std::sync::Arc;

use arrow::array::Int64Array;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_plan::PhysicalExpr;

use self::length::length;
use crate::functions::kernels::times::ticks_per_second;
use crate::time::zone;
use crate::time::zone::ZoneRules;
use encoder::TruncatedTimeKeyEncoder;

/// A function of an instant and the granule within which it is constant.
#[derive(Debug, Clone)]
pub(crate) struct TruncatedTimeKey {
    /// Over one column, the instant.
    function: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    zone: Arc<ZoneRules>,
    /// Length of a granule in ticks of the instant.
    length: i64,
    ticks_per_second: i64,
    data_type: DataType,
}

impl TruncatedTimeKey {
    /// The instant that `expression` is a function of, if that is constant within granules.
    ///
    /// # Errors
    /// When a type is not known.
    pub(super) fn for_expression(
        expression: &Arc<dyn PhysicalExpr>,
        schema: &Schema,
    ) -> Result<Option<(Arc<dyn PhysicalExpr>, Self)>> {
        let mut read = None;
        let (Some(length), Some(read)) = (length(expression, &mut read), read) else {
            return Ok(None);
        };
        let instant = read.instant;
        let data_type = instant.data_type(schema)?;
        let DataType::Timestamp(_, zone) = &data_type else {
            return Ok(None);
        };
        // For instants of other zones, days start at other instants, and some hours are not whole.
        if !matches!(zone.as_deref(), None | Some("UTC" | "+00:00")) || is_volatile(&instant) {
            return Ok(None);
        }
        // The stock expression reports an unknown zone.
        let Ok(zone) = zone::named(&read.zone) else {
            return Ok(None);
        };
        let ticks_per_second = ticks_per_second(&data_type);
        let alone = Arc::new(Schema::new(vec![Field::new("instant", data_type, true)]));
        let function = of_column(expression, &instant)?;
        let data_type = function.data_type(&alone)?;
        let granules = Self {
            function,
            schema: alone,
            zone,
            length: length.seconds() * ticks_per_second,
            ticks_per_second,
            data_type,
        };
        Ok(Some((instant, granules)))
    }

    pub(super) fn new_encoder(&self) -> TruncatedTimeKeyEncoder {
        TruncatedTimeKeyEncoder::new(self.clone())
    }

    fn at(&self, instant: Option<i64>) -> Result<ScalarValue> {
        let ticks = Int64Array::from(vec![instant]);
        let column = cast(&ticks, self.schema.field(0).data_type())?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), vec![column])?;
        let value = self.function.evaluate(&batch)?.into_array(1)?;
        ScalarValue::try_from_array(&value, 0)
    }
}

/// `expression` with `instant` replaced by a column of its own.
fn of_column(
    expression: &Arc<dyn PhysicalExpr>,
    instant: &Arc<dyn PhysicalExpr>,
) -> Result<Arc<dyn PhysicalExpr>> {
    let replaced = Arc::clone(expression).transform_down(|node| {
        Ok(if node.eq(instant) {
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new("instant", 0));
            Transformed::new(column, true, TreeNodeRecursion::Jump)
        } else {
            Transformed::no(node)
        })
    })?;
    Ok(replaced.data)
}
