//! Laws of the table functions of texts: any split and order of rows gives the same digits, and a second, plain
//! computation the same rows.
//!
//! `DESKQL_TEXTS=5000 DESKQL_SEED=3 cargo test insight::text_laws` draws more texts.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use deskql::Engine;

use super::values::{Cell, Row, query};
use crate::support::data::{open, parquet};

const WORDS: &[&str] = &[
    "app", "crashes", "crash", "slow", "refund", "refunds", "the", "not", "is", "very", "agent",
    "agents", "friendly", "invoice", "wrong", "again", "waiting", "for", "never", "login",
    "password", "broken", "delivery", "late",
];

/// A number that depends on its place alone (splitmix64).
fn drawn(seed: u64, place: u64) -> u64 {
    let mut z = (seed << 32)
        .wrapping_add(place + 1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn variable(name: &str, absent: u64) -> u64 {
    std::env::var(name).map_or(absent, |given| given.parse().unwrap())
}

struct DrawnText {
    id: i64,
    side: Option<bool>,
    text: Option<String>,
}

/// Texts of some words with capitals and punctuation, every third one nearly that before it.
fn texts(seed: u64) -> Vec<DrawnText> {
    let mut before: Vec<String> = vec![];
    let count = variable("DESKQL_TEXTS", 600);
    let text = |id: u64| {
        let draw = |place: u64| drawn(seed, 1000 * id + place);
        if id % 3 == 2 && !before.is_empty() {
            let place = usize::try_from(draw(0)).unwrap_or(0) % before.len();
            WORDS[usize::try_from(draw(1) % 24).unwrap()].clone_into(&mut before[place]);
        } else {
            let words = (0..draw(2) % 30).map(|word| {
                let word = WORDS[usize::try_from(draw(10 + word) % 24).unwrap()];
                match draw(50) % 3 {
                    0 => word.to_uppercase(),
                    _ => word.to_owned(),
                }
            });
            before = words.collect();
        }
        DrawnText {
            id: i64::try_from(id).unwrap(),
            side: (draw(3) % 11 > 0).then_some(draw(3) % 11 > 6),
            text: (draw(4) % 17 > 0)
                .then(|| before.join(if draw(5) % 4 == 0 { ", " } else { " " })),
        }
    };
    (0..count).map(text).collect()
}

/// The texts in `parts` files, shuffled where they are several.
async fn session(folder: &Path, parts: usize, seed: u64) -> Engine {
    let mut all = texts(seed);
    if parts > 1 {
        all.sort_by_key(|text| drawn(seed + 1, text.id.unsigned_abs()));
    }
    let data = folder.join(format!("in{parts}")).join("answers");
    for (part, some) in all.chunks(all.len().div_ceil(parts.max(2))).enumerate() {
        let columns: Vec<(&str, ArrayRef)> = vec![
            (
                "id",
                Arc::new(
                    some.iter()
                        .map(|text| Some(text.id))
                        .collect::<Int64Array>(),
                ),
            ),
            (
                "side",
                Arc::new(some.iter().map(|text| text.side).collect::<BooleanArray>()),
            ),
            (
                "text",
                Arc::new(
                    some.iter()
                        .map(|text| text.text.as_deref())
                        .collect::<StringArray>(),
                ),
            ),
        ];
        parquet(&data.join(format!("part-{part}.parquet")), columns);
    }
    let engine = open(&[&data]).await.unwrap();
    let setting = format!("SET datafusion.execution.target_partitions = {parts}");
    engine.sql(&setting).await.unwrap().collect().await.unwrap();
    engine
}

const QUERIES: [&str; 4] = [
    "SELECT * FROM themes(answers, text => text, side => side)",
    "SELECT * FROM keywords(answers, text => text, by => id % 7, top => 20)",
    "SELECT * FROM near_duplicates(answers, id => id, text => text, threshold => 0.6)",
    "SELECT id, redact(text) AS r, sentiment(text, 'en') AS s, tokens(text) AS t, stem(text, 'en') AS w, \
     language(text, ['en', 'de']) AS l FROM answers ORDER BY id",
];

#[tokio::test]
async fn any_split_and_order_gives_the_same_digits() {
    let folder = tempfile::tempdir().unwrap();
    let seed = variable("DESKQL_SEED", 1);
    let mut found = vec![];
    for parts in [1, 2, 8] {
        let engine = session(folder.path(), parts, seed).await;
        let mut all = vec![];
        for sql in QUERIES {
            let rows = query(&engine, sql).await;
            assert!(!rows.is_empty(), "{sql}");
            all.push(format!("{rows:?}"));
        }
        found.push(all);
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

/// Counted in plain SQL: words of a document once each, by side, and log odds by their formula.
#[tokio::test]
async fn themes_are_those_of_plain_sql() {
    let folder = tempfile::tempdir().unwrap();
    let engine = session(folder.path(), 2, variable("DESKQL_SEED", 2)).await;
    let themes = "SELECT theme, docs_a, docs_b, log_odds, z FROM themes(answers, text => text, side => side, language \
                  => 'xx', ngrams => 1, min_docs => 3, prior => 4) ORDER BY theme";
    let plain = "WITH words AS (SELECT DISTINCT id, side, unnest(string_to_array(regexp_replace(lower(text), '[^a-z]+', \
                 ' ', 'g'), ' ')) AS theme FROM answers WHERE side IS NOT NULL AND text <> ''), \
                 n AS (SELECT count(*) FILTER (WHERE NOT side)::DOUBLE AS a, count(*) FILTER (WHERE side)::DOUBLE AS b \
                 FROM answers WHERE text <> ''), \
                 counted AS (SELECT theme, count(*) FILTER (WHERE NOT side) AS docs_a, count(*) FILTER (WHERE side) AS \
                 docs_b FROM words WHERE theme <> '' GROUP BY theme HAVING count(*) >= 3), \
                 cells AS (SELECT *, 4 * (docs_a + docs_b) / (a + b) AS e FROM counted, n), \
                 odds AS (SELECT *, docs_b + e AS w, b - docs_b + 4 - e AS x, docs_a + e AS y, a - docs_a + 4 - e AS z \
                 FROM cells) \
                 SELECT theme, docs_a, docs_b, ln(w / x) - ln(y / z) AS log_odds, (ln(w / x) - ln(y / z)) / sqrt(1 / w \
                 + 1 / x + 1 / y + 1 / z) AS z FROM odds ORDER BY theme";
    let (themes, plain) = (query(&engine, themes).await, query(&engine, plain).await);
    assert_eq!(themes.len(), plain.len());
    assert!(themes.len() > 10);
    for (theme, plain) in themes.iter().zip(&plain) {
        for (column, wanted) in plain {
            match (&theme[column], wanted) {
                (Cell::Number(found), Cell::Number(wanted)) => {
                    assert!(
                        (found - wanted).abs() < 1e-9,
                        "{column}: {theme:?} {plain:?}"
                    );
                }
                (found, wanted) => assert_eq!(found, wanted, "{column}"),
            }
        }
    }
}

/// All pairs of rows, one by one. Equal texts are asked about elsewhere.
#[tokio::test]
async fn near_duplicates_are_those_of_all_pairs() {
    let folder = tempfile::tempdir().unwrap();
    let engine = session(folder.path(), 2, variable("DESKQL_SEED", 3)).await;
    let of = |rows: &[Row]| -> BTreeSet<String> {
        rows.iter()
            .map(|row| {
                format!(
                    "{:?}",
                    ["id_a", "id_b", "similarity"].map(|column| &row[column])
                )
            })
            .collect()
    };
    let distinct = "(SELECT min(id) AS id, array_to_string(tokens(text), ' ') AS text FROM answers WHERE \
                    length(text) > 60 GROUP BY array_to_string(tokens(text), ' '))";
    let pairs = format!(
        "SELECT a.id AS id_a, b.id AS id_b, text_similarity(a.text, b.text) AS similarity FROM {distinct} AS a JOIN \
         {distinct} AS b ON a.id < b.id WHERE text_similarity(a.text, b.text) >= 0.75"
    );
    let found = format!(
        "SELECT * FROM near_duplicates({distinct}, id => id, text => text, threshold => 0.75)"
    );
    let (found, wanted) = (query(&engine, &found).await, query(&engine, &pairs).await);
    assert!(wanted.len() > 20, "{}", wanted.len());
    assert_eq!(of(&found), of(&wanted));
}
