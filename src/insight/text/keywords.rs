//! Words that tell classes of documents apart: class-based TF-IDF.
//!
//! Source: M. Grootendorst, "`BERTopic`: neural topic modeling with a class-based TF-IDF procedure", 2022, eq. 2.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;

/// The occurrences of a term in the documents of a class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClassTermCount<'a, C> {
    pub(crate) class: C,
    pub(crate) term: &'a str,
    /// Above 0.
    pub(crate) occurrences: i64,
}

/// A row's weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct KeywordWeight {
    /// Place of the row among those given.
    pub(crate) place: usize,
    pub(crate) weight: f64,
}

/// tf ln(1 + A / f) of every row: `occurrences` in the class, f in all classes, A the mean number of words a class.
pub(crate) fn keyword_weight(
    occurrences: i64,
    in_all: i64,
    words: i64,
    classes: i64,
) -> Option<f64> {
    if occurrences <= 0 || in_all <= 0 || classes <= 0 {
        return None;
    }
    let mean_words = float(words) / float(classes);
    Some(float(occurrences) * (mean_words / float(in_all)).ln_1p())
}

/// The `top` terms of each class (all with `usize::MAX`), class by class in order, the heaviest first; terms of
/// equal weight by the alphabet.
///
/// `rows` holds each term of a class once, in any order. A class is as wide as the terms given for it, so all must
/// be given.
pub(crate) fn top_keywords<C: Copy + Ord + Hash>(
    rows: &[ClassTermCount<'_, C>],
    top: usize,
) -> Vec<KeywordWeight> {
    let mut in_all: HashMap<&str, i64> = HashMap::new();
    let mut classes: HashMap<C, i64> = HashMap::new();
    for row in rows {
        *in_all.entry(row.term).or_default() += row.occurrences;
        *classes.entry(row.class).or_default() += row.occurrences;
    }
    let words = classes.values().sum();
    let classes = i64::try_from(classes.len()).unwrap_or(i64::MAX);
    let mut weighed: Vec<KeywordWeight> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| {
            let f = *in_all.get(row.term)?;
            let weight = keyword_weight(row.occurrences, f, words, classes)?;
            Some(KeywordWeight { place, weight })
        })
        .collect();
    weighed.sort_by(|a, b| in_order(rows, a, b));
    weighed
        .chunk_by(|a, b| rows[a.place].class == rows[b.place].class)
        .flat_map(|class| class.iter().take(top).copied())
        .collect()
}

fn in_order<C: Ord>(
    rows: &[ClassTermCount<'_, C>],
    a: &KeywordWeight,
    b: &KeywordWeight,
) -> Ordering {
    let (row_a, row_b) = (&rows[a.place], &rows[b.place]);
    row_a
        .class
        .cmp(&row_b.class)
        .then_with(|| b.weight.total_cmp(&a.weight))
        .then_with(|| row_a.term.cmp(row_b.term))
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(class: u8, term: &str, occurrences: i64) -> ClassTermCount<'_, u8> {
        ClassTermCount {
            class,
            term,
            occurrences,
        }
    }

    /// Classes of 4 and 2 words, A = 3: 3 ln(1 + 3/3), 1 ln(1 + 3/2), 1 ln(1 + 3/2) and 1 ln(1 + 3/1).
    #[test]
    fn words_of_one_class_weigh_more() {
        let rows = [
            row(1, "app", 1),
            row(0, "app", 1),
            row(0, "bill", 3),
            row(1, "crash", 1),
        ];
        let found = top_keywords(&rows, usize::MAX);
        let terms: Vec<_> = found.iter().map(|found| rows[found.place].term).collect();
        assert_eq!(terms, ["bill", "app", "crash", "app"]);
        let wanted = [3.0 * 2.0_f64.ln(), 2.5_f64.ln(), 4.0_f64.ln(), 2.5_f64.ln()];
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found.weight - wanted).abs() < 1e-15);
        }
        assert_eq!(top_keywords(&rows, 1).len(), 2);
    }

    #[test]
    fn nothing_weighs_nothing() {
        assert_eq!(top_keywords::<u8>(&[], 10), []);
        assert_eq!(keyword_weight(0, 5, 10, 2), None);
    }
}
