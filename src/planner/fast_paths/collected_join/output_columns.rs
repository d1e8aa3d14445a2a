//! Where the columns of the output come from.

use arrow::datatypes::SchemaRef;

use super::join_kind::CollectedJoinKind;

/// The source of an output column.
#[derive(Debug, Clone, Copy)]
pub(in crate::planner::fast_paths) enum JoinOutputColumn {
    /// A column of the build side, by its position among the collected ones.
    Build(usize),
    /// A column of the probe side.
    Probe(usize),
}

/// The output columns of a join of `sides`, or those of them that `projection` has; the columns of the left side are
/// appended to `collected`.
pub(in crate::planner::fast_paths) fn output_columns(
    sides: &[SchemaRef; 2],
    projection: Option<&[usize]>,
    kind: CollectedJoinKind,
    collected: &mut Vec<usize>,
) -> Vec<JoinOutputColumn> {
    let [of_left, of_right] = sides.each_ref().map(|schema| schema.fields().len());
    let of_left = if kind.shows_build() { of_left } else { 0 };
    let of_right = if kind.shows_probe() { of_right } else { 0 };
    let all: Vec<usize> = match projection {
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
