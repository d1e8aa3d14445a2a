//! The rank correlation of Kendall.

use super::correlation::{CorrelationDetail, RankCell, coefficient, fisher_interval};
use super::wide_integer::WideInteger;
use crate::insight::distributions::normal_p;

/// Kendall's τ-b: concordant less discordant pairs, of those that are tied on neither side.
///
/// `cells` are in any order. Source: M. G. Kendall, "The treatment of ties in ranking problems", 1945; of the
/// interval: E. C. Fieller, H. O. Hartley and E. S. Pearson, "Tests for rank correlation coefficients", 1957.
/// p is normal with the variance of ties and without continuity.
pub(crate) fn kendall(cells: &[RankCell], level: f64) -> CorrelationDetail {
    let n: i64 = cells.iter().map(|cell| cell.count).sum();
    let x_ties = TiedPairs::count(cells.iter().map(|cell| (cell.x, cell.count)).collect());
    let y_ties = TiedPairs::count(cells.iter().map(|cell| (cell.y, cell.count)).collect());
    let score = score(cells);
    // Twice the pairs throughout.
    let all = i128::from(n) * (i128::from(n) - 1);
    let [score_twice, x, y] = [2 * score, all - x_ties.pairs, all - y_ties.pairs];
    let [score_wide, x, y] = [score_twice, x, y].map(WideInteger::from);
    let r = coefficient(score_wide, x, y);
    let has_p = n > 2 && r.is_some_and(|r| r.abs() < 1.0);
    CorrelationDetail {
        n,
        r,
        interval: r.and_then(|r| fisher_interval(r, 0.437, n, 4, level)),
        p: has_p.then(|| score_p(score, n, &x_ties, &y_ties)),
    }
}

/// Sums over the groups of t rows with the same value.
#[derive(Debug, Clone, Copy, Default)]
struct TiedPairs {
    /// Σ t (t − 1)
    pairs: i128,
    /// Σ t (t − 1) (t − 2)
    triples: i128,
    /// Σ t (t − 1) (2t + 5)
    weighted: i128,
}

impl TiedPairs {
    fn count(mut values: Vec<(i128, i64)>) -> Self {
        values.sort_unstable();
        let mut found = Self::default();
        for same in values.chunk_by(|a, b| a.0 == b.0) {
            let t: i128 = same.iter().map(|&(_, count)| i128::from(count)).sum();
            found.pairs += t * (t - 1);
            found.triples += t * (t - 1) * (t - 2);
            found.weighted += t * (t - 1) * (2 * t + 5);
        }
        found
    }
}

/// Concordant less discordant pairs, by D. Christensen's way ("Fast algorithms for the calculation of
/// Kendall's τ", 2005): rows in the order of x are counted by y in a tree, which says how many are below and
/// above.
fn score(cells: &[RankCell]) -> i128 {
    let mut by_x: Vec<&RankCell> = cells.iter().collect();
    by_x.sort_unstable_by_key(|cell| cell.x);
    let mut heights: Vec<i128> = cells.iter().map(|cell| cell.y).collect();
    heights.sort_unstable();
    heights.dedup();
    let place = |cell: &RankCell| heights.partition_point(|&y| y < cell.y);
    let (mut tree, mut seen, mut score) = (CountTree::new(heights.len()), 0, 0);
    for same_x in by_x.chunk_by(|a, b| a.x == b.x) {
        for cell in same_x {
            let below = tree.before(place(cell));
            let above = seen - tree.before(place(cell) + 1);
            score += i128::from(cell.count) * i128::from(below - above);
        }
        for cell in same_x {
            tree.add(place(cell), cell.count);
            seen += cell.count;
        }
    }
    score
}

/// Counts by place whose running sums take the logarithm of the number of places (P. M. Fenwick, "A new data
/// structure for cumulative frequency tables", 1994).
#[derive(Debug)]
struct CountTree(Vec<i64>);

impl CountTree {
    fn new(places: usize) -> Self {
        Self(vec![0; places + 1])
    }

    fn add(&mut self, place: usize, count: i64) {
        let mut node = place + 1;
        while let Some(sum) = self.0.get_mut(node) {
            *sum += count;
            node += node & node.wrapping_neg();
        }
    }

    /// Sum of the counts at places before `place`.
    fn before(&self, place: usize) -> i64 {
        let (mut node, mut sum) = (place, 0);
        while node > 0 {
            sum += self.0.get(node).copied().unwrap_or(0);
            node &= node - 1;
        }
        sum
    }
}

/// p of a score of more than two rows that are not all tied.
#[expect(
    clippy::cast_precision_loss,
    reason = "only the last step is in doubles"
)]
fn score_p(score: i128, n: i64, x: &TiedPairs, y: &TiedPairs) -> f64 {
    let n = i128::from(n);
    let pairs = (n * (n - 1)) as f64;
    let untied = (n * (n - 1) * (2 * n + 5) - x.weighted - y.weighted) as f64 / 18.0;
    let triples = x.triples as f64 * y.triples as f64 / (9.0 * pairs * (n - 2) as f64);
    let doubles = x.pairs as f64 * y.pairs as f64 / (2.0 * pairs);
    normal_p(score as f64 / (untied + triples + doubles).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(cells: &[(i128, i128, i64)]) -> CorrelationDetail {
        let cells = cells.iter().map(|&(x, y, count)| RankCell { x, y, count });
        kendall(&cells.collect::<Vec<_>>(), 0.95)
    }

    /// Of six pairs one is discordant: (5 − 1) / 6. Variance 4 × 3 × 13 / 18.
    #[test]
    fn four_rows_by_hand() {
        let found = detail(&[(1, 1, 1), (2, 3, 1), (3, 2, 1), (4, 4, 1)]);
        assert!((found.r.unwrap() - 2.0 / 3.0).abs() < 1e-15);
        let wanted = normal_p(4.0 / (26.0_f64 / 3.0).sqrt());
        assert!((found.p.unwrap() - wanted).abs() < 1e-15);
        assert_eq!(found.interval, None);
    }

    #[test]
    fn counts_are_rows_in_any_order() {
        let rows = [
            (1, 1, 1),
            (1, 1, 1),
            (2, 5, 1),
            (3, 2, 1),
            (3, 2, 1),
            (3, 2, 1),
        ];
        assert_eq!(detail(&rows), detail(&[(3, 2, 3), (1, 1, 2), (2, 5, 1)]));
    }

    #[test]
    fn in_step_with_the_same_ties_is_one() {
        let found = detail(&[(1, 2, 4), (2, 3, 5), (3, 9, 6)]);
        assert_eq!((found.r, found.p), (Some(1.0), None));
        let found = detail(&[(1, -2, 4), (2, -3, 5), (3, -9, 6)]);
        assert_eq!((found.r, found.interval), (Some(-1.0), None));
    }

    #[test]
    fn all_ties_have_no_correlation() {
        assert_eq!(detail(&[(1, 1, 5), (1, 2, 5)]).r, None);
        assert_eq!(detail(&[(1, 1, 1)]).r, None);
        assert_eq!(detail(&[]).r, None);
    }
}
