//! The answer is identical to the last bit however the rows are split, ordered, merged, filtered or
//! framed.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::call::{kept, rows};
use super::{GROUPS, Input};

pub(super) fn all(input: &Input) {
    any_split_and_order(input);
    any_merge_tree(input);
    groups_agree_with_single(input);
    skipped_partial_aggregation(input);
    partial_then_final(input);
    emit_first_midway(input);
    frames_that_move(input);
}

/// Pseudo-random numbers, so that a failure can be reproduced.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

fn chunks(batch: &RecordBatch, length: usize) -> Vec<RecordBatch> {
    let starts = (0..batch.num_rows()).step_by(length);
    starts
        .map(|start| batch.slice(start, length.min(batch.num_rows() - start)))
        .collect()
}

fn all_at_once(input: &Input) -> ScalarValue {
    let batch = kept(&input.batch, &input.filter);
    input.call.answer(&batch).unwrap()
}

fn any_split_and_order(input: &Input) {
    let wanted = all_at_once(input);
    let batch = kept(&input.batch, &input.filter);
    let mut order: Vec<_> = (0..batch.num_rows()).collect();
    Dice(input.seed).shuffle(&mut order);
    let mut accumulator = input.call.single();
    for part in chunks(&rows(&batch, &order), input.chunk) {
        accumulator.update_batch(part.columns()).unwrap();
    }
    assert_eq!(
        accumulator.evaluate().unwrap(),
        wanted,
        "split and shuffled"
    );
    assert_eq!(accumulator.evaluate().unwrap(), wanted, "evaluated twice");
    assert!(accumulator.size() > 0);
}

/// One state of each chunk, merged in any order and shape.
fn any_merge_tree(input: &Input) {
    let wanted = all_at_once(input);
    let batch = kept(&input.batch, &input.filter);
    let mut states: Vec<Vec<ScalarValue>> = chunks(&batch, input.chunk)
        .iter()
        .map(|part| {
            let mut accumulator = input.call.single();
            accumulator.update_batch(part.columns()).unwrap();
            accumulator.state().unwrap()
        })
        .collect();
    // The state of no rows is neutral.
    states.push(input.call.single().state().unwrap());
    let mut dice = Dice(input.seed);
    while states.len() > 1 {
        dice.shuffle(&mut states);
        let together = 2 + dice.below(states.len() - 1);
        let some: Vec<_> = states.drain(..together.min(states.len())).collect();
        let mut merged = input.call.single();
        merged.merge_batch(&columns(input, &some)).unwrap();
        states.push(merged.state().unwrap());
    }
    let mut last = input.call.single();
    last.merge_batch(&columns(input, &states)).unwrap();
    assert_eq!(last.evaluate().unwrap(), wanted, "merged");
}

/// States as columns, which must have the declared types.
fn columns(input: &Input, states: &[Vec<ScalarValue>]) -> Vec<ArrayRef> {
    let types = input.call.state_types();
    let column = |position: usize| {
        let values = states.iter().map(|state| state[position].clone());
        ScalarValue::iter_to_array(values).unwrap()
    };
    let columns: Vec<_> = (0..states[0].len()).map(column).collect();
    declared(&columns, &types);
    columns
}

fn declared(columns: &[ArrayRef], types: &[DataType]) {
    let found: Vec<_> = columns
        .iter()
        .map(|column| column.data_type().clone())
        .collect();
    assert_eq!(found, types, "types of the state");
    for column in columns {
        assert_eq!(column.null_count(), 0, "a state is never NULL");
    }
}

/// The answer of each group, from the single accumulator.
fn per_group(input: &Input) -> Vec<ScalarValue> {
    let answer = |group: usize| {
        let mine: BooleanArray = input
            .groups
            .iter()
            .zip(input.filter.iter())
            .map(|(own, keep)| Some(*own == group && keep == Some(true)))
            .collect();
        input.call.answer(&kept(&input.batch, &mine)).unwrap()
    };
    (0..GROUPS).map(answer).collect()
}

fn scalars(column: &ArrayRef) -> Vec<ScalarValue> {
    let value = |row| ScalarValue::try_from_array(column, row).unwrap();
    (0..column.len()).map(value).collect()
}

