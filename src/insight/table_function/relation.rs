//! Table functions after FROM.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Extension, LogicalPlan};
use datafusion::sql::sqlparser::ast::{ObjectName, TableFactor};

use super::TableFunctionSpec;
use super::call::TableCall;
use super::node::ComputedTableNode;

/// Plans calls of table functions.
#[derive(Debug)]
pub(crate) struct ComputedRelationPlanner {
    /// The function of this name.
    pub(in crate::insight) function: fn(&str) -> Option<&'static TableFunctionSpec>,
}

impl RelationPlanner for ComputedRelationPlanner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        match relation {
            TableFactor::Table {
                ref name,
                args: Some(ref args),
                ref alias,
                ..
            } => {
                let Some(spec) = called(name).and_then(self.function) else {
                    return Ok(RelationPlanning::Original(Box::new(relation)));
                };
                let mut call = TableCall::try_new(spec, args.args.clone(), context)?;
                let table = (spec.plan)(&mut call)?;
                let node = ComputedTableNode::try_new(spec.name, table)?;
                let plan = LogicalPlan::Extension(Extension {
                    node: Arc::new(node),
                });
                let planned = PlannedRelation::new(plan, alias.clone());
                Ok(RelationPlanning::Planned(Box::new(planned)))
            }
            other => Ok(RelationPlanning::Original(Box::new(other))),
        }
    }
}

/// The unqualified name of a call.
pub(crate) fn called(name: &ObjectName) -> Option<&str> {
    let [part] = name.0.as_slice() else {
        return None;
    };
    part.as_ident().map(|ident| ident.value.as_str())
}
