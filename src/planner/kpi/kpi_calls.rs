//! What every KPI call goes through: DISTINCT is refused, and `deskql.invalid_values` is handed over.
//!
//! An aggregate function cannot see the session's settings, and a setting kept inside the function
//! would be lost on the way to another process. So the setting travels as what every parameter is:
//! an argument, appended to each KPI call.
//!
//! For the same reason the calendar of a duration becomes an argument of `business_end`, a function
//! of single rows, which does see the session: the KPI counts up to the instant that gives.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, LogicalPlan, WindowFunctionDefinition, lit,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::scalar::ScalarValue;

use crate::functions::calendar_place;
use crate::functions::datetime::business::{end as business_end, needs_zone};
use crate::functions::registry::takes_invalid_policy;
use crate::settings::Options;

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
    let inputs = merge_schema(&plan.inputs());
    let rewritten = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let rewritten = expr.transform_up(|expr| rewrite_call(expr, ignores, &inputs))?;
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

fn rewrite_call(mut expr: Expr, ignores: bool, inputs: &DFSchema) -> Result<Transformed<Expr>> {
    let Some((function, arguments, distinct)) = kpi_call(&mut expr) else {
        return Ok(Transformed::no(expr));
    };
    let (function, place) = (function.name(), calendar_place(function));
    // The optimizer would turn some of these into a GROUP BY and ignore the others' DISTINCT.
    if distinct {
        return plan_err!(
            "{function}(DISTINCT ..) is refused, because in a KPI every row counts; leave DISTINCT \
             out, or select the distinct rows in a subquery first"
        );
    }
    let counts_business_time = match place {
        Some(place) => count_business_time(function, arguments, place, inputs)?,
        None => false,
    };
    let hands_over = ignores && !arguments.last().is_some_and(is_ignore);
    if hands_over {
        arguments.push(lit(IGNORE));
    }
    Ok(match counts_business_time || hands_over {
        true => Transformed::yes(expr),
        false => Transformed::no(expr),
    })
}

/// Takes the calendar out of the arguments of a duration, and has it count business time instead.
fn count_business_time(
    function: &str,
    arguments: &mut Vec<Expr>,
    place: usize,
    inputs: &DFSchema,
) -> Result<bool> {
    if arguments.get(place).is_none_or(is_policy) {
        return Ok(false);
    }
    let calendar = arguments.remove(place);
    if is_null(&calendar) {
        return Ok(true);
    }
    for instant in &arguments[..2] {
        if let DataType::Timestamp(_, None) = instant.get_type(inputs)? {
            return needs_zone(function, &instant.human_display().to_string());
        }
    }
    let instants = [arguments[0].clone(), arguments[1].clone()];
    let business = instants.into_iter().chain([calendar]);
    arguments[1] = business_end().call(business.collect());
    Ok(true)
}

/// A gap among the arguments, which coercion may have cast to text.
fn is_null(argument: &Expr) -> bool {
    match argument {
        Expr::Literal(value, _) => value.is_null(),
        Expr::Cast(cast) => is_null(&cast.expr),
        _ => false,
    }
}

/// Whether it is the treatment of invalid values, which no calendar is called.
fn is_policy(argument: &Expr) -> bool {
    matches!(argument, Expr::Literal(ScalarValue::Utf8(Some(text)), _)
        if text == IGNORE || text == "error")
}

fn is_ignore(argument: &Expr) -> bool {
    matches!(argument, Expr::Literal(ScalarValue::Utf8(Some(text)), _) if text == IGNORE)
}

/// Function, arguments and DISTINCT of a KPI call, with or without OVER.
fn kpi_call(expr: &mut Expr) -> Option<(&AggregateUDF, &mut Vec<Expr>, bool)> {
    match expr {
        Expr::AggregateFunction(call) if takes_invalid_policy(&call.func) => Some((
            call.func.as_ref(),
            &mut call.params.args,
            call.params.distinct,
        )),
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) if takes_invalid_policy(function) => {
                let distinct = call.params.distinct;
                Some((function.as_ref(), &mut call.params.args, distinct))
            }
            _ => None,
        },
        _ => None,
    }
}
