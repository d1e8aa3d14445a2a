//! Table functions of texts, against published values and tables counted by hand.

use super::values::{Cell, Row, entries, error, query, session};

fn text_of(row: &Row, column: &str) -> String {
    match &row[column] {
        Cell::Text(text) => text.clone(),
        other => panic!("{column}: {other:?}"),
    }
}

fn number_of(row: &Row, column: &str) -> f64 {
    match &row[column] {
        Cell::Number(number) => *number,
        other => panic!("{column}: {other:?}"),
    }
}

/// A document of each side holds the term if its number is at most the term's count: so counts are what is asked.
#[tokio::test]
async fn themes_are_those_of_the_published_values() {
    let engine = session().await;
    for entry in entries("themes") {
        let documents = entry.input["documents"].as_object().unwrap();
        let side = |name: &str, n: &str, side: bool| {
            let words: Vec<_> = documents
                .iter()
                .map(|(term, docs)| {
                    format!("CASE WHEN i <= {} THEN '{term} ' ELSE '' END", docs[name])
                })
                .collect();
            format!(
                "SELECT '24. ' || {} AS comment, {side} AS detractor FROM generate_series(1, {}) AS t(i)",
                words.join(" || "),
                entry.input[n]
            )
        };
        let sql = format!(
            "SELECT * FROM themes(({} UNION ALL {}), text => comment, side => detractor, language => 'xx', ngrams \
             => 1, min_docs => 1, prior => {})",
            side("a", "n_a", false),
            side("b", "n_b", true),
            entry.input["prior"]
        );
        let rows = query(&engine, &sql).await;
        assert_eq!(rows.len(), documents.len(), "{}", entry.id);
        for row in &rows {
            let wanted = &entry.expected[&text_of(row, "theme")];
            entry.check(row, wanted, 8);
        }
        let distances: Vec<_> = rows.iter().map(|row| number_of(row, "z").abs()).collect();
        assert!(distances.is_sorted_by(|a, b| a >= b), "{distances:?}");
    }
}

const COMMENTS: &str = "(SELECT * FROM (VALUES \
    (1, 'The app crashes. Call me: +49 30 1234567'), (3, 'app CRASHED again'), (2, 'app crashing, crashing, \
    crashing!'), (9, 'It does not crash, lovely agent'), (10, 'lovely agents'), (NULL, 'app crashes'), (5, NULL), (6, \
    '😡 ...'), (0, 'doesn’t crash?')) AS answers(score, comment))";

/// Counted by hand: of two promoters that wrote words one says crash, of four detractors all do, and three name the
/// app before it.
#[tokio::test]
async fn themes_count_documents_by_stem() {
    let engine = session().await;
    let sql = format!(
        "SELECT theme, docs_a, share_a, docs_b, share_b, example FROM themes({COMMENTS}, text => comment, side => \
         score <= 6, min_docs => 1)"
    );
    let rows = query(&engine, &sql).await;
    let row = |theme: &str| {
        let found = rows.iter().find(|row| text_of(row, "theme") == theme);
        found.unwrap_or_else(|| panic!("no {theme} in {rows:?}"))
    };
    let crash = row("crash");
    assert_eq!(
        (number_of(crash, "docs_a"), number_of(crash, "docs_b")),
        (1.0, 4.0)
    );
    assert_eq!(
        (number_of(crash, "share_a"), number_of(crash, "share_b")),
        (50.0, 100.0)
    );
    let app = row("app");
    assert_eq!(
        (number_of(app, "docs_a"), number_of(app, "docs_b")),
        (0.0, 3.0)
    );
    // "not crash" and "doesn’t crash" are one theme; of forms that are as common the least is shown.
    let not = row("doesn’t crash");
    assert_eq!(
        (number_of(not, "docs_a"), number_of(not, "docs_b")),
        (1.0, 1.0)
    );
    // "app crash" has the documents of "app".
    assert!(
        rows.iter()
            .all(|row| !text_of(row, "theme").starts_with("app "))
    );
    for row in &rows {
        let example = text_of(row, "example");
        assert!(
            !example.contains("1234567") && example.chars().count() < 200,
            "{example}"
        );
    }
    let redacted = rows
        .iter()
        .any(|row| text_of(row, "example").contains("[phone]"));
    assert!(redacted, "{rows:?}");
    let sql = format!(
        "SELECT example FROM themes({COMMENTS}, text => comment, side => score <= 6, min_docs => 1, redact => false)"
    );
    let plain = query(&engine, &sql).await;
    assert!(
        plain
            .iter()
            .any(|row| text_of(row, "example").contains("1234567"))
    );
}

