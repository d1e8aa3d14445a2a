//! Themes that one side writes about more than the other: log odds of the documents with a term, with a prior.
//!
//! Source: B. L. Monroe, M. P. Colaresi and K. M. Quinn, "Fightin' words", 2008, eq. 16 to 22, on documents in the
//! place of words, so that a long comment counts once.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::insight::comparison::benjamini_hochberg;
use crate::insight::distributions::normal_p;

/// Documents of both sides, and the weight of the prior in documents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThemeSides {
    /// Documents of side a (side false).
    pub(crate) n_a: i64,
    /// Documents of side b (side true).
    pub(crate) n_b: i64,
    /// Documents that the prior is worth, spread as the term is over both sides together. Not negative.
    pub(crate) prior: f64,
}

/// A term and the documents of both sides that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TermCount {
    /// As in [`super::terms::DocumentTerm`].
    pub(crate) key: String,
    pub(crate) docs_a: i64,
    pub(crate) docs_b: i64,
}

/// The difference of the sides in one term; `None` where a side has no documents or all hold it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ThemeContrast {
    /// Log odds of b less those of a: above 0 the term is b's.
    pub(crate) log_odds: f64,
    pub(crate) z: f64,
    pub(crate) p: f64,
}

/// A theme to list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListedTheme {
    /// Place of the term among those given.
    pub(crate) place: usize,
    /// Percent of a's documents; `None` without any.
    pub(crate) share_a: Option<f64>,
    pub(crate) share_b: Option<f64>,
    pub(crate) contrast: Option<ThemeContrast>,
    /// By Benjamini and Hochberg over the themes that are listed.
    pub(crate) p_adjusted: Option<f64>,
}

/// The themes among `terms` (each key once, in any order) that at least `min_docs` documents hold, those that
/// differ most first; equal ones by their key.
pub(crate) fn listed_themes(
    terms: &[TermCount],
    sides: ThemeSides,
    min_docs: i64,
) -> Vec<ListedTheme> {
    let nested = NestedPairs::among(terms);
    let mut themes: Vec<ListedTheme> = terms
        .iter()
        .enumerate()
        .filter(|(_, term)| term.docs_a + term.docs_b >= min_docs && !nested.hold(term))
        .map(|(place, term)| ListedTheme {
            place,
            share_a: share(term.docs_a, sides.n_a),
            share_b: share(term.docs_b, sides.n_b),
            contrast: contrast(term.docs_a, term.docs_b, sides),
            p_adjusted: None,
        })
        .collect();
    let p: Vec<_> = themes.iter().map(|theme| Some(theme.contrast?.p)).collect();
    for (theme, adjusted) in themes.iter_mut().zip(benjamini_hochberg(&p)) {
        theme.p_adjusted = adjusted;
    }
    themes.sort_by(|a, b| {
        by_distance(a, b).then_with(|| terms[a.place].key.cmp(&terms[b.place].key))
    });
    themes
}

/// Log odds, z and p of a term that `docs_a` of a's and `docs_b` of b's documents hold.
pub(crate) fn contrast(docs_a: i64, docs_b: i64, sides: ThemeSides) -> Option<ThemeContrast> {
    let ThemeSides { n_a, n_b, prior } = sides;
    if n_a <= 0 || n_b <= 0 {
        return None;
    }
    let expected = prior * (float(docs_a) + float(docs_b)) / (float(n_a) + float(n_b));
    let with = |docs: i64| float(docs) + expected;
    let without = |docs: i64, n: i64| float(n - docs) + (prior - expected);
    let cells = [
        with(docs_b),
        without(docs_b, n_b),
        with(docs_a),
        without(docs_a, n_a),
    ];
    if cells.iter().any(|cell| *cell <= 0.0) {
        return None;
    }
    let [with_b, without_b, with_a, without_a] = cells;
    let log_odds = (with_b / without_b).ln() - (with_a / without_a).ln();
    let variance: f64 = cells.iter().map(|cell| cell.recip()).sum();
    let z = log_odds / variance.sqrt();
    Some(ThemeContrast {
        log_odds,
        z,
        p: normal_p(z),
    })
}

/// Pairs of stems that hold a single stem with the same documents: they say nothing that it does not.
struct NestedPairs<'a> {
    singles: HashMap<&'a str, (i64, i64)>,
}

impl<'a> NestedPairs<'a> {
    fn among(terms: &'a [TermCount]) -> Self {
        let singles = terms.iter().filter(|term| !term.key.contains(' '));
        Self {
            singles: singles
                .map(|term| (term.key.as_str(), (term.docs_a, term.docs_b)))
                .collect(),
        }
    }

    /// The documents of a pair are among those of its stems: with the same counts they are the same documents, and
    /// the stem is listed as well.
    fn hold(&self, term: &TermCount) -> bool {
        let counts = Some(&(term.docs_a, term.docs_b));
        term.key.split_once(' ').is_some_and(|(first, second)| {
            self.singles.get(first) == counts || self.singles.get(second) == counts
        })
    }
}

fn by_distance(a: &ListedTheme, b: &ListedTheme) -> Ordering {
    let distance = |theme: &ListedTheme| theme.contrast.map_or(-1.0, |contrast| contrast.z.abs());
    distance(b).total_cmp(&distance(a))
}

fn share(docs: i64, n: i64) -> Option<f64> {
    (n > 0).then(|| 100.0 * float(docs) / float(n))
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
