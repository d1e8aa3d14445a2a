//! Casts that round.
//!
//! `CAST(2.7 AS INT)` is 3 in `PostgreSQL` and DuckDB, and 2 on the stock engine. To cast a double to a
//! decimal it multiplies, so that 1.005 with two digits is 1.00; here the decimal digits of the double
//! are rounded. If a cast of a decimal loses digits, the stock optimizer removes the cast: `CAST(0.3331
//! AS DECIMAL(14, 3)) = 0.333` is false there.
//!
//! Upstream: none found: casts of Float64 and Decimal128 to integers truncate
//! Retire when: `CAST(2.7 AS INT)` is 3 and `CAST(CAST(1.005 AS DOUBLE) AS DECIMAL(5, 2))` 1.01 on the stock engine.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::types::{self, digits};

/// # Errors
/// When the type has no NULL.
pub(super) fn settle(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let (inner, to, is_tried) = match &expression {
        Expr::Cast(cast) => (&cast.expr, cast.field.data_type(), false),
        Expr::TryCast(cast) => (&cast.expr, cast.field.data_type(), true),
        _ => return Ok(Transformed::no(expression)),
    };
    let Ok(from) = inner.get_type(schema) else {
        return Ok(Transformed::no(expression));
    };
    if !rounds(&from, to) {
        return Ok(Transformed::no(expression));
    }
    let rounded = types::rounded_cast(inner.as_ref().clone(), to, is_tried)?;
    Ok(Transformed::yes(rounded))
}

fn rounds(from: &DataType, to: &DataType) -> bool {
    // The stock cast rounds the digits to a double, and once more when it divides by a power of ten.
    if from.is_decimal() && *to == DataType::Float64 {
        return !types::is_exact_in_double(from);
    }
    if from.is_decimal() && to.is_decimal() {
        return digits(from).map(|of| of.1) > digits(to).map(|of| of.1);
    }
    (from.is_floating() || from.is_decimal()) && to.is_integer()
        || from.is_floating() && to.is_decimal()
}
