//! Removes repeated keys from an ORDER BY inside an aggregate, or from that of DISTINCT ON.
//!
//! The second one has no effect. The stock aggregates declare a state for each key as written and hold
//! one for each different key, so that `array_agg(x ORDER BY a, a)` fails and `first_value`, and with
//! it DISTINCT ON, panics.
//!
//! Upstream: none found: "`first_value(x ORDER BY a, a)` with GROUP BY panics: state fields count repeated sort keys, `LexOrdering` drops them"
//! Retire when: `SELECT array_agg(x ORDER BY x, x) FROM (VALUES (1)) t(x)` gives `[1]`.

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use crate::planner::rewrite::rewrite_expressions;

/// Drops sort keys that are repeated further to the right.
#[derive(Debug)]
pub(super) struct RepeatedSortKeys;

impl AnalyzerRule for RepeatedSortKeys {
    fn name(&self) -> &'static str {
        "repeated_sort_keys"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        let plan = plan
            .transform_up_with_subqueries(|node| Ok(distinct_on(node)))?
            .data;
        rewrite_expressions(plan, |expression, _| {
            Ok(match expression {
                Expr::AggregateFunction(mut call) if repeats(&call.params.order_by) => {
                    keep_first(&mut call.params.order_by);
                    Transformed::yes(Expr::AggregateFunction(call))
                }
                other => Transformed::no(other),
            })
        })
    }
}

fn distinct_on(node: LogicalPlan) -> Transformed<LogicalPlan> {
    match node {
        LogicalPlan::Distinct(Distinct::On(mut on))
            if on.sort_expr.as_deref().is_some_and(repeats) =>
        {
            if let Some(keys) = &mut on.sort_expr {
                keep_first(keys);
            }
            Transformed::yes(LogicalPlan::Distinct(Distinct::On(on)))
        }
        other => Transformed::no(other),
    }
}

fn repeats(keys: &[Sort]) -> bool {
    (1..keys.len()).any(|at| stands_before(keys, at))
}

fn stands_before(keys: &[Sort], at: usize) -> bool {
    keys[..at].iter().any(|key| key.expr == keys[at].expr)
}

fn keep_first(keys: &mut Vec<Sort>) {
    let repeated: Vec<bool> = (0..keys.len()).map(|at| stands_before(keys, at)).collect();
    let mut repeated = repeated.into_iter();
    keys.retain(|_| !repeated.next().unwrap_or_default());
}
