//! The functions of texts that SQL calls.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, ListBuilder, StringArray, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::Expr;

use super::arguments::TextArguments;
use super::specification::{LIST, TextFunctionSpec, list_of_texts};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::insight::text::language::{LanguageGuesser, UnknownLanguageCode, built_in_codes};
use crate::insight::text::redaction::redact;
use crate::insight::text::sentiment::{SentimentClass, sentiment_in, sentiment_unless_foreign};
use crate::insight::text::shingles::text_similarity;
use crate::insight::text::stems::stem;
use crate::insight::text::tokens::tokens;

/// The language that texts are taken to be in where the desk names none.
pub(in crate::insight::text) const USUAL_LANGUAGE: &str = "en";

const TEXT: FunctionParameter =
    FunctionParameter::required("text", ParameterKind::Text, "What was written.");

const fn language_parameter(meaning: &'static str) -> FunctionParameter {
    FunctionParameter::optional("language", ParameterKind::Text, meaning)
}

/// In the order of the documentation.
pub(super) static ALL: &[&TextFunctionSpec] = &[
    &TextFunctionSpec {
        name: "redact",
        description: "The text without personal data: mail addresses, IBANs (remainder by 97), payment cards (13 \
            to 19 digits, Luhn) and phone numbers (+ or 00 and 8 to 15 digits, and national forms) become `[email]`, \
            `[iban]`, `[card]` and `[phone]`. Dates, ticket numbers, versions and amounts stay; so do names and \
            addresses of houses, which no pattern knows. Table functions redact the examples that they show. NULL \
            gives NULL.",
        example: "SELECT redact('call +49 30 1234567 about ticket 123456789') AS text;\n\
            -- call [phone] about ticket 123456789",
        parameters: &[TEXT],
        carries_languages: false,
        returns: || DataType::Utf8,
        kernel: |arguments| {
            let redacted = (0..arguments.rows).map(|row| arguments.text(0, row).map(redact));
            Ok(Arc::new(redacted.collect::<StringArray>()))
        },
        check: |_| Ok(()),
    },
    &TextFunctionSpec {
        name: "language",
        description: "The ISO 639-1 code of the language of a text, by the n-grams of its letters (the lingua \
            library). NULL where it is not clear: below 10 letters, at a confidence under 0.7, and for NULL. Without \
            `among` the languages are those of `[text] languages` in deskql.toml, else all that are built in: ar, \
            de, en, es, fr, it, ja, ko, nl, pl, pt, ru, tr, zh. The fewer, the surer and the faster. An unknown code \
            is an error.",
        example: "SELECT language('The refund has still not arrived on my account') AS code;\n-- en",
        parameters: &[
            TEXT,
            FunctionParameter::optional(
                "among",
                LIST,
                "The codes to choose from, a constant list such as ['en', 'de'].",
            ),
        ],
        carries_languages: false,
        returns: || DataType::Utf8,
        kernel: languages,
        check: known_codes,
    },
    &TextFunctionSpec {
        name: "tokens",
        description: "The words of a text as a list: in NFKC and lower case, cut at Unicode's word boundaries, and \
            only those that hold a letter or a digit. Without a word an empty list; NULL for NULL. Turkish and \
            Azeri (`'tr'`, `'az'`) tell the dotted from the dotless i. Chinese, Japanese and Thai write no blanks: \
            their tokens are characters. Source: Unicode Standard Annexes 15 and 29.",
        example: "SELECT array_to_string(tokens('App crashes!!! v2.3.1'), '|') AS words;\n\
            -- app|crashes|v2.3.1",
        parameters: &[
            TEXT,
            language_parameter("ISO 639-1 code; only 'tr' and 'az' make a difference."),
        ],
        carries_languages: false,
        returns: list_of_texts,
        kernel: token_lists,
        check: |_| Ok(()),
    },
    &TextFunctionSpec {
        name: "stem",
        description: "The stem of a word by the Snowball algorithm of its language (Porter 2001): a stem counts a \
            theme, it is no word to show. A language without an algorithm leaves the word as it is. NULL gives NULL.",
        example: "SELECT stem('crashes', 'en') AS stem;\n-- crash",
        parameters: &[
            FunctionParameter::required("word", ParameterKind::Text, "One word."),
            FunctionParameter::required(
                "language",
                ParameterKind::Text,
                "ISO 639-1 code: ar, da, de, el, en, es, fi, fr, hu, it, nl, no, pt, ro, ru, sv, ta, tr.",
            ),
        ],
        carries_languages: false,
        returns: || DataType::Utf8,
        kernel: |arguments| {
            let stems = (0..arguments.rows)
                .map(|row| Some(stem(arguments.text(0, row)?, arguments.text(1, row)?)));
            Ok(Arc::new(stems.collect::<StringArray>()))
        },
        check: |_| Ok(()),
    },
    &TextFunctionSpec {
        name: "sentiment",
        description: "VADER's compound score of an English text, −1 (angry) to 1 (delighted), with four decimals; 0 \
            without a word that has a score. NULL for NULL, and for texts in other languages: `language` says the \
            language, and without it a text is taken to be in the first language of `[text] languages` in \
            deskql.toml (English, where there is none) unless `language(text)` clearly says another, which takes \
            most of the time: write `sentiment(text, 'en')` where all are English. A lexicon is blind to irony and \
            to words of products (\"crash\" has no score): the trend of hundreds of texts means something, the score \
            of one does not. Source: Hutto and Gilbert 2014.",
        example: "SELECT sentiment('Not good. Never again!', 'en') AS score;\n-- -0.4015",
        parameters: &[TEXT, language_parameter("ISO 639-1 code of the text.")],
        carries_languages: true,
        returns: || DataType::Float64,
        kernel: sentiments,
        check: |_| Ok(()),
    },
    &TextFunctionSpec {
        name: "sentiment_class",
        description: "The class of a score of `sentiment`: `positive` from 0.05 up, `negative` from −0.05 down, \
            otherwise `neutral` (the limits of VADER's authors). NULL gives NULL; a number below −1 or above 1 is an \
            error.",
        example: "SELECT sentiment_class(-0.4015) AS class;\n-- negative",
        parameters: &[FunctionParameter::required(
            "compound",
            ParameterKind::Number,
            "A score, −1 to 1.",
        )],
        carries_languages: false,
        returns: || DataType::Utf8,
        kernel: classes,
        check: |_| Ok(()),
    },
    &TextFunctionSpec {
        name: "text_similarity",
        description: "How alike two texts are, 0 to 1: Jaccard similarity of their sets of word triples (of `tokens`), \
            shared ones over all; a text of fewer words is one piece. 1 does not mean that they are equal: capitals \
            and punctuation do not count. NULL where either is NULL or has no word. Source: Broder 1997. \
            `near_duplicates` finds the pairs of a whole table.",
        example: "SELECT text_similarity('The app crashes when I open the invoice', 'The app crashes when I open \
            my invoice') AS similarity;\n-- 0.5",
        parameters: &[
            FunctionParameter::required("a", ParameterKind::Text, "A text."),
            FunctionParameter::required("b", ParameterKind::Text, "Another text."),
        ],
        carries_languages: false,
        returns: || DataType::Float64,
        kernel: |arguments| {
            let similarities = (0..arguments.rows)
                .map(|row| text_similarity(arguments.text(0, row)?, arguments.text(1, row)?));
            Ok(Arc::new(similarities.collect::<Float64Array>()))
        },
        check: |_| Ok(()),
    },
];

