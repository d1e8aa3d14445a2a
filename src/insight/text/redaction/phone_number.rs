//! Phone numbers.

use super::calendar_date::dated_groups;
use super::number_run::NumberRun;
use super::surroundings::{joins, may_end, may_start, names_a_case};

/// Digits of a number with its country (ITU-T E.164 allows 15).
const FEWEST: usize = 8;
const MOST: usize = 15;

/// A group with so many digits is a whole number: what follows behind a blank is another.
const WHOLE: usize = 9;

/// The beginning of a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DiallingForm {
    /// `+49`, `0049`.
    International,
    /// `030 1234567`.
    LeadingZero,
    /// `(555) 010-2345`, `1 (555) 010-2345`.
    Brackets,
    /// `555-010-2345`.
    NorthAmerican,
}

/// The number of groups from `place` that are a phone number; `behind_phone` where the group before ends another.
pub(super) fn phone_groups(run: &NumberRun<'_>, place: usize, behind_phone: bool) -> Option<usize> {
    let form = dialling_form(run, place, behind_phone)?;
    let mut count = match form {
        DiallingForm::NorthAmerican => north_american(run, place)?,
        _ => extent(run, place)?,
    };
    while !may_end(run.after(place + count - 1)) {
        count = count.checked_sub(1).filter(|count| *count > 0)?;
    }
    is_long_enough(run, place, count, form).then_some(count)
}

fn dialling_form(run: &NumberRun<'_>, place: usize, behind_phone: bool) -> Option<DiallingForm> {
    let group = run.groups().get(place)?;
    let before = run.before(place);
    let outside = before.trim_end_matches(['(', '（']);
    if place == 0
        && let Some(dialled) = outside.trim_end_matches(' ').strip_suffix(['+', '＋'])
    {
        return (!dialled.chars().next_back().is_some_and(char::is_numeric))
            .then_some(DiallingForm::International);
    }
    let starts = match place {
        0 => may_start(outside),
        _ => behind_phone || stands_apart(run, place),
    };
    if !starts {
        return None;
    }
    let opens = |letters: &str| letters.trim_end_matches(' ').ends_with(['(', '（']);
    let closes = |place: usize| run.separator(place).trim_start().starts_with([')', '）']);
    let in_brackets = opens(before) && closes(place) && (2..=5).contains(&group.digits.len());
    let one_before = group.digits == "1" && opens(run.separator(place)) && closes(place + 1);
    if in_brackets || one_before {
        return Some(DiallingForm::Brackets);
    }
    let digits = run.digits(place, 2);
    let mut leading = digits.chars();
    match (leading.next(), leading.next(), leading.next()) {
        (Some('0'), Some('0'), Some('1'..='9')) => Some(DiallingForm::International),
        (Some('0'), Some('1'..='9'), _) if group.digits.len() > 1 => {
            Some(DiallingForm::LeadingZero)
        }
        _ => north_american(run, place).map(|_| DiallingForm::NorthAmerican),
    }
}

/// True for a group inside a run at which another number begins: it is a whole number itself, or behind a blank, a
/// slash or a bracket it is of another length than the group before. Groups of one length are one long number.
fn stands_apart(run: &NumberRun<'_>, place: usize) -> bool {
    let (Some(before), Some(group)) = (
        place
            .checked_sub(1)
            .and_then(|before| run.groups().get(before)),
        run.groups().get(place),
    ) else {
        return false;
    };
    let separator = run.separator_before(place);
    let after_letters = place == 1 && run.before(0).chars().next_back().is_some_and(joins);
    separator.contains([' ', '\u{A0}', '(', '（'])
        && !after_letters
        && (separator.len() > 1
            || group.digits.len() >= WHOLE
            || before.digits.len() >= FEWEST
            || group.digits.len() != before.digits.len())
}

/// The groups that follow one another as one number, up to 15 digits.
fn extent(run: &NumberRun<'_>, place: usize) -> Option<usize> {
    let mut digits = 0;
    let mut next_number = None;
    for (offset, group) in run.groups().iter().skip(place).enumerate() {
        let at = place + offset;
        let apart = run.separator_before(at).contains(' ');
        let whole = offset > 0
            && run
                .groups()
                .get(at - 1)
                .is_some_and(|g| g.digits.len() >= WHOLE);
        if offset > 0 && apart && (whole || is_date_behind(run, at)) {
            return Some(offset);
        }
        if digits >= FEWEST && group.digits.starts_with('0') && group.digits.len() > 1 {
            next_number = Some(offset);
        }
        digits += group.digits.len();
        // The two zeros before a country are not counted by E.164, so 0049 may have 17.
        if digits > MOST + 2 || digits > MOST && !run.digits(place, 2).starts_with("00") {
            return next_number.or(Some(offset)).filter(|count| *count > 0);
        }
    }
    Some(run.groups().len() - place)
}

/// Dates with blanks inside look like any other groups.
fn is_date_behind(run: &NumberRun<'_>, place: usize) -> bool {
    dated_groups(run, place).is_some_and(|count| count > 1) && !run.separator(place).contains(' ')
}

fn is_long_enough(run: &NumberRun<'_>, place: usize, count: usize, form: DiallingForm) -> bool {
    let digits = run.digits(place, count);
    let names_case = || place == 0 && count == 1 && names_a_case(run.before(0));
    match form {
        DiallingForm::International if digits.starts_with("00") => {
            digits.len() >= FEWEST + 2 && !names_case()
        }
        DiallingForm::International => {
            digits.len() >= FEWEST && !digits.starts_with('0') && !is_amount(run, place, count)
        }
        DiallingForm::LeadingZero if count == 1 => {
            (WHOLE..=MOST - 2).contains(&digits.len()) && !names_case()
        }
        DiallingForm::LeadingZero => digits.len() >= FEWEST,
        DiallingForm::Brackets => count > 1 && digits.len() >= FEWEST - 1,
        DiallingForm::NorthAmerican => true,
    }
}

/// `+12.345.678`: groups of three behind dots are thousands.
fn is_amount(run: &NumberRun<'_>, place: usize, count: usize) -> bool {
    let thousands = run.groups().iter().skip(place).take(count);
    count > 1
        && thousands.skip(1).all(|group| group.digits.len() == 3)
        && (place..place + count - 1).all(|group| run.separator(group) == ".")
        && run.digits(place, count).len() <= WHOLE
}

/// Groups of 3, 3 and 4 with one dash, dot or blank, alone or behind a 1.
fn north_american(run: &NumberRun<'_>, place: usize) -> Option<usize> {
    let country = usize::from(run.groups().get(place)?.digits == "1");
    let area = place + country;
    let [code, exchange, line] = run.groups().get(area..area + 3)? else {
        return None;
    };
    let separator = run.separator(area);
    let is_shaped = code.digits.len() == 3 && exchange.digits.len() == 3 && line.digits.len() == 4;
    let is_even = run.separator(area + 1) == separator && run.separator(area + 2) != separator;
    let is_code = |digits: &str| digits.starts_with(|digit| ('2'..='9').contains(&digit));
    let is_dialled = match separator {
        "-" | "‐" | "‑" => true,
        "." => is_code(&code.digits),
        " " | "\u{A0}" => is_code(&code.digits) && is_code(&exchange.digits),
        _ => false,
    };
    (is_shaped && is_even && is_dialled).then_some(country + 3)
}
