//! Tails and quantiles of the normal, Student's t and χ² distributions, with digits in the far tails: a p of
//! 1e-30 is not 0.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::gamma_ur;

/// Two-sided p of a standard normal deviate `z`: P(|Z| ≥ |z|).
pub(crate) fn normal_p(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// P(Z ≥ z) of the standard normal distribution.
pub(crate) fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

/// Two-sided p of Student's `t` with `df` degrees of freedom, which need not be whole.
pub(crate) fn student_p(t: f64, df: f64) -> f64 {
    if t == 0.0 {
        return 1.0;
    }
    if t.is_infinite() {
        return 0.0;
    }
    beta_reg(df / 2.0, 0.5, df / (df + t * t))
}

/// The two-sided quantile of Student's t: P(|T| ≤ t) = `level`, which lies strictly between 0 and 1.
///
/// By bisection, so that it is the inverse of [`student_p`] to the last digits for any `df`.
pub(crate) fn student_quantile(level: f64, df: f64) -> f64 {
    let wanted = 1.0 - level;
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    while student_p(high, df) > wanted && high < 1e300 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if student_p(middle, df) > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// P(X ≥ `q`) of the χ² distribution with `df` degrees of freedom.
pub(crate) fn chi_square_p(q: f64, df: f64) -> f64 {
    if q <= 0.0 {
        return 1.0;
    }
    gamma_ur(df / 2.0, q / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!(
            (found / wanted - 1.0).abs() < 1e-10,
            "{found} is not {wanted}"
        );
    }

    /// Tables of the normal distribution: 0.05 at 1.959964, and far out 1.973175e-9 at 6.
    #[test]
    fn tails_of_the_normal_distribution() {
        close(normal_p(1.959_963_984_540_054), 0.05);
        close(normal_p(-6.0), 1.973_175_290_075_396e-9);
        assert!(normal_p(37.0) > 0.0 && normal_p(37.0) < 1e-290);
        close(normal_upper(1.644_853_626_951_472_7), 0.05);
    }

    /// With one degree of freedom t is Cauchy's: P(|T| ≥ 1) = 1/2; the 97.5 % quantile is tan(0.475 π).
    #[test]
    fn students_t_is_cauchys_with_one_degree_of_freedom() {
        close(student_p(1.0, 1.0), 0.5);
        close(
            student_quantile(0.95, 1.0),
            (0.475 * std::f64::consts::PI).tan(),
        );
        close(student_quantile(0.95, 10.0), 2.228_138_851_964_938_5);
    }

    /// With two degrees of freedom χ² is exponential: P(X ≥ q) = exp(−q/2).
    #[test]
    fn chi_square_is_exponential_with_two_degrees_of_freedom() {
        close(chi_square_p(3.0, 2.0), (-1.5_f64).exp());
        close(chi_square_p(200.0, 2.0), (-100.0_f64).exp());
        assert!((chi_square_p(0.0, 4.0) - 1.0).abs() < 1e-15);
    }
}
