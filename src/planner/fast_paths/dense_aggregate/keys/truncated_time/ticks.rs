//! A range of time in ticks.

/// From the first tick to the one after the last, which is not before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TickRange {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl TickRange {
    /// True if the range has `instant`; one comparison, since an instant before the start wraps to far
    /// behind the end.
    #[inline]
    pub(super) fn has(self, instant: i64) -> bool {
        let length = self.end.wrapping_sub(self.start).cast_unsigned();
        instant.wrapping_sub(self.start).cast_unsigned() < length
    }

    /// The intersection of both, which may be empty.
    pub(super) fn cut(self, other: Self) -> Self {
        let start = self.start.max(other.start);
        Self {
            start,
            end: self.end.min(other.end).max(start),
        }
    }

    /// The union of both, if they touch or overlap; `other` otherwise.
    pub(super) fn joined(self, other: Self) -> Self {
        if self.start <= other.end && other.start <= self.end {
            Self {
                start: self.start.min(other.start),
                end: self.end.max(other.end),
            }
        } else {
            other
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_stretch_has_what_lies_in_it(a in any::<i64>(), b in any::<i64>(), instant in any::<i64>()) {
            let ticks = TickRange { start: a.min(b), end: a.max(b) };
            prop_assert_eq!(ticks.has(instant), (ticks.start..ticks.end).contains(&instant));
            prop_assert!(!ticks.has(ticks.end));
        }
    }
}
