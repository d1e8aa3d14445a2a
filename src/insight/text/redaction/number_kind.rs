//! The numbers of a text that are cards and phones.

use super::RedactedSpan;
use super::calendar_date::dated_groups;
use super::number_run::NumberRun;
use super::payment_card::card_groups;
use super::phone_number::phone_groups;

/// The cards and phone numbers in a text, in their order.
pub(super) fn spans(text: &str) -> Vec<RedactedSpan> {
    NumberRun::all(text)
        .flat_map(|run| spans_of_run(&run))
        .collect()
}

fn spans_of_run(run: &NumberRun<'_>) -> Vec<RedactedSpan> {
    let mut found = Vec::new();
    let mut place = 0;
    let mut behind_phone = false;
    while place < run.groups().len() {
        let dated = dated_groups(run, place).filter(|_| !is_called(run, place));
        let phone = || phone_groups(run, place, behind_phone);
        if let Some(count) = dated {
            place += count;
            behind_phone = false;
        } else if let Some(count) = phone() {
            found.extend(phone_span(run, place, count));
            place += count;
            behind_phone = true;
        } else {
            let card = card_groups(run, place);
            found.extend(card.and_then(|count| span(run, place, count, "[card]")));
            place += card.unwrap_or(1);
            behind_phone = false;
        }
    }
    found
}

/// Behind a + no date stands.
fn is_called(run: &NumberRun<'_>, place: usize) -> bool {
    place == 0 && run.before(0).trim_end_matches(' ').ends_with(['+', '＋'])
}

fn span(
    run: &NumberRun<'_>,
    place: usize,
    count: usize,
    label: &'static str,
) -> Option<RedactedSpan> {
    let groups = run.groups().get(place..place + count)?;
    Some(RedactedSpan {
        start: groups.first()?.start,
        end: groups.last()?.end,
        label,
    })
}

/// From the + or bracket before the first group to the end of the last.
fn phone_span(run: &NumberRun<'_>, place: usize, count: usize) -> Option<RedactedSpan> {
    let span = span(run, place, count, "[phone]")?;
    let before = run.before(place);
    let prefix = &before[before.trim_end_matches(is_prefix).len()..];
    let inside: String = (place..place + count - 1)
        .map(|group| run.separator(group))
        .collect();
    // Brackets that close behind the number are the sentence's.
    let opened = prefix.matches('(').count() + inside.matches('(').count();
    let mut unclosed = opened.saturating_sub(inside.matches(')').count());
    let own = prefix.trim_start_matches(|letter| {
        let is_outside = letter == ' ' || letter == '(' && unclosed > 0;
        unclosed -= usize::from(letter == '(' && is_outside);
        is_outside
    });
    Some(RedactedSpan {
        start: span.start - own.len(),
        ..span
    })
}

fn is_prefix(letter: char) -> bool {
    matches!(letter, '+' | '＋' | '(' | '（' | ' ')
}
