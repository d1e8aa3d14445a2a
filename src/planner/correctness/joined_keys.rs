//! Keys that a join has repeated do not determine the groups of an aggregate.
//!
//! A unique key of one side is no longer unique behind a join, and the engine notes that. Under an
//! aggregate by that key and others it notes the key as unique again, by which it drops a DISTINCT over
//! the groups, and the further keys of an ORDER BY. It does so by the name of the key, so the key gets
//! another name within the aggregate.
//!
//! Upstream: none found: `aggregate_functional_dependencies` makes `Single` of a dependency that a join made `Multi`: SELECT DISTINCT over a DISTINCT over a join with a grouped side repeats rows
//! Retire when: the query of `tests/stock_engine/` gives each row once.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Dependency, Result};
use datafusion::logical_expr::{Aggregate, Distinct, Expr, LogicalPlan, Projection};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Renames such keys within aggregates, in place of the stock rule that makes aggregates of DISTINCT: with
/// that a DISTINCT gets keys, and the joins above it have repeated ones.
#[derive(Debug)]
pub(crate) struct JoinedKeys {
    pub(crate) stock: Arc<dyn OptimizerRule + Send + Sync>,
}

impl OptimizerRule for JoinedKeys {
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
        let (input, keys, calls) = match &plan {
            LogicalPlan::Aggregate(node) => {
                (&node.input, node.group_expr.clone(), node.aggr_expr.clone())
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let columns = input.schema().columns().into_iter();
                (input, columns.map(Expr::Column).collect(), vec![])
            }
            _ => return self.stock.rewrite(plan, config),
        };
        if !input.exists(|node| Ok(matches!(node, LogicalPlan::Join(_))))? {
            return self.stock.rewrite(plan, config);
        }
        // What is below has been rewritten since its schema was made.
        let current = input.as_ref().clone().transform_up(|node| {
            let node = node.recompute_schema()?;
            Ok(Transformed::no(node))
        })?;
        let repeated = repeated_keys(&current.data, &keys);
        if repeated.is_empty() {
            return self.stock.rewrite(plan, config);
        }
        with_names(&plan, Arc::new(current.data), keys, calls, &repeated).map(Transformed::yes)
    }
}

/// The columns among `keys` that were unique, alone or together, before a join.
pub(super) fn repeated_keys(input: &LogicalPlan, keys: &[Expr]) -> Vec<Column> {
    let columns = input.schema().columns();
    let mut repeated = vec![];
    for dependency in input.schema().functional_dependencies().iter() {
        let unique: Vec<_> = dependency
            .source_indices
            .iter()
            .filter_map(|place| columns.get(*place))
            .collect();
        let is_key = |column: &&Column| {
            let mut keys = keys.iter();
            keys.any(|key| matches!(key, Expr::Column(key) if key == *column))
        };
        // Further columns of its own side it does determine.
        let determined = |key: &Expr| {
            let Expr::Column(key) = key else {
                return false;
            };
            let mut places = dependency.target_indices.iter();
            places.any(|place| columns.get(*place) == Some(key))
        };
        if dependency.mode == Dependency::Multi
            && unique.len() < keys.len()
            && unique.iter().all(is_key)
            && !keys.iter().all(determined)
        {
            repeated.extend(unique.into_iter().cloned());
        }
    }
    repeated
}

fn with_names(
    like: &LogicalPlan,
    input: Arc<LogicalPlan>,
    keys: Vec<Expr>,
    calls: Vec<Expr>,
    repeated: &[Column],
) -> Result<LogicalPlan> {
    let mut inner = vec![];
    let mut columns = vec![];
    let mut outer = like.schema().columns().into_iter();
    for (place, (key, shown)) in keys.into_iter().zip(outer.by_ref()).enumerate() {
        if matches!(&key, Expr::Column(column) if repeated.contains(column)) {
            let name = format!("__key_{place}");
            inner.push(key.alias(&name));
            let column = Expr::Column(Column::from_name(name));
            columns.push(column.alias_qualified(shown.relation, shown.name));
        } else {
            inner.push(key);
            columns.push(Expr::Column(shown));
        }
    }
    columns.extend(outer.map(Expr::Column));
    let groups = Aggregate::try_new(input, inner, calls)?;
    let groups = Arc::new(LogicalPlan::Aggregate(groups));
    Ok(LogicalPlan::Projection(Projection::try_new(
        columns, groups,
    )?))
}
