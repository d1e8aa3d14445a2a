//! Whole numbers cast to DATE or TIME, which is refused as in `PostgreSQL` and DuckDB.
//!
//! The stock cast counts days since 1970, so that `CAST(20260102 AS DATE)` is a day in the year 57440, and `CAST(930 AS
//! TIME)` are nanoseconds. `arrow_cast` says that this is meant.
//!
//! Upstream: none found: CAST(20260102 AS DATE) gives +57440-04-11, where PostgreSQL and DuckDB refuse
//! Retire when: the cast is refused

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::expr::{Cast, TryCast};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable};

/// The refusal, before type coercion makes casts of its own.
#[derive(Debug)]
pub(super) struct NumbersAsDates;

impl FunctionRewrite for NumbersAsDates {
    fn name(&self) -> &'static str {
        "numbers_as_dates"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _config: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let (Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field })) =
            &expression
        else {
            return Ok(Transformed::no(expression));
        };
        if !expr.get_type(schema).is_ok_and(|from| from.is_numeric()) {
            return Ok(Transformed::no(expression));
        }
        match field.data_type() {
            DataType::Date32 | DataType::Date64 => plan_err!(
                "a number is no DATE: write to_date(CAST(x AS VARCHAR), 'YYYYMMDD') for 20260102, \
                 DATE '1970-01-01' + x for days since 1970"
            ),
            DataType::Time32(_) | DataType::Time64(_) => plan_err!(
                "a number is no TIME: write CAST(lpad(CAST(x AS VARCHAR), 4, '0') AS TIME) for 930 as 09:30"
            ),
            _ => Ok(Transformed::no(expression)),
        }
    }
}
