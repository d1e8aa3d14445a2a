//! Contacts with the next one in a later range.

use arrow::array::UInt64Array;
use arrow::compute::take;
use datafusion::common::Result;

use super::answers::ContactTie;
use super::first_contacts::{FirstContact, FirstContacts};
use super::range::ContactRange;

/// True if no range begins before the previous one ends.
pub(super) fn are_in_order(ranges: &[ContactRange]) -> bool {
    let spans: Vec<_> = ranges.iter().filter_map(|range| range.span).collect();
    spans.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

/// Updates the last contacts of ranges from later ranges, and returns all ties.
///
/// # Errors
/// When keys cannot be compared, which their types exclude.
pub(super) fn join(ranges: &mut [ContactRange]) -> Result<Vec<ContactTie>> {
    let mut ties = vec![];
    for (index, range) in (0..).zip(ranges.iter_mut()) {
        let within = std::mem::take(&mut range.ties);
        ties.extend(within.into_iter().map(|(a, b)| ((index, a), (index, b))));
    }
    // From the last range on, since reading keys drops numbers, which earlier ranges still need.
    for place in (1..ranges.len()).rev() {
        let (earlier, later) = ranges.split_at_mut(place);
        ties.extend(join_with(earlier, &mut later[0], place)?);
    }
    Ok(ties)
}

fn join_with(
    earlier: &mut [ContactRange],
    later: &mut ContactRange,
    place: usize,
) -> Result<Vec<ContactTie>> {
    let nothing = FirstContacts::new(later.instant(), false);
    let all = std::mem::replace(&mut later.firsts, nothing);
    let step = later.customers.keys_at_a_time();
    let mut ties = vec![];
    for start in (0..all.len()).step_by(step) {
        ties.extend(join_some(earlier, later, place, all.some(start, step))?);
    }
    Ok(ties)
}

fn join_some(
    earlier: &mut [ContactRange],
    later: &mut ContactRange,
    place: usize,
    mut firsts: Vec<FirstContact>,
) -> Result<Vec<ContactTie>> {
    let mut ties = vec![];
    let numbers: Vec<usize> = firsts.iter().map(|first| first.customer as usize).collect();
    let mut keys = later.customers.keys(&numbers)?;
    let mut numbers = vec![];
    for (at, range) in earlier.iter_mut().enumerate().rev() {
        range.customers.numbers(&keys, &mut numbers)?;
        let mut strangers: Vec<FirstContact> = vec![];
        let mut rows: Vec<u64> = vec![];
        for (row, (first, &customer)) in (0..).zip(firsts.iter().zip(&numbers)) {
            let Some(last) = range.latest_of(customer) else {
                strangers.push(*first);
                rows.push(row);
                continue;
            };
            range.follow(last, first.instant);
            if range.breaks_ties() && range.ends_at(first.instant, last) {
                ties.push(((index(at), last), (index(place), first.row)));
            }
        }
        if strangers.is_empty() {
            break;
        }
        let rows = UInt64Array::from(rows);
        let kept = keys.iter().map(|keys| take(keys, &rows, None));
        keys = kept.collect::<std::result::Result<_, _>>()?;
        firsts = strangers;
    }
    Ok(ties)
}

/// The number of ranges is that of partitions, which is far below `u32::MAX`.
fn index(range: usize) -> u32 {
    u32::try_from(range).unwrap_or(u32::MAX)
}
