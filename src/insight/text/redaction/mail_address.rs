//! Mail addresses.

use std::sync::LazyLock;

use regex::Regex;

use super::RedactedSpan;

/// Letters of alphabets only: text that writes no blanks must not become part of an address.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"[\p{Latin}\p{Cyrillic}\p{Greek}0-9_][\p{Latin}\p{Cyrillic}\p{Greek}\p{M}0-9_.%+'&~-]*",
        r"[@＠]",
        r"(?:[\p{Latin}\p{Cyrillic}\p{Greek}\p{M}0-9-]+\.)+",
        r"(?:xn--[A-Za-z0-9-]+|[\p{Latin}\p{M}]{2,}|[\p{Cyrillic}\p{M}]{2,}|[\p{Greek}\p{M}]{2,})",
    ))
    .ok()
});

/// The addresses in a text, in their order.
pub(super) fn spans(text: &str) -> Vec<RedactedSpan> {
    // Most comments have none, and a search for one character costs nothing.
    if !text.contains(['@', '＠']) {
        return Vec::new();
    }
    let found = ADDRESS.iter().flat_map(|address| address.find_iter(text));
    found
        .map(|found| RedactedSpan {
            start: found.start(),
            end: found.end(),
            label: "[email]",
        })
        .collect()
}