/// Feeds rows `from..to` in chunks.
fn feed(input: &Input, into: &mut dyn GroupsAccumulator, from: usize, to: usize, first: usize) {
    for start in (from..to).step_by(input.chunk) {
        let length = input.chunk.min(to - start);
        let groups: Vec<_> = input.groups[start..start + length]
            .iter()
            .map(|g| g - first)
            .collect();
        let batch = input.batch.slice(start, length);
        let filter = input.filter.slice(start, length);
        into.update_batch(batch.columns(), &groups, Some(&filter), GROUPS - first)
            .unwrap();
    }
}

/// The accumulator learns the number of groups only from its calls.
fn announce(input: &Input, into: &mut dyn GroupsAccumulator, groups: usize) {
    let nothing = input.batch.slice(0, 0);
    into.update_batch(nothing.columns(), &[], None, groups)
        .unwrap();
}

fn groups_agree_with_single(input: &Input) {
    let mut groups = input.call.groups();
    announce(input, groups.as_mut(), GROUPS);
    let empty = groups.size();
    feed(input, groups.as_mut(), 0, input.groups.len(), 0);
    assert!(groups.size() >= empty, "size shrank");
    let found = groups.evaluate(EmitTo::All).unwrap();
    assert_eq!(found.data_type(), input.call.return_type());
    assert_eq!(scalars(&found), per_group(input), "groups");
}

fn skipped_partial_aggregation(input: &Input) {
    let groups = input.call.groups();
    let states = groups
        .convert_to_state(input.batch.columns(), Some(&input.filter))
        .unwrap();
    declared(&states, &input.call.state_types());
    assert!(states.iter().all(|state| state.len() == input.groups.len()));
    let mut merged = input.call.groups();
    announce(input, merged.as_mut(), GROUPS);
    for start in (0..input.groups.len()).step_by(input.chunk) {
        let length = input.chunk.min(input.groups.len() - start);
        let part: Vec<_> = states
            .iter()
            .map(|state| state.slice(start, length))
            .collect();
        let numbers = &input.groups[start..start + length];
        merged.merge_batch(&part, numbers, GROUPS).unwrap();
    }
    let found = merged.evaluate(EmitTo::All).unwrap();
    assert_eq!(scalars(&found), per_group(input), "convert_to_state");
}

/// Two partial accumulators, whose groups the final one numbers differently.
fn partial_then_final(input: &Input) {
    let half = input.groups.len() / 2;
    let mut last = input.call.groups();
    for (from, to) in [(0, half), (half, input.groups.len())] {
        let mut partial = input.call.groups();
        announce(input, partial.as_mut(), GROUPS);
        feed(input, partial.as_mut(), from, to, 0);
        let states = partial.state(EmitTo::All).unwrap();
        declared(&states, &input.call.state_types());
        let backwards: Vec<_> = (0..GROUPS).rev().collect();
        last.merge_batch(&states, &backwards, GROUPS).unwrap();
    }
    let mut found = scalars(&last.evaluate(EmitTo::All).unwrap());
    found.reverse();
    assert_eq!(found, per_group(input), "partial and final");
}

/// Rows sorted by group: the first groups are emitted while the others still grow, as values or as
/// states.
fn emit_first_midway(input: &Input) {
    let mut order: Vec<_> = (0..input.groups.len()).collect();
    order.sort_by_key(|row| input.groups[*row]);
    let wanted = per_group(input);
    let sorted = Sorted::new(input, &order);
    for gone in 1..GROUPS {
        let until = sorted.groups.iter().filter(|group| **group <= gone).count();
        for as_state in [false, true] {
            let mut groups = input.call.groups();
            announce(input, groups.as_mut(), GROUPS);
            sorted.feed(groups.as_mut(), 0, until, 0);
            let mut found = emitted(input, groups.as_mut(), EmitTo::First(gone), as_state);
            sorted.feed(groups.as_mut(), until, order.len(), gone);
            found.extend(emitted(input, groups.as_mut(), EmitTo::All, as_state));
            assert_eq!(
                found, wanted,
                "first {gone} groups emitted, as state: {as_state}"
            );
        }
    }
}

