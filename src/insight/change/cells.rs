//! The finest cells, read from the rows of the aggregation, and the cuts that they add up to.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err, internal_err};

use super::cut::SegmentCut;
use super::kpi::{ChangeKpi, ChangeKpiKind};
use super::options::ExplanationOptions;
use super::segment_sums::SegmentSums;

/// Most segments of a dimension.
const MOST_SEGMENTS: usize = 10_000;

/// Sums of all rows, by dimension, and by pair of dimensions.
#[derive(Debug)]
pub(super) struct ChangeCuts {
    pub(super) all: SegmentSums,
    pub(super) dimensions: Vec<SegmentCut>,
    /// By the positions of both dimensions, the smaller one first.
    pub(super) pairs: BTreeMap<(usize, usize), SegmentCut>,
}

/// Adds the cells up to cuts. The first columns of `cells` are the dimensions as text, and the last one has
/// the sums of both sides.
///
/// # Errors
/// When a dimension has more than 10,000 segments.
pub(super) fn cuts(
    options: &ExplanationOptions,
    cells: &RecordBatch,
) -> Result<(ChangeKpi, ChangeCuts)> {
    let names = &options.dimensions;
    let (kpi, all_sums) = sums_of(options.kind, cells)?;
    let keys: Vec<_> = cells.columns().iter().take(names.len()).collect();
    let mut cuts = ChangeCuts {
        all: SegmentSums::default(),
        dimensions: vec![SegmentCut::default(); names.len()],
        pairs: BTreeMap::new(),
    };
    for (row, sums) in all_sums.iter().enumerate() {
        let key: Vec<Option<String>> = keys
            .iter()
            .map(|column| {
                let texts = column.as_string::<i32>();
                texts.is_valid(row).then(|| texts.value(row).to_owned())
            })
            .collect();
        cuts.all.merge(sums);
        for (cut, value) in cuts.dimensions.iter_mut().zip(&key) {
            cut.add(vec![value.clone()], sums);
        }
        if options.with_pairs {
            for (first, value) in key.iter().enumerate() {
                for (second, other) in key.iter().enumerate().skip(first + 1) {
                    let cut = cuts.pairs.entry((first, second)).or_default();
                    cut.add(vec![value.clone(), other.clone()], sums);
                }
            }
        }
    }
    for (name, cut) in names.iter().zip(&cuts.dimensions) {
        if cut.segments.len() > MOST_SEGMENTS {
            return exec_err!(
                "explain_change: {name} has {} segments, more than {MOST_SEGMENTS}; group its values \
                 first, or leave it out of by",
                cut.segments.len()
            );
        }
    }
    Ok((kpi, cuts))
}

/// The KPI with the units of its sums, and the sums of each cell.
fn sums_of(kind: ChangeKpiKind, cells: &RecordBatch) -> Result<(ChangeKpi, Vec<SegmentSums>)> {
    let Some(sums) = cells.columns().last().and_then(|last| last.as_struct_opt()) else {
        return internal_err!("cells have no sums");
    };
    let columns: Vec<_> = sums
        .columns()
        .iter()
        .map(|column| column.as_primitive::<Decimal128Type>().values())
        .collect();
    let [numerator, denominator, parts @ ..] = columns.as_slice() else {
        return internal_err!("cells have no units");
    };
    let (before, after) = parts.split_at(parts.len() / 2);
    let kpi = ChangeKpi {
        kind,
        numerator_per_one: numerator.first().copied().unwrap_or(1),
        denominator_per_one: denominator.first().copied().unwrap_or(1),
    };
    let cell = |row: usize| {
        let mut cell = SegmentSums::default();
        for (sum, column) in cell.before.iter_mut().zip(before) {
            *sum = column[row];
        }
        for (sum, column) in cell.after.iter_mut().zip(after) {
            *sum = column[row];
        }
        cell
    };
    Ok((kpi, (0..cells.num_rows()).map(cell).collect()))
}
