//! Snowball stems, by language.
//!
//! Source: M. F. Porter, "Snowball: a language for stemming algorithms", 2001. Stems count a theme; they are not
//! words to show.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

use super::tokens::folded;

/// Longer words are no words, and some of the algorithms take time with the square of the length.
const LONGEST_WORD: usize = 100;

/// The stem of `word` in the language of this ISO 639-1 code; the word itself where the language has none.
pub(crate) fn stem(word: &str, language: &str) -> String {
    match WordStemmer::for_language(language) {
        Some(stemmer) => {
            let lower = folded(word, Some(language));
            stemmer.stem(&lower).into_owned()
        }
        None => word.to_owned(),
    }
}

/// The stemming algorithm of one language.
pub(crate) struct WordStemmer {
    stemmer: Stemmer,
}

impl std::fmt::Debug for WordStemmer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WordStemmer").finish_non_exhaustive()
    }
}

impl WordStemmer {
    /// `None` where no algorithm is known for the ISO 639-1 code.
    pub(crate) fn for_language(code: &str) -> Option<Self> {
        Some(Self {
            stemmer: Stemmer::create(algorithm(code)?),
        })
    }

    /// The stem of a word in lower case. A version or an amount has none, and stays.
    pub(crate) fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        if word.len() > LONGEST_WORD || word.chars().any(char::is_numeric) {
            return Cow::Borrowed(word);
        }
        match self.stemmer.stem(word) {
            // The Arabic and the Turkish algorithm can take everything away.
            empty if empty.is_empty() => Cow::Borrowed(word),
            stem => stem,
        }
    }
}

fn algorithm(code: &str) -> Option<Algorithm> {
    Some(match code {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "no" | "nb" | "nn" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_snowballs() {
        assert_eq!(stem("crashes", "en"), "crash");
        assert_eq!(stem("Crashing", "en"), "crash");
        assert_eq!(stem("abstürze", "de"), "absturz");
        assert_eq!(stem("remboursements", "fr"), "rembours");
    }

    #[test]
    fn unknown_languages_leave_the_word() {
        assert_eq!(stem("Crashes", "xx"), "Crashes");
        assert_eq!(stem("Crashes", ""), "Crashes");
    }

    #[test]
    fn what_is_no_word_stays() {
        let long = "y".repeat(1_000_000);
        assert_eq!(stem(&long, "en"), long);
        assert_eq!(stem("v2.3.1", "en"), "v2.3.1");
        assert_eq!(stem("", "en"), "");
    }
}
