use super::*;

fn counts(pairs: &[(i64, i64)]) -> Vec<ControlInput<HitCount>> {
    let input = |&(hits, n): &(i64, i64)| ControlInput {
        measure: Some(HitCount { hits, n }),
        ignored: false,
        in_baseline: true,
    };
    pairs.iter().map(input).collect()
}

fn values(values: &[f64]) -> Vec<ControlInput<f64>> {
    let input = |&value: &f64| ControlInput {
        measure: Some(value),
        ignored: false,
        in_baseline: true,
    };
    values.iter().map(input).collect()
}

/// 50 of 100 each day: centre 50, σ 5, limits 35 and 65.
#[test]
fn a_share_chart_by_hand() {
    let chart = counts_chart(&counts(&[(50, 100), (50, 100)]), ChartMethod::Share, &[]);
    assert_eq!(chart.centre, Some(50.0));
    assert_eq!(chart.points[0].low, Some(35.0));
    assert_eq!(chart.points[1].high, Some(65.0));
    assert_eq!(chart.points[1].is_out, Some(false));
}

/// A quarter of 4 has σ 21.65, so that both limits of 2 of 4 would leave 0 to 100.
#[test]
fn limits_of_shares_are_cut() {
    let chart = counts_chart(&counts(&[(2, 4), (2, 4)]), ChartMethod::Share, &[]);
    assert_eq!(chart.points[0].low, Some(0.0));
    assert_eq!(chart.points[0].high, Some(100.0));
    let chart = counts_chart(&counts(&[(3, 1), (1, 1)]), ChartMethod::HitsPerCase, &[]);
    assert_eq!(chart.centre, Some(2.0));
    assert_eq!(chart.points[0].low, Some(0.0));
    assert_eq!(chart.points[0].high, Some(2.0 + 3.0 * 2.0_f64.sqrt()));
}

/// The holiday and the days after the baseline change no limit; only the holiday is not judged.
#[test]
fn ignored_points_and_those_after_the_baseline() {
    let mut points = values(&[1.0, 3.0, 99.0, 2.0, 50.0]);
    points[2].ignored = true;
    points[4].in_baseline = false;
    let chart = individuals_chart(&points, &[NelsonRule::BeyondLimits]);
    assert_eq!(chart.centre, Some(2.0));
    assert_eq!(chart.deviation, Some(1.5 / 1.128));
    assert_eq!(chart.points[2].is_out, None);
    assert_eq!(chart.points[2].value, Some(99.0));
    assert_eq!(chart.points[4].rules, [1]);
}

#[test]
fn too_little_has_no_limits() {
    let chart = individuals_chart(&values(&[1.0]), &[]);
    assert_eq!((chart.centre, chart.points[0].low), (None, None));
    let chart = counts_chart(&counts(&[(1, 2)]), ChartMethod::LaneyShare, &[]);
    assert_eq!((chart.centre, chart.points[0].low), (Some(50.0), None));
    let chart = counts_chart(&counts(&[(0, 0)]), ChartMethod::Share, &[]);
    assert_eq!((chart.centre, chart.points[0].is_out), (None, None));
    assert!(individuals_chart(&[], &[]).points.is_empty());
}

/// A series that never varies is in control, whatever its mean rounds to; another value then is not.
#[test]
fn a_constant_series_is_in_control() {
    let mut points = values(&[0.1; 12]);
    points.push(ControlInput {
        measure: Some(0.2),
        ignored: false,
        in_baseline: false,
    });
    let rules = [NelsonRule::BeyondLimits, NelsonRule::OneSide];
    let chart = individuals_chart(&points, &rules);
    assert!(
        chart.points[..12]
            .iter()
            .all(|point| point.rules.is_empty())
    );
    assert_eq!(chart.points[12].is_out, Some(true));
}

#[test]
fn automatic_takes_laney_from_ten_points_with_cases() {
    let mut points = counts(&[(1, 2); 10]);
    assert_eq!(ChartMethod::automatic(&points), ChartMethod::LaneyShare);
    points[0].measure = Some(HitCount { hits: 0, n: 0 });
    assert_eq!(ChartMethod::automatic(&points), ChartMethod::Share);
}
