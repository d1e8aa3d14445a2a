//! Comparisons of integers, dates and instants with a fraction of the instructions of the stock
//! kernels, which set one bit after the other.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{self as types, DataType, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{ColumnarValue, Operator};
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::expressions::BinaryExpr;
use datafusion::physical_plan::PhysicalExpr;

use crate::functions::kernels::bits;

/// `expression` over `schema` with its comparisons replaced.
///
/// # Errors
/// When the expression cannot be rebuilt.
pub(super) fn with_comparisons(
    expression: PhysicalExprRef,
    schema: &Schema,
) -> Result<PhysicalExprRef> {
    let replaced = expression.transform_up(|node| {
        let compared = node
            .downcast_ref::<BinaryExpr>()
            .filter(|stock| is_comparison(*stock.op()) && has_one_type(stock, schema))
            .map(|stock| ChunkedCompareExpr(stock.clone()));
        Ok(match compared {
            Some(compared) => Transformed::yes(Arc::new(compared) as PhysicalExprRef),
            None => Transformed::no(node),
        })
    })?;
    Ok(replaced.data)
}

fn is_comparison(operator: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(operator, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

fn has_one_type(stock: &BinaryExpr, schema: &Schema) -> bool {
    let sides = [stock.left(), stock.right()].map(|side| side.data_type(schema).ok());
    let [Some(left), Some(right)] = sides else {
        return false;
    };
    left == right && (left.is_integer() || left.is_temporal())
}

/// A comparison of two sides of one type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ChunkedCompareExpr(BinaryExpr);

impl fmt::Display for ChunkedCompareExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PhysicalExpr for ChunkedCompareExpr {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        self.0.data_type(schema)
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.0.nullable(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let left = self.0.left().evaluate(batch)?;
        let right = self.0.right().evaluate(batch)?;
        let compared = match (&left, &right) {
            (ColumnarValue::Array(left), ColumnarValue::Array(right)) => {
                compare(*self.0.op(), left, right)
            }
            (ColumnarValue::Array(left), ColumnarValue::Scalar(right)) if !right.is_null() => {
                compare(*self.0.op(), left, &right.to_array()?)
            }
            _ => None,
        };
        match compared {
            Some(compared) => Ok(ColumnarValue::Array(Arc::new(compared))),
            None => self.0.evaluate(batch),
        }
    }

    fn children(&self) -> Vec<&PhysicalExprRef> {
        self.0.children()
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<PhysicalExprRef>,
    ) -> Result<PhysicalExprRef> {
        Arc::new(self.0.clone()).with_new_children(children)
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_sql(f)
    }
}

/// Compares `left` with `right`, which has a value for each row or one for all; `None` for other types.
fn compare(operator: Operator, left: &ArrayRef, right: &ArrayRef) -> Option<BooleanArray> {
    macro_rules! of {
        ($type:ty) => {
            bits_of(
                operator,
                left.as_primitive::<$type>().values(),
                right.as_primitive::<$type>().values(),
            )?
        };
    }
    if left.data_type() != right.data_type() {
        return None;
    }
    let compared = match left.data_type() {
        DataType::Int8 => of!(types::Int8Type),
        DataType::Int16 => of!(types::Int16Type),
        DataType::Int32 => of!(types::Int32Type),
        DataType::Int64 => of!(types::Int64Type),
        DataType::UInt8 => of!(types::UInt8Type),
        DataType::UInt16 => of!(types::UInt16Type),
        DataType::UInt32 => of!(types::UInt32Type),
        DataType::UInt64 => of!(types::UInt64Type),
        DataType::Date32 => of!(types::Date32Type),
        DataType::Timestamp(TimeUnit::Second, _) => of!(types::TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => of!(types::TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => of!(types::TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => of!(types::TimestampNanosecondType),
        _ => return None,
    };
    let nulls = if right.len() == left.len() {
        NullBuffer::union(left.nulls(), right.nulls())
    } else {
        left.nulls().cloned()
    };
    Some(BooleanArray::new(compared, nulls))
}

fn bits_of<V: Copy + PartialOrd>(
    operator: Operator,
    left: &[V],
    right: &[V],
) -> Option<BooleanBuffer> {
    macro_rules! by {
        ($operator:tt) => {
            match right {
                &[only] => bits::collect(left, |value| value $operator only),
                _ if left.len() == right.len() => {
                    bits::collect_pairs(left, right, |left, right| left $operator right)
                }
                _ => return None,
            }
        };
    }
    Some(match operator {
        Operator::Eq => by!(==),
        Operator::NotEq => by!(!=),
        Operator::Lt => by!(<),
        Operator::LtEq => by!(<=),
        Operator::Gt => by!(>),
        Operator::GtEq => by!(>=),
        _ => return None,
    })
}
