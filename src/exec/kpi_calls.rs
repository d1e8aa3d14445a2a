//! What every KPI call goes through: DISTINCT is refused, and `deskql.invalid_values` is handed over.
//!
//! An aggregate function cannot see the session's settings, and a setting kept inside the function
//! would be lost on the way to another process. So the setting travels as what every parameter is:
//! an argument, appended to each KPI call.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, WindowFunctionDefinition, lit};
use datafusion::optimizer::AnalyzerRule;
use datafusion::scalar::ScalarValue;

use crate::functions::{Options, is_kpi};

const IGNORE: &str = "ignore";

/// Refuses DISTINCT, and appends `'ignore'` while the session ignores invalid values.
#[derive(Debug, Default)]
pub(crate) struct KpiCalls;

impl AnalyzerRule for KpiCalls {
    fn name(&self) -> &'static str {
        "deskql_kpi_calls"
    }

    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        let ignores = Options::ignores_invalid_values(config);
        Ok(plan
            .transform_up_with_subqueries(|node| rewrite_node(node, ignores))?
            .data)
    }
}

fn rewrite_node(plan: LogicalPlan, ignores: bool) -> Result<Transformed<LogicalPlan>> {
    let names = NamePreserver::new(&plan);
    let rewritten = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let rewritten = expr.transform_up(|expr| rewrite_call(expr, ignores))?;
        Ok(if rewritten.transformed {
            rewritten.update_data(|expr| name.restore(expr))
        } else {
            rewritten
        })
    })?;
    if rewritten.transformed {
        rewritten.map_data(LogicalPlan::recompute_schema)
    } else {
        Ok(rewritten)
    }
}

fn rewrite_call(mut expr: Expr, ignores: bool) -> Result<Transformed<Expr>> {
    let Some((function, arguments, distinct)) = kpi_call(&mut expr) else {
        return Ok(Transformed::no(expr));
    };
    // The optimizer would turn some of these into a GROUP BY and ignore the others' DISTINCT.
    if distinct {
        return plan_err!(
            "{function}(DISTINCT ..) is refused, because in a KPI every row counts; leave DISTINCT \
             out, or select the distinct rows in a subquery first"
        );
    }
    if !ignores || arguments.last().is_some_and(is_ignore) {
        return Ok(Transformed::no(expr));
    }
    arguments.push(lit(IGNORE));
    Ok(Transformed::yes(expr))
}

fn is_ignore(argument: &Expr) -> bool {
    matches!(argument, Expr::Literal(ScalarValue::Utf8(Some(text)), _) if text == IGNORE)
}

/// Name, arguments and DISTINCT of a KPI call, with or without OVER.
fn kpi_call(expr: &mut Expr) -> Option<(String, &mut Vec<Expr>, bool)> {
    match expr {
        Expr::AggregateFunction(call) if is_kpi(&call.func) => Some((
            call.func.name().to_owned(),
            &mut call.params.args,
            call.params.distinct,
        )),
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) if is_kpi(function) => {
                let name = function.name().to_owned();
                let distinct = call.params.distinct;
                Some((name, &mut call.params.args, distinct))
            }
            _ => None,
        },
        _ => None,
    }
}
