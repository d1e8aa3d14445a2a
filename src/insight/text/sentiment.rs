//! Sentiment of an English text by VADER's lexicon and rules.
//!
//! Source: C. J. Hutto and E. Gilbert, "VADER: a parsimonious rule-based model for sentiment analysis of social
//! media text", 2014. A lexicon is blind to irony and to words of products: a trend of hundreds of texts means
//! something, the score of one does not.

use std::sync::OnceLock;

use vader_parity::SentimentIntensityAnalyzer;

use super::language::LanguageGuesser;

/// Scores from here on are positive, and below the negative of it negative (the authors' own limits).
const CLEAR_SCORE: f64 = 0.05;

/// Three classes of a compound score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SentimentClass {
    Negative,
    Neutral,
    Positive,
}

impl SentimentClass {
    /// The class of a compound score.
    pub(crate) fn from_compound(compound: f64) -> Self {
        if compound >= CLEAR_SCORE {
            Self::Positive
        } else if compound <= -CLEAR_SCORE {
            Self::Negative
        } else {
            Self::Neutral
        }
    }

    /// The name that SQL shows.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

/// VADER's compound score, −1 to 1 with four decimals; 0 without a word that has a score.
pub(crate) fn compound(text: &str) -> f64 {
    static ANALYZER: OnceLock<SentimentIntensityAnalyzer> = OnceLock::new();
    ANALYZER
        .get_or_init(SentimentIntensityAnalyzer::new)
        .polarity_scores(text)
        .compound
}

/// The score of a text whose language was named: `None` for every language but English.
pub(crate) fn sentiment_in(text: &str, language: &str) -> Option<f64> {
    (language == "en").then(|| compound(text))
}

/// The score of a text whose language was not named: it is taken to be in `desk_language` unless `guesser` says
/// clearly that it is in another.
pub(crate) fn sentiment_unless_foreign(
    text: &str,
    desk_language: &str,
    guesser: &LanguageGuesser,
) -> Option<f64> {
    sentiment_in(text, guesser.guess(text).unwrap_or(desk_language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negation_turns_a_score_round() {
        assert!(compound("good") > 0.0 && compound("not good") < 0.0);
        assert!(compound("bad") < 0.0 && compound("not bad") > 0.0);
        assert!(compound("").abs() < 1e-15);
        assert!(compound("the app crashes").abs() < 1e-15);
    }

    #[test]
    fn classes_begin_at_their_limits() {
        let class = |compound| SentimentClass::from_compound(compound).as_str();
        assert_eq!(class(0.05), "positive");
        assert_eq!(class(0.0499), "neutral");
        assert_eq!(class(-0.0499), "neutral");
        assert_eq!(class(-0.05), "negative");
    }

    #[test]
    fn other_languages_have_no_score() {
        let guesser = LanguageGuesser::built_in();
        let unknown = |text| sentiment_unless_foreign(text, "en", guesser);
        assert_eq!(
            unknown("Der Support war leider sehr langsam und unfreundlich"),
            None
        );
        assert_eq!(unknown("good"), Some(compound("good")));
        assert_eq!(sentiment_unless_foreign("good", "de", guesser), None);
        assert_eq!(sentiment_in("good", "de"), None);
    }
}
