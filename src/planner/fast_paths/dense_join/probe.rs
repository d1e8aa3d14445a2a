//! The probe side, one batch after the other.

use std::sync::Arc;

use arrow::array::{Array, ArrowPrimitiveType, PrimitiveArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, internal_err};
use datafusion::physical_plan::PhysicalExpr;

use super::build::{BuildRowIndex, DenseBuildSide, row_number};
use super::build_outcome::BuildOutcome;
use super::keys::{DenseJoinKey, with_keys};
use super::ranks::KeyRanks;
use crate::planner::fast_paths::collected_join::{
    BatchProbe, BuildOutput, CollectedJoinKind, JoinOutputColumn, ProbeOutput, VisitedKeys,
    batch_of_build_rows, batch_of_rows,
};

/// The work for each batch.
#[derive(Debug)]
pub(super) struct DenseJoinProbe {
    pub(super) kind: CollectedJoinKind,
    pub(super) keys: Vec<Arc<dyn PhysicalExpr>>,
    pub(super) shown: Vec<JoinOutputColumn>,
    pub(super) schema: SchemaRef,
    /// Maximum number of rows of an output batch.
    pub(super) most: usize,
}

/// The probe of one partition.
pub(super) struct PartitionProbe {
    pub(super) probe: DenseJoinProbe,
    /// With a dense build side.
    pub(super) ready: Arc<BuildOutcome>,
}

impl PartitionProbe {
    fn build(&self) -> Result<&DenseBuildSide> {
        match self.ready.as_ref() {
            BuildOutcome::Dense(build) => Ok(build),
            _ => internal_err!("nothing to probe"),
        }
    }
}

impl BatchProbe for PartitionProbe {
    type Probed = ProbedBatch;

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.probe.schema)
    }

    fn most(&self) -> usize {
        self.probe.most
    }

    fn words(&self) -> usize {
        match self.build() {
            Ok(build) if build.visited.is_some() => VisitedKeys::words(build.distinct),
            _ => 0,
        }
    }

    fn probed(&self, batch: RecordBatch, met: &mut [u64]) -> Result<ProbedBatch> {
        self.probe.matched(batch, self.build()?, met)
    }

    fn next(&self, probed: &mut ProbedBatch, _: &mut [u64]) -> Result<Option<RecordBatch>> {
        self.probe.next(probed, self.build()?)
    }

    fn rest(&self, met: &[u64]) -> Vec<u32> {
        let Ok(build) = self.build() else {
            return vec![];
        };
        let all = build.visited.as_ref().and_then(|visited| visited.end(met));
        all.map_or_else(Vec::new, |all| build.rows_of(self.probe.kind.build, all))
    }

    fn build_batch(&self, rows: Vec<u32>) -> Result<RecordBatch> {
        self.probe.build_batch(rows, self.build()?)
    }
}

/// A batch of the probe side, with its rows that are not emitted yet.
#[derive(Debug)]
pub(super) struct ProbedBatch {
    batch: RecordBatch,
    /// Output rows, in order.
    rows: Vec<u32>,
    /// The numbers of their keys, [`NONE`] without a match; empty if the join does not need them.
    keys: Vec<u32>,
    /// Number of emitted rows.
    done: usize,
    /// Number of emitted matches of the next row.
    equals: u32,
}

const NONE: u32 = u32::MAX;

impl DenseJoinProbe {
    /// Looks the rows of `batch` up; the keys that have a match are added to the bitmap `met`, where the join needs it.
    ///
    /// # Errors
    /// When a key cannot be evaluated.
    pub(super) fn matched(
        &self,
        batch: RecordBatch,
        build: &DenseBuildSide,
        met: &mut [u64],
    ) -> Result<ProbedBatch> {
        let keys = self.keys.iter();
        let keys = keys.map(|key| key.evaluate(&batch)?.into_array(batch.num_rows()));
        let column = build.keys.numbers(keys.collect::<Result<_>>()?)?;
        let ranks = &build.ranks;
        let (mut rows, mut keys) = with_keys!(
            column,
            |keys: Type| match self.kind.probe {
                ProbeOutput::Pairs | ProbeOutput::Nothing => {
                    let rows = rows::<Type, true>(keys, ranks);
                    let numbers = rows.iter().map(|&row| ranks.rank(bits(keys, row)));
                    let numbers = numbers.collect();
                    (rows, numbers)
                }
                ProbeOutput::PairsAndUnmatched => {
                    let of = |row| match is_in(keys, row, ranks) {
                        true => ranks.rank(bits(keys, row)),
                        false => NONE,
                    };
                    let rows: Vec<u32> = (0..row_number(batch.num_rows())).collect();
                    let numbers = rows.iter().map(|&row| of(row)).collect();
                    (rows, numbers)
                }
                ProbeOutput::Matched => (rows::<Type, true>(keys, ranks), vec![]),
                ProbeOutput::Unmatched => (rows::<Type, false>(keys, ranks), vec![]),
            },
            return internal_err!("{} is no key of a dense join", column.data_type())
        );
        if self.kind.build != BuildOutput::Nothing {
            // Those without a match lie behind the end of the bitmap.
            VisitedKeys::mark(met, &keys);
        }
        if self.kind.probe == ProbeOutput::Nothing {
            (rows, keys) = (vec![], vec![]);
        }
        Ok(ProbedBatch {
            batch,
            rows,
            keys,
            done: 0,
            equals: 0,
        })
    }

