//! The end of observation for `recontacted`, a window function that sees one customer at a time.
//!
//! A contact without a repeat contact is decided by the latest contact of the whole input, so a call
//! without its third argument gets `max(opened_at) OVER ()` of the same input. And SQL puts all
//! contacts of unknown customers into one partition, although they may be of different customers: where
//! a partition key is NULL, `opened_at` becomes NULL and the row is not eligible.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Window, WindowFunctionDefinition, lit,
    when,
};
use datafusion::optimizer::AnalyzerRule;

use crate::functions::repeat_contact::recontacted::is_recontacted;

/// Completes every call of `recontacted` without an end of observation.
#[derive(Debug, Default)]
pub(crate) struct ObservedUntil;

impl AnalyzerRule for ObservedUntil {
    fn name(&self) -> &'static str {
        "deskql_observed_until"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(rewrite_node)?.data)
    }
}

fn rewrite_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Window(window) = &plan else {
        return Ok(Transformed::no(plan));
    };
    let latest = latest_of_each_call(&window.window_expr);
    if latest.is_empty() {
        return Ok(Transformed::no(plan));
    }
    let input = Arc::clone(window.input.schema());
    let names = NamePreserver::new(&plan);
    let observed = LogicalPlan::Window(Window::try_new(latest, Arc::clone(&window.input))?);
    let completed = window
        .window_expr
        .iter()
        .map(|expr| {
            let name = names.save(expr);
            Ok(name.restore(
                expr.clone()
                    .transform_up(|expr| complete(expr, &input))?
                    .data,
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    let completed = LogicalPlan::Window(Window::try_new(completed, Arc::new(observed))?);
    // The helper column must not be visible above.
    let columns = window.schema.columns().into_iter().map(Expr::Column);
    Ok(Transformed::yes(
        LogicalPlanBuilder::from(completed)
            .project(columns)?
            .build()?,
    ))
}

/// `max(opened_at) OVER ()` for each different first argument of the incomplete calls.
fn latest_of_each_call(window_expr: &[Expr]) -> Vec<Expr> {
    let mut latest = vec![];
    for expr in window_expr {
        let _ = expr.apply(|expr| {
            if let Some(opened) = incomplete(expr) {
                let column = latest_opened(opened);
                if !latest.contains(&column) {
                    latest.push(column);
                }
            }
            Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
        });
    }
    latest
}

/// The first argument of a call without its third one.
fn incomplete(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::WindowFunction(call) => match (&call.fun, call.params.args.as_slice()) {
            (WindowFunctionDefinition::WindowUDF(function), [opened, _])
                if is_recontacted(function) =>
            {
                Some(opened)
            }
            _ => None,
        },
        _ => None,
    }
}

fn latest_opened(opened: &Expr) -> Expr {
    Expr::from(WindowFunction::new(max_udaf(), vec![opened.clone()]))
}

fn complete(mut expr: Expr, input: &DFSchema) -> Result<Transformed<Expr>> {
    let Some(opened) = incomplete(&expr) else {
        return Ok(Transformed::no(expr));
    };
    let until = Expr::Column(Column::from_name(
        latest_opened(opened).schema_name().to_string(),
    ));
    if let Expr::WindowFunction(call) = &mut expr {
        let params = &mut call.params;
        params.args.push(until);
        let unknown = params.partition_by.iter().map(|key| key.clone().is_null());
        if let Some(unknown) = unknown.reduce(Expr::or) {
            let null = ScalarValue::try_from(params.args[0].get_type(input)?)?;
            let opened = std::mem::take(&mut params.args[0]);
            params.args[0] = when(unknown, lit(null)).otherwise(opened)?;
        }
    }
    Ok(Transformed::yes(expr))
}
