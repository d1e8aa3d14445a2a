//! Functions of texts row by row, against published values.

use serde_json::Value;

use super::values::{Cell, Entry, entries, error, query, session};
use crate::support::data::text;
use deskql::{Engine, EngineSettings};

/// A JSON text as SQL.
pub(super) fn literal(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("'{}'", text.replace('\'', "''")),
        None => "NULL".to_owned(),
    }
}

/// Values of `call` over a column `t` of these texts, and over each as a constant.
async fn values(engine: &Engine, call: &str, texts: &[Value]) -> Vec<Cell> {
    let rows: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(place, text)| format!("({place}, {})", literal(text)))
        .collect();
    let rows = rows.join(", ");
    let sql = format!("SELECT {call} AS v FROM (VALUES {rows}) AS texts(i, t) ORDER BY i");
    let found = query(engine, &sql).await;
    let found: Vec<_> = found.iter().map(|row| row["v"].clone()).collect();
    for (text, found) in texts.iter().zip(&found) {
        let sql = format!(
            "SELECT {} AS v",
            call.replacen("(t", &format!("({}::VARCHAR", literal(text)), 1)
        );
        assert_eq!(query(engine, &sql).await[0]["v"], *found, "{sql}");
    }
    found
}

fn texts(entry: &Entry) -> Vec<Value> {
    entry.input["texts"].as_array().unwrap().clone()
}

/// Fails unless the values are those of the list `field`.
fn check(entry: &Entry, found: &[Cell], field: &str) {
    let wanted = entry.expected[field].as_array().unwrap();
    assert_eq!(found.len(), wanted.len(), "{}", entry.id);
    for (place, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let id = &entry.id;
        assert!(
            entry.agrees(found, wanted),
            "{id}, {place}: {found:?}, not {wanted}"
        );
    }
}

#[tokio::test]
async fn personal_data_is_taken_out() {
    let engine = session().await;
    for entry in entries("redact") {
        let found = values(&engine, "redact(t)", &texts(&entry)).await;
        check(&entry, &found, "redacted");
    }
}

#[tokio::test]
async fn languages_where_they_are_clear() {
    let engine = session().await;
    for entry in entries("language") {
        let among: Vec<_> = entry.input["among"]
            .as_array()
            .unwrap()
            .iter()
            .map(literal)
            .collect();
        let call = format!("language(t, [{}])", among.join(", "));
        let found = values(&engine, &call, &texts(&entry)).await;
        check(&entry, &found, "language");
        let call = format!("language(t, among => [{}])", among.join(", "));
        assert_eq!(values(&engine, &call, &texts(&entry)).await, found);
    }
}

#[tokio::test]
async fn words_and_stems() {
    let engine = session().await;
    for entry in entries("tokens") {
        let wanted = entry.expected["tokens"].as_array().unwrap();
        for (case, wanted) in entry.input["texts"].as_array().unwrap().iter().zip(wanted) {
            let (text, language) = (literal(&case["text"]), literal(&case["language"]));
            let sql = format!("SELECT array_to_string(tokens({text}, {language}), '|') AS v");
            let wanted: Vec<_> = wanted
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let found = &query(&engine, &sql).await[0]["v"];
            assert_eq!(*found, Cell::Text(wanted.join("|")), "{sql}");
        }
    }
    for entry in entries("stem") {
        for (language, words) in entry.input["words"].as_object().unwrap() {
            let call = format!("stem(t, '{language}')");
            let found = values(&engine, &call, words.as_array().unwrap()).await;
            let wanted = &entry.expected["stems"][language];
            let text = |cell: &Cell| match cell {
                Cell::Text(stem) => Value::from(stem.as_str()),
                other => panic!("{other:?}"),
            };
            let found: Vec<_> = found.iter().map(text).collect();
            assert_eq!(Value::from(found), *wanted, "{language}");
        }
    }
}

#[tokio::test]
async fn scores_of_english_texts() {
    let engine = session().await;
    for entry in entries("sentiment") {
        if let Some(sentence) = entry.input.get("sentence") {
            let times = &entry.input["times"];
            let sql = format!(
                "SELECT sentiment(repeat({}, {times}), 'en') AS v",
                literal(sentence)
            );
            let found = &query(&engine, &sql).await[0]["v"];
            assert!(
                entry.agrees(found, &entry.expected["compound"]),
                "{found:?}"
            );
            continue;
        }
        let call = match entry.input.get("language") {
            Some(language) => format!("sentiment(t, {})", literal(language)),
            None => "sentiment(t)".to_owned(),
        };
        let found = values(&engine, &call, &texts(&entry)).await;
        check(&entry, &found, "compound");
    }
    let sql = "SELECT sentiment_class(s) AS v FROM (VALUES (0.05), (0.0499), (-0.0499), (-0.05), (NULL)) AS t(s)";
    let classes: Vec<_> = query(&engine, sql)
        .await
        .iter()
        .map(|row| row["v"].clone())
        .collect();
    let wanted =
        ["positive", "neutral", "neutral", "negative"].map(|class| Cell::Text(class.to_owned()));
    assert_eq!(classes, [&wanted[..], &[Cell::Null]].concat());
}

