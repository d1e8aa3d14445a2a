//! What a join is about, read off the stock one.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{JoinType, NullEquality};
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::build::Wanted;
use super::keys;
use super::probe::{Kind, Shown};

/// What the join is about, read off the stock one.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) join_type: JoinType,
    pub(super) kind: Kind,
    pub(super) wanted: Wanted,
    /// Over the right side.
    pub(super) key: Arc<dyn PhysicalExpr>,
    pub(super) shown: Vec<Shown>,
}

impl Parts {
    /// `None` for joins that are not taken.
    pub(super) fn of(join: &HashJoinExec) -> Option<Self> {
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
            && keys::takes(&types.0);
        if !is_plain {
            return None;
        }
        let mut columns = vec![];
        let shown = shown(join, kind, &mut columns);
        Some(Self {
            join_type: *join.join_type(),
            kind,
            wanted: Wanted {
                key: Arc::clone(left_key),
                columns,
                rows: matches!(kind, Kind::Inner | Kind::Outer),
            },
            key: Arc::clone(right_key),
            shown,
        })
    }

    /// The column of the right side that output `column` is.
    pub(super) fn here(&self, column: usize) -> Option<usize> {
        match self.shown.get(column)? {
            Shown::Here(column) => Some(*column),
            Shown::Collected(_) => None,
        }
    }

    pub(super) fn shown_names(&self, schema: &SchemaRef) -> Vec<String> {
        let fields = schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }
}

fn kind(join_type: &JoinType) -> Option<Kind> {
    match join_type {
        JoinType::Inner => Some(Kind::Inner),
        JoinType::Right => Some(Kind::Outer),
        JoinType::RightSemi => Some(Kind::Semi),
        JoinType::RightAnti => Some(Kind::Anti),
        _ => None,
    }
}

/// The output columns; those of the left side are put into `collected`.
fn shown(join: &HashJoinExec, kind: Kind, collected: &mut Vec<usize>) -> Vec<Shown> {
    let (left, right) = (join.left().schema(), join.right().schema());
    let width = |schema: &Schema| schema.fields().len();
    let of_left = match kind {
        Kind::Inner | Kind::Outer => width(&left),
        Kind::Semi | Kind::Anti => 0,
    };
    let all: Vec<usize> = match &join.projection {
        Some(projection) => projection.to_vec(),
        None => (0..of_left + width(&right)).collect(),
    };
    let shown = all.into_iter().map(|column| match column < of_left {
        true => {
            collected.push(column);
            Shown::Collected(collected.len() - 1)
        }
        false => Shown::Here(column - of_left),
    });
    shown.collect()
}