fn languages(arguments: &TextArguments) -> Result<ArrayRef> {
    if !arguments.is_constant(1) {
        return exec_err!("language: among must be a constant list of codes, such as ['en', 'de']");
    }
    let among = arguments.texts(1, 0).unwrap_or_default();
    let guesser = match LanguageGuesser::among(&among) {
        Ok(guesser) => guesser,
        Err(unknown) => return exec_err!("{}", unknown_code(&unknown)),
    };
    let languages = (0..arguments.rows).map(|row| guesser.guess(arguments.text(0, row)?));
    Ok(Arc::new(languages.collect::<StringArray>()))
}

/// Rejects codes of which no model is built in.
fn known_codes(arguments: &[Expr]) -> Result<()> {
    let Some(Expr::Literal(ScalarValue::List(among), _)) = arguments.get(1) else {
        return Ok(());
    };
    let values = among.values();
    let codes = values.as_any().downcast_ref::<StringArray>();
    let codes: Vec<_> = codes
        .iter()
        .flat_map(|codes| codes.iter())
        .flatten()
        .collect();
    match LanguageGuesser::among(&codes) {
        Ok(_) => Ok(()),
        Err(unknown) => plan_err!("{}", unknown_code(&unknown)),
    }
}

fn unknown_code(unknown: &UnknownLanguageCode) -> String {
    format!(
        "language: there is no language '{}'; among is a list of {}",
        unknown.code,
        built_in_codes().join(", ")
    )
}

fn token_lists(arguments: &TextArguments) -> Result<ArrayRef> {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in 0..arguments.rows {
        match arguments.text(0, row) {
            Some(text) => {
                let words = tokens(text, arguments.text(1, row));
                lists.append_value(words.into_iter().map(Some));
            }
            None => lists.append_null(),
        }
    }
    Ok(Arc::new(lists.finish()))
}

fn sentiments(arguments: &TextArguments) -> Result<ArrayRef> {
    let desk = arguments.texts(2, 0).unwrap_or_default();
    let desk_language = desk.first().map_or(USUAL_LANGUAGE, String::as_str);
    let guesser = match LanguageGuesser::among(&desk) {
        Ok(guesser) => guesser,
        Err(unknown) => return exec_err!("{}", unknown_code(&unknown)),
    };
    let scores = (0..arguments.rows).map(|row| {
        let text = arguments.text(0, row)?;
        match arguments.text(1, row) {
            Some(language) => sentiment_in(text, language),
            None => sentiment_unless_foreign(text, desk_language, &guesser),
        }
    });
    Ok(Arc::new(scores.collect::<Float64Array>()))
}

fn classes(arguments: &TextArguments) -> Result<ArrayRef> {
    let class = |row: usize| match arguments.number(0, row) {
        None => Ok(None),
        Some(compound) if (-1.0..=1.0).contains(&compound) => {
            Ok(Some(SentimentClass::from_compound(compound).as_str()))
        }
        Some(off) => exec_err!("sentiment_class: compound must lie between −1 and 1, not {off}"),
    };
    let classes = (0..arguments.rows).map(class);
    Ok(Arc::new(classes.collect::<Result<StringArray>>()?))
}
