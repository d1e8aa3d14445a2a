//! Pairs of a group and the number of a value in it.

use datafusion::common::HashSet;
use datafusion::logical_expr::EmitTo;

/// Values with numbers below this are bits of one word for each group: where values are few, such as channels, no pair
/// is looked up.
const FEW: u32 = u64::BITS;

/// The numbers of the values of each group.
#[derive(Debug, Default)]
pub(super) struct GroupValuePairs {
    /// The first [`FEW`] numbers, by group.
    few: Vec<u64>,
    /// The others: group above, number below.
    others: HashSet<u64>,
}

impl GroupValuePairs {
    /// Makes room for so many groups.
    pub(super) fn reach(&mut self, groups: usize) {
        self.few.resize(groups.max(self.few.len()), 0);
    }

    pub(super) fn insert(&mut self, group: usize, number: u32) {
        if number < FEW {
            self.few[group] |= 1 << number;
        } else {
            self.others.insert((group as u64) << 32 | u64::from(number));
        }
    }

    /// Takes the groups that are emitted: how many values each has. The other groups get their new numbers.
    pub(super) fn take_counts(&mut self, emit_to: EmitTo) -> Vec<i64> {
        let (few, others) = self.take(emit_to);
        let mut counts: Vec<i64> = few.iter().map(|few| i64::from(few.count_ones())).collect();
        for pair in others {
            counts[group_of(pair)] += 1;
        }
        counts
    }

    /// The same with the numbers of the values, those of a group in their order: all numbers, and how many each group has.
    #[expect(clippy::cast_possible_truncation, reason = "the low half of a pair")]
    pub(super) fn take_numbers(&mut self, emit_to: EmitTo) -> (Vec<u32>, Vec<usize>) {
        let (few, others) = self.take(emit_to);
        let mut others: Vec<u64> = others.into_iter().collect();
        others.sort_unstable();
        let mut others = others.into_iter().peekable();
        let (mut numbers, mut lengths) = (Vec::new(), Vec::with_capacity(few.len()));
        for (group, mut few) in few.into_iter().enumerate() {
            let before = numbers.len();
            while few != 0 {
                numbers.push(few.trailing_zeros());
                few &= few - 1;
            }
            while let Some(pair) = others.next_if(|pair| group_of(*pair) == group) {
                numbers.push(pair as u32);
            }
            lengths.push(numbers.len() - before);
        }
        (numbers, lengths)
    }

    fn take(&mut self, emit_to: EmitTo) -> (Vec<u64>, HashSet<u64>) {
        let few = emit_to.take_needed(&mut self.few);
        if self.few.is_empty() {
            return (few, std::mem::take(&mut self.others));
        }
        let end = (few.len() as u64) << 32;
        let (taken, kept): (HashSet<u64>, HashSet<u64>) =
            self.others.drain().partition(|pair| *pair < end);
        self.others.extend(kept.into_iter().map(|pair| pair - end));
        (few, taken)
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.few.capacity() * size_of::<u64>() + self.others.capacity() * size_of::<u64>() * 8 / 7
    }
}

const fn group_of(pair: u64) -> usize {
    (pair >> 32) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pairs_are_told_once(
            rows in prop::collection::vec((0..20_usize, prop_oneof![0..5_u32, 60..70_u32, Just(u32::MAX)]), 0..300),
            first in 1..20_usize,
        ) {
            let mut told = [GroupValuePairs::default(), GroupValuePairs::default()];
            for pairs in &mut told {
                pairs.reach(20);
                for &(group, number) in &rows {
                    pairs.insert(group, number);
                }
            }
            let [mut counted, mut listed] = told;
            let wanted: BTreeSet<(usize, u32)> = rows.into_iter().collect();
            let of_group = |group| wanted.iter().filter(move |pair| pair.0 == group);
            let lengths: Vec<usize> = (0..20).map(|group| of_group(group).count()).collect();
            let mut counts = counted.take_counts(EmitTo::First(first));
            counts.extend(counted.take_counts(EmitTo::All));
            prop_assert_eq!(counts, lengths.iter().map(|&length| length as i64).collect::<Vec<_>>());
            let (mut numbers, mut found) = listed.take_numbers(EmitTo::First(first));
            let (more, rest) = listed.take_numbers(EmitTo::All);
            numbers.extend(more);
            found.extend(rest);
            prop_assert_eq!(found, lengths);
            prop_assert_eq!(numbers, wanted.iter().map(|pair| pair.1).collect::<Vec<_>>());
        }
    }
}
