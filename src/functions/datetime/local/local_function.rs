//! The kinds of local time functions: `local_time`, `local_date` and `local_trunc`.

/// Part of the local time that a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum LocalFunctionKind {
    Time,
    Date,
    Bucket,
}

impl LocalFunctionKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Time => "local_time",
            Self::Date => "local_date",
            Self::Bucket => "local_trunc",
        }
    }

    pub(super) fn syntax(self) -> &'static str {
        match self {
            Self::Time => "local_time(instant, zone)",
            Self::Date => "local_date(instant, zone)",
            Self::Bucket => "local_trunc(grain, instant, zone [, week_start])",
        }
    }

    /// Position of the instant; the zone follows it.
    pub(super) fn instant(self) -> usize {
        usize::from(self == Self::Bucket)
    }
}
