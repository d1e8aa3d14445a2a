//! Keeps predicates above a node that has two columns of one name.
//!
//! The stock rule remaps the columns of a predicate by name on its way down, so that above a join `a.f`
//! becomes `b.f` if both are present under the name `f`. Predicates that the logical plan has pushed
//! down are in place already; below such a node the stock rule continues.
//!
//! Upstream: none found: "physical `FilterPushdown` remaps columns by name: a filter over a projection of two columns called f reads the first"
//! Retire when: `FilterRemapper` in datafusion-physical-plan follows the numbers of columns.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::config::ConfigOptions;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

/// The stock rule `FilterPushdown`, restricted to parts of a plan with unique names.
#[derive(Debug)]
pub(crate) struct PushedFilters {
    stock: Arc<dyn PhysicalOptimizerRule + Send + Sync>,
}

impl PushedFilters {
    /// `rule`, or its replacement.
    pub(crate) fn in_place_of(
        rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>,
    ) -> Arc<dyn PhysicalOptimizerRule + Send + Sync> {
        match rule.name() {
            "FilterPushdown" => Arc::new(Self { stock: rule }),
            _ => rule,
        }
    }

    fn below(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !has_ambiguous_node(&plan) {
            return self.stock.optimize(plan, config);
        }
        let children = plan.children().into_iter().map(Arc::clone);
        let children = children.map(|child| self.below(child, config));
        let children = children.collect::<Result<Vec<_>>>()?;
        plan.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }
}

impl PhysicalOptimizerRule for PushedFilters {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.below(plan, config)
    }

    fn name(&self) -> &str {
        self.stock.name()
    }

    fn schema_check(&self) -> bool {
        self.stock.schema_check()
    }
}

fn has_ambiguous_node(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let schema = plan.schema();
    let mut names = HashSet::new();
    let repeats = !schema
        .fields()
        .iter()
        .all(|field| names.insert(field.name()));
    repeats || plan.children().into_iter().any(has_ambiguous_node)
}
