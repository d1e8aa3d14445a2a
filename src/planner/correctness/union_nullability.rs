//! Nullability of a UNION's columns: a column may be NULL if it may be in one of the inputs.
//!
//! The stock engine computes that when the UNION is planned. A rule that replaces an input (DISTINCT ON
//! becomes an aggregate of first values, equal lengths of time are represented by the least of them)
//! may change a column's type to nullable, and the physical plan, which computes the schema again, is
//! then refused as different from the logical one.
//!
//! Upstream: none found: SELECT 1 AS x UNION SELECT DISTINCT ON (y) 2 FROM (VALUES (1)) t(y) is an internal error
//! Retire when: it gives two rows.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{LogicalPlan, Union};
use datafusion::optimizer::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Updates the schema of every UNION from those of its inputs, as the last rule.
#[derive(Debug)]
pub(super) struct UnionNullability;

impl OptimizerRule for UnionNullability {
    fn name(&self) -> &'static str {
        "union_nullability"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        None
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        if !plan.exists(|node| Ok(matches!(node, LogicalPlan::Union(_))))? {
            return Ok(Transformed::no(plan));
        }
        plan.transform_up(|node| match node {
            LogicalPlan::Union(union) => united(union),
            other => other.recompute_schema().map(Transformed::no),
        })
    }
}

fn united(mut union: Union) -> Result<Transformed<LogicalPlan>> {
    let columns = union.schema.iter().enumerate();
    let fields = columns.map(|(place, (qualifier, field))| {
        let mut inputs = union.inputs.iter();
        let is_nullable = inputs.any(|input| input.schema().field(place).is_nullable());
        let nullable = field.is_nullable() || is_nullable;
        let field = field.as_ref().clone().with_nullable(nullable);
        (qualifier.cloned(), Arc::new(field))
    });
    let metadata = union.schema.as_arrow().metadata().clone();
    let schema = DFSchema::new_with_metadata(fields.collect(), metadata)?;
    let changed = schema != *union.schema;
    union.schema = Arc::new(schema);
    Ok(Transformed::new_transformed(
        LogicalPlan::Union(union),
        changed,
    ))
}
