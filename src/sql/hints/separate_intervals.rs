//! `b.low > a.high`: two intervals of KPIs that lie apart, as a test of whether the KPIs differ.

use datafusion::logical_expr::{Expr, LogicalPlan, Operator};

use super::HintSet;
use super::kpis::interval_end;

/// Intervals of 95 % may overlap by a good part of their width where the difference is beyond chance.
pub(super) fn check(expr: &Expr, node: &LogicalPlan, found: &mut HintSet) {
    let Expr::BinaryExpr(binary) = expr else {
        return;
    };
    let is_comparison = matches!(
        binary.op,
        Operator::Gt | Operator::GtEq | Operator::Lt | Operator::LtEq
    );
    let ends = is_comparison.then(|| {
        let left = interval_end(&binary.left, node)?;
        Some((left, interval_end(&binary.right, node)?))
    });
    if let Some(((kpi, left), (_, right))) = ends.flatten()
        && left != right
    {
        let test = match kpi.name() {
            "csat" => "compare_csat(score, is_second)",
            "nps" => "compare_nps(score, is_second)",
            _ => "compare_rate, compare_mean or compare_duration over the rows",
        };
        found.add(format!(
            "whether two intervals of {} lie apart is too strict a test: many clear differences have intervals that \
             overlap; ask {test} for the interval of the difference and its p",
            kpi.name()
        ));
    }
}
