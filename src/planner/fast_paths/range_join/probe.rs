//! The probe side, one batch after the other.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::compute::{filter, take};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};

use super::build::{RangeBuildSide, RangeOutcome};
use super::candidates::RangeCandidates;
use super::conditions::RangeBound;
use super::spec::RangeJoinSpec;
use crate::functions::kernels::ordered_integers::ordered;
use crate::planner::fast_paths::collected_join::{
    BatchProbe, BuildOutput, JoinOutputColumn, ProbeOutput, VisitedKeys, batch_of_build_rows,
    batch_of_rows,
};

/// The probe of one partition.
pub(super) struct RangeProbe {
    pub(super) spec: RangeJoinSpec,
    pub(super) schema: SchemaRef,
    pub(super) most: usize,
    /// With a sorted build side.
    pub(super) ready: Arc<RangeOutcome>,
}

/// A batch of the probe side, with what has been found for it.
pub(super) struct ProbedRanges {
    batch: RecordBatch,
    /// To be compared with the starts of ranges, and with their ends; empty if they have none.
    starts: Vec<u64>,
    ends: Vec<u64>,
    nulls: Option<NullBuffer>,
    is_matched: Vec<bool>,
    /// The row that is looked up, and what is left of its candidates once it has been begun.
    row: usize,
    candidates: Option<RangeCandidates>,
    is_done: bool,
}

/// Rows of the probe side and of the build side that belong together.
struct RowPairs {
    here: UInt32Array,
    there: UInt32Array,
}

impl RangeProbe {
    fn build(&self) -> Result<&RangeBuildSide> {
        match self.ready.as_ref() {
            RangeOutcome::Sorted(build) => Ok(build),
            RangeOutcome::Stock(_) => internal_err!("nothing to probe"),
        }
    }

    /// True if one match of a row is as good as all.
    fn asks_for_one(&self) -> bool {
        let is_semi = matches!(
            self.spec.kind.probe,
            ProbeOutput::Matched | ProbeOutput::Unmatched
        );
        is_semi && self.spec.others.is_none() && self.spec.kind.build == BuildOutput::Nothing
    }

    /// The next pairs whose ranges fit; none when all rows are through.
    fn fitting(&self, probed: &mut ProbedRanges, build: &RangeBuildSide) -> RowPairs {
        let (mut here, mut there) = (vec![], vec![]);
        let asks_for_one = self.asks_for_one();
        while there.len() < self.most && probed.row < probed.batch.num_rows() {
            let row = probed.row;
            let mut candidates = match probed.candidates.take() {
                Some(candidates) => candidates,
                None => probed.candidates_of(row, build),
            };
            let limit = if asks_for_one {
                1
            } else {
                self.most - there.len()
            };
            let has_more = build.ranges.take(&mut candidates, limit, &mut there);
            let is_found = there.len() > here.len();
            here.resize(there.len(), u32::try_from(row).unwrap_or(u32::MAX));
            if has_more && !(asks_for_one && is_found) {
                probed.candidates = Some(candidates);
            } else {
                probed.row += 1;
            }
        }
        RowPairs {
            here: here.into(),
            there: there.into(),
        }
    }

    /// Those of `pairs` for which all other conditions hold.
    fn holding(
        &self,
        pairs: RowPairs,
        batch: &RecordBatch,
        build: &RangeBuildSide,
    ) -> Result<RowPairs> {
        let Some(others) = &self.spec.others else {
            return Ok(pairs);
        };
        let columns = others
            .columns
            .iter()
            .map(|column| taken(*column, batch, build, &pairs));
        let columns = columns.collect::<Result<_>>()?;
        let rows = batch_of_rows(&others.schema, columns, pairs.here.len())?;
        let holds = others.condition.evaluate(&rows)?;
        let holds = holds.into_array(rows.num_rows())?;
        let holds: &BooleanArray = holds.as_boolean();
        let kept = |rows: &UInt32Array| {
            Ok::<_, arrow::error::ArrowError>(filter(rows, holds)?.as_primitive().clone())
        };
        Ok(RowPairs {
            here: kept(&pairs.here)?,
            there: kept(&pairs.there)?,
        })
    }

    fn output(
        &self,
        batch: &RecordBatch,
        build: &RangeBuildSide,
        pairs: &RowPairs,
    ) -> Result<RecordBatch> {
        let columns = self
            .spec
            .shown
            .iter()
            .map(|column| taken(*column, batch, build, pairs));
        let columns = columns.collect::<Result<_>>()?;
        batch_of_rows(&self.schema, columns, pairs.here.len())
    }

