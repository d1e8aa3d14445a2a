use super::*;
use crate::insight::series::control_limits::HitCount;
use crate::insight::series::segment_costs::{MeanCost, RateCost, VarianceCost};

/// Numbers of a linear congruential generator between 0 and 1 (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// The cheapest cut without pruning, and its cost.
fn without_pruning(
    costs: &impl SegmentCost,
    n: usize,
    least: usize,
    penalty: f64,
) -> (f64, Vec<usize>) {
    let mut best = vec![f64::INFINITY; n + 1];
    let mut last_start = vec![0; n + 1];
    best[0] = -penalty;
    for end in least..=n {
        for start in 0..=end - least {
            let sum = best[start] + costs.cost(start, end) + penalty;
            if sum < best[end] {
                best[end] = sum;
                last_start[end] = start;
            }
        }
    }
    (best[n], changes_before(n, &last_start))
}

fn total(costs: &impl SegmentCost, n: usize, penalty: f64, changes: &[usize]) -> f64 {
    let mut sum = 0.0;
    let mut start = 0;
    for &end in changes.iter().chain([&n]) {
        sum += costs.cost(start, end) + if start > 0 { penalty } else { 0.0 };
        start = end;
    }
    sum
}

fn check(costs: &impl SegmentCost, n: usize, least: usize, penalty: f64) {
    let found = cheapest_cut(costs, n, least, penalty);
    let (cost, wanted) = without_pruning(costs, n, least, penalty);
    let cost_of_found = total(costs, n, penalty, &found);
    assert!(
        found == wanted || (cost_of_found - cost).abs() < 1e-9 * cost.abs().max(1.0),
        "n {n} least {least} penalty {penalty}: {found:?} is not {wanted:?}"
    );
}

/// Small penalties and long least lengths, where early pruning fails.
#[test]
fn pruning_keeps_the_minimum() {
    let mut numbers = Numbers(1);
    for round in 0..300_u32 {
        let n = 10 + usize::try_from(round % 50).unwrap();
        let least = 1 + usize::try_from(round % 9).unwrap();
        let penalty = 0.2 + 12.0 * numbers.next();
        let mut level = 0.0;
        let values: Vec<f64> = (0..n)
            .map(|_| {
                if numbers.next() < 0.1 {
                    level = 6.0 * numbers.next();
                }
                level + 2.0 * numbers.next()
            })
            .collect();
        check(&MeanCost::new(&values, 0.4), n, least, penalty);
        check(&VarianceCost::new(&values).unwrap(), n, least, penalty);
        let counts: Vec<HitCount> = (0..60_i64)
            .take(n)
            .map(|at| HitCount {
                hits: if numbers.next() < level / 6.0 {
                    1 + at % 4
                } else {
                    0
                },
                n: 4 + at % 3,
            })
            .collect();
        check(&RateCost::new(&counts).unwrap(), n, least, penalty);
    }
}

#[test]
fn too_few_values_have_no_change() {
    for n in 0..4 {
        let values: Vec<f64> = [0.0, 0.0, 9.0, 9.0][..n].to_vec();
        let costs = MeanCost::new(&values, 0.01);
        assert!(cheapest_cut(&costs, n, 2, 1.0).is_empty(), "{n}");
    }
    let costs = MeanCost::new(&[0.0, 0.0, 9.0, 9.0], 0.01);
    assert_eq!(cheapest_cut(&costs, 4, 2, 1.0), [2]);
}
