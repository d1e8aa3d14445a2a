//! The terms of one document: stems and pairs of neighbouring stems, each with the form it was written in.

use std::collections::HashMap;

use super::stems::WordStemmer;
use super::stop_list::{StopList, WordRole};
use super::tokens::{folded, words};

/// Stop words that may stand between the two words of a pair: "waiting for the refund" is one.
const MOST_BETWEEN: usize = 3;

/// Bytes of a word that can be a term: longer ones are no words.
const LONGEST_WORD: usize = 100;

/// Bytes of a pair as it was written, with all that stands between its words.
const LONGEST_PHRASE: usize = 200;

/// From here on a letter alone can be a word; of other scripts it is noise.
const FIRST_IDEOGRAPH: char = '\u{2E80}';

/// The key of every negation of English: "not working", "doesn't work" and "didn't work" are one theme.
const NOT: &str = "not";

/// A stem or a pair of stems in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentTerm {
    /// One stem, or two with a blank between them.
    pub(crate) key: String,
    /// As it stands first in the document, in lower case.
    pub(crate) written: String,
    /// Its occurrences in the document.
    pub(crate) occurrences: u32,
}

/// Reads the terms of documents in one language.
#[derive(Debug)]
pub(crate) struct TermReader {
    language: Option<String>,
    stemmer: Option<WordStemmer>,
    stop: StopList,
    pairs: bool,
}

/// A word of a document that is no stop word.
struct ReadWord {
    start: usize,
    stem: String,
    role: WordRole,
}

impl TermReader {
    /// `language` is an ISO 639-1 code, or `None` for words as they are; `stop` are further words to leave out;
    /// without `pairs` only single stems are read.
    pub(crate) fn new(language: Option<&str>, pairs: bool, stop: &[String]) -> Self {
        let extra = stop.iter().map(|word| straight(&folded(word, language)));
        Self {
            language: language.map(str::to_owned),
            stemmer: language.and_then(WordStemmer::for_language),
            stop: StopList::new(language, extra),
            pairs,
        }
    }

    /// The distinct terms of a document, in the order in which they first stand in it.
    ///
    /// A word without a letter, and a single letter, is no term. A pair is two words that follow one another in
    /// one phrase, with at most three stop words between them. `None` where the text has no word at all: it is no
    /// document, and does not count as one.
    pub(crate) fn document_terms(&self, text: &str) -> Option<Vec<DocumentTerm>> {
        let folded = folded(text, self.language.as_deref());
        let mut found = FoundTerms::default();
        let mut before: Option<ReadWord> = None;
        let (mut end, mut between) = (0, 0);
        for (start, written) in words(&folded) {
            if folded[end..start].contains(ends_phrase) {
                before = None;
            }
            end = start + written.len();
            let Some(word) = self.read(start, written) else {
                between += 1;
                continue;
            };
            if word.role == WordRole::Content {
                found.add(&word.stem, || written.to_owned());
            }
            if let Some(first) = before
                .take()
                .filter(|_| self.pairs && between <= MOST_BETWEEN)
                && is_pair(&first, &word)
                && end - first.start <= LONGEST_PHRASE
            {
                let key = format!("{} {}", first.stem, word.stem);
                found.add(&key, || on_one_line(&folded[first.start..end]));
            }
            before = Some(word);
            between = 0;
        }
        (end > 0).then_some(found.terms)
    }

    fn read(&self, start: usize, written: &str) -> Option<ReadWord> {
        let word = straight(written);
        let role = self.stop.role(&word);
        if role == WordRole::Stop || !can_be_term(written) {
            return None;
        }
        let stem = match (role, self.language.as_deref(), &self.stemmer) {
            (WordRole::Negation, Some("en"), _) if word != "without" => NOT.to_owned(),
            (WordRole::Content, _, Some(stemmer)) => stemmer.stem(&word).into_owned(),
            _ => word,
        };
        Some(ReadWord { start, stem, role })
    }
}

/// Terms in the order of their first place.
#[derive(Default)]
struct FoundTerms {
    places: HashMap<String, usize>,
    terms: Vec<DocumentTerm>,
}

impl FoundTerms {
    fn add(&mut self, key: &str, written: impl FnOnce() -> String) {
        if let Some(term) = self.places.get(key).and_then(|at| self.terms.get_mut(*at)) {
            term.occurrences = term.occurrences.saturating_add(1);
            return;
        }
        self.places.insert(key.to_owned(), self.terms.len());
        self.terms.push(DocumentTerm {
            key: key.to_owned(),
            written: written(),
            occurrences: 1,
        });
    }
}

/// A word said twice is emphasis, and a negation turns round what follows it, not what it follows.
fn is_pair(first: &ReadWord, second: &ReadWord) -> bool {
    second.role == WordRole::Content && first.stem != second.stem
}

fn can_be_term(word: &str) -> bool {
    let mut letters = word.chars();
    let (first, second) = (letters.next(), letters.next());
    word.len() <= LONGEST_WORD
        && word.chars().any(char::is_alphabetic)
        && (second.is_some() || first.is_some_and(|letter| letter >= FIRST_IDEOGRAPH))
}

/// Phones write ’ where keyboards write '.
fn straight(word: &str) -> String {
    word.replace(['\u{2019}', '\u{2018}', '\u{FF07}'], "'")
}

fn ends_phrase(letter: char) -> bool {
    matches!(
        letter,
        '.' | '!'
            | '?'
            | ';'
            | ':'
            | ','
            | '\n'
            | '\r'
            | '('
            | ')'
            | '"'
            | '…'
            | '。'
            | '！'
            | '？'
            | '、'
            | '،'
            | '؟'
    )
}

fn on_one_line(phrase: &str) -> String {
    phrase.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
