//! The Mann-Whitney test, from counts by value.

use crate::insight::distributions::normal_p;

/// Largest number of rows on a side for which p is exact.
const EXACT: i64 = 20;

/// Result of [`compare_ranks`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RankComparison {
    pub(crate) n_a: i64,
    pub(crate) n_b: i64,
    /// Pairs in which b is above a, ties half; `None` if a side is empty.
    pub(crate) u: Option<f64>,
    pub(crate) p: Option<f64>,
    /// `"exact"` or `"normal"`, where there is a p.
    pub(crate) test: Option<&'static str>,
}

impl RankComparison {
    /// 100 × u / pairs: how often a row of b is above one of a.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub(crate) fn superiority(&self) -> Option<f64> {
        Some(100.0 * self.u? / (self.n_a as f64 * self.n_b as f64))
    }
}

/// Do the values of b tend to be above those of a? `counts` has the rows of a and b at each distinct value,
/// sorted by value.
///
/// Source: H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is stochastically
/// larger than the other", 1947. Without ties and with at most 20 rows on each side p is exact; otherwise it
/// is normal, with the variance of ties and a continuity correction of one half. `None` where all values are
/// equal.
#[expect(
    clippy::cast_precision_loss,
    reason = "only the last step is in doubles"
)]
pub(crate) fn compare_ranks(counts: impl Iterator<Item = [i64; 2]>) -> RankComparison {
    let (mut n_a, mut n_b) = (0_i64, 0_i64);
    // Twice the pairs, so that ties are whole.
    let mut twice_u = 0_i128;
    let (mut ties, mut has_ties) = (0.0, false);
    for [a, b] in counts {
        twice_u += i128::from(b) * (2 * i128::from(n_a) + i128::from(a));
        n_a += a;
        n_b += b;
        let tied = (a + b) as f64;
        has_ties |= a + b > 1;
        ties += tied * (tied * tied - 1.0);
    }
    if n_a == 0 || n_b == 0 {
        return RankComparison {
            n_a,
            n_b,
            u: None,
            p: None,
            test: None,
        };
    }
    let u = twice_u as f64 / 2.0;
    let exact = !has_ties && n_a <= EXACT && n_b <= EXACT;
    let p = if exact {
        Some(exact_p(n_a, n_b, twice_u / 2))
    } else {
        tied_p(n_a as f64, n_b as f64, u, ties)
    };
    RankComparison {
        n_a,
        n_b,
        u: Some(u),
        p,
        test: p.map(|_| if exact { "exact" } else { "normal" }),
    }
}

/// p of the normal approximation; `None` where all values are equal.
fn tied_p(n_a: f64, n_b: f64, u: f64, ties: f64) -> Option<f64> {
    let n = n_a + n_b;
    let variance = n_a * n_b / 12.0 * (n + 1.0 - ties / (n * (n - 1.0)));
    if variance <= 0.0 {
        return None;
    }
    let off = ((u - n_a * n_b / 2.0).abs() - 0.5).max(0.0);
    Some(normal_p(off / variance.sqrt()))
}

/// Twice the smaller tail of U, from the number of ways in which `u` pairs come about: ways(a, b, u) =
/// ways(a, b − 1, u − a) + ways(a − 1, b, u), by whether the largest value is b's or a's.
#[expect(clippy::cast_precision_loss, reason = "at most 40 over 20 ways")]
fn exact_p(n_a: i64, n_b: i64, u: i128) -> f64 {
    let (a, b) = (to_usize(n_a), to_usize(n_b));
    let pairs = a * b;
    let smaller = usize::try_from(u.min(pairs as i128 - u)).unwrap_or(0);
    // The product of (1 − q^(b + i)) / (1 − q^i) for i from 1 to a, as coefficients.
    let mut ways = vec![0_i128; pairs + 1];
    ways[0] = 1;
    for i in 1..=a {
        for place in (b + i..=pairs).rev() {
            ways[place] -= ways[place - b - i];
        }
        for place in i..=pairs {
            ways[place] += ways[place - i];
        }
    }
    let all: i128 = ways.iter().sum();
    let tail: i128 = ways.iter().take(smaller + 1).sum();
    (2.0 * tail as f64 / all as f64).min(1.0)
}

fn to_usize(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two of a below two of b: 6 orders, U = 4 in one of them, so p = 2/6.
    #[test]
    fn exact_p_counts_orders() {
        let found = compare_ranks([[1, 0], [1, 0], [0, 1], [0, 1]].into_iter());
        assert_eq!((found.u, found.test), (Some(4.0), Some("exact")));
        assert!((found.p.unwrap() - 1.0 / 3.0).abs() < 1e-15);
    }

    /// 2 of a and 1 of b: U is 0, 1 or 2 in one order each.
    #[test]
    fn every_order_is_one_way() {
        let found = compare_ranks([[1, 0], [0, 1], [1, 0]].into_iter());
        assert_eq!((found.u, found.p), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn without_rows_on_a_side_there_is_nothing() {
        let found = compare_ranks([[3, 0]].into_iter());
        assert_eq!((found.n_a, found.u, found.p), (3, None, None));
    }
}
