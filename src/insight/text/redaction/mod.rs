//! Personal data taken out of a text: mail addresses, IBANs, payment cards and phone numbers.
//!
//! Patterns find candidates in linear time; what a number is, code decides (Luhn, mod 97, lengths). Dates, ticket
//! numbers, versions and amounts stay. Where a number could be either, it goes: a text with one number less still
//! says why a customer is angry.

mod bank_account;
mod calendar_date;
mod mail_address;
mod number_kind;
mod number_run;
mod payment_card;
mod phone_number;
mod surroundings;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::tokens::first_characters;

/// Words in the place of personal data.
pub(crate) const LABELS: [&str; 4] = ["[email]", "[iban]", "[card]", "[phone]"];

/// Characters of an example: under 200.
const EXAMPLE: usize = 199;

/// A piece of a text and what is written in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RedactedSpan {
    start: usize,
    end: usize,
    label: &'static str,
}

/// `text` with `[email]`, `[iban]`, `[card]` and `[phone]` in the place of those.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let mut spans = mail_address::spans(text);
    let accounts = bank_account::spans(text);
    add_apart(&mut spans, accounts);
    let numbers = number_kind::spans(text);
    add_apart(&mut spans, numbers);
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut redacted = String::with_capacity(text.len());
    let mut end = 0;
    for span in &spans {
        redacted.push_str(&text[end..span.start]);
        redacted.push_str(span.label);
        end = span.end;
    }
    redacted.push_str(&text[end..]);
    Cow::Owned(redacted)
}

/// A redacted text on one line and under 200 characters, for a person to read.
pub(crate) fn redacted_example(text: &str) -> String {
    plain_example(&redact(text))
}

/// A text on one line and under 200 characters, with all that is in it.
pub(crate) fn plain_example(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // Four bytes a character at most: the rest of a long text is not looked at.
        if line.len() > 4 * EXAMPLE {
            break;
        }
    }
    if line.chars().nth(EXAMPLE).is_none() {
        return line;
    }
    format!("{}…", whole_words(first_characters(&line, EXAMPLE - 1)))
}

/// Without the last word, which was cut, unless it is most of the line.
fn whole_words(cut: &str) -> &str {
    match cut.rsplit_once(' ') {
        Some((words, last)) if words.len() > last.len() => words,
        _ => cut,
    }
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

/// Adds those of `more` that touch none of `spans`; both are in order and stay so.
fn add_apart(spans: &mut Vec<RedactedSpan>, more: Vec<RedactedSpan>) {
    if more.is_empty() {
        return;
    }
    let first = std::mem::take(spans);
    let mut before = first.into_iter().peekable();
    for span in more {
        while let Some(earlier) = before.next_if(|earlier| earlier.end <= span.start) {
            spans.push(earlier);
        }
        if before.peek().is_none_or(|later| span.end <= later.start) {
            spans.push(span);
        }
    }
    spans.extend(before);
}
