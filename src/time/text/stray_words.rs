//! Words in a pattern that are no parts of a time.

/// Looks for words with a letter or two of which the pattern would make a part of a time: the `W` of `week`, the
/// first two letters of `MMM`.
#[derive(Debug, Default)]
pub(super) struct PatternWords {
    word: String,
    has_letter: bool,
    has_short_keyword: bool,
    has_repeated_letter: bool,
    /// The first such word.
    pub(super) stray: Option<String>,
}

impl PatternWords {
    pub(super) fn add_keyword(&mut self, name: &str) {
        self.has_repeated_letter |= self.has_letter && self.word.ends_with(&name[..1]);
        self.has_short_keyword |= name.len() == 1;
        self.word.push_str(name);
        if !name.ends_with(|last: char| last.is_ascii_alphabetic()) {
            self.end_word();
        }
    }

    pub(super) fn add_letter(&mut self, letter: char) {
        if !letter.is_ascii_alphabetic() {
            self.end_word();
            return;
        }
        self.has_repeated_letter |= self.word.ends_with(letter);
        self.has_letter = true;
        self.word.push(letter);
    }

    pub(super) fn end_word(&mut self) {
        let is_stray = self.has_letter && (self.has_short_keyword || self.has_repeated_letter);
        let word = std::mem::take(&mut self.word);
        if is_stray && self.stray.is_none() {
            self.stray = Some(word);
        }
        (
            self.has_letter,
            self.has_short_keyword,
            self.has_repeated_letter,
        ) = (false, false, false);
    }
}
