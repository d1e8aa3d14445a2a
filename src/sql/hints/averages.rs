//! `avg(fcr)` over groups: an average of averages, in which every group has the same weight.

use datafusion::logical_expr::{Expr, LogicalPlan, Operator};

use super::kpis::{detail_part, measure, window_measure};
use super::{HintSet, name};
use crate::sql::lineage::{LineageVisitor, bare};

/// Aggregates that average rows.
const AVERAGES: &[&str] = &[
    "avg",
    "mean",
    "median",
    "approx_median",
    "percentile_cont",
    "approx_percentile_cont",
    "quantile_cont",
];

pub(super) fn check(node: &LogicalPlan, found: &mut HintSet) {
    let LogicalPlan::Aggregate(aggregate) = node else {
        return;
    };
    for expr in &aggregate.aggr_expr {
        let Expr::AggregateFunction(call) = bare(expr) else {
            continue;
        };
        let ([value], true) = (call.params.args.as_slice(), is_mean(call.func.name())) else {
            continue;
        };
        if is_average(value, node) {
            found.add(format!(
                "avg({0}) averages averages, so a group of 3 weighs as much as one of 3,000: compute \
                 it from the rows, or weight it: sum({0} * n) / sum(n)",
                name(value)
            ));
        }
    }
}

fn is_mean(function: &str) -> bool {
    function == "avg" || function == "mean"
}

/// True if an average, a KPI or a ratio of aggregates goes into `expr`.
fn is_average(expr: &Expr, node: &LogicalPlan) -> bool {
    let mut is_average = false;
    LineageVisitor::default().visit(expr, node, &mut |inner, at| {
        let (averages, look_inside) = match inner {
            Expr::AggregateFunction(call) => match measure(call) {
                Some(kpi) => (!kpi.is_count() && !kpi.is_detail(), false),
                None => (AVERAGES.contains(&call.func.name()), false),
            },
            Expr::WindowFunction(call) => (
                window_measure(call).is_some_and(|kpi| !kpi.is_count() && !kpi.is_detail()),
                false,
            ),
            Expr::ScalarFunction(_) => match detail_part(inner, at) {
                Some((kpi, part)) => (!kpi.counts(part), false),
                None => (false, true),
            },
            Expr::BinaryExpr(binary) if binary.op == Operator::Divide => {
                let is_ratio = [&binary.left, &binary.right]
                    .iter()
                    .all(|side| has_aggregate(side, at));
                (is_ratio, true)
            }
            _ => (false, true),
        };
        is_average |= averages;
        look_inside
    });
    is_average
}

fn has_aggregate(expr: &Expr, node: &LogicalPlan) -> bool {
    let mut has = false;
    LineageVisitor::default().visit(expr, node, &mut |inner, _| {
        has |= matches!(inner, Expr::AggregateFunction(_));
        !has
    });
    has
}
