//! Words that say nothing alone, and words that turn the next one round.

use std::collections::HashSet;

/// The part of a word in counting terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordRole {
    /// A word that can be a theme.
    Content,
    /// "not", "never", "doesn't": no theme alone, but "not work" is another theme than "work".
    Negation,
    /// "the", "and", and what the caller left out.
    Stop,
}

/// The stop words and negations of one language, and the caller's own stop words.
#[derive(Debug)]
pub(crate) struct StopList {
    stop: HashSet<String>,
    negations: HashSet<&'static str>,
}

impl StopList {
    /// The list of the language with this ISO 639-1 code, if there is one, and `extra` words in lower case.
    pub(crate) fn new(language: Option<&str>, extra: impl IntoIterator<Item = String>) -> Self {
        let code = language.unwrap_or_default();
        let listed = stop_words::lookup(code).unwrap_or_default();
        let negations: HashSet<_> = negations(code).split_whitespace().collect();
        let mut stop: HashSet<String> = listed
            .iter()
            .map(|word| (*word).to_owned())
            .filter(|word| !negations.contains(word.as_str()))
            .collect();
        stop.extend(extra);
        Self { stop, negations }
    }

    /// The role of a word in lower case with a straight apostrophe.
    pub(crate) fn role(&self, word: &str) -> WordRole {
        if self.stop.contains(word) {
            WordRole::Stop
        } else if self.negations.contains(word) {
            WordRole::Negation
        } else {
            WordRole::Content
        }
    }
}

/// Negations by language, with a blank between them.
///
/// Source of the idea: S. Das and M. Chen, "Yahoo! for Amazon", 2001: a negation is joined to what it negates.
fn negations(code: &str) -> &'static str {
    match code {
        "de" => "nicht nie niemals kein keine keinen keinem keiner keines ohne",
        "en" => {
            "not no never nor without cannot ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't \
             isn't shouldn't wasn't weren't won't wouldn't cant couldnt didnt doesnt dont hasnt havent isnt wasnt wont"
        }
        "es" => "no nunca jamás sin ningún ninguna tampoco",
        "fr" => "pas jamais sans aucun aucune",
        "it" => "non mai senza nessun nessuna nessuno",
        "nl" => "niet nooit geen zonder",
        "pl" => "nie nigdy bez żaden żadna żadnej",
        "pt" => "não nunca jamais sem nenhum nenhuma",
        "ru" => "не нет никогда без",
        "tr" => "değil yok hiç",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negations_are_no_stop_words() {
        let list = StopList::new(Some("en"), ["app".to_owned()]);
        assert_eq!(list.role("the"), WordRole::Stop);
        assert_eq!(list.role("app"), WordRole::Stop);
        assert_eq!(list.role("not"), WordRole::Negation);
        assert_eq!(list.role("doesn't"), WordRole::Negation);
        assert_eq!(list.role("slow"), WordRole::Content);
        let asked = StopList::new(Some("en"), ["not".to_owned()]);
        assert_eq!(asked.role("not"), WordRole::Stop);
    }

    #[test]
    fn a_language_without_a_list_has_the_callers_words_only() {
        let list = StopList::new(None, ["the".to_owned()]);
        assert_eq!(list.role("the"), WordRole::Stop);
        assert_eq!(list.role("and"), WordRole::Content);
        assert_eq!(StopList::new(Some("??"), []).role("not"), WordRole::Content);
    }
}
