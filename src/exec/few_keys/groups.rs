//! Codes of several keys as one dense group number.

use arrow::buffer::BooleanBuffer;

/// The group of the rows that do not pass the filter; thrown away at the end.
pub(super) const DISCARDED: usize = 0;

/// Slots are looked up in a table of at most this many bits, which is 4 MB.
const WIDEST: u32 = 20;

const UNSET: u32 = u32::MAX;

/// Numbers the combinations of codes in the order of their appearance, from 1.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// How many bits of a slot each key has.
    widths: Vec<u32>,
    /// The group at each slot.
    table: Vec<u32>,
    /// By key: the code of each group, without [`DISCARDED`].
    codes: Vec<Vec<u32>>,
    slots: Vec<u32>,
}

impl Groups {
    /// Groups by `keys` keys; by none there is one group, whether or not there are rows.
    pub(super) fn new(keys: usize) -> Self {
        Self {
            codes: vec![vec![]; keys],
            widths: vec![0; keys],
            table: vec![if keys == 0 { 1 } else { UNSET }],
            slots: vec![],
        }
    }

    /// The number of groups, without [`DISCARDED`].
    pub(super) fn len(&self) -> usize {
        self.codes.first().map_or(1, Vec::len)
    }

    /// The code of key `key` in each group.
    pub(super) fn codes(&self, key: usize) -> &[u32] {
        &self.codes[key]
    }

    /// Writes the group of each row to `numbers`; `codes` are those of the rows by key, and `distinct`
    /// how many codes each key has by now. False, with nothing changed, when that is too many.
    pub(super) fn number(
        &mut self,
        codes: &[Vec<u32>],
        distinct: &[usize],
        selected: Option<&BooleanBuffer>,
        rows: usize,
        numbers: &mut Vec<usize>,
    ) -> bool {
        if !self.widen(distinct) {
            return false;
        }
        self.find_slots(codes, rows);
        numbers.clear();
        let mut known = true;
        numbers.extend(self.slots.iter().map(|&slot| {
            let group = self.table[slot as usize];
            known &= group != UNSET;
            group as usize
        }));
        if !known {
            self.number_new(codes, selected, numbers);
        }
        if let Some(selected) = selected {
            let discarded = !selected;
            discarded
                .set_indices()
                .for_each(|row| numbers[row] = DISCARDED);
        }
        true
    }

    /// Numbers a batch that has a new combination, of rows that pass or of others.
    #[cold]
    fn number_new(
        &mut self,
        codes: &[Vec<u32>],
        selected: Option<&BooleanBuffer>,
        numbers: &mut [usize],
    ) {
        let slots = std::mem::take(&mut self.slots);
        for (row, (&slot, number)) in slots.iter().zip(numbers).enumerate() {
            if selected.is_none_or(|selected| selected.value(row)) {
                *number = match self.table[slot as usize] {
                    UNSET => self.start(slot, codes, row),
                    group => group as usize,
                };
            }
        }
        self.slots = slots;
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 2^20 groups")]
    fn start(&mut self, slot: u32, codes: &[Vec<u32>], row: usize) -> usize {
        for (mine, codes) in self.codes.iter_mut().zip(codes) {
            mine.push(codes[row]);
        }
        let group = self.len();
        self.table[slot as usize] = group as u32;
        group
    }

    fn find_slots(&mut self, codes: &[Vec<u32>], rows: usize) {
        self.slots.clear();
        let mut keys = codes.iter();
        match keys.next() {
            Some(first) => self.slots.extend_from_slice(first),
            None => self.slots.resize(rows, 0),
        }
        let mut shift = self.widths.first().copied().unwrap_or(0);
        for (codes, width) in keys.zip(self.widths.iter().skip(1)) {
            for (slot, code) in self.slots.iter_mut().zip(codes) {
                *slot |= code << shift;
            }
            shift += width;
        }
    }

    /// Makes room for `distinct` codes of each key; false when the table would be too large.
    #[expect(clippy::cast_possible_truncation, reason = "at most 2^20 groups")]
    fn widen(&mut self, distinct: &[usize]) -> bool {
        let width = |&distinct: &usize| usize::BITS - distinct.saturating_sub(1).leading_zeros();
        let fits = self.widths.iter().zip(distinct);
        if fits
            .clone()
            .all(|(&wide, distinct)| wide >= width(distinct))
        {
            return true;
        }
        let widths: Vec<u32> = fits.map(|(&wide, d)| wide.max(width(d))).collect();
        let total: u32 = widths.iter().sum();
        if total > WIDEST {
            return false;
        }
        self.widths = widths;
        self.table = vec![UNSET; 1 << total];
        for group in 0..self.len() {
            let mut shift = 0;
            let mut slot = 0;
            for (codes, width) in self.codes.iter().zip(&self.widths) {
                slot |= codes[group] << shift;
                shift += width;
            }
            self.table[slot as usize] = group as u32 + 1;
        }
        true
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        let codes: usize = self.codes.iter().map(Vec::capacity).sum();
        (self.table.capacity() + self.slots.capacity() + codes) * size_of::<u32>()
    }
}
