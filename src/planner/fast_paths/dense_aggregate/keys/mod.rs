//! Keys of a grouping as codes: 0, 1, 2, .. in the order of their appearance.

mod case_steps;
mod integers;
mod text;
mod truncated_time;

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_plan::PhysicalExpr;

use crate::planner::fast_paths::case_ranges::{CaseSteps, range_steps};
use case_steps::CaseStepsEncoder;
pub(super) use truncated_time::TruncatedTimeKey;

/// Assigns a code to each distinct value of one key.
pub(crate) trait KeyEncoder: Send {
    /// Writes the code of each row to `codes`.
    ///
    /// # Errors
    /// When the column is not of the type of the encoder.
    fn encode(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()>;

    /// Number of codes.
    fn len(&self) -> usize;

    /// The values of `codes`, in the type of the key.
    ///
    /// # Errors
    /// When the values cannot be written in that type.
    fn values(&self, codes: &[u32]) -> Result<ArrayRef>;

    /// Number of bytes in memory.
    fn size(&self) -> usize;
}

/// The plan of a key, from which every partition makes an encoder.
#[derive(Debug, Clone)]
pub(crate) enum EncodableKey {
    /// Key by the value of an expression.
    Value {
        /// Over the rows of the operator.
        expression: Arc<dyn PhysicalExpr>,
        /// The type of the key in the output.
        data_type: DataType,
    },
    /// Key by a function of an instant that is constant within days or hours.
    TruncatedTime {
        /// The instant.
        instant: Arc<dyn PhysicalExpr>,
        /// The function.
        granules: TruncatedTimeKey,
    },
    /// Key by the steps of a CASE over ranges of a value.
    CaseSteps {
        value: Arc<dyn PhysicalExpr>,
        steps: CaseSteps,
    },
}

impl EncodableKey {
    /// `expression` as a key; `None` if its type has no encoder.
    ///
    /// # Errors
    /// When its type is not known.
    pub(crate) fn for_expression(
        expression: &Arc<dyn PhysicalExpr>,
        data_type: DataType,
        schema: &Schema,
    ) -> Result<Option<Self>> {
        if let Some((instant, granules)) = TruncatedTimeKey::for_expression(expression, schema)? {
            return Ok(Some(Self::TruncatedTime { instant, granules }));
        }
        if let Some((value, steps)) = range_steps(expression) {
            return Ok(Some(Self::CaseSteps { value, steps }));
        }
        let has_coder = text::takes(&data_type) || integers::takes(&data_type);
        Ok(has_coder.then(|| Self::Value {
            expression: Arc::clone(expression),
            data_type,
        }))
    }

    /// True if values are probably few: days, booleans, and text, unless rows are in its order, as
    /// customers may be in the order of their names.
    pub(super) fn is_few(&self, is_ordered: bool) -> bool {
        match self {
            Self::TruncatedTime { .. } | Self::CaseSteps { .. } => true,
            Self::Value { expression, .. } if expression.is::<Literal>() => true,
            Self::Value { data_type, .. } if *data_type == DataType::Boolean => true,
            Self::Value { data_type, .. } => text::takes(data_type) && !is_ordered,
        }
    }

    /// The expression that is evaluated per batch.
    pub(crate) fn expression(&self) -> &Arc<dyn PhysicalExpr> {
        match self {
            Self::Value { expression, .. } => expression,
            Self::TruncatedTime { instant, .. } => instant,
            Self::CaseSteps { value, .. } => value,
        }
    }

    /// # Errors
    /// When the type has no encoder.
    pub(super) fn new_encoder(&self) -> Result<Box<dyn KeyEncoder>> {
        match self {
            Self::Value { data_type, .. } if text::takes(data_type) => {
                Ok(Box::new(text::TextKeyEncoder::new(data_type.clone())))
            }
            Self::Value { data_type, .. } => integers::new_encoder(data_type),
            Self::TruncatedTime { granules, .. } => Ok(Box::new(granules.new_encoder())),
            Self::CaseSteps { steps, .. } => Ok(Box::new(CaseStepsEncoder::new(steps.clone()))),
        }
    }
}

/// A key and its encoder in one partition.
pub(crate) struct KeyExprEncoder {
    expression: Arc<dyn PhysicalExpr>,
    pub(crate) coder: Box<dyn KeyEncoder>,
}

impl KeyExprEncoder {
    /// # Errors
    /// When the type has no encoder.
    pub(crate) fn new(key: &EncodableKey) -> Result<Self> {
        Ok(Self {
            expression: Arc::clone(key.expression()),
            coder: key.new_encoder()?,
        })
    }

    /// Writes the code of each row of `batch` to `codes`.
    ///
    /// # Errors
    /// When the key cannot be evaluated.
    pub(crate) fn encode(&mut self, batch: &RecordBatch, codes: &mut Vec<u32>) -> Result<()> {
        codes.clear();
        codes.reserve(batch.num_rows());
        match self.expression.evaluate(batch)? {
            ColumnarValue::Array(column) => self.coder.encode(&column, codes),
            ColumnarValue::Scalar(value) => {
                self.coder.encode(&value.to_array()?, codes)?;
                let code = codes.first().copied();
                codes.resize(batch.num_rows(), code.unwrap_or_default());
                Ok(())
            }
        }
    }
}
