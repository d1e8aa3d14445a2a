//! Which contacts were repeated, by one walk through time.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use arrow::row::{Row, RowConverter, SortField};
use datafusion::common::{HashMap, Result};

use super::deadlines::deadlines;
use super::repeat_definition::RepeatContactDefinition;
use crate::functions::kernels::times::ticks;

/// How many contacts of a group are decided, and how many of those were not repeated.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RepeatContactCounts {
    pub(crate) resolved: i64,
    pub(crate) n: i64,
}

/// Counts the decided contacts of groups `0..groups`; `group_of` tells whose each row is.
///
/// # Errors
/// When a deadline lies past the range of timestamps.
pub(crate) fn decide(
    call: &RepeatContactDefinition,
    [customers, opened]: &[ArrayRef; 2],
    group_of: &[usize],
    groups: usize,
) -> Result<Vec<RepeatContactCounts>> {
    let times = ticks(opened)?;
    let deadlines = deadlines(opened, &call.within)?;
    let mut latest = vec![i64::MIN; groups];
    for (&group, &time) in group_of.iter().zip(times) {
        if let Some(latest) = latest.get_mut(group) {
            *latest = (*latest).max(time);
        }
    }
    let mut decided = vec![RepeatContactCounts::default(); groups];
    let (customer_of, customers) = numbers(customers, group_of, groups)?;
    // One more than the row of each customer's latest contact, which waits for the next one.
    let mut waiting = vec![0; customers];
    in_time_order(times, |row| {
        let Some(tally) = decided.get_mut(group_of[row]) else {
            return;
        };
        let before = std::mem::replace(&mut waiting[customer_of[row]], row + 1);
        if let Some(before) = before.checked_sub(1) {
            // If this one comes too late, the deadline has passed: the one before is decided too.
            tally.n += 1;
            tally.resolved += i64::from(deadlines[before] < times[row]);
        }
    });
    for last in waiting {
        if let Some(last) = last.checked_sub(1)
            && deadlines[last] <= latest[group_of[last]]
        {
            decided[group_of[last]].n += 1;
            decided[group_of[last]].resolved += 1;
        }
    }
    Ok(decided)
}

/// Calls `visit` for each row, the earlier first, and of rows at the same instant the first.
fn in_time_order(times: &ScalarBuffer<i64>, mut visit: impl FnMut(usize)) {
    if times.is_sorted() {
        (0..times.len()).for_each(visit);
        return;
    }
    // Partitions are mostly in time order each, which a stable sort makes use of.
    let mut order: Vec<(i64, usize)> = times.iter().copied().zip(0..).collect();
    order.sort_by_key(|&(time, _)| time);
    order.iter().for_each(|&(_, row)| visit(row));
}

/// A number for each row, the same for the same customer of the same group, and how many there are.
fn numbers(customers: &ArrayRef, group_of: &[usize], groups: usize) -> Result<(Vec<usize>, usize)> {
    let data_type = customers.data_type();
    if data_type.is_integer() && *data_type != DataType::UInt64 {
        let ids = cast(customers, &DataType::Int64)?;
        let ids = ids.as_primitive::<Int64Type>().values();
        let compact = (groups == 1).then(|| compact_numbers(ids)).flatten();
        return Ok(compact.unwrap_or_else(|| first_seen(ids.iter().copied(), group_of)));
    }
    let converter = RowConverter::new(vec![SortField::new(data_type.clone())])?;
    let rows = converter.convert_columns(&[Arc::clone(customers)])?;
    Ok(first_seen::<Row<'_>>(rows.iter(), group_of))
}

/// Ids that lie close together are numbers as they are.
fn compact_numbers(ids: &[i64]) -> Option<(Vec<usize>, usize)> {
    let (least, most) = (*ids.iter().min()?, *ids.iter().max()?);
    let span = usize::try_from(most.checked_sub(least)?).ok()?;
    if span > ids.len().saturating_mul(2) {
        return None;
    }
    // No difference is negative or more than the span.
    let number = |&id: &i64| usize::try_from(id - least).unwrap_or_default();
    Some((ids.iter().map(number).collect(), span + 1))
}

/// Numbers in the order in which customers of groups are first seen.
fn first_seen<K: std::hash::Hash + Eq>(
    customers: impl Iterator<Item = K>,
    group_of: &[usize],
) -> (Vec<usize>, usize) {
    let mut seen: HashMap<(usize, K), usize> = HashMap::default();
    let rows = customers.zip(group_of);
    let numbers = rows.map(|(customer, &group)| {
        let next = seen.len();
        *seen.entry((group, customer)).or_insert(next)
    });
    (numbers.collect(), seen.len())
}
