//! One key of a sort: its values in all rows, and their range.

use arrow::array::{Array, ArrayRef};
use arrow::buffer::NullBuffer;
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::functions::kernels::ordered_integers;
use crate::functions::kernels::text_codes::TextCodes;

/// More different texts than these are left to the stock sort.
const MOST_TEXTS: usize = 1 << 16;

/// The values of one key in the rows of a partition, as integers.
pub(super) struct KeyColumn {
    options: SortOptions,
    /// Of a text its code, which is in no order yet.
    values: Vec<u64>,
    /// Batch by batch; `None` without NULLs.
    nulls: Vec<(usize, Option<NullBuffer>)>,
    has_nulls: bool,
    /// Least and largest of the values that are not NULL; `None` if all are.
    range: Option<(u64, u64)>,
    texts: Option<TextCodes>,
}

impl KeyColumn {
    /// True of types that can be keys.
    pub(super) fn is_supported(data_type: &DataType) -> bool {
        ordered_integers::is_supported(data_type) || TextCodes::is_supported(data_type)
    }

    pub(super) fn new(data_type: &DataType, options: SortOptions) -> Self {
        Self {
            options,
            values: vec![],
            nulls: vec![],
            has_nulls: false,
            range: None,
            texts: TextCodes::is_supported(data_type).then(|| TextCodes::new(MOST_TEXTS)),
        }
    }

    pub(super) const fn options(&self) -> SortOptions {
        self.options
    }

    pub(super) const fn has_nulls(&self) -> bool {
        self.has_nulls
    }

    pub(super) const fn range(&self) -> Option<(u64, u64)> {
        self.range
    }

    pub(super) const fn texts(&self) -> Option<&TextCodes> {
        self.texts.as_ref()
    }

    /// Adds the rows of a batch; false if one cannot be packed.
    ///
    /// # Errors
    /// When the array is not of the column's type.
    pub(super) fn push(&mut self, array: &ArrayRef) -> Result<bool> {
        let values = match &mut self.texts {
            Some(texts) => texts.codes(array)?,
            None => ordered_integers::ordered(array)?,
        };
        let Some(values) = values else {
            return Ok(false);
        };
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        self.has_nulls |= nulls.is_some();
        let found = match &nulls {
            None => range(values.iter().copied()),
            Some(nulls) => range(nulls.valid_indices().map(|row| values[row])),
        };
        self.range = match (self.range, found) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, other) => one.or(other),
        };
        self.nulls.push((values.len(), nulls));
        self.values.extend(values);
        Ok(true)
    }

    /// Calls `each` with every row's value, `None` of NULLs.
    pub(super) fn for_each(&self, mut each: impl FnMut(usize, Option<u64>)) {
        let mut start = 0;
        for (rows, nulls) in &self.nulls {
            let rows = start..start + rows;
            match nulls {
                None => rows
                    .clone()
                    .for_each(|row| each(row, Some(self.values[row]))),
                Some(nulls) => rows.clone().for_each(|row| {
                    let is_valid = nulls.is_valid(row - rows.start);
                    each(row, is_valid.then(|| self.values[row]));
                }),
            }
            start = rows.end;
        }
    }
}

fn range(values: impl Iterator<Item = u64>) -> Option<(u64, u64)> {
    values.fold(None, |range, value| {
        Some(range.map_or((value, value), |(low, high): (u64, u64)| {
            (low.min(value), high.max(value))
        }))
    })
}
