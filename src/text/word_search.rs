//! Finds entries by words, or by a question in natural language.

/// Stop words.
const EMPTY: [&str; 34] = [
    "a", "an", "and", "any", "are", "at", "between", "by", "can", "did", "do", "does", "for",
    "from", "has", "have", "how", "in", "is", "it", "least", "many", "much", "of", "on", "or",
    "our", "the", "to", "was", "we", "were", "what", "which",
];

/// Maximum number of results that match only some of the words.
const NEAR: usize = 5;

/// The text of an entry.
pub(crate) struct SearchedText {
    /// What it is about.
    pub(crate) heading: String,
    /// Everything else that is said of it.
    pub(crate) body: String,
}

/// The entries among `all` that best match `text`: those that have every word in their heading; else those
/// with every word there or in their body; else those with the most words, best first.
pub(crate) fn search_words<'a, T>(
    all: impl Iterator<Item = &'a T>,
    text: &str,
    read: impl Fn(&T) -> SearchedText,
) -> Vec<&'a T> {
    let words = words(text);
    if words.is_empty() {
        return Vec::new();
    }
    let scored: Vec<_> = all
        .map(|entry| (entry, SearchScore::for_entry(read(entry), &words)))
        .collect();
    for is_wanted in [
        SearchScore::says_all as fn(&SearchScore, usize) -> bool,
        SearchScore::has_all,
    ] {
        let found = scored
            .iter()
            .filter(|(_, score)| is_wanted(score, words.len()));
        let found: Vec<&T> = found.map(|(entry, _)| *entry).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let mut near: Vec<_> = scored
        .into_iter()
        .filter(|(_, score)| score.had >= 2 && 2 * score.had >= words.len())
        .collect();
    near.sort_by_key(|(_, score)| std::cmp::Reverse((score.had, score.said)));
    near.truncate(NEAR);
    near.into_iter().map(|(entry, _)| entry).collect()
}

/// Number of words that an entry matches.
struct SearchScore {
    /// In its heading.
    said: usize,
    /// There or in its body.
    had: usize,
}

impl SearchScore {
    fn for_entry(text: SearchedText, words: &[String]) -> Self {
        let [heading, body] = [text.heading, text.body].map(|text| text.to_lowercase());
        let count = |holds: &dyn Fn(&str) -> bool| words.iter().filter(|word| holds(word)).count();
        Self {
            said: count(&|word| heading.contains(word)),
            had: count(&|word| heading.contains(word) || body.contains(word)),
        }
    }

    fn says_all(&self, words: usize) -> bool {
        self.said == words
    }

    fn has_all(&self, words: usize) -> bool {
        self.had == words
    }
}

/// The words except stop words, without plural and possessive endings.
fn words(text: &str) -> Vec<String> {
    let cut = |c: char| !(c.is_alphanumeric() || c == '_');
    let words = text.split(cut).map(str::to_lowercase);
    let words = words.filter(|word| word.len() > 1 && !EMPTY.contains(&word.as_str()));
    let stem = |word: String| match word.strip_suffix('s') {
        Some(stem) if stem.len() > 3 => stem.to_owned(),
        _ => word,
    };
    words.map(stem).collect()
}
