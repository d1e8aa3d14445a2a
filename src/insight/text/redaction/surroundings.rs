//! The letters before and after a number.

/// True for a letter or digit that makes one word with a digit beside it.
///
/// Chinese, Japanese, Korean and Thai write no blank between a word and a number.
pub(super) fn joins(letter: char) -> bool {
    letter.is_alphanumeric()
        && !matches!(letter, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// True where a number that follows `before` is a number of its own, not the end of a ticket number, a path, a
/// decimal or an amount.
pub(super) fn may_start(before: &str) -> bool {
    let mut back = before.chars().rev();
    let Some(last) = back.next() else {
        return true;
    };
    let earlier = back.next();
    match last {
        '-' | '/' | '\u{2010}' | '\u{2011}' | '\u{2013}' => !earlier.is_some_and(joins),
        '.' | ':' | '+' => !earlier.is_some_and(char::is_numeric),
        ',' => !earlier.is_some_and(char::is_numeric) || follows_long_number(before),
        '_' | '#' | '№' | '=' | '@' | '&' | '\\' | '*' | '$' | '€' | '£' | '¥' => false,
        _ => !joins(last),
    }
}

/// Four digits before a comma: a list of numbers without blanks, not thousands or decimals.
fn follows_long_number(before: &str) -> bool {
    let digits = before.chars().rev().skip(1).take(4);
    digits.filter(|letter| letter.is_numeric()).count() == 4
}

/// True where a number that `after` follows ends there: no letter, no colon of a time, no decimals, no unit.
pub(super) fn may_end(after: &str) -> bool {
    let mut rest = after.chars();
    match rest.next() {
        None => true,
        Some(':') => !rest.next().is_some_and(char::is_numeric),
        Some(',') => !are_decimals(rest.as_str()),
        Some('%' | '€' | '$' | '£' | '¥' | '°' | '_') => false,
        Some('x' | 'X') => rest.next().is_some_and(char::is_numeric),
        Some(letter) => !joins(letter),
    }
}

fn are_decimals(after_comma: &str) -> bool {
    let digits = after_comma
        .chars()
        .take(4)
        .take_while(|letter| letter.is_numeric())
        .count();
    (1..=3).contains(&digits)
}

/// Words after which a plain number is the number of a case.
const LABELS: [&str; 31] = [
    "auftrag",
    "bestellung",
    "booking",
    "case",
    "commande",
    "contract",
    "customer",
    "factura",
    "facture",
    "id",
    "incident",
    "inc",
    "invoice",
    "issue",
    "kundennummer",
    "order",
    "pedido",
    "rechnung",
    "ref",
    "reference",
    "request",
    "req",
    "serial",
    "sku",
    "sn",
    "ticket",
    "tracking",
    "version",
    "vorgang",
    "build",
    "job",
];

/// Words that can stand between the label and its number.
const FILLERS: [&str; 9] = [
    "is", "no", "nr", "num", "number", "nummer", "numéro", "número", "code",
];

/// True where `before` ends with a word like "ticket", or "order number".
pub(super) fn names_a_case(before: &str) -> bool {
    let near = before
        .char_indices()
        .rev()
        .nth(39)
        .map_or(before, |(start, _)| &before[start..]);
    let lower = near.to_lowercase();
    let mut words = lower
        .rsplit(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut word = words.next();
    for _ in 0..2 {
        if word.is_some_and(|word| FILLERS.contains(&word)) {
            word = words.next();
        }
    }
    word.is_some_and(|word| LABELS.contains(&word))
}
