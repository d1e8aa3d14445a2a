//! Counts of repeat contacts, computed by one pass in time order.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use arrow::row::{Row, RowConverter, SortField};
use datafusion::common::{HashMap, Result};

use super::deadlines::deadlines;
use super::repeat_definition::RepeatContactDefinition;
use crate::functions::kernels::extremes::least_and_greatest;
use crate::functions::kernels::times::ticks;

/// Number of decided contacts of a group (`n`), and of those without a repeat contact (`resolved`).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RepeatContactCounts {
    pub(crate) resolved: i64,
    pub(crate) n: i64,
}

/// Counts the decided contacts of groups `0..groups`; `group_of` has the group of each row.
///
/// # Errors
/// When a deadline is out of the range of timestamps.
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
    // Row of each customer's latest contact plus 1; that contact waits for the next one.
    let mut waiting = vec![0; customers];
    in_time_order(times, |row| {
        let Some(tally) = decided.get_mut(group_of[row]) else {
            return;
        };
        let before = std::mem::replace(&mut waiting[customer_of[row]], row + 1);
        if let Some(before) = before.checked_sub(1) {
            // If this contact is too late, the deadline has passed: the contact before is decided in either
            // case.
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

/// Calls `visit` for each row in time order, rows of the same instant in row order.
fn in_time_order(times: &ScalarBuffer<i64>, mut visit: impl FnMut(usize)) {
    if times.is_sorted() {
        (0..times.len()).for_each(visit);
        return;
    }
    // Partitions are mostly in time order each, which makes a stable sort fast.
    let mut order: Vec<(i64, usize)> = times.iter().copied().zip(0..).collect();
    order.sort_by_key(|&(time, _)| time);
    order.iter().for_each(|&(_, row)| visit(row));
}

/// A number for each row, equal for the same customer of the same group, and the number of such customers.
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

/// Ids that lie close together are used as numbers.
fn compact_numbers(ids: &[i64]) -> Option<(Vec<usize>, usize)> {
    let [least, most] = least_and_greatest(ids)?;
    let span = usize::try_from(most.checked_sub(least)?).ok()?;
    if span > ids.len().saturating_mul(2) {
        return None;
    }
    // Every difference is between 0 and the span.
    let number = |&id: &i64| usize::try_from(id - least).unwrap_or_default();
    Some((ids.iter().map(number).collect(), span + 1))
}

/// Numbers customers of groups in the order of their first row.
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