#[tokio::test]
async fn options_of_themes() {
    let engine = session().await;
    let themes = async |options: &str| -> Vec<String> {
        let sql = format!(
            "SELECT theme FROM themes({COMMENTS}, text => comment, side => score <= 6 {options}) ORDER BY theme"
        );
        query(&engine, &sql)
            .await
            .iter()
            .map(|row| text_of(row, "theme"))
            .collect()
    };
    assert_eq!(themes(", min_docs => 3").await, ["app", "crash"]);
    assert_eq!(themes(", min_docs => 3, stop => ['App']").await, ["crash"]);
    assert_eq!(
        themes(", min_docs => 3, stop => 'CRASHES'").await,
        ["app", "crash"]
    );
    assert!(themes("").await.contains(&"crash".to_owned()));
    assert_eq!(themes(", min_docs => 6").await, [""; 0]);
    let single = themes(", min_docs => 1, ngrams => 1").await;
    assert!(
        single.iter().all(|theme| !theme.contains(' ')),
        "{single:?}"
    );
    // Without stems and stop words each form is a theme.
    let plain = themes(", min_docs => 1, language => 'xx'").await;
    for theme in ["crashes", "crashed", "crashing", "the"] {
        assert!(plain.contains(&theme.to_owned()), "{theme} in {plain:?}");
    }
}

/// Personal data is no theme, and the rest of the document still is.
#[tokio::test]
async fn personal_data_is_no_theme() {
    let engine = session().await;
    let sql = "SELECT theme FROM themes((SELECT * FROM (VALUES (1, 'Refund jane.doe@example.com please'), (9, \
               'jane.doe@example.com')) AS t(score, comment)), text => comment, side => score <= 6, min_docs => 1) \
               ORDER BY theme";
    let found: Vec<_> = query(&engine, sql)
        .await
        .iter()
        .map(|row| text_of(row, "theme"))
        .collect();
    assert_eq!(found, ["please", "refund"]);
    let keywords = sql
        .replace("themes", "keywords")
        .replace("side => score <= 6, min_docs => 1", "by => score");
    let keywords = keywords.replace("theme", "keyword");
    let found: Vec<_> = query(&engine, &keywords)
        .await
        .iter()
        .map(|row| text_of(row, "keyword"))
        .collect();
    assert_eq!(found, ["please", "refund"]);
}

/// Nothing was written, or by one side only.
#[tokio::test]
async fn themes_of_little() {
    let engine = session().await;
    for rows in ["(NULL, NULL)", "(1, NULL), (9, '😡')", "(NULL, 'the app')"] {
        let sql = format!(
            "SELECT * FROM themes((SELECT * FROM (VALUES {rows}) AS t(score, comment)), text => comment::VARCHAR, \
             side => score <= 6, min_docs => 1)"
        );
        assert!(query(&engine, &sql).await.is_empty(), "{rows}");
    }
    let sql = "SELECT * FROM themes((SELECT 'app slow' AS comment), text => comment, side => true, min_docs => 1)";
    let rows = query(&engine, sql).await;
    assert_eq!(rows.len(), 2);
    for column in ["share_a", "log_odds", "z", "p", "p_adjusted"] {
        assert_eq!(rows[0][column], Cell::Null, "{column}");
    }
}

#[tokio::test]
async fn keywords_are_those_of_the_published_values() {
    let engine = session().await;
    for entry in entries("keywords") {
        let classes = entry.input["counts"].as_object().unwrap();
        let mut parts = vec![];
        let mut words = 0;
        for (class, counts) in classes {
            for (word, count) in counts.as_object().unwrap() {
                // Half in documents of one word, half in one of many.
                let single = count.as_i64().unwrap() / 2;
                let many = count.as_i64().unwrap() - single;
                parts.push(format!(
                    "SELECT '{class}' AS topic, '{word}' AS comment FROM generate_series(1, {single})"
                ));
                parts.push(format!("SELECT '{class}', repeat('{word} ', {many})"));
                words += 1;
            }
        }
        let sql = format!(
            "SELECT * FROM keywords(({}), text => comment, by => topic, language => 'xx')",
            parts.join(" UNION ALL ")
        );
        let rows = query(&engine, &sql).await;
        assert_eq!(rows.len(), words);
        for row in &rows {
            let (class, word) = (text_of(row, "topic"), text_of(row, "keyword"));
            assert!(
                entry.agrees(&row["weight"], &entry.expected[&class][&word]),
                "{row:?}"
            );
            let count = entry.input["counts"][&class][&word].as_f64().unwrap();
            let near = |name: &str, wanted: f64| {
                assert!((number_of(row, name) - wanted).abs() < 1e-9, "{row:?}");
            };
            near("occurrences", count);
            near("docs", (count / 2.0).floor() + 1.0);
        }
        let top = query(&engine, &sql.replace("'xx')", "'xx', top => 1)")).await;
        assert_eq!(top.len(), classes.len());
        let order: Vec<_> = rows.iter().map(|row| text_of(row, "topic")).collect();
        assert!(order.is_sorted(), "{order:?}");
    }
}

/// Groups of any type, NULL among them; the column keeps its name and type.
#[tokio::test]
async fn keywords_of_any_groups() {
    let engine = session().await;
    let sql = "SELECT * FROM keywords((SELECT * FROM (VALUES (2, 'Refund, refunds'), (1, 'crash'), (NULL, 'invoice'), \
               (1, '12 😡')) AS t(stars, comment)), text => comment, by => stars, top => 1)";
    let rows = query(&engine, sql).await;
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row["stars"].clone(), text_of(row, "keyword")))
        .collect();
    let wanted = [
        (Cell::Number(1.0), "crash"),
        (Cell::Number(2.0), "refund"),
        (Cell::Null, "invoice"),
    ];
    assert_eq!(found, wanted.map(|(stars, word)| (stars, word.to_owned())));
    assert!((number_of(&rows[1], "occurrences") - 2.0).abs() < 1e-9);
}

