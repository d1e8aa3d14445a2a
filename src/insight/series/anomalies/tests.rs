use super::*;

const WEEKLY: AnomalySettings = AnomalySettings {
    season: 7,
    window: 56,
    threshold: 3.5,
    counts: false,
};

fn series(values: &[f64]) -> Vec<SeriesPoint> {
    let point = |(period, &value): (i64, &f64)| SeriesPoint {
        period,
        value: Some(value),
        ignored: false,
    };
    (0..).zip(values).map(point).collect()
}

/// Weeks of 1 to 7 and a tenth: no scatter, and the last day is exactly what was expected.
fn weeks(n: u8) -> Vec<SeriesPoint> {
    let values: Vec<f64> = (0..7 * n).map(|day| f64::from(day % 7) + 1.1).collect();
    series(&values)
}

#[test]
fn a_series_that_repeats_itself_has_no_anomaly_and_no_score() {
    let found = anomalies(&weeks(9), WEEKLY);
    assert_eq!(found[20], AnomalyVerdict::default());
    for (day, verdict) in (0..).zip(&found).skip(21) {
        assert_eq!(verdict.expected, Some(f64::from(day % 7) + 1.1));
        assert_eq!(verdict.score, None);
        assert_eq!(verdict.is_anomaly, Some(false));
    }
}

/// A Sunday's number on a Saturday is an anomaly: the position follows the calendar over the gap of a day.
#[test]
fn weekdays_follow_the_calendar_over_gaps() {
    let mut points = weeks(9);
    points.remove(30);
    let found = anomalies(&points, WEEKLY);
    assert!(found.iter().all(|verdict| verdict.is_anomaly != Some(true)));
}

/// Periods before 1970 are negative: their positions go on without a break.
#[test]
fn negative_periods_keep_their_positions() {
    let mut points = weeks(9);
    for point in &mut points {
        point.period -= 33;
    }
    let found = anomalies(&points, WEEKLY);
    assert_eq!(found[62].is_anomaly, Some(false));
    assert_eq!(found[62].expected, Some(7.1));
}

/// The holiday is not judged; the same day a week later is judged without it.
#[test]
fn ignored_days_are_neither_judged_nor_remembered() {
    let mut points = weeks(4);
    points[21].ignored = true;
    points[21].value = Some(500.0);
    let found = anomalies(&points, WEEKLY);
    assert_eq!(found[21], AnomalyVerdict::default());
    assert_eq!(found[22].is_anomaly, Some(false));
    assert_eq!(anomalies(&points, WEEKLY)[27].expected, Some(7.1));
}

/// An outage stays in the window of the days after it, and medians bear it.
#[test]
fn an_anomaly_in_the_window_hides_no_other() {
    let mut values: Vec<f64> = (0..35)
        .map(|day| 100.0 + f64::from((day * 7919) % 11))
        .collect();
    values[30] = 900.0;
    values[34] = 900.0;
    let found = anomalies(&series(&values), WEEKLY);
    assert_eq!(found[30].is_anomaly, Some(true));
    assert_eq!(found[34].is_anomaly, Some(true));
    assert_eq!(found[33].is_anomaly, Some(false));
}

/// A scale of counts is at least 1, so that one ticket after none is no anomaly, but four are.
#[test]
fn rare_counts_have_a_scale() {
    let mut values = vec![0.0; 22];
    values[21] = 1.0;
    let settings = AnomalySettings {
        counts: true,
        ..WEEKLY
    };
    assert_eq!(anomalies(&series(&values), settings)[21].score, Some(1.0));
    values[21] = 4.0;
    let found = anomalies(&series(&values), settings)[21];
    assert_eq!(found.is_anomaly, Some(true));
}

/// Without a season 14 points are enough, 13 are not.
#[test]
fn fewest_points() {
    let settings = AnomalySettings {
        season: 1,
        ..WEEKLY
    };
    let found = anomalies(&series(&[1.0; 16]), settings);
    assert_eq!(found[13].expected, None);
    assert_eq!(found[14].expected, Some(1.0));
    assert!(anomalies(&[], settings).is_empty());
}

/// Only Mondays to Fridays have rows: five positions of seven, judged from the fourth week on.
#[test]
fn a_position_that_was_never_seen_is_not_judged() {
    let mut points = weeks(5);
    points.retain(|point| point.period % 7 < 5 || point.period == 34);
    let found = anomalies(&points, WEEKLY);
    assert_eq!(found.last(), Some(&AnomalyVerdict::default()));
    assert_eq!(found[found.len() - 2].is_anomaly, Some(false));
}
