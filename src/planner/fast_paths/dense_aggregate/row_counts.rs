//! Numbers of rows by group.

use arrow::buffer::BooleanBuffer;

use crate::functions::kernels::bits::for_each_set;
use crate::functions::kernels::rows::common_group;

/// Number of counters of a group: neighbouring rows of one group do not wait for each other.
const LANES: usize = 4;

/// Number of groups above which a group has one counter only.
const LANED: usize = 1 << 10;

/// Number of rows by group.
#[derive(Debug)]
pub(super) enum GroupRowCounts {
    /// For few groups: consecutive rows often belong to the same one.
    Lanes(Vec<[i64; LANES]>),
    /// For more than [`LANED`] groups, where the number of counters that fit the cache matters.
    Single(Vec<i64>),
}

impl GroupRowCounts {
    /// Makes room for so many groups.
    pub(super) fn reach(&mut self, groups: usize) {
        match self {
            Self::Lanes(counts) if groups <= LANED => counts.resize(groups, [0; LANES]),
            Self::Lanes(_) => {
                let mut counts = self.totals();
                counts.resize(groups, 0);
                *self = Self::Single(counts);
            }
            Self::Single(counts) => counts.resize(groups, 0),
        }
    }

    fn add_many(&mut self, group: usize, rows: usize) {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        match self {
            Self::Lanes(counts) => counts[group][0] += rows,
            Self::Single(counts) => counts[group] += rows,
        }
    }

    fn add_all(&mut self, groups: &[usize]) {
        if let Some(group) = common_group(groups) {
            return self.add_many(group, groups.len());
        }
        let counts = match self {
            Self::Lanes(counts) => counts.as_mut_slice(),
            Self::Single(counts) => return groups.iter().for_each(|&group| counts[group] += 1),
        };
        let (fours, rest) = groups.as_chunks::<LANES>();
        for four in fours {
            for (lane, &group) in four.iter().enumerate() {
                counts[group][lane] += 1;
            }
        }
        rest.iter().for_each(|&group| counts[group][0] += 1);
    }

    fn add(&mut self, groups: &[usize], rows: &BooleanBuffer) {
        if rows.count_set_bits() == rows.len() {
            return self.add_all(groups);
        }
        if let Some(group) = common_group(groups) {
            return self.add_many(group, rows.count_set_bits());
        }
        match self {
            Self::Lanes(counts) => {
                let counts = counts.as_mut_slice();
                for_each_set(rows, |row| counts[groups[row]][row % LANES] += 1);
            }
            Self::Single(counts) => for_each_set(rows, |row| counts[groups[row]] += 1),
        }
    }

    /// Counts the rows that are in both bitmaps, where there are such.
    pub(super) fn add_passing(
        &mut self,
        groups: &[usize],
        condition: Option<&BooleanBuffer>,
        filter: Option<&BooleanBuffer>,
    ) {
        match (condition, filter) {
            (None, None) => self.add_all(groups),
            (Some(rows), None) | (None, Some(rows)) => self.add(groups, rows),
            (Some(condition), Some(filter)) => self.add(groups, &(condition & filter)),
        }
    }

    /// The number of rows of each group.
    pub(super) fn totals(&self) -> Vec<i64> {
        match self {
            Self::Lanes(counts) => counts.iter().map(|lanes| lanes.iter().sum()).collect(),
            Self::Single(counts) => counts.clone(),
        }
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Lanes(counts) => counts.capacity() * size_of::<[i64; LANES]>(),
            Self::Single(counts) => counts.capacity() * size_of::<i64>(),
        }
    }
}

impl Default for GroupRowCounts {
    fn default() -> Self {
        Self::Lanes(vec![])
    }
}
