use super::*;

fn points(pairs: &[(f64, f64)]) -> Vec<TrendPoint> {
    let point = |&(time, value): &(f64, f64)| TrendPoint { time, value };
    pairs.iter().map(point).collect()
}

/// Pairs of 1, 3, 2: slopes 2, ½ and −1; one more rises than falls.
#[test]
fn three_points_by_hand() {
    let given = points(&[(0.0, 1.0), (1.0, 3.0), (2.0, 2.0)]);
    let found = trend_detail(&given, 0.95);
    assert_eq!((found.n, found.s), (3, 1));
    assert_eq!(found.slope, Some(0.5));
    assert_eq!((found.p, found.low, found.high), (None, None, None));
    assert!((found.tau.unwrap() - 1.0 / 3.0).abs() < 1e-15);
    assert_eq!(trend(&given), Some(0.5));
}

/// 1, 2, 3, 4: S = 6, variance 4·3·13/18, z = 5 / √8.667.
#[test]
fn four_points_that_rise() {
    let given = points(&[(4.0, 4.0), (2.0, 2.0), (1.0, 1.0), (3.0, 3.0)]);
    let found = trend_detail(&given, 0.95);
    assert_eq!((found.s, found.tau, found.slope), (6, Some(1.0), Some(1.0)));
    let wanted = 5.0 / (26.0_f64 / 3.0).sqrt();
    assert!((found.z.unwrap() - wanted).abs() < 1e-15);
    assert_eq!((found.low, found.high), (Some(1.0), Some(1.0)));
}

#[test]
fn constant_values_have_slope_0_and_no_p() {
    let given = points(&[(0.0, 5.0), (1.0, 5.0), (2.0, 5.0), (3.0, 5.0)]);
    let found = trend_detail(&given, 0.95);
    assert_eq!((found.slope, found.s), (Some(0.0), 0));
    assert_eq!((found.tau, found.z, found.p), (None, None, None));
}

#[test]
fn one_time_or_no_point_has_no_slope() {
    let given = points(&[(1.0, 5.0), (1.0, 6.0), (1.0, 7.0), (1.0, 7.0)]);
    let found = trend_detail(&given, 0.95);
    assert_eq!(
        (found.n, found.slope, found.tau, found.p),
        (4, None, None, None)
    );
    assert_eq!(trend_detail(&[], 0.95).slope, None);
    assert_eq!(trend(&given[..1]), None);
}

/// A p of 500 rising values is far below 1e-16 and not 0.
#[test]
fn far_tails_are_not_0() {
    let given: Vec<TrendPoint> = (0..500_i32)
        .map(|at| TrendPoint {
            time: f64::from(at),
            value: f64::from(at),
        })
        .collect();
    let p = trend_detail(&given, 0.95).p.unwrap();
    assert!(p > 0.0 && p < 1e-200, "{p}");
}
