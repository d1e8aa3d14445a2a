//! Hands `deskql.invalid_values` to the KPI functions.
//!
//! An aggregate function cannot see the session's settings, and a setting kept inside the function
//! would be lost on the way to another process. So the setting travels as what every parameter is:
//! an argument, appended to each KPI call.

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, WindowFunctionDefinition, lit};
use datafusion::optimizer::AnalyzerRule;
use datafusion::scalar::ScalarValue;

use crate::functions::{Options, is_kpi};

const IGNORE: &str = "ignore";

/// Appends `'ignore'` to every KPI call while the session ignores invalid values.
#[derive(Debug, Default)]
pub(crate) struct InvalidValues;

impl AnalyzerRule for InvalidValues {
    fn name(&self) -> &'static str {
        "deskql_invalid_values"
    }

    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        if !Options::ignores_invalid_values(config) {
            return Ok(plan);
        }
        Ok(plan.transform_up_with_subqueries(rewrite_node)?.data)
    }
}

fn rewrite_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let rewritten = expr.transform_up(|expr| Ok(rewrite_call(expr)))?;
        Ok(rewritten.update_data(|expr| name.restore(expr)))
    })?
    .map_data(LogicalPlan::recompute_schema)
}

fn rewrite_call(mut expr: Expr) -> Transformed<Expr> {
    let arguments = match &mut expr {
        Expr::AggregateFunction(call) if is_kpi(&call.func) => &mut call.params.args,
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) if is_kpi(function) => {
                &mut call.params.args
            }
            _ => return Transformed::no(expr),
        },
        _ => return Transformed::no(expr),
    };
    if matches!(arguments.last(), Some(Expr::Literal(ScalarValue::Utf8(Some(text)), _)) if text == IGNORE)
    {
        return Transformed::no(expr);
    }
    arguments.push(lit(IGNORE));
    Transformed::yes(expr)
}
