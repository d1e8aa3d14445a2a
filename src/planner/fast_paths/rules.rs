//! The rewrites of fast paths as rules, each behind its switch.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::{AnalyzerRule, ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;

use super::{ALL, ExpressionRewrite, FastPath, PhysicalRewrite, Rewrite};
use crate::planner::rewrite::{PlanRef, rewrite_node};

/// The rules over logical plans.
pub(in crate::planner) fn logical_rules() -> Vec<Arc<dyn AnalyzerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn AnalyzerRule + Send + Sync>> = Vec::new();
    for path in ALL {
        for rewrite in path.rewrites {
            if let Rewrite::Logical(rewrite) = *rewrite {
                rules.push(Arc::new(LogicalFastPathRule { path, rewrite }));
            }
        }
    }
    rules
}

/// The optimizer's rules with ours among them.
pub(in crate::planner) fn with_optimizer_rules(
    stock: Vec<Arc<dyn OptimizerRule + Send + Sync>>,
) -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules = Vec::with_capacity(stock.len());
    for rule in stock {
        if rule.name() == "common_sub_expression_eliminate" {
            rules.extend(optimizer_rules());
        }
        rules.push(rule);
    }
    rules
}

fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = Vec::new();
    for path in ALL {
        for rewrite in path.rewrites {
            if let Rewrite::Expression(rewrite) = *rewrite {
                rules.push(Arc::new(ExpressionFastPathRule { path, rewrite }));
            }
        }
    }
    rules
}

/// The rules over physical plans, by the stage at which they run.
#[derive(Default)]
pub(in crate::planner) struct PhysicalFastPathRules {
    pub(in crate::planner) before_requirements: Vec<PhysicalRule>,
    pub(in crate::planner) after_stock_rules: Vec<PhysicalRule>,
    pub(in crate::planner) last: Vec<PhysicalRule>,
}

type PhysicalRule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

pub(in crate::planner) fn physical_rules() -> PhysicalFastPathRules {
    let mut rules = PhysicalFastPathRules::default();
    for path in ALL {
        for rewrite in path.rewrites {
            let (stage, rewrite) = match *rewrite {
                Rewrite::Logical(_) | Rewrite::Expression(_) => continue,
                Rewrite::BeforeRequirements(rewrite) => (&mut rules.before_requirements, rewrite),
                Rewrite::AfterStockRules(rewrite) => (&mut rules.after_stock_rules, rewrite),
                Rewrite::Last(rewrite) => (&mut rules.last, rewrite),
            };
            stage.push(Arc::new(PhysicalFastPathRule { path, rewrite }));
        }
    }
    rules
}

#[derive(Debug)]
struct LogicalFastPathRule {
    path: &'static FastPath,
    rewrite: fn(LogicalPlan, &ConfigOptions) -> Result<LogicalPlan>,
}

impl AnalyzerRule for LogicalFastPathRule {
    fn name(&self) -> &str {
        self.path.switch.name
    }

    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        if self.path.switch.is_on(config) {
            (self.rewrite)(plan, config)
        } else {
            Ok(plan)
        }
    }
}

#[derive(Debug)]
struct ExpressionFastPathRule {
    path: &'static FastPath,
    rewrite: ExpressionRewrite,
}

impl OptimizerRule for ExpressionFastPathRule {
    fn name(&self) -> &str {
        self.path.switch.name
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let has_expressions = matches!(
            plan,
            LogicalPlan::Projection(_)
                | LogicalPlan::Filter(_)
                | LogicalPlan::Aggregate(_)
                | LogicalPlan::Window(_)
                | LogicalPlan::Sort(_)
        );
        if has_expressions && self.path.switch.is_on(config.options().as_ref()) {
            rewrite_node(plan, &self.rewrite)
        } else {
            Ok(Transformed::no(plan))
        }
    }
}

#[derive(Debug)]
struct PhysicalFastPathRule {
    path: &'static FastPath,
    rewrite: PhysicalRewrite,
}

impl PhysicalOptimizerRule for PhysicalFastPathRule {
    fn name(&self) -> &str {
        self.path.switch.name
    }

    fn optimize(&self, plan: PlanRef, config: &ConfigOptions) -> Result<PlanRef> {
        if self.path.switch.is_on(config) {
            (self.rewrite)(plan, config)
        } else {
            Ok(plan)
        }
    }

    fn schema_check(&self) -> bool {
        true
    }
}
