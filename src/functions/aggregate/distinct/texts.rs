//! Distinct texts of many groups at once: each text once, and the pairs of group and text.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, StringArrayType,
    StringViewBuilder, UInt32Array, UInt64Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, internal_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::column::counted;
use super::pairs::GroupValuePairs;
use crate::functions::kernels::text_numbers::TextNumbers;

/// Their numbers have 32 bits.
const MOST: usize = u32::MAX as usize;

/// True of texts; of dictionaries the values are counted.
pub(super) fn is_text(data_type: &DataType) -> bool {
    data_type.is_string()
}

/// What the stock function keeps in a hash table for each group: its state is the same list of texts.
#[derive(Debug)]
pub(super) struct DistinctTextsGroupsAccumulator {
    /// Of the argument, and of the items of the state.
    data_type: DataType,
    texts: TextNumbers,
    pairs: GroupValuePairs,
}

impl DistinctTextsGroupsAccumulator {
    pub(super) fn new(data_type: DataType) -> Self {
        Self {
            data_type,
            texts: TextNumbers::default(),
            pairs: GroupValuePairs::default(),
        }
    }

    fn add(&mut self, group: usize, text: &str) -> Result<()> {
        let Some(number) = self.texts.number(text, MOST) else {
            return exec_err!("count(DISTINCT ..) of over 4 billion texts");
        };
        self.pairs.insert(group, number);
        Ok(())
    }

    fn add_all<'a>(
        &mut self,
        texts: &impl StringArrayType<'a>,
        groups: &[usize],
        counted: Option<&NullBuffer>,
    ) -> Result<()> {
        // Rows in the order of their group repeat it, and often the text too.
        let mut last: Option<(usize, &str)> = None;
        for (row, (text, &group)) in texts.iter().zip(groups).enumerate() {
            let is_counted = counted.is_none_or(|counted| counted.is_valid(row));
            let Some(text) = text.filter(|_| is_counted) else {
                continue;
            };
            if last != Some((group, text)) {
                self.add(group, text)?;
                last = Some((group, text));
            }
        }
        Ok(())
    }

    fn read(
        &mut self,
        array: &ArrayRef,
        groups: &[usize],
        counted: Option<&NullBuffer>,
    ) -> Result<()> {
        match array.data_type() {
            DataType::Utf8 => self.add_all(&array.as_string::<i32>(), groups, counted),
            DataType::LargeUtf8 => self.add_all(&array.as_string::<i64>(), groups, counted),
            DataType::Utf8View => self.add_all(&array.as_string_view(), groups, counted),
            other => internal_err!("no texts in a column of {other}"),
        }
    }

    /// A list for each length, of the texts with these numbers.
    fn lists(
        &self,
        numbers: Vec<u32>,
        lengths: impl IntoIterator<Item = usize>,
    ) -> Result<ArrayRef> {
        let mut texts = StringViewBuilder::new().with_fixed_block_size(1 << 20);
        let items: ArrayRef = if numbers.len() < self.texts.texts().len() {
            for number in numbers {
                texts.append_value(&self.texts.texts()[number as usize]);
            }
            Arc::new(texts.finish())
        } else {
            self.texts
                .texts()
                .iter()
                .for_each(|text| texts.append_value(text));
            take(&texts.finish(), &UInt32Array::from(numbers), None)?
        };
        self.list(cast(&items, &self.data_type)?, lengths)
    }

    /// A list for each length, of these texts.
    fn list(&self, items: ArrayRef, lengths: impl IntoIterator<Item = usize>) -> Result<ArrayRef> {
        let field = Arc::new(Field::new_list_field(self.data_type.clone(), true));
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(ListArray::try_new(field, offsets, items, None)?))
    }
}

impl GroupsAccumulator for DistinctTextsGroupsAccumulator {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.pairs.reach(total_num_groups);
        let counted = counted(&values[0], opt_filter);
        self.read(&values[0], group_indices, counted.as_ref())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let counts = self.pairs.take_counts(emit_to);
        Ok(Arc::new(Int64Array::from(counts)))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (numbers, lengths) = self.pairs.take_numbers(emit_to);
        Ok(vec![self.lists(numbers, lengths)?])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.pairs.reach(total_num_groups);
        let lists = values[0].as_list::<i32>();
        let mut groups = Vec::with_capacity(lists.values().len());
        let offsets = lists.value_offsets();
        let first = usize::try_from(offsets[0]).unwrap_or(0);
        for (row, group) in group_indices.iter().enumerate() {
            let length = usize::try_from(lists.value_length(row)).unwrap_or(0);
            groups.extend(std::iter::repeat_n(*group, length));
        }
        let items = lists.values().slice(first, groups.len());
        self.read(&items, &groups, None)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let array = &values[0];
        let (items, lengths) = match counted(array, opt_filter) {
            None => (Arc::clone(array), vec![1; array.len()]),
            Some(counted) => {
                let rows: UInt64Array = counted.valid_indices().map(|row| row as u64).collect();
                let lengths = counted.iter().map(usize::from).collect();
                (take(array, &rows, None)?, lengths)
            }
        };
        Ok(vec![self.list(items, lengths)?])
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.texts.size() + self.pairs.size()
    }
}
