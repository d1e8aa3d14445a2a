use super::*;

fn daily(values: &[f64]) -> Vec<(i64, f64)> {
    (0..).zip(values.iter().copied()).collect()
}

/// 10 ± 1, then 20 ± 1.
#[test]
fn a_step_is_found_where_it_is() {
    let values: Vec<f64> = (0..40_i32)
        .map(|day| f64::from(9 + (day * 7) % 3 + if day < 25 { 0 } else { 10 }))
        .collect();
    let history = mean_changes(&daily(&values), 0, 7);
    let changes = history.changes();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].at, 25);
    assert_eq!((changes[0].n_before, changes[0].n_after), (25, 15));
    assert!((changes[0].before - 10.0).abs() < 0.1 && (changes[0].after - 20.0).abs() < 0.1);
}

#[test]
fn series_that_do_not_vary_have_no_change() {
    assert!(mean_changes(&daily(&[5.0; 30]), 7, 7).changes().is_empty());
    assert!(variance_changes(&[5.0; 30], 7).changes().is_empty());
    let all = [HitCount { hits: 3, n: 3 }; 30];
    assert!(rate_changes(&all, 7).changes().is_empty());
    assert!(mean_changes(&[], 7, 7).changes().is_empty());
    assert!(variance_changes(&[], 7).changes().is_empty());
    assert!(rate_changes(&[], 7).changes().is_empty());
    assert!(mean_changes(&[(3, 1.0)], 7, 0).changes().is_empty());
}

/// One step in a series that is constant otherwise has a variance from its plain differences.
#[test]
fn a_clean_step_is_found() {
    let values: Vec<f64> = (0..40)
        .map(|day| if day < 20 { 1.0 } else { 2.0 })
        .collect();
    let changes = mean_changes(&daily(&values), 0, 7).changes();
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].at, changes[0].before, changes[0].after),
        (20, 1.0, 2.0)
    );
}

/// The scatter grows, the level does not.
#[test]
fn a_change_of_variance_is_none_of_the_mean() {
    let values: Vec<f64> = (0..60_i32)
        .map(|day| {
            let sign = if day % 2 == 0 { 1.0 } else { -1.0 };
            sign * f64::from(1 + day % 3) * if day < 30 { 0.1 } else { 3.0 }
        })
        .collect();
    assert!(mean_changes(&daily(&values), 0, 7).changes().is_empty());
    assert_eq!(variance_changes(&values, 7).changes()[0].at, 30);
}

/// A rate of 90 % that falls to 50 %; n counts cases.
#[test]
fn a_rate_falls() {
    let mut counts = vec![HitCount { hits: 45, n: 50 }; 10];
    counts.extend([HitCount { hits: 20, n: 40 }; 8]);
    let changes = rate_changes(&counts, 2).changes();
    assert_eq!(changes.len(), 1);
    let LevelChange {
        at,
        before,
        after,
        n_before,
        n_after,
    } = changes[0];
    assert_eq!((at, before, after), (10, 90.0, 50.0));
    assert_eq!((n_before, n_after), (500, 320));
}
