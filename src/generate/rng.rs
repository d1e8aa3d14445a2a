//! Random streams: one per customer, ticket or row group, each a pure function of the seed.
//!
//! Every draw uses `libm`, never the platform's mathematics library, and streams share no state, so
//! a row does not depend on the thread that generates it or on earlier draws.

use rand_core::RngCore;
use rand_pcg::Pcg64Mcg;

/// Purpose of a stream: two domains never share numbers, even for the same customer.
#[derive(Clone, Copy, Debug)]
pub(super) enum RandomDomain {
    Incidents = 1,
    Agent,
    Customer,
    Life,
    Ticket,
    Survey,
    Faults,
    Comment,
}

/// Stream of random numbers.
#[derive(Debug)]
pub(super) struct RandomStream {
    rng: Pcg64Mcg,
    spare: Option<f64>,
}

/// Finalizer of splitmix64: neighbouring ids give unrelated states.
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl RandomStream {
    /// Stream of item `number` of owner `id` in `domain`.
    pub(super) fn new(seed: u64, domain: RandomDomain, id: u64, number: u64) -> Self {
        let owner = mix(mix(seed ^ mix(domain as u64)) ^ id);
        let low = mix(owner ^ mix(number));
        let high = mix(low ^ owner.rotate_left(32));
        Self {
            rng: Pcg64Mcg::new((u128::from(high) << 64) | u128::from(low)),
            spare: None,
        }
    }

    /// Uniform in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.rng.next_u64() >> 11) as f64 * SCALE
    }

    /// Uniform in [`low`, `high`).
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Uniform index below `n`; 0 if `n` is 0.
    pub(super) fn index(&mut self, n: usize) -> usize {
        whole(self.unit() * n as f64).min(n.saturating_sub(1))
    }

    /// One of `items`, which must not be empty, with equal probability.
    pub(super) fn any<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.index(items.len())]
    }

    /// One of the items, by weight. The list must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, items: &[(T, f64)]) -> T {
        let total: f64 = items.iter().map(|item| item.1).sum();
        let mut left = self.unit() * total;
        for &(item, weight) in items {
            left -= weight;
            if left < 0.0 {
                return item;
            }
        }
        items[items.len() - 1].0
    }

    /// Standard normal, by Box and Muller.
    pub(super) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = libm::sqrt(2.0 * self.exponential());
        let (sin, cos) = libm::sincos(2.0 * std::f64::consts::PI * self.unit());
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// Exponential with mean 1.
    pub(super) fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// Log-normal with this median; its mean is `median · exp(sigma² / 2)`.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }
}

/// Whole part of a non-negative number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and callers pass small positive numbers"
)]
pub(super) fn whole(value: f64) -> usize {
    value as usize
}

/// Rounds to the nearest whole number, halves away from zero.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, far beyond any time or amount of a desk"
)]
pub(super) fn round(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |domain, id, number| RandomStream::new(7, domain, id, number).rng.next_u64();
        assert_eq!(
            draw(RandomDomain::Ticket, 1, 2),
            draw(RandomDomain::Ticket, 1, 2)
        );
        assert_ne!(
            draw(RandomDomain::Ticket, 1, 2),
            draw(RandomDomain::Ticket, 2, 1)
        );
        assert_ne!(
            draw(RandomDomain::Ticket, 1, 2),
            draw(RandomDomain::Life, 1, 2)
        );
    }

    #[test]
    fn moments_are_right() {
        // 100,000 draws: standard error of the mean 0.0032, of the variance 0.0045.
        let mut stream = RandomStream::new(1, RandomDomain::Life, 0, 0);
        let draws: Vec<f64> = (0..100_000).map(|_| stream.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.016, "{mean}");
        assert!((variance - 1.0).abs() < 0.023, "{variance}");
    }

    #[test]
    fn picks_follow_the_weights() {
        let mut stream = RandomStream::new(1, RandomDomain::Life, 0, 1);
        let hits = (0..10_000)
            .filter(|_| stream.pick(&[(true, 3.0), (false, 1.0)]))
            .count();
        assert!((7_280..7_720).contains(&hits), "{hits}"); // 7500 ± 5 standard errors
    }
}
