use super::*;

const DAILY: ForecastSettings = ForecastSettings {
    season: 7,
    horizon: 14,
    level: 0.8,
    method: MethodChoice::Auto,
    is_count: true,
};

/// Weeks with noise about a fixed level: the mean of the past beats last week's value.
fn noisy_weeks(n: u32) -> Vec<f64> {
    (0..7 * n)
        .map(|day| f64::from(40 + 10 * (day % 7) + (day * 7_919 + day * day * 31) % 23))
        .collect()
}

#[test]
fn auto_takes_the_smaller_error() {
    let values = noisy_weeks(30);
    let found = forecast(&values, DAILY).unwrap();
    assert_eq!(found.method, ForecastMethod::Mstl);
    assert_eq!((found.steps.len(), found.method.name()), (14, "mstl"));
    let method = MethodChoice::SeasonalNaive;
    let naive = forecast(&values, ForecastSettings { method, ..DAILY }).unwrap();
    assert_eq!(naive.method, ForecastMethod::SeasonalNaive);
    assert!(found.mase < naive.mase && found.mase.is_some());
}

/// Seven weeks are too few to choose by.
#[test]
fn auto_is_seasonal_naive_below_eight_seasons() {
    let found = forecast(&noisy_weeks(7), DAILY).unwrap();
    assert_eq!(found.method, ForecastMethod::SeasonalNaive);
    assert!(found.mase.is_some());
}

/// A series that repeats itself: no error anywhere, no MASE, no width.
#[test]
fn a_perfect_season_stays_seasonal_naive() {
    let values: Vec<f64> = (0..84_u32).map(|day| f64::from(day % 7)).collect();
    let found = forecast(&values, DAILY).unwrap();
    assert_eq!((found.method.name(), found.mase), ("seasonal_naive", None));
    assert_eq!(found.steps[13].forecast, 6.0);
    assert_eq!(found.steps[13].low, found.steps[13].high);
}

#[test]
fn under_two_seasons_is_refused_with_what_is_there() {
    let fault = ForecastFault::TooShort {
        periods: 13,
        needed: 14,
    };
    assert_eq!(forecast(&[1.0; 13], DAILY), Err(fault));
    assert_eq!(forecast_backlog(&[1.0; 13], 5.0, DAILY), Err(fault));
    let found = forecast(&[1.0; 14], DAILY).unwrap();
    assert_eq!((found.mase, found.steps.len()), (None, 14));
}

#[test]
fn mstl_that_finds_no_model_is_refused() {
    let settings = ForecastSettings {
        season: 1,
        method: MethodChoice::Mstl,
        ..DAILY
    };
    assert_eq!(forecast(&[1.0; 50], settings), Err(ForecastFault::NoModel));
    let settings = ForecastSettings { season: 1, ..DAILY };
    let found = forecast(&[1.0; 50], settings).unwrap();
    assert_eq!(found.method, ForecastMethod::SeasonalNaive);
}

/// Asked for by name it forecasts from two seasons on, where no backtest is possible.
#[test]
fn mstl_by_name_needs_no_backtest() {
    let settings = ForecastSettings {
        method: MethodChoice::Mstl,
        ..DAILY
    };
    let found = forecast(&noisy_weeks(2), settings).unwrap();
    assert_eq!((found.method, found.mase), (ForecastMethod::Mstl, None));
}

/// A backlog that shrinks by ten a day ends at 0, and so do its ends.
#[test]
fn a_backlog_does_not_fall_below_0() {
    let flow: Vec<f64> = (0..28_u32).map(|day| f64::from(day % 3) - 11.0).collect();
    let found = forecast_backlog(&flow, 25.0, DAILY).unwrap();
    assert!(found.steps[0].forecast > 0.0);
    let last = found.steps[13];
    assert_eq!((last.forecast, last.low), (0.0, 0.0));
}
