//! Codes of several keys as one dense group number.

use std::borrow::Cow;

use arrow::buffer::BooleanBuffer;

use crate::functions::kernels::bits::for_each_set;

/// The group of the rows that do not pass the filter; discarded at the end.
pub(super) const DISCARDED: usize = 0;

/// Maximum number of bits of a slot; the table has 4 MB then.
const WIDEST: u32 = 20;

/// Minimum length of the table: a slot of one byte needs no bounds check there.
const SMALL: usize = 256;

/// Table entry of a combination that has no group.
const UNSET: u32 = u32::MAX;

/// The same entry as the group of a row.
const NEW: usize = UNSET as usize;

/// Numbers the combinations of codes in the order of their appearance, from 1.
#[derive(Debug, Default)]
pub(super) struct DenseGroupTable {
    /// Number of bits of a slot by key.
    widths: Vec<u32>,
    /// The group at each slot.
    table: Vec<u32>,
    /// By key: the code of each group, without [`DISCARDED`].
    codes: Vec<Vec<u32>>,
    slots: Vec<u32>,
}

impl DenseGroupTable {
    /// Groups by `keys` keys; without keys there is one group, even if there are no rows.
    pub(super) fn new(keys: usize) -> Self {
        Self {
            codes: vec![vec![]; keys],
            widths: vec![0; keys],
            table: vec![if keys == 0 { 1 } else { UNSET }; SMALL],
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

    /// Writes the group of each row to `numbers`; `codes` has the codes of the rows by key, and
    /// `distinct` the number of codes of each key so far. False, with nothing changed, if these are too
    /// many.
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
        let slots = std::mem::take(&mut self.slots);
        let slots = self.slots_of(codes, rows, slots);
        let mut all_known = self.look_up(&slots, numbers);
        if let Some(selected) = selected {
            for_each_set(&!selected, |row| numbers[row] = DISCARDED);
            // A combination of discarded rows only is no group, however often it occurs.
            all_known = all_known || !numbers.contains(&NEW);
        }
        if !all_known {
            self.number_new(codes, &slots, numbers);
        }
        if let Cow::Owned(slots) = slots {
            self.slots = slots;
        }
        true
    }

    /// Writes the group of each slot, [`NEW`] if there is none yet; true if all have one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "all slots are below 256 then"
    )]
    fn look_up(&self, slots: &[u32], numbers: &mut Vec<usize>) -> bool {
        let mut all_known = true;
        let mut number = |group: u32| {
            all_known &= group != UNSET;
            group as usize
        };
        numbers.clear();
        match self.table.first_chunk::<SMALL>() {
            Some(table) if self.table.len() == SMALL => {
                numbers.extend(
                    slots
                        .iter()
                        .map(|&slot| number(table[usize::from(slot as u8)])),
                );
            }
            _ => numbers.extend(slots.iter().map(|&slot| number(self.table[slot as usize]))),
        }
        all_known
    }

    /// Numbers the rows of a batch that have a new combination.
    #[cold]
    fn number_new(&mut self, codes: &[Vec<u32>], slots: &[u32], numbers: &mut [usize]) {
        for (row, (&slot, number)) in slots.iter().zip(numbers).enumerate() {
            if *number == NEW {
                *number = match self.table[slot as usize] {
                    UNSET => self.start(slot, codes, row),
                    group => group as usize,
                };
            }
        }
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

    /// The slot of each row, written into `room`: its only code, or the concatenated bits of its codes.
    fn slots_of<'a>(
        &self,
        codes: &'a [Vec<u32>],
        rows: usize,
        mut room: Vec<u32>,
    ) -> Cow<'a, [u32]> {
        let (first, others) = match codes {
            [only] => return Cow::Borrowed(only),
            [first, others @ ..] => (first.as_slice(), others),
            [] => (&[][..], codes),
        };
        room.clear();
        room.extend_from_slice(first);
        room.resize(rows, 0);
        let mut shift = self.widths.first().copied().unwrap_or(0);
        for (codes, width) in others.iter().zip(self.widths.iter().skip(1)) {
            for (slot, code) in room.iter_mut().zip(codes) {
                *slot |= code << shift;
            }
            shift += width;
        }
        Cow::Owned(room)
    }

    /// Makes room for `distinct` codes of each key; false if the table would be too large.
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
        self.table = vec![UNSET; SMALL.max(1 << total)];
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

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        let codes: usize = self.codes.iter().map(Vec::capacity).sum();
        (self.table.capacity() + self.slots.capacity() + codes) * size_of::<u32>()
    }
}
