//! Digits of a text in groups, with what stands between them.

use std::sync::LazyLock;

use regex::Regex;

/// Groups of digits with blanks, dashes, slashes, dots and brackets between them, as numbers are written.
static RUN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?x) [0-9٠-٩۰-۹०-९০-৯０-９]+",
        r"(?: (?: \.",
        r"      | [\x20\u{A0}\u{2009}\u{202F}]{0,2} [-‐‑–－/] [\x20\u{A0}\u{2009}\u{202F}]{0,2}",
        r"      | [\x20\u{A0}\u{2009}\u{202F}]{1,2}",
        r"      | [\x20\u{A0}\u{2009}\u{202F}]? [-/]? [(（] [\x20]?",
        r"      | [\x20]? [)）] [\x20\u{A0}\u{2009}\u{202F}]? [-‐‑–/]? [\x20]?",
        r"    ) [0-9٠-٩۰-۹०-९০-৯０-９]+ )*",
    ))
    .ok()
});

/// A group of digits.
#[derive(Debug)]
pub(super) struct DigitGroup {
    pub(super) start: usize,
    pub(super) end: usize,
    /// As ASCII.
    pub(super) digits: String,
}

/// Groups of digits that could be one number.
#[derive(Debug)]
pub(super) struct NumberRun<'a> {
    text: &'a str,
    groups: Vec<DigitGroup>,
}

impl<'a> NumberRun<'a> {
    /// The runs of a text, in their order.
    pub(super) fn all(text: &'a str) -> impl Iterator<Item = Self> {
        let found = RUN.iter().flat_map(move |run| run.find_iter(text));
        found.map(move |found| Self {
            text,
            groups: groups(text, found.start(), found.end()),
        })
    }

    pub(super) fn groups(&self) -> &[DigitGroup] {
        &self.groups
    }

    /// The separator between the group at `place` and the next one; nothing behind the last.
    pub(super) fn separator(&self, place: usize) -> &'a str {
        match (self.groups.get(place), self.groups.get(place + 1)) {
            (Some(group), Some(next)) => &self.text[group.end..next.start],
            _ => "",
        }
    }

    /// The separator between the group at `place` and the one before it; nothing before the first.
    pub(super) fn separator_before(&self, place: usize) -> &'a str {
        place
            .checked_sub(1)
            .map_or("", |before| self.separator(before))
    }

    /// The text before the group at `place`.
    pub(super) fn before(&self, place: usize) -> &'a str {
        self.groups
            .get(place)
            .map_or("", |group| &self.text[..group.start])
    }

    /// The text behind the group at `place`.
    pub(super) fn after(&self, place: usize) -> &'a str {
        self.groups
            .get(place)
            .map_or("", |group| &self.text[group.end..])
    }

    /// Digits of `count` groups from `place`, all together.
    pub(super) fn digits(&self, place: usize, count: usize) -> String {
        let groups = self.groups.iter().skip(place).take(count);
        groups.map(|group| group.digits.as_str()).collect()
    }
}

fn groups(text: &str, start: usize, end: usize) -> Vec<DigitGroup> {
    let mut groups: Vec<DigitGroup> = Vec::new();
    for (offset, letter) in text[start..end].char_indices() {
        let Some(digit) = ascii_digit(letter) else {
            continue;
        };
        let at = start + offset;
        match groups.last_mut().filter(|group| group.end == at) {
            Some(group) => {
                group.digits.push(digit);
                group.end = at + letter.len_utf8();
            }
            None => groups.push(DigitGroup {
                start: at,
                end: at + letter.len_utf8(),
                digits: digit.to_string(),
            }),
        }
    }
    groups
}

/// The zeros of the digits that phones are written in: Latin, Arabic, Persian, Devanagari, Bengali, full width.
const ZEROS: [char; 6] = ['0', '٠', '۰', '०', '০', '０'];

fn ascii_digit(letter: char) -> Option<char> {
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(letter).checked_sub(u32::from(*zero))?;
        char::from_digit(value, 10)
    })
}
