//! Complete groups of sorted rows.

use std::ops::Range;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::{SortColumn, concat, concat_batches};
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::utils::evaluate_partition_ranges;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::PhysicalSortExpr;

/// Takes sorted rows, and gives those of groups that are complete.
pub(super) struct GroupBuffer {
    schema: SchemaRef,
    keys: Vec<PhysicalSortExpr>,
    /// The rows of the last group so far.
    last: Vec<RecordBatch>,
    /// The keys of its last row.
    last_keys: Vec<ArrayRef>,
    memory: MemoryReservation,
}

/// Rows of whole groups, and the places of the groups.
pub(super) struct CompleteGroups {
    pub(super) rows: RecordBatch,
    pub(super) groups: Vec<Range<usize>>,
}

impl GroupBuffer {
    pub(super) const fn new(
        schema: SchemaRef,
        keys: Vec<PhysicalSortExpr>,
        memory: MemoryReservation,
    ) -> Self {
        Self {
            schema,
            keys,
            last: vec![],
            last_keys: vec![],
            memory,
        }
    }

    /// Adds the next rows; the result has the groups that end before the last of them.
    ///
    /// # Errors
    /// When a key cannot be evaluated, or memory for the last group is short.
    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<Option<CompleteGroups>> {
        let Some(last_row) = batch.num_rows().checked_sub(1) else {
            return Ok(None);
        };
        let keys = self.keys(batch)?;
        let ranges = evaluate_partition_ranges(batch.num_rows(), &keys)?;
        let start = ranges.last().map_or(0, |last| last.start);
        let goes_on = start == 0 && !self.last.is_empty() && self.has_keys_of(&keys)?;
        let complete = if goes_on {
            // What is left of one batch is in flight; groups that are held are longer.
            self.memory.try_grow(batch.get_array_memory_size())?;
            None
        } else {
            self.last.push(batch.slice(0, start));
            self.take()?
        };
        let rest = batch.slice(start, batch.num_rows() - start);
        self.last.push(rest);
        self.last_keys = keys
            .iter()
            .map(|key| key.values.slice(last_row, 1))
            .collect();
        Ok(complete)
    }

    /// All rows that are left, which are complete when no more come.
    ///
    /// # Errors
    /// When a key cannot be evaluated.
    pub(super) fn take(&mut self) -> Result<Option<CompleteGroups>> {
        let rows = concat_batches(&self.schema, &self.last)?;
        self.last.clear();
        self.memory.free();
        if rows.num_rows() == 0 {
            return Ok(None);
        }
        let groups = evaluate_partition_ranges(rows.num_rows(), &self.keys(&rows)?)?;
        Ok(Some(CompleteGroups { rows, groups }))
    }

    /// The rows of the last group so far, for another operator.
    pub(super) fn held(&mut self) -> Vec<RecordBatch> {
        self.memory.free();
        std::mem::take(&mut self.last)
    }

    fn keys(&self, batch: &RecordBatch) -> Result<Vec<SortColumn>> {
        let keys = self.keys.iter();
        keys.map(|key| key.evaluate_to_sort_column(batch)).collect()
    }

    /// True if the first row of `keys` belongs to the last group.
    fn has_keys_of(&self, keys: &[SortColumn]) -> Result<bool> {
        let pairs = self.last_keys.iter().zip(keys).map(|(last, key)| {
            let first = key.values.slice(0, 1);
            Ok(SortColumn {
                values: concat(&[last.as_ref(), first.as_ref()])?,
                options: key.options,
            })
        });
        let pairs = pairs.collect::<Result<Vec<_>>>()?;
        Ok(evaluate_partition_ranges(2, &pairs)?.len() == 1)
    }
}
