//! Keeps a predicate without columns above a grand total, which has a row even for empty input.
//!
//! `SELECT count(*) FROM t HAVING (SELECT ..)` is one row or none. The stock rule pushes a predicate
//! below an aggregate if its columns are all keys, so it always pushes one without columns; the result
//! is then the count of no rows, 0. The same holds for the total of ROLLUP, CUBE and GROUPING SETS. A
//! volatile predicate, such as `random()`, would remove single rows from any group.
//!
//! Upstream: none found: "`push_down_filter` pushes predicates without columns (scalar subqueries, `random()`) below an aggregate without GROUP BY"
//! Retire when: `SELECT count(*) FROM (VALUES (1)) t(x) HAVING (SELECT max(y) > 1 FROM (VALUES (1)) u(y))` is no row.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{Aggregate, Expr, Filter, LogicalPlan};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// The stock rule `push_down_filter`, except that it leaves such predicates in place.
#[derive(Debug)]
pub(super) struct ConditionsOverTotals {
    pub(super) stock: Arc<dyn OptimizerRule + Send + Sync>,
}

impl OptimizerRule for ConditionsOverTotals {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.stock.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let mut conditions = Vec::new();
        let Some(aggregate) = filtered_aggregate(&plan, &mut conditions) else {
            return self.stock.rewrite(plan, config);
        };
        let held = |condition: &&Expr| stays(condition, aggregate);
        let (held, rest): (Vec<_>, Vec<_>) = conditions.into_iter().partition(held);
        let held = conjunction(held.into_iter().cloned());
        let Some(held) = held else {
            return self.stock.rewrite(plan, config);
        };
        let Some(rest) = conjunction(rest.into_iter().cloned()) else {
            return Ok(Transformed::no(plan));
        };
        let input = LogicalPlan::Aggregate(aggregate.clone());
        let pushed = self.stock.rewrite(filter(rest, input)?, config)?;
        pushed.map_data(|inner| match inner {
            LogicalPlan::Filter(kept) => {
                let input = Arc::unwrap_or_clone(kept.input);
                filter(kept.predicate.and(held), input)
            }
            inner => filter(held, inner),
        })
    }
}

fn filter(predicate: Expr, input: LogicalPlan) -> Result<LogicalPlan> {
    Ok(LogicalPlan::Filter(Filter::try_new(
        predicate,
        Arc::new(input),
    )?))
}

/// The aggregate below one or several filters, whose predicates are added to `conditions`.
fn filtered_aggregate<'a>(
    plan: &'a LogicalPlan,
    conditions: &mut Vec<&'a Expr>,
) -> Option<&'a Aggregate> {
    let LogicalPlan::Filter(filter) = plan else {
        return None;
    };
    conditions.extend(split_conjunction(&filter.predicate));
    match filter.input.as_ref() {
        LogicalPlan::Aggregate(aggregate) => Some(aggregate),
        inner => filtered_aggregate(inner, conditions),
    }
}

fn stays(condition: &Expr, aggregate: &Aggregate) -> bool {
    let has_total = aggregate.group_expr.is_empty()
        || matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)]);
    condition.is_volatile() || (has_total && condition.column_refs().is_empty())
}
