//! The rank correlation of Spearman.

use std::collections::BTreeMap;

use super::correlation::{CorrelationDetail, RankCell, coefficient, fisher_interval, student_r_p};
use super::wide_integer::WideInteger;

/// Spearman's ρ: Pearson's r of the ranks, where rows of the same value share the middle of theirs.
///
/// `cells` are in any order, each (x, y) any number of times. Source of the interval: D. G. Bonett and T. A.
/// Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations", 2000.
pub(crate) fn spearman(cells: &[RankCell], level: f64) -> CorrelationDetail {
    let n: i64 = cells.iter().map(|cell| cell.count).sum();
    let x_ranks = centred_ranks(cells.iter().map(|cell| (cell.x, cell.count)), n);
    let y_ranks = centred_ranks(cells.iter().map(|cell| (cell.y, cell.count)), n);
    // Sums of cubes of the number of rows: far from the end of an i128.
    let (mut xx, mut yy, mut xy) = (0, 0, 0);
    for cell in cells {
        let rank = |ranks: &BTreeMap<i128, i128>, value| ranks.get(value).copied().unwrap_or(0);
        let (x, y) = (rank(&x_ranks, &cell.x), rank(&y_ranks, &cell.y));
        let count = i128::from(cell.count);
        xx += count * x * x;
        yy += count * y * y;
        xy += count * x * y;
    }
    let [xx, yy, xy] = [xx, yy, xy].map(WideInteger::from);
    let r = coefficient(xy, xx, yy);
    CorrelationDetail {
        n,
        r,
        interval: r.and_then(|r| fisher_interval(r, 1.0 + r * r / 2.0, n, 3, level)),
        p: r.and_then(|r| student_r_p(r, n)),
    }
}

/// For each value twice the mean of its ranks less that of all ranks, which is whole: rows below less rows
/// above.
fn centred_ranks(values: impl Iterator<Item = (i128, i64)>, n: i64) -> BTreeMap<i128, i128> {
    let mut ranks: BTreeMap<i128, i128> = BTreeMap::new();
    for (value, count) in values {
        *ranks.entry(value).or_default() += i128::from(count);
    }
    let (mut below, n) = (0, i128::from(n));
    for rank in ranks.values_mut() {
        let tied = *rank;
        *rank = 2 * below + tied - n;
        below += tied;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(cells: &[(i128, i128, i64)]) -> CorrelationDetail {
        let cells = cells.iter().map(|&(x, y, count)| RankCell { x, y, count });
        spearman(&cells.collect::<Vec<_>>(), 0.95)
    }

    /// Ranks 1 2 3 4 and 1 3 2 4: 1 − 6 × 2 / (4 × 15) = 0.8.
    #[test]
    fn ranks_without_ties_by_hand() {
        let found = detail(&[(10, 5, 1), (20, 90, 1), (30, 6, 1), (40, 99, 1)]);
        assert!((found.r.unwrap() - 0.8).abs() < 1e-15);
        assert!(found.interval.is_some() && found.p.is_some());
    }

    #[test]
    fn counts_are_rows() {
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
    fn any_rising_curve_is_in_step() {
        let cells: Vec<(i128, i128, i64)> = (1..40).map(|i| (i, i * i * i, 7)).collect();
        let found = detail(&cells);
        assert_eq!((found.r, found.interval, found.p), (Some(1.0), None, None));
    }

    #[test]
    fn all_ties_have_no_correlation() {
        assert_eq!(detail(&[(1, 1, 5), (1, 2, 5)]).r, None);
        assert_eq!(detail(&[]).r, None);
    }
}