    /// The rows of the probe side that are given for having matches, or none.
    fn by_match(&self, probed: &ProbedRanges) -> Option<RowPairs> {
        let wanted = match self.spec.kind.probe {
            ProbeOutput::Matched => true,
            ProbeOutput::Unmatched | ProbeOutput::PairsAndUnmatched => false,
            ProbeOutput::Pairs | ProbeOutput::Nothing => return None,
        };
        let rows = probed.is_matched.iter().enumerate();
        let here = rows
            .filter(|(_, is_matched)| **is_matched == wanted)
            .map(|(row, _)| u32::try_from(row).unwrap_or(u32::MAX));
        let here: UInt32Array = here.collect::<Vec<u32>>().into();
        let there = UInt32Array::new_null(here.len());
        Some(RowPairs { here, there })
    }
}

impl ProbedRanges {
    fn candidates_of(&self, row: usize, build: &RangeBuildSide) -> RangeCandidates {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return RangeCandidates::NONE;
        }
        let value = |values: &[u64]| values.get(row).copied().unwrap_or_default();
        build
            .ranges
            .candidates(value(&self.starts), value(&self.ends))
    }
}

impl BatchProbe for RangeProbe {
    type Probed = ProbedRanges;

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn most(&self) -> usize {
        self.most
    }

    fn words(&self) -> usize {
        match self.build() {
            Ok(build) if build.visited.is_some() => VisitedKeys::words(build.total),
            _ => 0,
        }
    }

    fn probed(&self, batch: RecordBatch, _: &mut [u64]) -> Result<ProbedRanges> {
        let (starts, no_start) = values(self.spec.start.as_ref(), &batch)?;
        let (ends, no_end) = values(self.spec.end.as_ref(), &batch)?;
        Ok(ProbedRanges {
            starts,
            ends,
            nulls: NullBuffer::union(no_start.as_ref(), no_end.as_ref()),
            is_matched: vec![false; batch.num_rows()],
            batch,
            row: 0,
            candidates: None,
            is_done: false,
        })
    }

    fn next(&self, probed: &mut ProbedRanges, met: &mut [u64]) -> Result<Option<RecordBatch>> {
        if probed.is_done {
            return Ok(None);
        }
        let build = self.build()?;
        let pairs = self.fitting(probed, build);
        if pairs.here.is_empty() {
            probed.is_done = true;
            let rows = self.by_match(probed);
            let rows = rows.map(|pairs| self.output(&probed.batch, build, &pairs));
            return rows.transpose();
        }
        let pairs = self.holding(pairs, &probed.batch, build)?;
        for &row in pairs.here.values() {
            probed.is_matched[row as usize] = true;
        }
        VisitedKeys::mark(met, pairs.there.values());
        let gives_pairs = matches!(
            self.spec.kind.probe,
            ProbeOutput::Pairs | ProbeOutput::PairsAndUnmatched
        );
        if gives_pairs {
            self.output(&probed.batch, build, &pairs).map(Some)
        } else {
            Ok(Some(RecordBatch::new_empty(Arc::clone(&self.schema))))
        }
    }

    fn rest(&self, met: &[u64]) -> Vec<u32> {
        let Ok(build) = self.build() else {
            return vec![];
        };
        let all = build.visited.as_ref().and_then(|visited| visited.end(met));
        all.map_or_else(Vec::new, |all| {
            let visited = BooleanBuffer::new(Buffer::from_vec(all), 0, build.total);
            self.spec.kind.build.rows(visited.iter())
        })
    }

    fn build_batch(&self, rows: Vec<u32>) -> Result<RecordBatch> {
        let columns = &self.build()?.columns;
        batch_of_build_rows(rows, &self.spec.shown, columns, &self.schema)
    }
}

/// The values of the probe side of a bound, and which of them are NULL.
fn values(
    bound: Option<&RangeBound>,
    batch: &RecordBatch,
) -> Result<(Vec<u64>, Option<NullBuffer>)> {
    let Some(bound) = bound else {
        return Ok((vec![], None));
    };
    let column = bound.probe.evaluate(batch)?.into_array(batch.num_rows())?;
    match ordered(&column)? {
        Some(values) => Ok((values, column.logical_nulls())),
        None => internal_err!("a value of a range join has more than 64 bits"),
    }
}

/// A column for the rows of `pairs`.
fn taken(
    column: JoinOutputColumn,
    batch: &RecordBatch,
    build: &RangeBuildSide,
    pairs: &RowPairs,
) -> Result<ArrayRef> {
    Ok(match column {
        JoinOutputColumn::Probe(column) => take(batch.column(column), &pairs.here, None)?,
        JoinOutputColumn::Build(column) => take(&build.columns[column], &pairs.there, None)?,
    })
}
