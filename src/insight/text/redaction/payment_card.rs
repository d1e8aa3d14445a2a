//! Numbers of payment cards.

use super::number_run::NumberRun;
use super::surroundings::{may_end, may_start};

/// Digits of a card (ISO/IEC 7812 allows up to 19; 13 is an old Visa).
const SHORTEST: usize = 13;
const LONGEST: usize = 19;

/// Groups that a card is printed in: 4-4-4-4, 4-6-5, 4-4-4-4-3.
const MOST_GROUPS: usize = 5;

/// The number of groups from `place` that are the number of a card.
pub(super) fn card_groups(run: &NumberRun<'_>, place: usize) -> Option<usize> {
    let starts = match place {
        0 => may_start(run.before(0)) && !run.before(0).ends_with('+'),
        _ => !matches!(run.separator_before(place), "-" | "." | "/"),
    };
    if !starts {
        return None;
    }
    (1..=MOST_GROUPS).rev().find(|count| {
        place + count <= run.groups().len()
            && ends(run, place + count - 1)
            && (*count == 1 || is_printed_so(run, place, *count))
            && is_card(&run.digits(place, *count))
    })
}

/// A further group behind a dot makes it an amount.
fn ends(run: &NumberRun<'_>, last: usize) -> bool {
    run.separator(last) != "." && may_end(run.after(last))
}

/// Groups of four to eight digits with the same blank or dash between them; the last may be shorter.
///
/// A row of years is printed like a card. No issuer's numbers begin with 0, 1, 7 or 9 and are printed in groups.
fn is_printed_so(run: &NumberRun<'_>, place: usize, count: usize) -> bool {
    let Some((last, others)) = run
        .groups()
        .get(place..place + count)
        .and_then(<[_]>::split_last)
    else {
        return false;
    };
    let separator = run.separator(place);
    let same = (place..place + count - 1).all(|group| run.separator(group) == separator);
    let are_years = others
        .iter()
        .all(|group| group.digits.starts_with("19") || group.digits.starts_with("20"));
    same && matches!(separator, " " | "-" | "\u{A0}" | "\u{2011}" | "\u{2010}")
        && others
            .iter()
            .all(|group| (4..=8).contains(&group.digits.len()))
        && last.digits.len() <= 13
        && !are_years
        && others
            .first()
            .is_some_and(|group| !group.digits.starts_with(['1', '7', '9']))
}

fn is_card(digits: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&digits.len()) && !digits.starts_with('0') && passes_luhn(digits)
}

/// Every second digit from the right is doubled, nines are cast out, and the sum ends with 0 (H. P. Luhn, US patent
/// 2950048, 1960).
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            match (place % 2, value * 2) {
                (0, _) => value,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_digit_fails() {
        assert!(passes_luhn("4111111111111111"));
        assert!(!passes_luhn("4111111111111112"));
        assert!(passes_luhn("79927398713"));
        assert!(!passes_luhn("79927398710"));
    }
}