    /// The next output of `matched`; `None` after the last one.
    ///
    /// # Errors
    /// When the columns cannot be built.
    pub(super) fn next(
        &self,
        matched: &mut ProbedBatch,
        build: &DenseBuildSide,
    ) -> Result<Option<RecordBatch>> {
        if matched.done >= matched.rows.len() {
            return Ok(None);
        }
        let (here, there) = match &build.rows {
            BuildRowIndex::NotNeeded => (std::mem::take(&mut matched.rows), vec![]),
            BuildRowIndex::One(rows) => {
                let there = matched.keys.iter();
                let there = there.map(|&key| rows.get(key as usize).copied().unwrap_or(NONE));
                let there = there.collect();
                (std::mem::take(&mut matched.rows), there)
            }
            BuildRowIndex::Many { starts, rows } => matched.pairs(starts, rows, self.most),
        };
        self.batch(&matched.batch, here, there, build).map(Some)
    }

    /// Build rows that are given at the end, with NULL for the columns of the probe side.
    ///
    /// # Errors
    /// When the columns cannot be built.
    pub(super) fn build_batch(
        &self,
        rows: Vec<u32>,
        build: &DenseBuildSide,
    ) -> Result<RecordBatch> {
        batch_of_build_rows(rows, &self.shown, &build.columns, &self.schema)
    }

    fn batch(
        &self,
        batch: &RecordBatch,
        here: Vec<u32>,
        there: Vec<u32>,
        build: &DenseBuildSide,
    ) -> Result<RecordBatch> {
        let count = here.len();
        // If the number of rows is that of the batch, they are all of its rows in order, unless one is
        // repeated.
        let is_whole =
            count == batch.num_rows() && !matches!(build.rows, BuildRowIndex::Many { .. });
        let here = UInt32Array::from(here);
        let there = match self.kind.probe {
            ProbeOutput::PairsAndUnmatched => there
                .into_iter()
                .map(|row| Some(row).filter(|&row| row != NONE))
                .collect(),
            _ => UInt32Array::from(there),
        };
        let columns = self.shown.iter().map(|shown| {
            Ok(match shown {
                JoinOutputColumn::Probe(column) if is_whole => Arc::clone(batch.column(*column)),
                JoinOutputColumn::Probe(column) => take(batch.column(*column), &here, None)?,
                JoinOutputColumn::Build(column) => take(&build.columns[*column], &there, None)?,
            })
        });
        batch_of_rows(&self.schema, columns.collect::<Result<_>>()?, count)
    }
}

impl ProbedBatch {
    /// The next pairs of rows, at most `most`.
    fn pairs(&mut self, starts: &[u32], rows: &[u32], most: usize) -> (Vec<u32>, Vec<u32>) {
        let capacity = most.min(self.rows.len() - self.done);
        let mut here = Vec::with_capacity(capacity);
        let mut there = Vec::with_capacity(capacity);
        while self.done < self.rows.len() && here.len() < most {
            let (row, key) = (self.rows[self.done], self.keys[self.done]);
            if key == NONE {
                here.push(row);
                there.push(NONE);
                self.done += 1;
                continue;
            }
            let start = (starts[key as usize] + self.equals) as usize;
            let end = starts[key as usize + 1] as usize;
            let taken = (end - start).min(most - here.len());
            there.extend_from_slice(&rows[start..start + taken]);
            here.resize(there.len(), row);
            self.equals += row_number(taken);
            if start + taken == end {
                self.done += 1;
                self.equals = 0;
            }
        }
        (here, there)
    }
}

/// The rows whose keys are in `ranks`, or are not, by `IN`.
fn rows<T: ArrowPrimitiveType<Native: DenseJoinKey>, const IN: bool>(
    keys: &PrimitiveArray<T>,
    ranks: &KeyRanks,
) -> Vec<u32> {
    let mut rows = vec![0; keys.len()];
    let mut count = 0;
    // Without a branch, since matches are hard to predict.
    let mut put = |row: usize, is_shown: bool| {
        rows[count] = row_number(row);
        count += usize::from(is_shown);
    };
    let values = keys.values().iter().enumerate();
    match keys.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => values.for_each(|(row, key)| put(row, ranks.contains(key.bits()) == IN)),
        Some(nulls) => values.for_each(|(row, key)| {
            put(
                row,
                (nulls.is_valid(row) && ranks.contains(key.bits())) == IN,
            );
        }),
    }
    rows.truncate(count);
    rows
}

fn is_in<T: ArrowPrimitiveType<Native: DenseJoinKey>>(
    keys: &PrimitiveArray<T>,
    row: u32,
    ranks: &KeyRanks,
) -> bool {
    keys.is_valid(row as usize) && ranks.contains(bits(keys, row))
}

fn bits<T: ArrowPrimitiveType<Native: DenseJoinKey>>(keys: &PrimitiveArray<T>, row: u32) -> u64 {
    keys.value(row as usize).bits()
}
