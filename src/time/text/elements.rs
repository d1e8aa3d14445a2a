//! What patterns are made of, whichever family they are of.

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternElement {
    /// Stands for itself.
    Literal(char),
    /// Blanks: one when written, any number when read.
    Blank,
    Number(NumberElement),
    Name(NameElement, LetterCase),
    /// Digits of the second's fraction: so many when written, one to nine when read.
    Fraction(usize),
    /// The same with its point, or nothing where there is no fraction.
    PointAndFraction,
    /// `AM` or `PM`, with points or without.
    HalfOfDay {
        case: LetterCase,
        has_points: bool,
    },
    /// `+01`, `+0100`, `+01:00`; any of them, and `Z`, when read.
    Offset(OffsetForm),
    /// The name of a zone; an offset too when read.
    Zone(LetterCase),
    /// An offset's hours with their sign, or its minutes.
    OffsetPart {
        is_minutes: bool,
    },
    /// `BC` or `AD`.
    Era {
        case: LetterCase,
        has_points: bool,
    },
    /// The month in Roman numerals, with blanks up to the longest.
    Roman {
        case: LetterCase,
        is_padded: bool,
    },
}

/// A whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberElement {
    pub(super) part: NumberPart,
    /// Digits when written, unless `is_bare`; at most so many when read.
    pub(super) width: usize,
    /// Written without zeros in front.
    pub(super) is_bare: bool,
    /// Written with `st`, `nd`, `rd` or `th` behind it.
    pub(super) ordinal: Option<LetterCase>,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberPart {
    /// The year; when read also by its last two digits.
    Year,
    /// So many of the year's last digits.
    YearEnd(usize),
    /// The year with a comma behind its thousands.
    YearWithComma,
    IsoYear,
    IsoYearEnd(usize),
    Century,
    Quarter,
    Month,
    Day,
    DayOfYear,
    IsoDayOfYear,
    /// 1 for Sunday to 7.
    DayFromSunday,
    /// 1 for Monday to 7.
    DayFromMonday,
    WeekOfMonth,
    WeekOfYear,
    IsoWeek,
    /// 0 to 23.
    Hour,
    /// 1 to 12.
    HalfHour,
    Minute,
    Second,
    SecondOfDay,
    JulianDay,
    /// Seconds since 1970.
    Epoch,
}

impl NumberPart {
    /// What it is called, where it is written and never read: it says no day.
    pub(super) const fn only_written(self) -> Option<&'static str> {
        match self {
            Self::Quarter => Some("a quarter"),
            Self::Century => Some("a century"),
            Self::WeekOfMonth => Some("a week of the month"),
            Self::WeekOfYear => Some("a week counted from 1 January"),
            Self::DayFromSunday => Some("a day of the week by number"),
            Self::IsoDayOfYear => Some("a day of the ISO year"),
            Self::IsoYearEnd(_) => Some("the end of an ISO year"),
            Self::YearWithComma => Some("a year with a comma"),
            Self::YearEnd(1 | 3) => Some("a year of one or three digits"),
            _ => None,
        }
    }
}

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameElement {
    pub(super) is_month: bool,
    pub(super) is_short: bool,
    /// Written with blanks up to the longest name.
    pub(super) is_padded: bool,
}

/// How letters are written; any way when read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LetterCase {
    Upper,
    Lower,
    Capital,
}

impl LetterCase {
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::Capital => text.to_owned(),
        }
    }
}

/// How an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OffsetForm {
    /// `+01`, and `+05:30` where there are minutes.
    Short,
    /// `+0100`.
    Digits,
    /// `+01:00`.
    Colon,
}

impl PatternElement {
    pub(super) fn number(part: NumberPart, width: usize) -> Self {
        Self::Number(NumberElement {
            part,
            width,
            is_bare: false,
            ordinal: None,
        })
    }

    /// Whether it says something of a time.
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Literal(_) | Self::Blank)
    }

    /// What it is called, where it is written and never read.
    pub(super) fn only_written(&self) -> Option<&'static str> {
        match self {
            Self::Number(number) => number.part.only_written(),
            Self::Roman { .. } => Some("a Roman month"),
            _ => None,
        }
    }

    /// Whether a digit comes first where it is read.
    pub(super) fn starts_with_digit(&self) -> bool {
        match self {
            Self::Literal(letter) => letter.is_ascii_digit(),
            Self::Number(_) | Self::Fraction(_) => true,
            _ => false,
        }
    }
}
