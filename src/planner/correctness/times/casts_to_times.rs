//! Casts of text to times, by deskql's own parser of times; literals become values at once.
//!
//! It runs after type coercion, which adds such casts where a text is compared with a time, and before
//! any rule examines literals: files are pruned by them, and fast paths match them.
//!
//! Upstream: none found: `CAST('2026-01-02 03:04' AS TIMESTAMP)`, `'2026/01/02'::DATE` and `' 2026-01-02 '::DATE` fail
//! Retire when: arrow's casts of text read what `src/time/text/` reads

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, lit};
use datafusion::optimizer::AnalyzerRule;

use crate::functions::correctness::time_of_text;
use crate::functions::datetime::text::times_of_texts;
use crate::planner::rewrite::rewrite_expressions;

#[derive(Debug)]
pub(crate) struct CastsToTimes;

impl AnalyzerRule for CastsToTimes {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        rewrite_expressions(plan, rewrite)
    }

    fn name(&self) -> &'static str {
        "casts_to_times"
    }
}

fn rewrite(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Some((value, wanted, is_lenient)) = cast_of(&expression, schema) else {
        return Ok(Transformed::no(expression));
    };
    // An expression with an unknown type (an outer column, say) keeps its cast.
    let from = value.get_type(schema);
    if !is_time(&wanted) || !from.is_ok_and(|from| is_text(&from)) {
        return Ok(Transformed::no(expression));
    }
    if let Expr::Literal(text, metadata) = value {
        let time = times_of_texts(&text.to_array()?, &wanted, is_lenient)?;
        let time = ScalarValue::try_from_array(&time, 0)?;
        return Ok(Transformed::yes(Expr::Literal(time, metadata.clone())));
    }
    let arguments = vec![value.clone(), lit(wanted.to_string()), lit(is_lenient)];
    let call = ScalarFunction::new_udf(Arc::new(time_of_text::function()), arguments);
    Ok(Transformed::yes(Expr::ScalarFunction(call)))
}

/// The operand of a cast, its target type, and true for `TRY_CAST`.
fn cast_of<'a>(expression: &'a Expr, schema: &DFSchema) -> Option<(&'a Expr, DataType, bool)> {
    match expression {
        Expr::Cast(Cast { expr, field }) => Some((expr, field.data_type().clone(), false)),
        Expr::TryCast(TryCast { expr, field }) => Some((expr, field.data_type().clone(), true)),
        Expr::ScalarFunction(call) if ["arrow_cast", "arrow_try_cast"].contains(&call.name()) => {
            let wanted = expression.get_type(schema).ok()?;
            Some((call.args.first()?, wanted, call.name() == "arrow_try_cast"))
        }
        _ => None,
    }
}

fn is_time(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date32
            | DataType::Date64
            | DataType::Time32(_)
            | DataType::Time64(_)
            | DataType::Timestamp(..)
    )
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_text(value),
        other => other.is_string(),
    }
}
