//! Distinct count of all rows, or of a growing window.

use arrow::array::{ArrayRef, AsArray};
use datafusion::common::{HashSet, Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::column::IdColumn;
use super::groups::as_bigint;
use super::set::IdSet;
use super::state;

#[derive(Debug, Default)]
pub(super) struct DistinctIdsAccumulator {
    set: IdSet,
    heap: usize,
    ids: IdColumn,
    is_asked: bool,
    /// Replaces `set` from the second evaluation on: a growing window evaluates after each few rows, and
    /// this set knows its size.
    growing: Option<HashSet<u64>>,
}

impl Accumulator for DistinctIdsAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.ids.read(&values[0], None)?;
        let ids = &self.ids.values;
        let counted = self.ids.counted.as_ref();
        let is_counted = |row: usize| counted.is_none_or(|counted| counted.is_valid(row));
        let rows = (0..ids.len()).filter(|&row| is_counted(row));
        match (&mut self.growing, counted) {
            (Some(growing), _) => growing.extend(rows.map(|row| ids[row])),
            (None, None) => self.set.extend(ids.iter().copied(), &mut self.heap),
            (None, Some(_)) => self.set.extend(rows.map(|row| ids[row]), &mut self.heap),
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if std::mem::replace(&mut self.is_asked, true) && self.growing.is_none() {
            self.growing = Some(self.set.ids());
            self.set = IdSet::default();
            self.heap = 0;
        }
        let count = match &self.growing {
            Some(growing) => growing.len() as u64,
            None => self.set.len(),
        };
        Ok(ScalarValue::Int64(Some(as_bigint(count)?)))
    }

    fn size(&self) -> usize {
        let growing = self.growing.as_ref().map(HashSet::allocation_size);
        size_of::<Self>()
            + self.heap
            + growing.unwrap_or_default()
            + self.ids.values.capacity() * size_of::<u64>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        if let Some(growing) = self.growing.take() {
            self.set.extend(growing, &mut self.heap);
        }
        let mut bytes = Vec::new();
        state::write(&mut self.set, &mut bytes)?;
        Ok(vec![ScalarValue::LargeBinary(Some(bytes))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        if let Some(growing) = self.growing.take() {
            self.set.extend(growing, &mut self.heap);
        }
        let states = states[0].as_binary::<i64>();
        for bytes in states.iter().flatten() {
            state::merge(&mut self.set, bytes, &mut self.heap)?;
        }
        Ok(())
    }
}
