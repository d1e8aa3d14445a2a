//! Words of a text: NFKC, lower case, Unicode word boundaries.
//!
//! Source: Unicode Standard Annexes 15 (NFKC) and 29 (word boundaries). Chinese, Japanese and Thai write no
//! blanks between words: there a token is a character, or a run of Katakana.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// A dot above that follows an i is what lower case leaves of İ; words must not differ by it.
const DOT_ABOVE: char = '\u{307}';

/// Words of `text` that hold a letter or a digit, in their order.
///
/// `language` is an ISO 639-1 code: Turkish (`tr`) and Azeri (`az`) tell the dotted from the dotless i.
pub(crate) fn tokens(text: &str, language: Option<&str>) -> Vec<String> {
    words(&folded(text, language))
        .map(|(_, word)| word.to_owned())
        .collect()
}

/// `text` in NFKC and lower case, by the rules of `language`.
pub(crate) fn folded(text: &str, language: Option<&str>) -> String {
    let composed: String = text.nfkc().collect();
    let lower = if matches!(language, Some("tr" | "az")) {
        composed.replace('I', "ı").replace('İ', "i").to_lowercase()
    } else {
        composed.to_lowercase()
    };
    without_dots_above(&lower)
}

fn without_dots_above(lower: &str) -> String {
    let mut kept = String::with_capacity(lower.len());
    let mut after_i = false;
    for letter in lower.chars() {
        if !(after_i && letter == DOT_ABOVE) {
            kept.push(letter);
        }
        after_i = letter == 'i';
    }
    kept
}

/// Words of an already folded text that hold a letter or a digit, each with its place in bytes.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = (usize, &str)> {
    folded
        .split_word_bound_indices()
        .filter(|(_, word)| word.chars().any(is_letter_or_digit))
}

/// Letters and digits, without what Unicode calls alphabetic beside them: vowel signs that stand alone, and letters in
/// coloured squares (🅰, 🆗), which are emoji.
fn is_letter_or_digit(letter: char) -> bool {
    letter.is_alphanumeric()
        && !is_combining_mark(letter)
        && !matches!(letter, '\u{1F150}'..='\u{1F189}')
}

/// The beginning of `text` with at most `most` characters, cut between what a reader sees as characters.
pub(crate) fn first_characters(text: &str, most: usize) -> &str {
    let mut characters = 0;
    for (start, seen) in text.grapheme_indices(true) {
        characters += seen.chars().count();
        if characters > most {
            return &text[..start];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str, language: Option<&str>) -> String {
        tokens(text, language).join("|")
    }

    #[test]
    fn words_follow_unicode_boundaries() {
        assert_eq!(joined("Can't log-in, v2.3.1!", None), "can't|log|in|v2.3.1");
        assert_eq!(joined("pays 1,234.50 €", None), "pays|1,234.50");
        assert_eq!(joined("a\0b\u{200B}c", None), "a|b|c");
    }

    #[test]
    fn turkish_has_two_letters_i() {
        assert_eq!(joined("IŞIK İLE", Some("tr")), "ışık|ile");
        assert_eq!(joined("IŞIK İLE", Some("az")), "ışık|ile");
        assert_eq!(joined("IŞIK İLE", None), "işik|ile");
        assert_eq!(joined("I\u{307}LE", Some("tr")), "ile");
    }

    #[test]
    fn emoji_are_no_words() {
        assert_eq!(joined("👍🏽 👨‍👩‍👧 🅰️ 🆗 🇩🇪", None), "");
        assert_eq!(joined("\u{301}\u{301} \u{947}", None), "");
        assert_eq!(joined("", None), "");
    }

    /// Without blanks each Han character is a word; Arabic and Hebrew are read as they were typed.
    #[test]
    fn scripts_without_blanks_fall_into_characters() {
        assert_eq!(joined("返金", None), "返|金");
        assert_eq!(joined("שירות טוב", None), "שירות|טוב");
    }
}
