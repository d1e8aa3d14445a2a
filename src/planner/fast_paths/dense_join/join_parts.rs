//! The parts of a join, taken from the stock operator.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{JoinType, Result};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::build::BuildSideSpec;
use super::keys;
use crate::functions::kernels::text_codes::TextCodes;
use crate::planner::fast_paths::collected_join::{
    CollectedJoinKind, JoinOutputColumn, output_columns,
};
use crate::planner::rewrite::columns_read;

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
        let is_plain = join.filter().is_none() && join.fetch().is_none() && !join.null_aware;
        if !is_plain || join.on().is_empty() || !has_key_types(join).unwrap_or(false) {
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
                null_equality: join.null_equality(),
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

    /// The columns of the right side that its keys read.
    pub(super) fn key_columns(&self) -> Vec<usize> {
        self.keys.iter().flat_map(columns_read).collect()
    }

    /// Those of them that are texts, and nothing but keys.
    pub(super) fn text_keys(&self, right: &Schema) -> Vec<usize> {
        let keys = self
            .keys
            .iter()
            .filter_map(|key| key.downcast_ref::<Column>());
        let texts = keys.map(Column::index).filter(|&column| {
            let is_shown = self
                .shown
                .iter()
                .any(|shown| matches!(shown, JoinOutputColumn::Probe(probe) if *probe == column));
            !is_shown && TextCodes::is_supported(right.field(column).data_type())
        });
        texts.collect()
    }

    pub(super) fn shown_names(&self, schema: &SchemaRef) -> Vec<String> {
        let fields = schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }
}

/// True if the keys of both sides are integers, dates or texts of the same types.
fn has_key_types(join: &HashJoinExec) -> Result<bool> {
    let (left, right) = (join.left().schema(), join.right().schema());
    for (left_key, right_key) in join.on() {
        let data_type = left_key.data_type(&left)?;
        let is_key = keys::is_dense_key_type(&data_type) || TextCodes::is_supported(&data_type);
        if data_type != right_key.data_type(&right)? || !is_key {
            return Ok(false);
        }
    }
    Ok(true)
}
