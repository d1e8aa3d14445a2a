//! A rounding cast as the key of a join: `ON a.x::INT = b.k`.
//!
//! For keys that are no columns the planner adds columns to the join's input. A cast has the same name
//! as its operand, so the planner adds an alias, but only to the stock cast. Here our cast gets a name
//! of its own.
//!
//! Upstream: none found: "`wrap_projection_for_join_if_necessary` aliases Cast and `TryCast` only, so a function that keeps the name of its argument cannot be a join key"
//! Retire when: `plan/numbers/casts` goes.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF, lit};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

use crate::functions::correctness::named_cast::NamedCast;

/// Gives casts among the keys of joins a name of their own; runs last.
#[derive(Debug)]
pub(crate) struct JoinKeys;

impl OptimizerRule for JoinKeys {
    fn name(&self) -> &'static str {
        "join_keys"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        None
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        plan.transform_up_with_subqueries(|node| Ok(named(node)))
    }
}

fn named(node: LogicalPlan) -> Transformed<LogicalPlan> {
    let LogicalPlan::Join(mut join) = node else {
        return Transformed::no(node);
    };
    let mut changed = false;
    for (left, right) in &mut join.on {
        for key in [left, right] {
            if keeps_name(key) {
                changed = true;
                let function = Arc::new(ScalarUDF::from(NamedCast::default()));
                let text = lit(key.to_string());
                *key = function.call(vec![std::mem::take(key), text]);
            }
        }
    }
    Transformed::new_transformed(LogicalPlan::Join(join), changed)
}

/// True if a key is a function with the name of its first argument.
fn keeps_name(key: &Expr) -> bool {
    let Expr::ScalarFunction(call) = key else {
        return false;
    };
    let first = call.args.first();
    first.is_some_and(|first| first.schema_name().to_string() == key.schema_name().to_string())
}
