//! The range of the keys of a join side.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, lit};
use datafusion::physical_plan::PhysicalExpr;

use super::keys::{DenseJoinKey, with_keys};

/// The lowest and the highest key.
#[derive(Debug, Clone)]
pub(super) struct DenseKeyBounds {
    lowest: ScalarValue,
    highest: ScalarValue,
    /// The bits of the lowest key.
    pub(super) from: u64,
    /// The highest minus the lowest.
    pub(super) range: u64,
}

impl DenseKeyBounds {
    /// `None` if all keys are NULL.
    pub(super) fn from_keys(keys: &[ArrayRef]) -> Result<Option<Self>> {
        let Some(first) = keys.first() else {
            return Ok(None);
        };
        with_keys!(
            first,
            |_array: Type| {
                let mut ends = None;
                for keys in keys {
                    let keys = arrow::array::AsArray::as_primitive::<Type>(keys);
                    let (low, high) = (arrow::compute::min(keys), arrow::compute::max(keys));
                    if let Some((low, high)) = low.zip(high) {
                        let (lowest, highest) = ends.unwrap_or((low, high));
                        ends = Some((low.min(lowest), high.max(highest)));
                    }
                }
                let scalar = |key| ScalarValue::new_primitive::<Type>(Some(key), first.data_type());
                ends.map(|(lowest, highest)| {
                    Ok(Self {
                        lowest: scalar(lowest)?,
                        highest: scalar(highest)?,
                        from: lowest.bits(),
                        range: highest.bits().wrapping_sub(lowest.bits()),
                    })
                })
                .transpose()
            },
            internal_err!("{} is no key of a dense join", first.data_type())
        )
    }

    /// The predicate that `key` is within the bounds.
    pub(super) fn condition(&self, key: &Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
        let compare = |operator, end: &ScalarValue| -> Arc<dyn PhysicalExpr> {
            Arc::new(BinaryExpr::new(Arc::clone(key), operator, lit(end.clone())))
        };
        Arc::new(BinaryExpr::new(
            compare(Operator::GtEq, &self.lowest),
            Operator::And,
            compare(Operator::LtEq, &self.highest),
        ))
    }
}
