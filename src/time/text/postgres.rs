//! `PostgreSQL`'s patterns: `DD/MM/YYYY HH24:MI`.

use super::elements::{
    LetterCase, NameElement, NumberElement, NumberPart as Part, OffsetForm, PatternElement,
};
use super::stray_words::PatternWords;

/// True if a pattern in a spreadsheet's place has elements that only `PostgreSQL`'s patterns have.
pub(super) fn is_meant(pattern: &str) -> bool {
    let lower = pattern.to_ascii_lowercase();
    let words = ["hh24", "hh12", "mi", "mon", "day", "us"];
    words.iter().any(|word| lower.contains(word))
}

/// Elements of a pattern. Other text matches itself, as in `PostgreSQL`.
///
/// # Errors
/// If a modifier has no meaning here, or the pattern certainly means something else.
pub(super) fn elements(pattern: &str) -> Result<Vec<PatternElement>, String> {
    let mut elements = Vec::new();
    let mut words = PatternWords::default();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (is_bare, after) = prefix(rest);
        if let Some((mut element, used)) = keyword(after) {
            words.add_keyword(&after[..used]);
            rest = &after[used..];
            if is_bare {
                element = bare(element);
            }
            if let Some((case, used)) = ordinal(rest) {
                rest = &rest[used..];
                element = match element {
                    PatternElement::Number(number) => {
                        PatternElement::Number(number.with_ordinal(case))
                    }
                    other => other,
                };
            }
            elements.push(element);
            continue;
        }
        if after.len() < rest.len() {
            rest = after;
            continue;
        }
        match first {
            '"' => {
                words.end_word();
                let quoted = rest[1..].split('"').next().unwrap_or_default();
                elements.extend(quoted.chars().map(literal));
                rest = rest.get(quoted.len() + 2..).unwrap_or_default();
            }
            '\\' if rest[1..].starts_with('"') => {
                elements.push(PatternElement::Literal('"'));
                rest = &rest[2..];
            }
            other => {
                words.add_letter(other);
                elements.push(literal(other));
                rest = &rest[other.len_utf8()..];
            }
        }
    }
    words.end_word();
    if let Some(word) = words.stray {
        return Err(format!(
            "'{word}' in '{pattern}' is no part of a time: put words in double quotes; a month by name is Mon or Month"
        ));
    }
    if has_month_behind_hour(&elements) {
        return Err(format!(
            "'{pattern}' has the month behind the hour: minutes are MI"
        ));
    }
    Ok(elements)
}

/// `HH24:MM`.
fn has_month_behind_hour(elements: &[PatternElement]) -> bool {
    let part = |element: &PatternElement| match element {
        PatternElement::Number(number) => Some(number.part),
        _ => None,
    };
    elements.windows(3).any(|three| {
        matches!(part(&three[0]), Some(Part::Hour | Part::HalfHour))
            && matches!(three[1], PatternElement::Literal(':'))
            && part(&three[2]) == Some(Part::Month)
    })
}

fn literal(letter: char) -> PatternElement {
    match letter {
        ' ' => PatternElement::Blank,
        other => PatternElement::Literal(other),
    }
}

/// `FM` and `TM` turn padding off; `FX` requires strict reading, which is always on here.
fn prefix(pattern: &str) -> (bool, &str) {
    let mut rest = pattern;
    let mut is_bare = false;
    while let Some(head) = rest.get(..2) {
        match head {
            "FM" | "fm" | "TM" | "tm" => is_bare = true,
            "FX" | "fx" => {}
            _ => break,
        }
        rest = &rest[2..];
    }
    (is_bare, rest)
}

fn ordinal(rest: &str) -> Option<(LetterCase, usize)> {
    match rest.get(..2)? {
        "TH" => Some((LetterCase::Upper, 2)),
        "th" => Some((LetterCase::Lower, 2)),
        _ => None,
    }
}

fn bare(element: PatternElement) -> PatternElement {
    match element {
        PatternElement::Number(number) => PatternElement::Number(number.bare()),
        PatternElement::Name(name, case) => {
            let is_padded = false;
            PatternElement::Name(NameElement { is_padded, ..name }, case)
        }
        PatternElement::Roman { case, .. } => PatternElement::Roman {
            case,
            is_padded: false,
        },
        other => other,
    }
}

