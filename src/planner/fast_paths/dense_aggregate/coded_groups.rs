//! Groups by the codes of several keys.

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::batches::GroupNumbering;
use super::groups::DenseGroupTable;
use super::keys::{EncodableKey, KeyExprEncoder};

/// Groups in the order of their appearance.
pub(crate) struct CodedGroups {
    keys: Vec<KeyExprEncoder>,
    /// Of the rows of the last batch, by key.
    codes: Vec<Vec<u32>>,
    table: DenseGroupTable,
}

impl CodedGroups {
    /// # Errors
    /// When the type of a key has no encoder.
    pub(crate) fn new(keys: &[EncodableKey]) -> Result<Self> {
        let table = DenseGroupTable::new(keys.len());
        let keys: Vec<_> = keys
            .iter()
            .map(KeyExprEncoder::new)
            .collect::<Result<_>>()?;
        Ok(Self {
            codes: vec![vec![]; keys.len()],
            keys,
            table,
        })
    }

    /// Number of groups, without that of the discarded rows.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// The keys of all groups.
    ///
    /// # Errors
    /// When values cannot be written in the type of their key.
    pub(crate) fn values(&self) -> Result<Vec<ArrayRef>> {
        let keys = self.keys.iter().enumerate();
        keys.map(|(position, key)| key.coder.values(self.table.codes(position)))
            .collect()
    }
}

impl GroupNumbering for CodedGroups {
    fn encode(&mut self, batch: &RecordBatch) -> Result<()> {
        for (key, codes) in self.keys.iter_mut().zip(&mut self.codes) {
            key.encode(batch, codes)?;
        }
        Ok(())
    }

    fn number(
        &mut self,
        selected: Option<&BooleanBuffer>,
        rows: usize,
        numbers: &mut Vec<usize>,
    ) -> bool {
        let distinct: Vec<usize> = self.keys.iter().map(|key| key.coder.len()).collect();
        self.table
            .number(&self.codes, &distinct, selected, rows, numbers)
    }

    fn total(&self) -> usize {
        self.table.len() + 1
    }

    fn size(&self) -> usize {
        let keys: usize = self.keys.iter().map(|key| key.coder.size()).sum();
        keys + self.table.size()
    }
}
