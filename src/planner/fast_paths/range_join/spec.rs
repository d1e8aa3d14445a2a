//! The parts of a join, taken from the stock operator.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{JoinSide, JoinType, Result};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlanProperties;
use datafusion::physical_plan::joins::NestedLoopJoinExec;

use super::conditions::{RangeBound, RangeConditions};
use crate::planner::fast_paths::collected_join::{
    CollectedJoinKind, JoinOutputColumn, output_columns,
};

/// A join on ranges, whose left side is collected.
#[derive(Debug, Clone)]
pub(super) struct RangeJoinSpec {
    pub(super) join_type: JoinType,
    pub(super) kind: CollectedJoinKind,
    pub(super) start: Option<RangeBound>,
    pub(super) end: Option<RangeBound>,
    pub(super) others: Option<PairCondition>,
    /// The columns of the left side that are needed.
    pub(super) collected: Vec<usize>,
    pub(super) collected_types: Vec<DataType>,
    pub(super) shown: Vec<JoinOutputColumn>,
}

/// A condition on a row of each side.
#[derive(Debug, Clone)]
pub(super) struct PairCondition {
    pub(super) condition: Arc<dyn PhysicalExpr>,
    /// Its columns.
    pub(super) columns: Vec<JoinOutputColumn>,
    pub(super) schema: SchemaRef,
}

impl RangeJoinSpec {
    /// `None` for joins that are not supported or on no range.
    ///
    /// # Errors
    /// When an expression does not fit its schema.
    pub(super) fn from_stock(join: &NestedLoopJoinExec) -> Result<Option<Self>> {
        let Some(kind) = CollectedJoinKind::from_join_type(*join.join_type()) else {
            return Ok(None);
        };
        let Some(filter) = join.filter() else {
            return Ok(None);
        };
        if join.left().output_partitioning().partition_count() != 1 {
            return Ok(None);
        }
        let sides = [join.left().schema(), join.right().schema()];
        let conditions = RangeConditions::new(filter, &sides)?;
        if conditions.start.is_none() && conditions.end.is_none() {
            return Ok(None);
        }
        let mut collected = vec![];
        let projection = join.projection().as_deref();
        let shown = output_columns(&sides, projection, kind, &mut collected);
        let columns = filter
            .column_indices()
            .iter()
            .map(|place| match place.side {
                JoinSide::Left => {
                    collected.push(place.index);
                    JoinOutputColumn::Build(collected.len() - 1)
                }
                _ => JoinOutputColumn::Probe(place.index),
            });
        let others = conditions.others.map(|condition| PairCondition {
            condition,
            columns: columns.collect(),
            schema: Arc::clone(filter.schema()),
        });
        let left = sides[0].fields();
        let collected_types = collected
            .iter()
            .map(|&column| left[column].data_type().clone())
            .collect();
        Ok(Some(Self {
            join_type: *join.join_type(),
            kind,
            start: conditions.start,
            end: conditions.end,
            others,
            collected,
            collected_types,
            shown,
        }))
    }
}
