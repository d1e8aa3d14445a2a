//! The parts of a join, taken from the stock operator.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::{JoinType, NullEquality, Result};
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::build::BuildSideSpec;
use super::keys;
use crate::planner::fast_paths::collected_join::{
    CollectedJoinKind, JoinOutputColumn, output_columns,
};

/// The parts of a join, taken from the stock operator.
#[derive(Debug, Clone)]
pub(super) struct DenseJoinSpec {
    pub(super) join_type: JoinType,
    pub(super) kind: CollectedJoinKind,
    pub(super) wanted: BuildSideSpec,
    /// Over the right side.
    pub(super) keys: Vec<Arc<dyn PhysicalExpr>>,
    pub(super) shown: Vec<JoinOutputColumn>,
}

impl DenseJoinSpec {
    /// `None` for joins that are not supported.
    pub(super) fn from_hash_join(join: &HashJoinExec) -> Option<Self> {
        let kind = CollectedJoinKind::from_join_type(*join.join_type())?;
        let is_plain = join.filter().is_none()
            && join.fetch().is_none()
            && !join.null_aware
            && join.null_equality() == NullEquality::NullEqualsNothing;
        if !is_plain || join.on().is_empty() || !has_dense_key_types(join).unwrap_or(false) {
            return None;
        }
        let (left_keys, right_keys) = join.on().iter().cloned().unzip();
        let mut columns = vec![];
        let sides = [join.left().schema(), join.right().schema()];
        let shown = output_columns(&sides, join.projection.as_deref(), kind, &mut columns);
        Some(Self {
            join_type: *join.join_type(),
            kind,
            wanted: BuildSideSpec {
                keys: left_keys,
                columns,
                rows: kind.shows_build(),
                output: kind.build,
            },
            keys: right_keys,
            shown,
        })
    }

    /// The column of the right side behind output `column`; `None` if that is of the left side.
    pub(super) fn probe_column(&self, column: usize) -> Option<usize> {
        match self.shown.get(column)? {
            JoinOutputColumn::Probe(column) => Some(*column),
            JoinOutputColumn::Build(_) => None,
        }
    }

    pub(super) fn shown_names(&self, schema: &SchemaRef) -> Vec<String> {
        let fields = schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }
}

/// True if the keys of both sides are integers or dates of the same types.
fn has_dense_key_types(join: &HashJoinExec) -> Result<bool> {
    let (left, right) = (join.left().schema(), join.right().schema());
    for (left_key, right_key) in join.on() {
        let data_type = left_key.data_type(&left)?;
        if data_type != right_key.data_type(&right)? || !keys::is_dense_key_type(&data_type) {
            return Ok(false);
        }
    }
    Ok(true)
}
