//! p values of several tests, adjusted for their number.

/// Holm's adjustment, for the chance of any false claim (S. Holm, "A simple sequentially rejective multiple
/// test procedure", 1979). `None` stays and is not counted.
pub(crate) fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let order = sorted(p);
    let mut adjusted = vec![None; p.len()];
    let mut largest = 0.0_f64;
    for (rank, &(place, value)) in order.iter().enumerate() {
        largest = largest.max((value * count(order.len() - rank)).min(1.0));
        adjusted[place] = Some(largest);
    }
    adjusted
}

/// The adjustment of Benjamini and Hochberg, for the share of false claims ("Controlling the false discovery
/// rate", 1995). `None` stays and is not counted.
pub(crate) fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let order = sorted(p);
    let mut adjusted = vec![None; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(place, value)) in order.iter().enumerate().rev() {
        smallest = smallest.min(value * count(order.len()) / count(rank + 1));
        adjusted[place] = Some(smallest);
    }
    adjusted
}

/// The places that have a p, from the smallest on.
fn sorted(p: &[Option<f64>]) -> Vec<(usize, f64)> {
    let mut order: Vec<_> = p
        .iter()
        .enumerate()
        .filter_map(|(place, p)| p.map(|p| (place, p)))
        .collect();
    order.sort_by(|left, right| left.1.total_cmp(&right.1));
    order
}

#[expect(clippy::cast_precision_loss, reason = "a number of tests")]
fn count(tests: usize) -> f64 {
    tests as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three tests by hand: Holm 3 × 0.01, 2 × 0.02, 1 × 0.03 raised to the one before.
    #[test]
    fn adjustments_worked_out_by_hand() {
        let p = [Some(0.03), None, Some(0.01), Some(0.02)];
        let close = |found: Vec<Option<f64>>, wanted: [Option<f64>; 4]| {
            for (found, wanted) in found.iter().zip(wanted) {
                assert_eq!(found.is_some(), wanted.is_some());
                assert!((found.unwrap_or(0.0) - wanted.unwrap_or(0.0)).abs() < 1e-15);
            }
        };
        close(holm(&p), [Some(0.04), None, Some(0.03), Some(0.04)]);
        close(
            benjamini_hochberg(&p),
            [Some(0.03), None, Some(0.03), Some(0.03)],
        );
        assert_eq!(holm(&[]), vec![]);
    }
}
