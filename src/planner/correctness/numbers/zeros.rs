//! -0.0 and 0.0, and NaNs of both signs, in operations of the stock engine that compare bits.
//!
//! `x IN (0.0, 1.0)`, `CASE x WHEN ..`, `nullif(x, 0)`, PARTITION BY, `count(DISTINCT x)` and `mode`
//! distinguish -0.0 from 0.0 there. `PostgreSQL` and DuckDB do not, nor does `=`.
//!
//! Upstream: none found: `InList`, CASE with an operand, nullif and PARTITION BY tell -0.0 from 0.0
//! Retire when: `SELECT x IN (0.0, 1.0, 2.0, 3.0)` of a column with -0.0 is true on the stock engine.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::{ScalarFunction, WindowFunction};
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF};

use crate::functions::correctness::PlainDouble;

/// Gives doubles that are compared by their bits one zero and one NaN; true if any value was rewritten.
///
/// If all values after the first are constants other than zero and NaN, nothing changes: no other value
/// has two forms.
pub(super) fn settle<'a>(
    values: impl IntoIterator<Item = &'a mut Expr>,
    schema: &DFSchema,
) -> bool {
    let values: Vec<&mut Expr> = values.into_iter().collect();
    let Some((first, others)) = values.split_first() else {
        return false;
    };
    let is_plain = |value: &&mut Expr| !has_two_forms(value, schema);
    if !is_double(first, schema) || !others.is_empty() && others.iter().all(is_plain) {
        return false;
    }
    for value in values {
        if has_two_forms(value, schema) {
            *value = plain(std::mem::take(value));
        }
    }
    true
}

/// The same for a key that rows are partitioned or sorted by.
pub(crate) fn plain_key(key: Expr, schema: &DFSchema) -> Expr {
    if is_double(&key, schema) {
        plain(key)
    } else {
        key
    }
}

fn has_two_forms(value: &Expr, schema: &DFSchema) -> bool {
    match value {
        Expr::Literal(ScalarValue::Float64(Some(value)), _) => *value == 0.0 || value.is_nan(),
        Expr::Literal(value, _) => *value == ScalarValue::Int64(Some(0)),
        other => is_double(other, schema),
    }
}

/// The same for the keys of a window.
pub(super) fn settle_window(call: &mut WindowFunction, schema: &DFSchema) -> bool {
    let mut changed = false;
    let ordered = call.params.order_by.iter_mut().map(|sort| &mut sort.expr);
    for key in call.params.partition_by.iter_mut().chain(ordered) {
        if is_double(key, schema) {
            *key = plain(std::mem::take(key));
            changed = true;
        }
    }
    changed
}

fn is_double(expression: &Expr, schema: &DFSchema) -> bool {
    let is_plain =
        matches!(expression, Expr::ScalarFunction(call) if call.name() == "plain_double");
    !is_plain
        && matches!(
            expression.get_type(schema),
            Ok(DataType::Float64 | DataType::Float32)
        )
}

fn plain(value: Expr) -> Expr {
    let function = Arc::new(ScalarUDF::new_from_impl(PlainDouble::default()));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![value]))
}
