//! Elements of time patterns of all dialects.

/// One element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternElement {
    /// Matches itself.
    Literal(char),
    /// Blanks: one when written, any number when read.
    Blank,
    Number(NumberElement),
    Name(NameElement, LetterCase),
    /// Digits of the second's fraction: exactly this many when written, one to nine when read.
    Fraction(usize),
    /// Fraction with its point; empty if there is no fraction.
    PointAndFraction,
    /// `AM` or `PM`, with points or without.
    HalfOfDay {
        case: LetterCase,
        has_points: bool,
    },
    /// `+01`, `+0100`, `+01:00`; any of them, and `Z`, when read.
    Offset(OffsetForm),
    /// Name of a zone; also an offset when read.
    Zone(LetterCase),
    /// Hours of an offset with their sign, or its minutes.
    OffsetPart {
        is_minutes: bool,
    },
    /// `BC` or `AD`.
    Era {
        case: LetterCase,
        has_points: bool,
    },
    /// Month in Roman numerals, padded with blanks to the longest.
    Roman {
        case: LetterCase,
        is_padded: bool,
    },
}

/// Whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberElement {
    pub(super) part: NumberPart,
    /// Number of digits when written, unless `is_bare`; maximum number of digits when read.
    pub(super) width: usize,
    /// Written without leading zeros.
    pub(super) is_bare: bool,
    /// Written with the suffix `st`, `nd`, `rd` or `th`.
    pub(super) ordinal: Option<LetterCase>,
}

/// Quantity of a number element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberPart {
    /// Year; its last two digits are enough when read.
    Year,
    /// This many last digits of the year.
    YearEnd(usize),
    /// Year with a comma after its thousands.
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
    /// Name of a part that is only written: it does not determine a day, so reading it is an error.
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

/// Month or weekday name, and its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameElement {
    pub(super) is_month: bool,
    pub(super) is_short: bool,
    /// Padded with blanks to the longest name.
    pub(super) is_padded: bool,
}

/// Letter case when written; any case when read.
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

/// Form of an offset when written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OffsetForm {
    /// `+01`, and `+05:30` if there are minutes.
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

    /// True if the element is a part of a time.
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Literal(_) | Self::Blank)
    }

    /// Name of an element that can be written but not read.
    pub(super) fn only_written(&self) -> Option<&'static str> {
        match self {
            Self::Number(number) => number.part.only_written(),
            Self::Roman { .. } => Some("a Roman month"),
            _ => None,
        }
    }

    /// True if its text starts with a digit.
    pub(super) fn starts_with_digit(&self) -> bool {
        match self {
            Self::Literal(letter) => letter.is_ascii_digit(),
            Self::Number(_) | Self::Fraction(_) => true,
            _ => false,
        }
    }
}
