//! The parts of a join, taken from the stock operator.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{JoinType, NullEquality, Result};
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::build::BuildSideSpec;
use super::join_kind::DenseJoinKind;
use super::keys;
use super::probe::JoinOutputColumn;

/// The parts of a join, taken from the stock operator.
#[derive(Debug, Clone)]
pub(super) struct DenseJoinSpec {
    pub(super) join_type: JoinType,
    pub(super) kind: DenseJoinKind,
    pub(super) wanted: BuildSideSpec,
    /// Over the right side.
    pub(super) keys: Vec<Arc<dyn PhysicalExpr>>,
    pub(super) shown: Vec<JoinOutputColumn>,
}

impl DenseJoinSpec {
    /// `None` for joins that are not supported.
    pub(super) fn from_hash_join(join: &HashJoinExec) -> Option<Self> {
        let kind = DenseJoinKind::from_join_type(*join.join_type())?;
        let is_plain = join.filter().is_none()
            && join.fetch().is_none()
            && !join.null_aware
            && join.null_equality() == NullEquality::NullEqualsNothing;
        if !is_plain || join.on().is_empty() || !has_dense_key_types(join).unwrap_or(false) {
            return None;
        }
        let (left_keys, right_keys) = join.on().iter().cloned().unzip();
        let mut columns = vec![];
        let shown = output_columns(join, kind, &mut columns);
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

/// The output columns; those of the left side are appended to `collected`.
fn output_columns(
    join: &HashJoinExec,
    kind: DenseJoinKind,
    collected: &mut Vec<usize>,
) -> Vec<JoinOutputColumn> {
    let (left, right) = (join.left().schema(), join.right().schema());
    let width = |schema: &Schema| schema.fields().len();
    let of_left = if kind.shows_build() { width(&left) } else { 0 };
    let of_right = if kind.shows_probe() { width(&right) } else { 0 };
    let all: Vec<usize> = match &join.projection {
        Some(projection) => projection.to_vec(),
        None => (0..of_left + of_right).collect(),
    };
    let shown = all.into_iter().map(|column| {
        if column < of_left {
            collected.push(column);
            JoinOutputColumn::Build(collected.len() - 1)
        } else {
            JoinOutputColumn::Probe(column - of_left)
        }
    });
    shown.collect()
}
