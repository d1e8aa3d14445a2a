//! Laws of any calendar and any instants, including those at the ends of time.

use proptest::prelude::*;

use super::model::{clock, plans};

/// Any instant: most within some decades, some anywhere.
fn instant() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 800_000_000_000_000_i64..2_000_000_000_000_000,
        2 => -10_000_000_000_000_000_i64..20_000_000_000_000_000,
        1 => any::<i64>(),
        1 => prop::sample::select(vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX]),
    ]
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![
        -40_000_000_000_i64..400_000_000_000,
        -100_000_000_000_000_i64..100_000_000_000_000,
        Just(1),
        Just(-1),
        Just(0),
        any::<i64>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn time_adds_up_and_turns_around(
        plans in plans(), a in instant(), b in instant(), c in instant(),
    ) {
        let mut clock = clock(&plans);
        let mut ticks = |from, to| clock.ticks_between::<1_000_000>(from, to);
        prop_assert_eq!(ticks(a, b) + ticks(b, c), ticks(a, c));
        prop_assert_eq!(ticks(a, b), -ticks(b, a));
        prop_assert_eq!(ticks(a, a), 0);
        let elapsed = i128::from(b) - i128::from(a);
        prop_assert!(ticks(a, b).abs() <= elapsed.abs());
        prop_assert!(ticks(a, b).signum() * elapsed.signum() >= 0);
    }

    #[test]
    fn a_due_time_is_the_inverse(plans in plans(), start in instant(), amount in amount()) {
        let mut clock = clock(&plans);
        let Some(due) = clock.add(start, amount) else {
            // Only if open time runs out, or the instant is out of range.
            let end = if amount < 0 { i64::MIN } else { i64::MAX };
            let all = clock.ticks_between::<1_000_000>(start, end);
            prop_assert!(all.abs() < i128::from(amount).abs()
                || amount < 0 && all.abs() == i128::from(amount).abs());
            return Ok(());
        };
        prop_assert_eq!(clock.between(start, due), amount);
        // The earliest such instant, or the latest if counted backwards.
        if amount > 0 {
            prop_assert_eq!(clock.ticks_between::<1_000_000>(due - 1, due), 1);
        }
        if amount < 0 && due < i64::MAX {
            prop_assert_eq!(clock.ticks_between::<1_000_000>(due, due + 1), 1);
        }
    }

    #[test]
    fn a_fresh_clock_says_the_same(plans in plans(), pairs in prop::collection::vec((instant(), instant()), 1..6)) {
        let mut used = clock(&plans);
        for (from, to) in pairs {
            let fresh = clock(&plans).ticks_between::<1_000_000>(from, to);
            prop_assert_eq!(used.ticks_between::<1_000_000>(from, to), fresh);
        }
    }

    #[test]
    fn units_agree(plans in plans(), a in 0_i64..2_000_000_000, b in 0_i64..2_000_000_000) {
        let mut clock = clock(&plans);
        let seconds = clock.ticks_between::<1>(a, b);
        let by_unit = [
            clock.ticks_between::<1_000>(a * 1_000, b * 1_000) / 1_000,
            clock.ticks_between::<1_000_000>(a * 1_000_000, b * 1_000_000) / 1_000_000,
            clock.ticks_between::<1_000_000_000>(a * 1_000_000_000, b * 1_000_000_000) / 1_000_000_000,
        ];
        prop_assert_eq!(by_unit, [seconds; 3]);
    }

    #[test]
    fn the_next_opening_is_the_first(plans in plans(), at in instant()) {
        let mut clock = clock(&plans);
        let Some(next) = clock.next_open::<1_000_000>(at) else {
            prop_assert!(clock.ticks_between::<1_000_000>(at, i64::MAX) == 0);
            return Ok(());
        };
        prop_assert!(next >= at && clock.is_open::<1_000_000>(next));
        prop_assert_eq!(clock.ticks_between::<1_000_000>(at, next), 0);
        prop_assert_eq!(next == at, clock.is_open::<1_000_000>(at));
    }
}
