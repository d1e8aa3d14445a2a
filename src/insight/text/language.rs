//! The language of a text, where it is clear.

use std::collections::BTreeMap;
#[cfg(test)]
use std::sync::OnceLock;
use std::sync::{Arc, Mutex, PoisonError};

use lingua::{IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder};

/// With fewer letters a guess is a coin.
const FEWEST_LETTERS: usize = 10;

/// The least confidence of an answer.
const LEAST_CONFIDENCE: f64 = 0.7;

/// Characters that are looked at: the language of a text shows in its first paragraphs, and the detector's time
/// grows with the text.
const MOST_CHARACTERS: usize = 4_000;

/// The detector adds its numbers up in no fixed order: digits behind these differ from run to run.
const STEADY_DIGITS: f64 = 1e9;

/// Tells which of some languages a text is written in.
pub(crate) struct LanguageGuesser {
    detector: LanguageDetector,
    /// The languages that may be answered: with one alone the detector compares with all that are built in, since
    /// against nothing everything is that one.
    wanted: Vec<Language>,
}

impl std::fmt::Debug for LanguageGuesser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LanguageGuesser")
            .field("wanted", &self.wanted)
            .finish_non_exhaustive()
    }
}

/// A code for which this program has no language model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownLanguageCode {
    pub(crate) code: String,
}

impl LanguageGuesser {
    /// A guesser among all languages that are built in.
    #[cfg(test)]
    pub(crate) fn built_in() -> &'static Self {
        static ALL: OnceLock<LanguageGuesser> = OnceLock::new();
        ALL.get_or_init(|| Self::between(all_languages()))
    }

    /// A guesser among the languages of these ISO 639-1 codes; none of them means all that are built in.
    ///
    /// The same codes give the same guesser, whoever asks.
    pub(crate) fn among<S: AsRef<str>>(codes: &[S]) -> Result<Arc<Self>, UnknownLanguageCode> {
        static MADE: Mutex<BTreeMap<Vec<Language>, Arc<LanguageGuesser>>> =
            Mutex::new(BTreeMap::new());
        let mut wanted = codes
            .iter()
            .map(|code| language_of_code(code.as_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        if wanted.is_empty() {
            wanted = all_languages();
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let guesser = made
            .entry(wanted)
            .or_insert_with_key(|wanted| Arc::new(Self::between(wanted.clone())));
        Ok(Arc::clone(guesser))
    }

    fn between(wanted: Vec<Language>) -> Self {
        let compared = if wanted.len() == 1 {
            all_languages()
        } else {
            wanted.clone()
        };
        Self {
            detector: LanguageDetectorBuilder::from_languages(&compared).build(),
            wanted,
        }
    }

    /// The ISO 639-1 code of the text's language; `None` below ten letters and where it is not clear.
    pub(crate) fn guess(&self, text: &str) -> Option<&'static str> {
        let beginning = beginning(text);
        let letters = beginning.chars().filter(|letter| letter.is_alphabetic());
        if letters.take(FEWEST_LETTERS).count() < FEWEST_LETTERS {
            return None;
        }
        let (language, confidence) = self
            .detector
            .compute_language_confidence_values(beginning)
            .into_iter()
            .next()?;
        let steady = (confidence * STEADY_DIGITS).round() / STEADY_DIGITS;
        (steady >= LEAST_CONFIDENCE && self.wanted.contains(&language))
            .then(|| code_of_language(language))
            .flatten()
    }
}

/// The ISO 639-1 codes of all languages that are built in, sorted.
pub(crate) fn built_in_codes() -> Vec<&'static str> {
    CODES.iter().map(|(code, _)| *code).collect()
}

fn beginning(text: &str) -> &str {
    text.char_indices()
        .nth(MOST_CHARACTERS)
        .map_or(text, |(end, _)| &text[..end])
}

/// The languages that are built in: as many features of `lingua` stand in Cargo.toml.
const CODES: [(&str, IsoCode639_1); 14] = [
    ("ar", IsoCode639_1::AR),
    ("de", IsoCode639_1::DE),
    ("en", IsoCode639_1::EN),
    ("es", IsoCode639_1::ES),
    ("fr", IsoCode639_1::FR),
    ("it", IsoCode639_1::IT),
    ("ja", IsoCode639_1::JA),
    ("ko", IsoCode639_1::KO),
    ("nl", IsoCode639_1::NL),
    ("pl", IsoCode639_1::PL),
    ("pt", IsoCode639_1::PT),
    ("ru", IsoCode639_1::RU),
    ("tr", IsoCode639_1::TR),
    ("zh", IsoCode639_1::ZH),
];

fn all_languages() -> Vec<Language> {
    CODES
        .iter()
        .map(|(_, code)| Language::from_iso_code_639_1(code))
        .collect()
}

fn language_of_code(code: &str) -> Result<Language, UnknownLanguageCode> {
    CODES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, iso)| Language::from_iso_code_639_1(iso))
        .ok_or_else(|| UnknownLanguageCode {
            code: code.to_owned(),
        })
}

fn code_of_language(language: Language) -> Option<&'static str> {
    let iso = language.iso_code_639_1();
    CODES
        .iter()
        .find(|(_, known)| *known == iso)
        .map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_sentences_are_clear() {
        let guesser = LanguageGuesser::built_in();
        assert_eq!(
            guesser.guess("The refund has still not arrived on my account."),
            Some("en")
        );
        assert_eq!(
            guesser.guess("Die Rückerstattung ist noch nicht auf meinem Konto."),
            Some("de")
        );
    }

    #[test]
    fn too_little_is_not_guessed() {
        let guesser = LanguageGuesser::built_in();
        for text in [
            "",
            "ok",
            "ok thanks",
            "👍👍",
            "1234567890123",
            "\0",
            "...........…",
        ] {
            assert_eq!(guesser.guess(text), None, "{text}");
        }
    }

    #[test]
    fn one_language_alone_is_compared_with_all() {
        let english = LanguageGuesser::among(&["en"]).unwrap();
        assert_eq!(
            english.guess("The app keeps crashing every day"),
            Some("en")
        );
        assert_eq!(english.guess("Die App stürzt jeden Tag mehrmals ab"), None);
    }

    #[test]
    fn the_same_codes_give_the_same_guesser() {
        let one = LanguageGuesser::among(&["en", "de"]).unwrap();
        let other = LanguageGuesser::among(&["de", "en", "de"]).unwrap();
        assert!(Arc::ptr_eq(&one, &other));
        let unknown = LanguageGuesser::among(&["xx"]).unwrap_err();
        assert_eq!(unknown.code, "xx");
    }
}
