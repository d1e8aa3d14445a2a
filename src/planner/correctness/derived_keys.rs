//! Keys of a subquery that it repeats do not determine the groups of the query around it.
//!
//! GROUP BY makes its keys unique, and the stock planner keeps that in mind through joins, `unnest` and further
//! groupings, where it is no longer so. A GROUP BY of such a key gets all columns that the key is said to determine as
//! keys of its own, so that a group comes out several times, and a window in its order takes rows that tie for
//! different ones. Here a relation after FROM has no keys if keys are repeated in it.
//!
//! Upstream: none found: `aggregate_functional_dependencies` makes `Single` of a dependency that a join made `Multi`, so that rows that tie in a window over that key get different running sums
//! Retire when: the query of `tests/stock_engine/` gives tied rows one value.

use std::cell::Cell;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchemaRef, FunctionalDependencies, Result};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, Projection};
use datafusion::sql::sqlparser::ast::TableFactor;

use super::joined_keys::repeated_keys;
use super::subqueries::lateral_marks;

thread_local! {
    /// True while a relation is on its way to the other planners. A relation is planned by one thread, and the first
    /// that is asked again is this planner.
    static IS_PASSED_ON: Cell<bool> = const { Cell::new(false) };
}

/// Plans each relation as the others do, drops keys that its rows repeat, and marks a LATERAL. To be registered last,
/// which asks it first.
#[derive(Debug)]
pub(crate) struct DerivedKeys;

impl RelationPlanner for DerivedKeys {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        if IS_PASSED_ON.replace(false) {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        }
        let is_lateral = lateral_marks::is_lateral(&relation);
        IS_PASSED_ON.set(true);
        let planned = context.plan(relation);
        IS_PASSED_ON.set(false);
        let mut planned = without_keys(planned?)?;
        if is_lateral {
            planned = lateral_marks::marked(planned)?;
        }
        // The alias is in the plan.
        let planned = PlannedRelation::new(planned, None);
        Ok(RelationPlanning::Planned(Box::new(planned)))
    }
}

/// `plan` without keys in the schema of its top, which is what the query around it sees.
fn without_keys(plan: LogicalPlan) -> Result<LogicalPlan> {
    if plan.schema().functional_dependencies().is_empty() || !plan.exists(repeats_keys)? {
        return Ok(plan);
    }
    let schema = keyless(plan.schema())?;
    Ok(match plan {
        LogicalPlan::SubqueryAlias(mut alias) => {
            alias.schema = schema;
            LogicalPlan::SubqueryAlias(alias)
        }
        other => {
            let columns = schema.columns().into_iter().map(Expr::Column).collect();
            let rows = Projection::try_new_with_schema(columns, Arc::new(other), schema)?;
            LogicalPlan::Projection(rows)
        }
    })
}

/// True if keys of the input of `node` pass for keys of its rows, which have several rows for each.
fn repeats_keys(node: &LogicalPlan) -> Result<bool> {
    Ok(match node {
        LogicalPlan::Aggregate(node) => !repeated_keys(&node.input, &node.group_expr).is_empty(),
        LogicalPlan::Distinct(Distinct::All(input)) => {
            let columns: Vec<Expr> = input
                .schema()
                .columns()
                .into_iter()
                .map(Expr::Column)
                .collect();
            !repeated_keys(input, &columns).is_empty()
        }
        LogicalPlan::Unnest(node) => !node.input.schema().functional_dependencies().is_empty(),
        _ => false,
    })
}

fn keyless(schema: &DFSchemaRef) -> Result<DFSchemaRef> {
    let schema = schema.as_ref().clone();
    let keyless = schema.with_functional_dependencies(FunctionalDependencies::empty())?;
    Ok(Arc::new(keyless))
}
