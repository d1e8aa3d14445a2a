//! One row's lifetime as far as it is known.

/// The part of a row that a curve counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObservedLifetime {
    /// Counts.
    Counted {
        /// From its start to its end, or to `as_of` if it has not ended by then.
        time: i64,
        /// False if it is censored at `time`.
        has_ended: bool,
        /// Age after which it is at risk; `None` if it is from its start on.
        entry: Option<i64>,
    },
    /// Starts after `as_of`, or is never at risk before its end.
    NotCounted,
    /// Ends before it starts.
    Invalid,
}

/// The lifetime from `start` to `end` as it is known at `as_of`; all are instants in ticks.
///
/// An end after `as_of` is not yet known, so the row is censored there. It is at risk only after `entry`: a
/// customer who had left before the data begin would not be among them, and so must not count while others
/// stay.
pub(crate) fn observe_lifetime(
    start: i64,
    end: Option<i64>,
    as_of: i64,
    entry: Option<i64>,
) -> ObservedLifetime {
    if end.is_some_and(|end| end < start) {
        return ObservedLifetime::Invalid;
    }
    if start > as_of {
        return ObservedLifetime::NotCounted;
    }
    let known = end.filter(|&end| end <= as_of);
    let last = known.unwrap_or(as_of);
    let late = entry.filter(|&entry| entry > start);
    if late.is_some_and(|entry| entry >= last) {
        return ObservedLifetime::NotCounted;
    }
    // Only instants that are centuries apart exceed an i64.
    ObservedLifetime::Counted {
        time: last.saturating_sub(start),
        has_ended: known.is_some(),
        entry: late.map(|entry| entry.saturating_sub(start)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(time: i64, has_ended: bool, entry: Option<i64>) -> ObservedLifetime {
        ObservedLifetime::Counted {
            time,
            has_ended,
            entry,
        }
    }

    #[test]
    fn what_is_not_known_by_then_is_censored_there() {
        let as_of_100 = |start, end| observe_lifetime(start, end, 100, None);
        assert_eq!(as_of_100(40, Some(70)), counted(30, true, None));
        assert_eq!(as_of_100(40, Some(100)), counted(60, true, None));
        assert_eq!(as_of_100(40, Some(101)), counted(60, false, None));
        assert_eq!(as_of_100(40, None), counted(60, false, None));
        assert_eq!(as_of_100(100, None), counted(0, false, None));
        assert_eq!(as_of_100(101, None), ObservedLifetime::NotCounted);
        assert_eq!(as_of_100(40, Some(39)), ObservedLifetime::Invalid);
    }

    #[test]
    fn an_entry_counts_only_after_the_start_and_before_the_end() {
        let from = |entry| observe_lifetime(40, Some(70), 100, Some(entry));
        assert_eq!(from(20), counted(30, true, None));
        assert_eq!(from(40), counted(30, true, None));
        assert_eq!(from(55), counted(30, true, Some(15)));
        assert_eq!(from(70), ObservedLifetime::NotCounted);
    }
}
