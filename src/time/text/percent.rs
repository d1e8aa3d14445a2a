//! Percent codes, as in strftime.

use super::elements::{LetterCase, NameElement, NumberPart, OffsetForm, PatternElement};

/// Elements of a pattern.
///
/// # Errors
/// If a code is unknown here; chrono may know it.
pub(super) fn elements(pattern: &str) -> Result<Vec<PatternElement>, String> {
    let mut elements = Vec::new();
    let mut rest = pattern.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '%' => {
                let after = rest.as_str();
                let used = code(after, &mut elements).ok_or_else(|| unknown(pattern, after))?;
                rest = after[used..].chars();
            }
            blank if blank.is_whitespace() => elements.push(PatternElement::Blank),
            other => elements.push(PatternElement::Literal(other)),
        }
    }
    Ok(elements)
}

/// Pattern with `%f` as six digits, since chrono writes nine without a point.
pub(super) fn with_micros(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        out.push(letter);
        if letter == '%' {
            match letters.next() {
                Some('f') => out.push_str("6f"),
                Some(code) => out.push(code),
                None => {}
            }
        }
    }
    out
}

fn unknown(pattern: &str, after: &str) -> String {
    let code: String = after.chars().take(1).collect();
    format!("'{pattern}' has an unknown % code, %{code}")
}

/// Appends the elements of the code after a `%`; returns its length in bytes.
fn code(after: &str, elements: &mut Vec<PatternElement>) -> Option<usize> {
    for (written, meaning) in FRACTIONS {
        if after.starts_with(written) {
            elements.push(meaning.clone());
            return Some(written.len());
        }
    }
    // The padding flag of a number has no effect on reading.
    let flag = usize::from(after.starts_with(['-', '_', '0']));
    let letter = after[flag..].chars().next()?;
    match letter {
        'T' => composite("%H:%M:%S", elements),
        'R' => composite("%H:%M", elements),
        'D' => composite("%m/%d/%y", elements),
        'F' => composite("%Y-%m-%d", elements),
        'r' => composite("%I:%M:%S %p", elements),
        _ => elements.push(simple(letter)?),
    }
    Some(flag + letter.len_utf8())
}

fn composite(pattern: &str, to: &mut Vec<PatternElement>) {
    to.extend(elements(pattern).unwrap_or_default());
}

const FRACTIONS: [(&str, PatternElement); 11] = [
    (".f", PatternElement::PointAndFraction),
    (".3f", PatternElement::PointAndFraction),
    (".6f", PatternElement::PointAndFraction),
    (".9f", PatternElement::PointAndFraction),
    ("3f", PatternElement::Fraction(3)),
    ("6f", PatternElement::Fraction(6)),
    ("9f", PatternElement::Fraction(9)),
    ("f", PatternElement::Fraction(6)),
    (":z", PatternElement::Offset(OffsetForm::Colon)),
    ("#z", PatternElement::Offset(OffsetForm::Short)),
    ("z", PatternElement::Offset(OffsetForm::Digits)),
];

fn simple(letter: char) -> Option<PatternElement> {
    use NumberPart::{
        Day, DayFromMonday, DayOfYear, Epoch, HalfHour, Hour, IsoWeek, IsoYear, Minute, Month,
        Second, Year, YearEnd,
    };
    let name = |is_month, is_short| {
        let name = NameElement {
            is_month,
            is_short,
            is_padded: false,
        };
        PatternElement::Name(name, LetterCase::Capital)
    };
    let half = |case| PatternElement::HalfOfDay {
        case,
        has_points: false,
    };
    Some(match letter {
        'Y' => PatternElement::number(Year, 4),
        'y' => PatternElement::number(YearEnd(2), 2),
        'm' => PatternElement::number(Month, 2),
        'd' | 'e' => PatternElement::number(Day, 2),
        'j' => PatternElement::number(DayOfYear, 3),
        'H' | 'k' => PatternElement::number(Hour, 2),
        'I' | 'l' => PatternElement::number(HalfHour, 2),
        'M' => PatternElement::number(Minute, 2),
        'S' => PatternElement::number(Second, 2),
        'G' => PatternElement::number(IsoYear, 4),
        'V' => PatternElement::number(IsoWeek, 2),
        'u' => PatternElement::number(DayFromMonday, 1),
        's' => PatternElement::number(Epoch, 20),
        'b' | 'h' => name(true, true),
        'B' => name(true, false),
        'a' => name(false, true),
        'A' => name(false, false),
        'p' => half(LetterCase::Upper),
        'P' => half(LetterCase::Lower),
        'Z' => PatternElement::Zone(LetterCase::Capital),
        'n' | 't' => PatternElement::Blank,
        '%' => PatternElement::Literal('%'),
        _ => return None,
    })
}
