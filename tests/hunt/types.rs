//! The types of the grammar.

/// Type of a value, and kinds of literals that a production needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Truth,
    Int,
    Decimal,
    Double,
    Text,
    Date,
    Timestamp,
    Instant,
    Interval,
    /// A literal from 0 to 4.
    Small,
    /// A literal pattern for LIKE, which may contain `!` and the backslash.
    Like,
    /// A literal pattern for SIMILAR TO.
    Similar,
    /// A literal regular expression.
    Regex,
    /// A field of `extract` from a date.
    DateField,
    /// A field of `extract` from a time.
    TimeField,
    /// A field of `extract` from an interval.
    LengthField,
    /// A unit of `date_trunc`.
    Unit,
}

const TEXTS: &[&str] = &[
    "'a'",
    "''",
    "'B'",
    "'abc'",
    "'a%'",
    "'éa'",
    "'1'",
    "'x,y,z'",
    "NULL::TEXT",
];

const DATES: &[&str] = &[
    "DATE '2024-01-31'",
    "DATE '2024-02-29'",
    "DATE '2023-12-31'",
    "'2024-03-10'::DATE",
    "NULL::DATE",
];

const INTERVALS: &[&str] = &[
    "INTERVAL '1 day'",
    "INTERVAL '36 hours'",
    "INTERVAL '1 month'",
    "INTERVAL '90 minutes'",
    "INTERVAL '1' DAY",
    "INTERVAL '1 day 02:30:00'",
    "NULL::INTERVAL",
];

const UNITS: &[&str] = &[
    "'day'",
    "'month'",
    "'year'",
    "'hour'",
    "'week'",
    "'quarter'",
    "'minute'",
];

impl Type {
    /// Types of columns and results.
    pub(super) const VALUES: [Self; 9] = [
        Self::Truth,
        Self::Int,
        Self::Decimal,
        Self::Double,
        Self::Text,
        Self::Date,
        Self::Timestamp,
        Self::Instant,
        Self::Interval,
    ];

    /// Types that all engines can store in a file.
    pub(super) const STORED: [Self; 8] = [
        Self::Int,
        Self::Truth,
        Self::Decimal,
        Self::Double,
        Self::Text,
        Self::Date,
        Self::Timestamp,
        Self::Instant,
    ];

    /// Texts of literals; the first one replaces larger values when shrinking.
    pub(super) fn literals(self) -> &'static [&'static str] {
        match self {
            Self::Truth => &["TRUE", "FALSE", "NULL::BOOLEAN"],
            Self::Int => &["1", "0", "-3", "7", "12", "100", "NULL::INT"],
            Self::Decimal => &[
                "1.5",
                "0.10",
                "-2.25",
                "3.0",
                "99.995",
                "NULL::DECIMAL(10,2)",
            ],
            Self::Double => &["1.5e0", "-0.25e0", "2e0", "1e3", "NULL::DOUBLE PRECISION"],
            Self::Text => TEXTS,
            Self::Date => DATES,
            Self::Timestamp => &[
                "TIMESTAMP '2024-01-31 10:30:00'",
                "TIMESTAMP '2024-02-29 23:59:59.5'",
                "'2023-12-31 00:00:00'::TIMESTAMP",
                "NULL::TIMESTAMP",
            ],
            Self::Instant => &[
                "TIMESTAMP WITH TIME ZONE '2024-01-31 10:30:00+00'",
                "TIMESTAMPTZ '2024-03-31 01:30:00+01'",
                "NULL::TIMESTAMPTZ",
            ],
            Self::Interval => INTERVALS,
            Self::Small => &["1", "0", "2", "3", "4"],
            Self::Like => &[
                "'a%'", "'%a%'", "'_b%'", "'%'", "'a!%'", "'%!_%'", "'%\\%'", "'a_c'", "''",
                "'é%'", "'%c'",
            ],
            Self::Similar => &["'a%'", "'(a|b)%'", "'_b_'", "'[a-c]+'", "'b'", "'%(c|%)'"],
            Self::Regex => &["'a'", "'^a'", "'[0-9]+'", "'b$'", "'(a|b)c'", "'.'", "'^$'"],
            Self::DateField => &[
                "day", "year", "month", "quarter", "week", "dow", "doy", "isodow", "isoyear",
            ],
            Self::TimeField => &["hour", "minute", "second", "epoch", "day", "year"],
            Self::LengthField => &["day", "hour", "minute", "second", "epoch", "month"],
            Self::Unit => UNITS,
        }
    }
}
