//! Distinct texts of many groups at once: each text once, and the pairs of group and text.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, StringArrayType,
    StringViewBuilder, UInt32Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{HashMap, HashSet, Result, exec_datafusion_err, internal_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

/// True of texts; of dictionaries the values are counted.
pub(super) fn is_text(data_type: &DataType) -> bool {
    data_type.is_string()
}

/// What the stock function keeps in a hash table for each group: its state is the same list of texts.
#[derive(Debug)]
pub(super) struct DistinctTextsGroupsAccumulator {
    /// Of the argument, and of the items of the state.
    data_type: DataType,
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    /// Group above, number of the text below.
    pairs: HashSet<u64>,
    counts: Vec<i64>,
    /// Bytes of the texts.
    heap: usize,
}

impl DistinctTextsGroupsAccumulator {
    pub(super) fn new(data_type: DataType) -> Self {
        Self {
            data_type,
            texts: vec![],
            numbers: HashMap::default(),
            pairs: HashSet::default(),
            counts: vec![],
            heap: 0,
        }
    }

    fn number(&mut self, text: &str) -> Result<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        let number = u32::try_from(self.texts.len()).map_err(|_too_many| {
            exec_datafusion_err!("count(DISTINCT ..) of over 4 billion texts")
        })?;
        let text: Arc<str> = text.into();
        self.heap += text.len();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        Ok(number)
    }

    fn add(&mut self, group: usize, text: &str) -> Result<()> {
        let number = self.number(text)?;
        if self.pairs.insert((group as u64) << 32 | u64::from(number)) {
            self.counts[group] += 1;
        }
        Ok(())
    }

    fn add_all<'a>(
        &mut self,
        texts: &impl StringArrayType<'a>,
        groups: &[usize],
        is_counted: impl Fn(usize) -> bool,
    ) -> Result<()> {
        // Rows in the order of their group repeat it, and often the text too.
        let mut last: Option<(usize, &str)> = None;
        for (row, (text, &group)) in texts.iter().zip(groups).enumerate() {
            let Some(text) = text.filter(|_| is_counted(row)) else {
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
        is_counted: impl Fn(usize) -> bool,
    ) -> Result<()> {
        match array.data_type() {
            DataType::Utf8 => self.add_all(&array.as_string::<i32>(), groups, is_counted),
            DataType::LargeUtf8 => self.add_all(&array.as_string::<i64>(), groups, is_counted),
            DataType::Utf8View => self.add_all(&array.as_string_view(), groups, is_counted),
            other => internal_err!("no texts in a column of {other}"),
        }
    }

    /// Takes the pairs of the groups that are emitted; the others get their new numbers.
    fn taken_pairs(&mut self, emitted: usize) -> Vec<u64> {
        if emitted == self.counts.len() {
            return std::mem::take(&mut self.pairs).into_iter().collect();
        }
        let end = (emitted as u64) << 32;
        let (taken, kept): (Vec<u64>, Vec<u64>) = self.pairs.drain().partition(|pair| *pair < end);
        self.pairs.extend(kept.into_iter().map(|pair| pair - end));
        taken
    }

    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.counts.len(),
            EmitTo::First(groups) => groups,
        }
    }

    /// A list for each length, of the texts with these numbers.
    fn lists(
        &self,
        numbers: Vec<u32>,
        lengths: impl IntoIterator<Item = usize>,
    ) -> Result<ArrayRef> {
        let mut texts = StringViewBuilder::new().with_fixed_block_size(1 << 20);
        let items: ArrayRef = if numbers.len() < self.texts.len() {
            for number in numbers {
                texts.append_value(&self.texts[number as usize]);
            }
            Arc::new(texts.finish())
        } else {
            self.texts.iter().for_each(|text| texts.append_value(text));
            take(&texts.finish(), &UInt32Array::from(numbers), None)?
        };
        let items = cast(&items, &self.data_type)?;
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
        self.counts
            .resize(total_num_groups.max(self.counts.len()), 0);
        let is_counted =
            |row: usize| opt_filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        self.read(&values[0], group_indices, is_counted)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let emitted = self.emitted(emit_to);
        self.taken_pairs(emitted);
        let counts = emit_to.take_needed(&mut self.counts);
        Ok(Arc::new(Int64Array::from(counts)))
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low half of a pair")]
    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let emitted = self.emitted(emit_to);
        let mut pairs = self.taken_pairs(emitted);
        pairs.sort_unstable();
        let counts = emit_to.take_needed(&mut self.counts);
        let lengths = counts
            .into_iter()
            .map(|count| usize::try_from(count).unwrap_or(0));
        let numbers = pairs.into_iter().map(|pair| pair as u32).collect();
        Ok(vec![self.lists(numbers, lengths)?])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.counts
            .resize(total_num_groups.max(self.counts.len()), 0);
        let lists = values[0].as_list::<i32>();
        let mut groups = Vec::with_capacity(lists.values().len());
        let offsets = lists.value_offsets();
        let first = usize::try_from(offsets[0]).unwrap_or(0);
        for (row, group) in group_indices.iter().enumerate() {
            let length = usize::try_from(lists.value_length(row)).unwrap_or(0);
            groups.extend(std::iter::repeat_n(*group, length));
        }
        let items = lists.values().slice(first, groups.len());
        self.read(&items, &groups, |_| true)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let array = &values[0];
        let nulls = array.logical_nulls();
        let is_counted = |row: usize| {
            nulls
                .as_ref()
                .is_none_or(|nulls: &NullBuffer| nulls.is_valid(row))
                && opt_filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
        };
        let counted: Vec<bool> = (0..array.len()).map(is_counted).collect();
        let rows = counted
            .iter()
            .zip(0..)
            .filter_map(|(counted, row)| counted.then_some(row));
        let items = take(array, &UInt32Array::from_iter_values(rows), None)?;
        let field = Arc::new(Field::new_list_field(self.data_type.clone(), true));
        let offsets =
            OffsetBuffer::from_lengths(counted.iter().map(|counted| usize::from(*counted)));
        Ok(vec![Arc::new(ListArray::try_new(
            field, offsets, items, None,
        )?)])
    }

    fn size(&self) -> usize {
        let text = 2 * size_of::<Arc<str>>() + 2 * size_of::<usize>() + size_of::<u32>();
        size_of::<Self>()
            + self.heap
            + self.texts.capacity() * text
            + self.pairs.capacity() * size_of::<u64>() * 8 / 7
            + self.counts.capacity() * size_of::<i64>()
    }
}
