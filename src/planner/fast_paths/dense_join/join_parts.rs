//! The parts of a join, taken from the stock operator.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{JoinType, NullEquality};
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::build::BuildSideSpec;
use super::keys;
use super::probe::{DenseJoinKind, JoinOutputColumn};

/// The parts of a join, taken from the stock operator.
#[derive(Debug, Clone)]
pub(super) struct DenseJoinSpec {
    pub(super) join_type: JoinType,
    pub(super) kind: DenseJoinKind,
    pub(super) wanted: BuildSideSpec,
    /// Over the right side.
    pub(super) key: Arc<dyn PhysicalExpr>,
    pub(super) shown: Vec<JoinOutputColumn>,
}

impl DenseJoinSpec {
    /// `None` for joins that are not supported.
    pub(super) fn from_hash_join(join: &HashJoinExec) -> Option<Self> {
        let kind = kind(join.join_type())?;
        let [(left_key, right_key)] = join.on() else {
            return None;
        };
        let types = (
            left_key.data_type(&join.left().schema()).ok()?,
            right_key.data_type(&join.right().schema()).ok()?,
        );
        let is_plain = join.filter().is_none()
            && join.fetch().is_none()
            && !join.null_aware
            && join.null_equality() == NullEquality::NullEqualsNothing
            && types.0 == types.1
            && keys::is_dense_key_type(&types.0);
        if !is_plain {
            return None;
        }
        let mut columns = vec![];
        let shown = output_columns(join, kind, &mut columns);
        Some(Self {
            join_type: *join.join_type(),
            kind,
            wanted: BuildSideSpec {
                key: Arc::clone(left_key),
                columns,
                rows: matches!(kind, DenseJoinKind::Inner | DenseJoinKind::Outer),
            },
            key: Arc::clone(right_key),
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

fn kind(join_type: &JoinType) -> Option<DenseJoinKind> {
    match join_type {
        JoinType::Inner => Some(DenseJoinKind::Inner),
        JoinType::Right => Some(DenseJoinKind::Outer),
        JoinType::RightSemi => Some(DenseJoinKind::Semi),
        JoinType::RightAnti => Some(DenseJoinKind::Anti),
        _ => None,
    }
}

/// The output columns; those of the left side are appended to `collected`.
fn output_columns(
    join: &HashJoinExec,
    kind: DenseJoinKind,
    collected: &mut Vec<usize>,
) -> Vec<JoinOutputColumn> {
    let (left, right) = (join.left().schema(), join.right().schema());
    let width = |schema: &Schema| schema.fields().len();
    let of_left = match kind {
        DenseJoinKind::Inner | DenseJoinKind::Outer => width(&left),
        DenseJoinKind::Semi | DenseJoinKind::Anti => 0,
    };
    let all: Vec<usize> = match &join.projection {
        Some(projection) => projection.to_vec(),
        None => (0..of_left + width(&right)).collect(),
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