struct Sorted {
    batch: RecordBatch,
    filter: BooleanArray,
    groups: Vec<usize>,
    chunk: usize,
}

impl Sorted {
    fn new(input: &Input, order: &[usize]) -> Self {
        let keep = |row: &usize| {
            input
                .filter
                .is_valid(*row)
                .then(|| input.filter.value(*row))
        };
        Self {
            batch: rows(&input.batch, order),
            filter: order.iter().map(keep).collect(),
            groups: order.iter().map(|row| input.groups[*row]).collect(),
            chunk: input.chunk,
        }
    }

    fn feed(&self, into: &mut dyn GroupsAccumulator, from: usize, to: usize, first: usize) {
        for start in (from..to).step_by(self.chunk) {
            let length = self.chunk.min(to - start);
            let groups = self.groups[start..start + length].iter();
            let groups: Vec<_> = groups.map(|group| group - first).collect();
            let batch = self.batch.slice(start, length);
            let filter = self.filter.slice(start, length);
            into.update_batch(batch.columns(), &groups, Some(&filter), GROUPS - first)
                .unwrap();
        }
    }
}

fn emitted(
    input: &Input,
    groups: &mut dyn GroupsAccumulator,
    emit_to: EmitTo,
    as_state: bool,
) -> Vec<ScalarValue> {
    if !as_state {
        return scalars(&groups.evaluate(emit_to).unwrap());
    }
    let states = groups.state(emit_to).unwrap();
    let length = states[0].len();
    let numbers: Vec<_> = (0..length).collect();
    let mut merged = input.call.groups();
    merged.merge_batch(&states, &numbers, length).unwrap();
    scalars(&merged.evaluate(EmitTo::All).unwrap())
}

/// Frames of the last few rows: rows that leave are retracted, and the answer is that of the remaining
/// rows, with more rows leaving than coming at the end until none is left.
fn frames_that_move(input: &Input) {
    let batch = kept(&input.batch, &input.filter);
    let (length, window) = (batch.num_rows(), input.window);
    let mut frame = input.call.sliding();
    assert!(frame.supports_retract_batch());
    for end in 1..=length + window {
        if end <= length {
            frame
                .update_batch(batch.slice(end - 1, 1).columns())
                .unwrap();
        }
        if end > window && end - window <= length {
            frame
                .retract_batch(batch.slice(end - window - 1, 1).columns())
                .unwrap();
        }
        let start = end.saturating_sub(window).min(length);
        let wanted = batch.slice(start, end.min(length) - start);
        let wanted = input.call.answer(&wanted).unwrap();
        assert_eq!(frame.evaluate().unwrap(), wanted, "rows {start}..{end}");
    }
}

/// The size of group states grows with the number of retained rows.
#[test]
fn size_grows_with_groups_and_rows() {
    use super::call::{Argument, Call};
    use datafusion::arrow::array::{Int64Array, TimestampSecondArray};

    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values((0..1_000).map(|v| v % 5 + 1)));
    let times: ArrayRef = Arc::new(TimestampSecondArray::from_iter_values(0..1_000));
    let cases: [(&str, Vec<ArrayRef>); 3] = [
        ("csat", vec![Arc::clone(&numbers)]),
        (
            "duration_median",
            vec![Arc::clone(&times), Arc::clone(&times)],
        ),
        ("frt_detail", vec![Arc::clone(&times), times]),
    ];
    for (name, columns) in cases {
        let arguments: Vec<_> = columns
            .iter()
            .map(|column| Argument::Column(column.data_type().clone()))
            .collect();
        let call = Call::new(name, &arguments).unwrap();
        let batch = call.batch(&arguments, &columns);
        let mut groups = call.groups();
        let numbers: Vec<_> = (0..1_000).collect();
        groups
            .update_batch(batch.columns(), &numbers, None, 1_000)
            .unwrap();
        let full = groups.size();
        assert!(full >= 1_000 * 16, "{name}: {full}");
        groups.evaluate(EmitTo::All).unwrap();
        assert!(groups.size() < full / 2, "{name} keeps what it gave away");
    }
}
