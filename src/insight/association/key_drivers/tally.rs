//! The mergeable state of key drivers.

use std::collections::BTreeMap;

use super::cross_products::CrossProducts;
use super::refusal::DriverRefusal;
use super::{DRIVER_LEVELS, JACKKNIFE_GROUPS};

/// Column of the outcome.
pub(super) const OUTCOME: usize = 0;

/// A driver's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DriverKind {
    /// A number with as many units in 1; a boolean is a number of 0 or 1.
    Number { per_one: i128 },
    /// A text, which has a column of 0 or 1 for each of its values.
    Text,
}

/// Columns of one driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TallyColumns {
    Number(usize),
    Text(BTreeMap<String, usize>),
}

/// Sums over complete rows: those that have the outcome and all drivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DriverTally {
    pub(super) outcome_per_one: i128,
    pub(super) kinds: Vec<DriverKind>,
    pub(super) columns: Vec<TallyColumns>,
    /// Number of columns, that of the outcome among them.
    width: usize,
    /// [`JACKKNIFE_GROUPS`], or one if rows have no id.
    pub(super) groups: Vec<CrossProducts>,
    /// Rows with an outcome that lack a driver.
    pub(crate) incomplete: i64,
}

impl DriverTally {
    /// No rows yet, of an outcome with `outcome_per_one` units in 1 and drivers of these `kinds`.
    pub(crate) fn new(outcome_per_one: i128, kinds: &[DriverKind], has_id: bool) -> Self {
        let mut width = OUTCOME + 1;
        let columns = kinds.iter().map(|kind| match kind {
            DriverKind::Number { .. } => {
                width += 1;
                TallyColumns::Number(width - 1)
            }
            DriverKind::Text => TallyColumns::Text(BTreeMap::new()),
        });
        let columns = columns.collect();
        Self {
            outcome_per_one,
            kinds: kinds.to_vec(),
            columns,
            width,
            groups: vec![CrossProducts::default(); if has_id { JACKKNIFE_GROUPS } else { 1 }],
            incomplete: 0,
        }
    }

    /// Column of a driver that is a number; `None` for text.
    pub(crate) fn number_column(&self, driver: usize) -> Option<usize> {
        match self.columns.get(driver)? {
            TallyColumns::Number(column) => Some(*column),
            TallyColumns::Text(_) => None,
        }
    }

    /// Column of a value of a driver that is text. To be called for complete rows only, since values of
    /// others would count towards the limit.
    ///
    /// # Errors
    /// When the driver has too many values (or is a number).
    pub(crate) fn level_column(
        &mut self,
        driver: usize,
        level: &str,
    ) -> Result<usize, DriverRefusal> {
        let refused = DriverRefusal::TooManyLevels { driver };
        let Some(TallyColumns::Text(levels)) = self.columns.get_mut(driver) else {
            return Err(refused);
        };
        if let Some(&column) = levels.get(level) {
            return Ok(column);
        }
        if levels.len() == DRIVER_LEVELS {
            return Err(refused);
        }
        levels.insert(level.to_owned(), self.width);
        self.width += 1;
        Ok(self.width - 1)
    }

    /// Counts a complete row of jackknife group `hash` mod 20. `cells` is the row's own buffer: (column,
    /// units) of numbers and (column, 1) of texts; the outcome is added to it, and zeros are dropped.
    pub(crate) fn add(&mut self, hash: u64, outcome: i128, cells: &mut Vec<(usize, i128)>) {
        cells.push((OUTCOME, outcome));
        cells.retain(|&(_, units)| units != 0);
        let groups = u64::try_from(self.groups.len()).unwrap_or(1);
        let group = usize::try_from(hash % groups).unwrap_or(0);
        if let Some(sums) = self.groups.get_mut(group) {
            sums.add(cells);
        }
    }

    /// Sums of all groups.
    pub(super) fn total(&self) -> CrossProducts {
        let same: Vec<usize> = (0..self.width).collect();
        let mut total = CrossProducts::default();
        for sums in &self.groups {
            total.merge(sums, &same);
        }
        total
    }

    /// Bytes of the sums.
    pub(crate) fn size(&self) -> usize {
        let bytes = |sums: &CrossProducts| {
            size_of_val(sums.sums.as_slice()) + size_of_val(sums.products.as_slice())
        };
        self.groups.iter().map(bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_so_many_values_and_no_more() {
        let mut tally = DriverTally::new(1, &[DriverKind::Text], false);
        for level in 0..DRIVER_LEVELS {
            assert_eq!(tally.level_column(0, &level.to_string()), Ok(level + 1));
        }
        assert_eq!(tally.level_column(0, "3"), Ok(4));
        let refused = Err(DriverRefusal::TooManyLevels { driver: 0 });
        assert_eq!(tally.level_column(0, "more"), refused);
    }

    #[test]
    fn rows_of_one_hash_are_in_one_group() {
        let kinds = [DriverKind::Number { per_one: 1 }];
        let mut tally = DriverTally::new(1, &kinds, true);
        for (hash, x) in [(7, 1), (27, 2), (8, 3)] {
            tally.add(hash, 5, &mut vec![(1, x)]);
        }
        assert_eq!((tally.groups[7].n, tally.groups[8].n), (2, 1));
        assert_eq!((tally.total().n, tally.total().sum(1)), (3, 6));
    }
}
