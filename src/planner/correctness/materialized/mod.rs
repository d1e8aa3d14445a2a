//! Relations that are read in several places, and evaluated once.
//!
//! The stock engine plans a query of WITH anew wherever its name stands. That is right as long as each
//! evaluation gives the same rows, which one with `random()`, LIMIT or a sum of DOUBLE does not: `a.x =
//! b.x` would be false for two names of one relation. So `parser` marks the queries of WITH that are read
//! more than once with a call of `materialized_cte`; `rule` drops the marks of those that are
//! `repeatable`, and puts a node in the place of the others. Its operators share the rows of one
//! evaluation, in memory, or on disk where memory is tight (`rows`). Subqueries that are planned as joins
//! with their outer rows (`dependent_join`) use the same node.
//!
//! Upstream: <https://github.com/apache/datafusion/issues/17737> asks for materialized CTEs
//! Retire when: the stock engine gives true for `WITH r AS (SELECT random() AS x) SELECT a.x = b.x FROM r a, r b`.

mod marker;
mod node;
mod operator;
mod repeatable;
mod rows;
mod rule;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::{Extension, LogicalPlan};

pub(crate) use marker::function;
pub(super) use node::MaterializedNode;
pub(crate) use node::MaterializedPlanner;
pub(crate) use rule::{MaterializedCtes, SharedEvaluations};

use crate::parser::correctness::next_relation_id;
use repeatable::is_repeatable;

/// `plan` such that each copy of it gives the same rows.
pub(super) fn repeatable(plan: &Arc<LogicalPlan>) -> Result<Arc<LogicalPlan>> {
    if is_repeatable(plan)? {
        return Ok(Arc::clone(plan));
    }
    Ok(Arc::new(evaluated_once(
        next_relation_id(),
        plan.as_ref().clone(),
    )))
}

/// A relation; all copies with the same `id` share its rows.
fn evaluated_once(id: u64, input: LogicalPlan) -> LogicalPlan {
    LogicalPlan::Extension(Extension {
        node: Arc::new(MaterializedNode::new(id, input)),
    })
}
