use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use proptest::prelude::*;

use super::groups::DistinctIdsGroupsAccumulator;
use super::set::IdSet;
use super::state;
use super::texts::DistinctTextsGroupsAccumulator;

fn set(ids: &[u64]) -> (IdSet, usize) {
    let (mut set, mut heap) = (IdSet::default(), 0);
    for &id in ids {
        set.insert(id, &mut heap);
    }
    (set, heap)
}

fn distinct(ids: &[u64]) -> u64 {
    ids.iter().collect::<BTreeSet<_>>().len() as u64
}

/// Ids close together, in clusters far apart, at both ends of the range, and anywhere.
fn ids() -> impl Strategy<Value = Vec<u64>> {
    let id = prop_oneof![
        4 => 0..3_000_u64,
        4 => 1_000_000..1_200_000_u64,
        1 => (u64::MAX - 2_000)..=u64::MAX,
        1 => any::<u64>(),
    ];
    prop::collection::vec(id, 0..6_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_set_counts_what_is_distinct(ids in ids()) {
        let (mut set, heap) = set(&ids);
        prop_assert_eq!(set.len(), distinct(&ids));
        prop_assert_eq!(set.heap(), heap);
    }

    #[test]
    fn states_merge_in_any_order(left in ids(), right in ids()) {
        let both: Vec<u64> = left.iter().chain(&right).copied().collect();
        for (one, other) in [(&left, &right), (&right, &left)] {
            let (mut all, mut heap) = set(one);
            let mut bytes = Vec::new();
            state::write(&mut set(other).0, &mut bytes).unwrap();
            state::merge(&mut all, &bytes, &mut heap).unwrap();
            prop_assert_eq!(all.len(), distinct(&both));
            prop_assert_eq!(all.heap(), heap);
        }
    }

    #[test]
    fn groups_are_told_apart(
        rows in prop::collection::vec((0..5_usize, prop::option::of(0..900_i64), prop::option::of(any::<bool>())), 0..3_000),
        batch in 1..700_usize,
        first in 0..5_usize,
    ) {
        let mut seen = vec![BTreeSet::new(); 5];
        let (mut whole, mut merged) = (DistinctIdsGroupsAccumulator::default(), DistinctIdsGroupsAccumulator::default());
        for rows in rows.chunks(batch) {
            let groups: Vec<usize> = rows.iter().map(|row| row.0).collect();
            let ids: ArrayRef = Arc::new(rows.iter().map(|row| row.1).collect::<Int64Array>());
            let filter: BooleanArray = rows.iter().map(|row| row.2).collect();
            for (group, id, kept) in rows {
                if let (Some(id), Some(true)) = (id, kept) {
                    seen[*group].insert(*id);
                }
            }
            let ids = [ids];
            whole.update_batch(&ids, &groups, Some(&filter), 5).unwrap();
            let states = merged.convert_to_state(&ids, Some(&filter)).unwrap();
            merged.merge_batch(&states, &groups, 5).unwrap();
        }
        let expected: Vec<i64> = seen.iter().map(|ids| i64::try_from(ids.len()).unwrap()).collect();
        for mut groups in [whole, merged] {
            groups.update_batch(&[Arc::new(Int64Array::from(Vec::<i64>::new()))], &[], None, 5).unwrap();
            let mut counts = Vec::new();
            for emit in [EmitTo::First(first), EmitTo::All] {
                let emitted = groups.evaluate(emit).unwrap();
                counts.extend(emitted.as_primitive::<Int64Type>().values().iter().copied());
            }
            prop_assert_eq!(&counts, &expected);
        }
    }
}

#[test]
fn dense_ids_take_a_few_bits_each() {
    let ids: Vec<u64> = (5_000_000..6_000_000).collect();
    let (mut set, heap) = set(&ids);
    assert_eq!(set.len(), 1_000_000);
    assert!(heap < 300_000, "{heap} bytes");
    let mut bytes = Vec::new();
    state::write(&mut set, &mut bytes).unwrap();
    assert!(bytes.len() < 300_000, "{} bytes", bytes.len());
}

#[test]
fn states_of_as_many_ids_as_an_array_holds_are_read_again() {
    for count in [4_095, 4_096, 4_097] {
        let ids: Vec<u64> = (0..count).map(|id| id * 16).collect();
        let (mut written, _) = set(&ids);
        let mut bytes = Vec::new();
        state::write(&mut written, &mut bytes).unwrap();
        let (mut read, mut heap) = set(&[]);
        state::merge(&mut read, &bytes, &mut heap).unwrap();
        assert_eq!(read.len(), count);
    }
}

#[test]
fn a_damaged_state_is_an_error() {
    let (mut set, mut heap) = set(&[1, 2]);
    for bytes in [
        &[0, 1][..],
        &[1, 9, 0, 0, 0][..],
        &[1, 0, 0, 0, 0, 7][..],
        &[9][..],
    ] {
        let error = state::merge(&mut set, bytes, &mut heap).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
    assert_eq!(set.len(), 2);
}

/// Rows of group, text and whether they pass the filter.
fn rows_of_texts() -> impl Strategy<Value = Vec<(usize, Option<u8>, Option<bool>)>> {
    let row = (
        0..40_usize,
        prop::option::of(0..20_u8),
        prop::option::of(any::<bool>()),
    );
    prop::collection::vec(row, 0..300)
}

/// Distinct texts of each of `groups`, the plain way.
fn plain_counts(rows: &[(usize, Option<u8>, Option<bool>)], groups: usize) -> Vec<i64> {
    let mut sets = vec![BTreeSet::new(); groups];
    for (group, text, passes) in rows {
        if let (Some(text), Some(true)) = (text, passes) {
            sets[*group].insert(text);
        }
    }
    sets.iter()
        .map(|set| i64::try_from(set.len()).unwrap())
        .collect()
}

fn text_columns(
    rows: &[(usize, Option<u8>, Option<bool>)],
) -> (ArrayRef, Vec<usize>, BooleanArray) {
    let texts: StringArray = rows
        .iter()
        .map(|(_, text, _)| text.map(|text| format!("text number {text}")))
        .collect();
    let groups = rows.iter().map(|(group, _, _)| *group).collect();
    let passes = rows.iter().map(|(_, _, passes)| *passes).collect();
    (Arc::new(texts), groups, passes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// In two parts, whose states go to a third in pieces of groups, row by row or put together.
    #[test]
    fn texts_of_groups_are_told_apart(
        one in rows_of_texts(), other in rows_of_texts(), first in 1..40_usize, row_by_row in any::<bool>(),
    ) {
        let new = || DistinctTextsGroupsAccumulator::new(DataType::Utf8);
        let mut total = new();
        for rows in [&one, &other] {
            let (texts, groups, passes) = text_columns(rows);
            if row_by_row {
                let states = total.convert_to_state(&[texts], Some(&passes)).unwrap();
                total.merge_batch(&states, &groups, 40).unwrap();
                continue;
            }
            let mut part = new();
            part.update_batch(&[texts], &groups, Some(&passes), 40).unwrap();
            let head = part.state(EmitTo::First(first)).unwrap();
            total.merge_batch(&head, &(0..first).collect::<Vec<_>>(), 40).unwrap();
            let tail = part.state(EmitTo::All).unwrap();
            total.merge_batch(&tail, &(first..40).collect::<Vec<_>>(), 40).unwrap();
        }
        let all: Vec<_> = one.iter().chain(&other).copied().collect();
        let head = total.evaluate(EmitTo::First(first)).unwrap();
        let tail = total.evaluate(EmitTo::All).unwrap();
        let found: Vec<i64> = [head, tail]
            .iter()
            .flat_map(|part| part.as_primitive::<Int64Type>().values().to_vec())
            .collect();
        prop_assert_eq!(found, plain_counts(&all, 40));
    }
}
