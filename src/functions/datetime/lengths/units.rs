//! Units of lengths of time.

/// A unit, and the INTERVAL field that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LengthUnit {
    Months(i64),
    Days(i64),
    Nanoseconds(i64),
}

const SECOND: i64 = 1_000_000_000;

impl LengthUnit {
    /// Seconds, the unit of numbers without one.
    pub(crate) const SECOND: Self = Self::Nanoseconds(SECOND);

    /// Unit of a word in lower case; accepts the words of `PostgreSQL` and DuckDB, and those that deskql
    /// prints.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "ns" | "nsec" | "nanosecond" | "nanoseconds" => Self::Nanoseconds(1),
            "us" | "µs" | "μs" | "usec" | "usecs" | "usecond" | "useconds" | "microsecond"
            | "microseconds" => Self::Nanoseconds(1_000),
            "ms" | "msec" | "msecs" | "msecond" | "mseconds" | "millisecond" | "milliseconds" => {
                Self::Nanoseconds(1_000_000)
            }
            "s" | "sec" | "secs" | "second" | "seconds" => Self::SECOND,
            "m" | "min" | "mins" | "minute" | "minutes" => Self::Nanoseconds(60 * SECOND),
            "h" | "hr" | "hrs" | "hour" | "hours" => Self::Nanoseconds(3_600 * SECOND),
            "d" | "day" | "days" => Self::Days(1),
            "w" | "week" | "weeks" => Self::Days(7),
            "mo" | "mon" | "mons" | "month" | "months" => Self::Months(1),
            "q" | "quarter" | "quarters" => Self::Months(3),
            "y" | "yr" | "yrs" | "year" | "years" => Self::Months(12),
            "dec" | "decs" | "decade" | "decades" => Self::Months(120),
            "c" | "cent" | "cents" | "century" | "centuries" => Self::Months(1_200),
            "mil" | "mils" | "millennium" | "millennia" => Self::Months(12_000),
            _ => return None,
        })
    }

    /// Unit of an ISO 8601 letter, before or after the `T`.
    pub(super) fn from_iso_letter(letter: char, is_time: bool) -> Option<Self> {
        Some(match (letter, is_time) {
            ('y', false) => Self::Months(12),
            ('m', false) => Self::Months(1),
            ('w', false) => Self::Days(7),
            ('d', false) => Self::Days(1),
            ('h', true) => Self::Nanoseconds(3_600 * SECOND),
            ('m', true) => Self::Nanoseconds(60 * SECOND),
            ('s', true) => Self::SECOND,
            _ => return None,
        })
    }
}
