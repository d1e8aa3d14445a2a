//! Text that came with the data, escaped, and kept from turning its surroundings around.

use std::borrow::Cow;

use maud::{Markup, html};

/// A name or another whole value. One with letters that run from right to left is isolated, so that the numbers and
/// punctuation around it stay where they are.
pub(super) fn name(text: &str) -> Markup {
    let text = undirected(text);
    let is_isolated = text.chars().any(runs_right_to_left);
    html! {
        @if is_isolated { bdi { (text) } } @else { (text) }
    }
}

/// Text without marks that turn the direction of what follows.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    undirected(text)
}

/// A sentence, in which each run of such letters is isolated.
pub(super) fn sentence(text: &str) -> Markup {
    html! {
        @for (part, is_isolated) in runs(&undirected(text)) {
            @if is_isolated { bdi { (part) } } @else { (part) }
        }
    }
}

/// Parts of `text`; true for those from the first to the last of the letters that run from right to left and have no
/// letter of the other direction between them.
fn runs(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut done = 0;
    let mut run: Option<(usize, usize)> = None;
    for (place, letter) in text.char_indices() {
        if runs_right_to_left(letter) {
            let start = run.map_or(place, |(start, _)| start);
            run = Some((start, place + letter.len_utf8()));
        } else if letter.is_alphabetic()
            && let Some((start, end)) = run.take()
        {
            parts.extend([(&text[done..start], false), (&text[start..end], true)]);
            done = end;
        }
    }
    if let Some((start, end)) = run {
        parts.extend([(&text[done..start], false), (&text[start..end], true)]);
        done = end;
    }
    parts.push((&text[done..], false));
    parts
}

/// `text` without the invisible characters that turn what follows around: letters have a direction of their own.
fn undirected(text: &str) -> Cow<'_, str> {
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(turns) {
        Cow::Owned(text.replace(turns, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Hebrew, Arabic and their neighbours.
const fn runs_right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_runs_are_isolated_and_escaped() {
        assert_eq!(name("a & b").into_string(), "a &amp; b");
        assert_eq!(name("פריז 3").into_string(), "<bdi>פריז 3</bdi>");
        assert_eq!(
            sentence("Team دعم العملاء: 5 <6").into_string(),
            "Team <bdi>دعم العملاء</bdi>: 5 &lt;6"
        );
        assert_eq!(
            sentence("א and ב").into_string(),
            "<bdi>א</bdi> and <bdi>ב</bdi>"
        );
        assert_eq!(sentence("a \u{202e}b\u{202c} c").into_string(), "a b c");
        assert_eq!(sentence("").into_string(), "");
    }
}
