//! MSTL with automatic exponential smoothing of the rest: the one place that knows the crate `augurs`.
//!
//! Source: K. Bandara, R. J. Hyndman and C. Bergmeir, "MSTL: a seasonal-trend decomposition algorithm for time
//! series with multiple seasonal patterns", 2021. The crate decomposes in single precision, hence values are
//! centred first; and it draws random numbers for the intervals of models with multiplicative errors, hence
//! only additive ones are offered.

use augurs::ets::AutoETS;
use augurs::mstl::MSTLModel;
use augurs::{Fit, Predict};

use super::seasonal_naive::ForecastSpread;
use crate::insight::series::medians::mean;

/// Largest distance from the mean that single precision can square.
const LARGEST_DISTANCE: f64 = 1e15;

/// The next `horizon` values of a series without gaps. `None` where the crate finds no model: under two
/// seasons, with a season of one period, with fewer than about ten values or with values beyond its reach.
pub(crate) fn mstl_forecast(
    values: &[f64],
    season: usize,
    horizon: usize,
    level: f64,
) -> Option<Vec<ForecastSpread>> {
    let centre = mean(values)?;
    let centred: Vec<f64> = values.iter().map(|value| value - centre).collect();
    let in_reach = |value: &f64| value.abs() <= LARGEST_DISTANCE;
    if season < 2 || values.len() / 2 < season || !centred.iter().all(in_reach) {
        return None;
    }
    if centred.iter().all(|value| value.abs() <= 0.0) {
        let constant = ForecastSpread {
            forecast: centre,
            half_width: 0.0,
        };
        return Some(vec![constant; horizon]);
    }
    let smoothing = AutoETS::new(1, "AZN").ok()?.into_trend_model();
    let fitted = MSTLModel::new(vec![season], smoothing).fit(&centred).ok()?;
    let found = fitted.predict(horizon, level).ok()?;
    let intervals = found.intervals?;
    let ends = intervals.lower.iter().zip(&intervals.upper);
    let steps: Vec<ForecastSpread> = found
        .point
        .iter()
        .zip(ends)
        .map(|(point, (low, high))| ForecastSpread {
            forecast: centre + point,
            half_width: 0.5 * (high - low),
        })
        .collect();
    let is_number =
        |step: &ForecastSpread| step.forecast.is_finite() && step.half_width.is_finite();
    (steps.len() == horizon && steps.iter().all(is_number)).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(n: u32) -> Vec<f64> {
        (0..7 * n)
            .map(|day| 1e6 + f64::from(10 * (day % 7) + (day * 7_919) % 3 + day / 7))
            .collect()
    }

    /// A week on a high level with a slow rise is followed to a tenth of its season.
    #[test]
    fn a_season_and_a_trend_are_followed() {
        let found = mstl_forecast(&weeks(12), 7, 14, 0.8).unwrap();
        for (ahead, step) in (84_u32..).zip(&found) {
            let wanted = 1e6 + f64::from(10 * (ahead % 7) + 1 + ahead / 7);
            assert!(
                (step.forecast - wanted).abs() < 6.0,
                "{step:?} is not {wanted}"
            );
            assert!(step.half_width > 0.0);
        }
    }

    #[test]
    fn the_same_values_give_the_same_digits() {
        let found = mstl_forecast(&weeks(10), 7, 28, 0.8);
        assert!(found.is_some());
        assert_eq!(found, mstl_forecast(&weeks(10), 7, 28, 0.8));
    }

    /// Series that come through or are refused, without a panic.
    #[test]
    fn odd_series() {
        assert_eq!(mstl_forecast(&[], 7, 3, 0.8), None);
        assert_eq!(mstl_forecast(&weeks(1), 7, 3, 0.8), None);
        assert_eq!(mstl_forecast(&weeks(4), 1, 3, 0.8), None);
        assert_eq!(mstl_forecast(&weeks(4), 0, 3, 0.8), None);
        assert_eq!(mstl_forecast(&[1e300, -1e300].repeat(20), 7, 3, 0.8), None);
        for value in [0.0, 0.1, 1e-300, -1e12] {
            let constant = ForecastSpread {
                forecast: value,
                half_width: 0.0,
            };
            let found = mstl_forecast(&[value; 40], 7, 3, 0.8);
            assert_eq!(found, Some(vec![constant; 3]));
        }
        for n in 0..60 {
            let mut values = vec![0.0; n];
            if let Some(last) = values.last_mut() {
                *last = 1.0;
            }
            for season in [2, 3, 7, 24] {
                let found = mstl_forecast(&values, season, 5, 0.8);
                assert!(found.is_none_or(|steps| steps.len() == 5));
            }
        }
    }
}