#[tokio::test]
async fn similarity_of_two_texts() {
    let engine = session().await;
    for entry in entries("text_similarity") {
        let pairs = entry.input["pairs"].as_array().unwrap();
        let mut found = vec![];
        for pair in pairs {
            let sql = format!(
                "SELECT text_similarity({}, {}) AS v",
                literal(&pair[0]),
                literal(&pair[1])
            );
            found.push(query(&engine, &sql).await[0]["v"].clone());
        }
        check(&entry, &found, "similarity");
    }
}

#[tokio::test]
async fn null_is_null() {
    let engine = session().await;
    for call in [
        "redact(NULL)",
        "language(NULL)",
        "tokens(NULL)",
        "stem(NULL, 'en')",
        "stem('word', NULL)",
        "sentiment(NULL, 'en')",
        "sentiment_class(NULL)",
        "text_similarity(NULL, 'a')",
        "text_similarity('a', NULL)",
    ] {
        let sql = format!("SELECT {call} AS v");
        assert_eq!(query(&engine, &sql).await[0]["v"], Cell::Null, "{call}");
    }
}

/// Of a row each: a language that is a column, and one that is not known.
#[tokio::test]
async fn a_language_may_be_a_column() {
    let engine = session().await;
    let sql = "SELECT sentiment(t, l) AS s, stem(t, l) AS w FROM (VALUES (1, 'good', 'en'), (2, 'gut', 'de'), (3, \
               'good', NULL)) AS texts(i, t, l) ORDER BY i";
    let rows = query(&engine, sql).await;
    assert_eq!(rows[0]["s"], Cell::Number(0.4404));
    assert_eq!(
        (&rows[1]["s"], &rows[1]["w"]),
        (&Cell::Null, &Cell::Text("gut".to_owned()))
    );
    assert_eq!(
        (&rows[2]["s"], &rows[2]["w"]),
        (&Cell::Number(0.4404), &Cell::Null)
    );
}

#[tokio::test]
async fn wrong_calls_are_told() {
    let engine = session().await;
    for (call, wanted) in [
        ("redact(1)", "redact(text) takes a text; got (BIGINT)"),
        (
            "language('a', ['en', 'xx'])",
            "language: there is no language 'xx'; among is a list of ar, de, en",
        ),
        (
            "language('a', among => 'en')",
            "language(text [, among]) takes a text and a list of texts",
        ),
        (
            "sentiment_class(1.5)",
            "sentiment_class: compound must lie between −1 and 1, not 1.5",
        ),
        (
            "stem('word')",
            "stem(word, language) takes a text and a text",
        ),
        (
            "tokens('a', lang => 'en')",
            "tokens: there is no parameter 'lang'",
        ),
    ] {
        let found = error(&engine, &format!("SELECT {call}")).await;
        assert!(found.contains(wanted), "{call}: {found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
    let sql = "SELECT language('a text of a column', l) FROM (VALUES (['en'])) AS t(l)";
    let found = error(&engine, sql).await;
    assert!(
        found.contains("language: among must be a constant list of codes"),
        "{found}"
    );
}

async fn configured(config: &str) -> deskql::Result<(Engine, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deskql.toml");
    text(&path, config);
    let settings = EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    };
    Ok((Engine::open(settings).await?, folder))
}

#[tokio::test]
async fn the_desk_says_which_languages_it_gets() {
    let german = "Die App ist leider sehr langsam geworden";
    let (engine, _folder) = configured("[text]\nlanguages = [\"de\", \"en\"]\n")
        .await
        .unwrap();
    let sql = format!(
        "SELECT language('{german}') AS a, language('La aplicación es muy lenta y nadie contesta', among => \
         ['es', 'en']) AS b, sentiment('good') AS c, sentiment('This is a good thing and everybody likes it') > 0.5 \
         AS d, sentiment('good', 'en') AS e"
    );
    let row = &query(&engine, &sql).await[0];
    assert_eq!(row["a"], Cell::Text("de".to_owned()));
    assert_eq!(row["b"], Cell::Text("es".to_owned()));
    // Too short to tell, so German, which has no lexicon.
    assert_eq!(row["c"], Cell::Null);
    assert_eq!(row["d"], Cell::Text("true".to_owned()));
    assert_eq!(row["e"], Cell::Number(0.4404));
    for (config, wanted) in [
        (
            "[text]\nlanguages = [\"en\", \"xx\"]\n",
            ":2: there is no language \"xx\"; there are ar, de",
        ),
        (
            "[text]\nlanguages = [\"en\", \"en\"]\n",
            ":2: language \"en\" stands there twice",
        ),
        ("[text]\nlanguage = \"en\"\n", "language"),
    ] {
        let found = configured(config).await.unwrap_err().to_string();
        assert!(found.contains(wanted), "{found}");
    }
}
