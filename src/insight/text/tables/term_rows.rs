//! Plans that take documents apart into their terms, one row each.

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, UnnestOptions};
use datafusion::functions::core::expr_ext::FieldAccessor;
use datafusion::functions::string::expr_fn::concat;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast, col, lit};

use super::arguments;
use crate::insight::table_function::TableCall;
use crate::insight::text::scalar::{TERMS, call as scalar_call};

/// A number above every count of documents.
const ABOVE_COUNTS: i64 = 999_999_999_999;

/// Digits of it and of numbers not far below.
pub(super) const COUNT_RANK: usize = 12;

/// The terms of `text` by the call's `language` and `stop`.
///
/// # Errors
/// When an option is wrong.
pub(super) fn terms(call: &mut TableCall<'_>, text: Expr, with_pairs: bool) -> Result<Expr> {
    let language = arguments::language(call)?;
    let stop: Vec<_> = arguments::stop(call)?
        .into_iter()
        .map(|word| ScalarValue::Utf8(Some(word)))
        .collect();
    let stop = ScalarValue::List(ScalarValue::new_list_nullable(&stop, &DataType::Utf8));
    let arguments = vec![text, lit(language), lit(with_pairs), lit(stop)];
    Ok(scalar_call(&TERMS, arguments))
}

/// One row for each term of the documents in column `terms`, with `kept` columns beside `key`, `written` and
/// `occurrences`. Rows without a document are gone.
///
/// # Errors
/// When the plan lacks a column.
pub(super) fn unnested(plan: LogicalPlanBuilder, kept: &[&str]) -> Result<LogicalPlanBuilder> {
    let options = UnnestOptions::new().with_preserve_nulls(false);
    let fields = ["key", "written", "occurrences"];
    let fields = fields.map(|name| col("terms").field(name).alias(name));
    let columns = kept.iter().map(|name| col(*name)).chain(fields);
    plan.unnest_column_with_options("terms", options)?
        .project(columns.collect::<Vec<_>>())
}

/// A text whose least value has the most documents, and of those the least text.
pub(super) fn by_commonness(documents: Expr, text: Expr) -> Expr {
    let rank = cast(lit(ABOVE_COUNTS) - documents, DataType::Utf8View);
    concat(vec![rank, text])
}
