//! `fcr(customer_id, opened_at, within)` of a whole table by way of the window function.
//!
//! The aggregate keeps every contact until the end, since it cannot know what else will come.
//! `recontacted` over the customer's contacts says the same of each of them, and there is an operator
//! that finds it in a few bytes a customer. Groups stay with the aggregate.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, LogicalPlanBuilder, not};

use crate::functions::is_kpi;
use crate::functions::repeat_contact::recontacted;

/// Rewrites the aggregate where every call of it is about the same contacts; to run after the KPI
/// calls have all their arguments, and before `recontacted` gets its last.
pub(super) fn rewrite(plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(rewrite_node)?;
    Ok(rewritten.data)
}

fn rewrite_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Aggregate(aggregate) = &plan else {
        return Ok(Transformed::no(plan));
    };
    let Some([customer, opened, within]) = contacts(aggregate) else {
        return Ok(Transformed::no(plan));
    };
    let names = NamePreserver::new(&plan);
    let mut repeated = WindowFunction::new(
        Arc::new(recontacted::function()),
        vec![opened.clone(), within],
    );
    repeated.params.partition_by = vec![customer.clone()];
    repeated.params.order_by = vec![opened.clone().sort(true, false)];
    let repeated = Expr::from(repeated);
    let column = Expr::Column(Column::from_name(repeated.schema_name().to_string()));
    // A contact without a customer is nobody's, and its instant ends no observation.
    let known = customer.is_not_null().and(opened.is_not_null());
    let input = LogicalPlanBuilder::from(Arc::clone(&aggregate.input))
        .filter(known)?
        .window([repeated])?
        .build()?;
    let calls = aggregate.aggr_expr.iter().map(|call| {
        let name = names.save(call);
        let counted = call.clone().transform_up(|inner| {
            Ok(match inner {
                Expr::AggregateFunction(mut inner) => {
                    inner.params.args = vec![not(column.clone())];
                    Transformed::yes(Expr::AggregateFunction(inner))
                }
                other => Transformed::no(other),
            })
        })?;
        Ok(name.restore(counted.data))
    });
    let calls = calls.collect::<Result<Vec<_>>>()?;
    let counted = Aggregate::try_new(Arc::new(input), vec![], calls)?;
    Ok(Transformed::yes(LogicalPlan::Aggregate(counted)))
}

/// What all calls are about, if that is the contacts of one table in files.
fn contacts(aggregate: &Aggregate) -> Option<[Expr; 3]> {
    let (first, others) = aggregate.aggr_expr.split_first()?;
    let about = about(first)?;
    let agree = others.iter().all(|call| self::about(call) == Some(about));
    (agree && aggregate.group_expr.is_empty() && is_of_one_table(&aggregate.input))
        .then(|| about.clone())
}

fn about(call: &Expr) -> Option<&[Expr; 3]> {
    let Expr::AggregateFunction(AggregateFunction { func, params }) = call else {
        return None;
    };
    let is_fcr = is_kpi(func) && matches!(func.name(), "fcr" | "fcr_detail");
    let is_plain = !params.distinct && params.filter.is_none() && params.order_by.is_empty();
    let contacts = <&[Expr; 3]>::try_from(params.args.as_slice()).ok()?;
    // What is wrong with another interval is said in the words of `fcr`.
    let is_length = matches!(
        &contacts[2],
        Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(within)), _)
            if within.months >= 0 && within.days >= 0 && within.nanoseconds >= 0
    );
    let is_pure = !contacts.iter().any(Expr::is_volatile);
    (is_fcr && is_plain && is_length && is_pure).then_some(contacts)
}

/// Filters and projections over a table: what the operator can read twice.
fn is_of_one_table(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::TableScan(scan) => scan.fetch.is_none(),
        LogicalPlan::SubqueryAlias(alias) => is_of_one_table(&alias.input),
        LogicalPlan::Filter(filter) => is_of_one_table(&filter.input),
        LogicalPlan::Projection(projection) => {
            !projection.expr.iter().any(Expr::is_volatile) && is_of_one_table(&projection.input)
        }
        _ => false,
    }
}