#[tokio::test]
async fn near_duplicates_make_groups() {
    let engine = session().await;
    let sql = "SELECT * FROM near_duplicates((SELECT * FROM (VALUES (4, 'My parcel has not arrived since Monday, \
               please call +49 30 1234567 or write to me today'), (2, 'my parcel has NOT arrived since monday please \
               call +49 30 1234567 or write to me today!!'), (9, 'my parcel has NOT arrived since monday please \
               call +49 30 1234567 or write to me now'), (7, 'Where is my invoice?'), (8, NULL), (5, '😡'), (6, \
               '😡')) AS t(ticket_id, comment)), id => ticket_id, text => comment)";
    let rows = query(&engine, sql).await;
    let found: Vec<_> = rows
        .iter()
        .map(|row| ["group_id", "id_a", "id_b"].map(|column| number_of(row, column)))
        .collect();
    assert_eq!(found, [[2.0, 2.0, 4.0], [2.0, 2.0, 9.0]]);
    assert_eq!(rows[0]["similarity"], Cell::Number(1.0));
    // Of 15 triples each all but the last are shared.
    assert_eq!(rows[1]["similarity"], Cell::Number(14.0 / 16.0));
    assert!(text_of(&rows[0], "text_a").contains("[phone]"));
    let plain = sql.replace("text => comment)", "text => comment, redact => false)");
    assert!(text_of(&query(&engine, &plain).await[0], "text_a").contains("1234567"));
    let strict = sql.replace("text => comment)", "text => comment, threshold => 0.9)");
    assert_eq!(query(&engine, &strict).await.len(), 1);
}

#[tokio::test]
async fn too_many_pairs_are_an_error() {
    let engine = session().await;
    let sql = "SELECT * FROM near_duplicates((SELECT i, 'one two three four five six seven eight nine ten eleven ' \
               || i AS t FROM generate_series(1, 2000) AS s(i)), id => i, text => t)";
    let found = error(&engine, sql).await;
    assert!(
        found.contains("near_duplicates: there are more than 1000000 pairs; raise threshold"),
        "{found}"
    );
    let same = sql.replace("|| i AS t", "AS t");
    assert_eq!(query(&engine, &same).await.len(), 1999);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one list of cases")]
async fn wrong_calls_are_told() {
    let engine = session().await;
    let table = "(SELECT 1 AS id, 'app slow' AS comment, 3 AS score)";
    for (call, wanted) in [
        (
            "themes(T, text => comment)",
            "themes: side is missing; write themes(table, text => .., side => ..",
        ),
        (
            "themes(T, text => score, side => true)",
            "themes: text must be a text, not BIGINT",
        ),
        (
            "themes(T, text => comment, side => score)",
            "themes: side must be a condition such as score <= 6, not BIGINT",
        ),
        (
            "themes(T, text => comment, side => true, ngrams => 3)",
            "themes: ngrams must be 1 or 2, not 3",
        ),
        (
            "themes(T, text => comment, side => true, prior => -1)",
            "themes: prior must be 0 or more, not -1",
        ),
        (
            "themes(T, text => comment, side => true, min_docs => 0)",
            "themes: min_docs must be a whole number of 1 or more",
        ),
        (
            "themes(T, text => comment, side => true, language => 'English')",
            "themes: language is a code of two letters such as 'en', not 'English'",
        ),
        (
            "themes(T, text => comment, side => true, stop => 3)",
            "themes: stop is a list of words such as ['acme', 'app'], not 3",
        ),
        (
            "themes(T, text => comment, side => true, redact => 'no')",
            "themes: redact must be true or false",
        ),
        (
            "themes(T, text => comment, side => true, topics => 3)",
            "themes: there is no option topics; there are text, side",
        ),
        (
            "keywords(T, text => comment, by => [id, score])",
            "keywords: by is one column or expression, not 2",
        ),
        (
            "keywords(T, text => comment, by => id, top => 0)",
            "keywords: top must be a whole number of 1 or more, not 0",
        ),
        (
            "near_duplicates(T, id => id, text => id)",
            "near_duplicates: text must be a text, not BIGINT",
        ),
        (
            "near_duplicates(T, id => id, text => comment, threshold => 0)",
            "near_duplicates: threshold must be above 0 and at most 1, not 0",
        ),
        (
            "near_duplicates(T, id => id, text => comment, threshold => 80)",
            "near_duplicates: threshold must be above 0 and at most 1, not 80",
        ),
    ] {
        let sql = format!(
            "SELECT * FROM {}",
            call.replace("(T,", &format!("({table},"))
        );
        let found = error(&engine, &sql).await;
        assert!(found.contains(wanted), "{call}: {found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}
