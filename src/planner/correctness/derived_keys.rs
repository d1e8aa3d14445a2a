//! Keys of a subquery do not determine the groups of the query around it.
//!
//! GROUP BY makes its keys unique, and the stock planner keeps that in mind through joins, `unnest` and further
//! groupings, where it is no longer so. A GROUP BY of such a key gets all columns that the key is said to determine as
//! keys of its own, so that a group comes out several times, and a window in its order takes rows that tie for
//! different ones. Here a relation after FROM keeps no keys, as in PostgreSQL,
//! where only the primary key of a table determines the other columns; those of base tables stay.
//!
//! Upstream: none found: `aggregate_functional_dependencies` makes `Single` of a dependency that a join made `Multi`, so that rows that tie in a window over that key get different running sums
//! Retire when: the query of `tests/stock_engine/` gives tied rows one value.

use std::cell::Cell;
use std::sync::Arc;

use datafusion::common::{DFSchemaRef, FunctionalDependencies, Result};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};
use datafusion::sql::sqlparser::ast::TableFactor;

thread_local! {
    /// True while a relation is on its way to the other planners. A relation is planned by one thread, and the first
    /// that is asked again is this planner.
    static IS_PASSED_ON: Cell<bool> = const { Cell::new(false) };
}

/// Plans each relation as the others do, and drops the keys of its rows. To be registered last, which asks it first.
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
        IS_PASSED_ON.set(true);
        let planned = context.plan(relation);
        IS_PASSED_ON.set(false);
        // The alias is in the plan.
        let planned = PlannedRelation::new(without_keys(planned?)?, None);
        Ok(RelationPlanning::Planned(Box::new(planned)))
    }
}

/// `plan` without keys in the schema of its top, which is what the query around it sees.
fn without_keys(plan: LogicalPlan) -> Result<LogicalPlan> {
    if plan.schema().functional_dependencies().is_empty() || is_table(&plan) {
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

fn is_table(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::TableScan(_) => true,
        LogicalPlan::SubqueryAlias(alias) => is_table(&alias.input),
        _ => false,
    }
}

fn keyless(schema: &DFSchemaRef) -> Result<DFSchemaRef> {
    let schema = schema.as_ref().clone();
    let keyless = schema.with_functional_dependencies(FunctionalDependencies::empty())?;
    Ok(Arc::new(keyless))
}