/// Next element and the length of its name: the longest that fits.
fn keyword(rest: &str) -> Option<(PatternElement, usize)> {
    let number = NUMBERS.iter().filter_map(|(name, part, width)| {
        let is_there = rest.starts_with(name) || rest.starts_with(&name.to_ascii_lowercase());
        let number = NumberElement {
            part: *part,
            width: *width,
            is_bare: false,
            ordinal: None,
        };
        is_there.then_some((PatternElement::Number(number), name.len()))
    });
    let word = words().filter_map(|(name, element)| {
        let is_there = rest.starts_with(&name);
        is_there.then_some((element, name.len()))
    });
    number.chain(word).max_by_key(|(_, length)| *length)
}

const NUMBERS: [(&str, Part, usize); 28] = [
    ("Y,YYY", Part::YearWithComma, 4),
    ("YYYY", Part::Year, 4),
    ("YYY", Part::YearEnd(3), 3),
    ("YY", Part::YearEnd(2), 2),
    ("Y", Part::YearEnd(1), 1),
    ("IYYY", Part::IsoYear, 4),
    ("IYY", Part::IsoYearEnd(3), 3),
    ("IY", Part::IsoYearEnd(2), 2),
    ("I", Part::IsoYearEnd(1), 1),
    ("CC", Part::Century, 2),
    ("Q", Part::Quarter, 1),
    ("MM", Part::Month, 2),
    ("DDD", Part::DayOfYear, 3),
    ("DD", Part::Day, 2),
    ("D", Part::DayFromSunday, 1),
    ("IDDD", Part::IsoDayOfYear, 3),
    ("ID", Part::DayFromMonday, 1),
    ("WW", Part::WeekOfYear, 2),
    ("W", Part::WeekOfMonth, 1),
    ("IW", Part::IsoWeek, 2),
    ("HH24", Part::Hour, 2),
    ("HH12", Part::HalfHour, 2),
    ("HH", Part::HalfHour, 2),
    ("MI", Part::Minute, 2),
    ("SSSSS", Part::SecondOfDay, 5),
    ("SSSS", Part::SecondOfDay, 5),
    ("SS", Part::Second, 2),
    ("J", Part::JulianDay, 7),
];

/// Elements that are not numbers, with their names in each letter case.
fn words() -> impl Iterator<Item = (String, PatternElement)> {
    use LetterCase::{Capital, Lower, Upper};
    let name = |is_month, is_short| NameElement {
        is_month,
        is_short,
        is_padded: !is_short,
    };
    let names = [
        ("Month", name(true, false)),
        ("Mon", name(true, true)),
        ("Day", name(false, false)),
        ("Dy", name(false, true)),
    ];
    let names = names.into_iter().flat_map(|(word, name)| {
        [Capital, Upper, Lower].map(|case| (case.apply(word), PatternElement::Name(name, case)))
    });
    let halves = ["AM", "PM", "A.M.", "P.M."].into_iter().flat_map(|word| {
        let has_points = word.contains('.');
        [Upper, Lower].map(|case| {
            (
                case.apply(word),
                PatternElement::HalfOfDay { case, has_points },
            )
        })
    });
    let eras = ["BC", "AD", "B.C.", "A.D."].into_iter().flat_map(|word| {
        let has_points = word.contains('.');
        [Upper, Lower].map(|case| (case.apply(word), PatternElement::Era { case, has_points }))
    });
    let others = [
        ("MS", PatternElement::Fraction(3)),
        ("US", PatternElement::Fraction(6)),
        ("FF1", PatternElement::Fraction(1)),
        ("FF2", PatternElement::Fraction(2)),
        ("FF3", PatternElement::Fraction(3)),
        ("FF4", PatternElement::Fraction(4)),
        ("FF5", PatternElement::Fraction(5)),
        ("FF6", PatternElement::Fraction(6)),
        ("OF", PatternElement::Offset(OffsetForm::Short)),
        ("TZH", PatternElement::OffsetPart { is_minutes: false }),
        ("TZM", PatternElement::OffsetPart { is_minutes: true }),
    ];
    let others = others
        .into_iter()
        .flat_map(|(word, element)| [Upper, Lower].map(|case| (case.apply(word), element.clone())));
    let cased = [Upper, Lower].into_iter().flat_map(|case| {
        [
            (case.apply("TZ"), PatternElement::Zone(case)),
            (
                case.apply("RM"),
                PatternElement::Roman {
                    case,
                    is_padded: true,
                },
            ),
        ]
    });
    names.chain(halves).chain(eras).chain(others).chain(cased)
}
