//! Recognizes expressions that are KPIs, and counts that can serve as their n.

use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, Operator, WindowFunctionDefinition,
};
use datafusion::scalar::ScalarValue;

use crate::functions::declaration::measure::KpiMeasure;
use crate::sql::lineage::{ColumnOrigin, origin, origin_of, source, uncast};

/// Levels of columns after which a search stops.
const DEEPEST: usize = 50;

/// The KPI computed by a call of an aggregate function.
pub(super) fn measure(call: &AggregateFunction) -> Option<KpiMeasure> {
    KpiMeasure::for_call(&call.func, &call.params.args)
}

/// The KPI computed by a call with OVER.
pub(super) fn window_measure(call: &WindowFunction) -> Option<KpiMeasure> {
    match &call.fun {
        WindowFunctionDefinition::AggregateUDF(function) => {
            KpiMeasure::for_call(function, &call.params.args)
        }
        WindowFunctionDefinition::WindowUDF(_) => None,
    }
}

/// `detail.part`: the KPI of the struct, and the name of the part.
pub(super) fn detail_part<'a>(expr: &'a Expr, node: &LogicalPlan) -> Option<(KpiMeasure, &'a str)> {
    let Expr::ScalarFunction(call) = expr else {
        return None;
    };
    let [base, part] = call.args.as_slice() else {
        return None;
    };
    let Expr::Literal(ScalarValue::Utf8(Some(part)), _) = part else {
        return None;
    };
    if call.name() != "get_field" {
        return None;
    }
    let measure = kpi_behind(base, node, 0).filter(KpiMeasure::is_detail)?;
    Some((measure, part))
}

/// `low` or `high` of the detail of a KPI, also by the name that a query below gave it.
pub(super) fn interval_end<'a>(
    expr: &'a Expr,
    node: &'a LogicalPlan,
) -> Option<(KpiMeasure, &'a str)> {
    let (mut expr, mut node) = (uncast(expr), node);
    for _ in 0..DEEPEST {
        let Expr::Column(column) = expr else {
            break;
        };
        let ColumnOrigin::Computed(made, at) = origin_of(column, node) else {
            return None;
        };
        (expr, node) = (uncast(made), at);
    }
    let (kpi, part) = detail_part(expr, node)?;
    matches!(part, "low" | "high").then_some((kpi, part))
}

fn kpi_behind(expr: &Expr, node: &LogicalPlan, depth: usize) -> Option<KpiMeasure> {
    match uncast(expr) {
        Expr::AggregateFunction(call) => measure(call),
        Expr::WindowFunction(call) => window_measure(call),
        Expr::Column(column) if depth < DEEPEST => match origin_of(column, node) {
            ColumnOrigin::Computed(made, at) => kpi_behind(made, at, depth + 1),
            _ => None,
        },
        _ => None,
    }
}

/// True if the column at `index` of the output of `plan` is a number of rows, or contains one.
pub(super) fn is_count_column(plan: &LogicalPlan, index: usize) -> bool {
    is_count_origin(origin(plan, index), 0)
}

/// True if an expression of `node` is such a number.
pub(super) fn is_count(expr: &Expr, node: &LogicalPlan) -> bool {
    is_count_at(expr, node, 0)
}

fn is_count_origin(origin_of_it: ColumnOrigin<'_>, depth: usize) -> bool {
    match origin_of_it {
        ColumnOrigin::Computed(expr, node) => is_count_at(expr, node, depth + 1),
        ColumnOrigin::Union(plan, index) if depth < DEEPEST => plan
            .inputs()
            .iter()
            .any(|input| is_count_origin(origin(input, index), depth + 1)),
        // Unknown origins count as row counts, so that no hint is emitted wrongly.
        ColumnOrigin::Union(..) | ColumnOrigin::Unknown => true,
        ColumnOrigin::Table => false,
    }
}

fn is_count_at(expr: &Expr, node: &LogicalPlan, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let expr = uncast(expr);
    match expr {
        Expr::Column(column) => is_count_origin(origin_of(column, node), depth),
        Expr::AggregateFunction(call) => match measure(call) {
            Some(kpi) => kpi.is_detail() || kpi.is_count(),
            None => is_counting(call.func.name(), expr, node),
        },
        Expr::WindowFunction(call) => match window_measure(call) {
            Some(kpi) => kpi.is_detail() || kpi.is_count(),
            None => is_counting(call.fun.name(), expr, node),
        },
        Expr::BinaryExpr(binary) if matches!(binary.op, Operator::Plus | Operator::Minus) => {
            is_count_at(&binary.left, node, depth + 1)
                || is_count_at(&binary.right, node, depth + 1)
        }
        Expr::ScalarFunction(call) => match detail_part(expr, node) {
            Some((kpi, part)) => kpi.counts(part),
            None => call
                .args
                .iter()
                .any(|argument| is_count_at(argument, node, depth + 1)),
        },
        _ => false,
    }
}

/// Counts, and sums of integers: `sum(tickets)`, `sum(CASE WHEN .. THEN 1 ELSE 0 END)`.
fn is_counting(function: &str, call: &Expr, node: &LogicalPlan) -> bool {
    if function.starts_with("count") || function == "approx_distinct" {
        return true;
    }
    let schema = source(node).schema();
    let gives = call.get_type(schema);
    function == "sum" && gives.is_ok_and(|data_type| data_type.is_integer())
}
