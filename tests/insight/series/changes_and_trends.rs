//! Random series against the plain loops of `oracle`. `DESKQL_SERIES` is the number of series, 12 unless given.

use super::super::values::{Cell, Row, query, session};
use super::oracle::{AnomalyCase, expected, mean_changes, slope_and_s};
use crate::support::random::Random;

fn cases() -> u64 {
    let given = std::env::var("DESKQL_SERIES").ok();
    given.map_or(12, |given| given.parse().unwrap())
}

#[expect(clippy::cast_precision_loss, reason = "small integers")]
fn real(value: i64) -> f64 {
    value as f64
}

fn number(row: &Row, name: &str) -> Option<f64> {
    match &row[name] {
        Cell::Null => None,
        Cell::Number(number) => Some(*number),
        other @ Cell::Text(_) => panic!("{name} is {other:?}"),
    }
}

fn near(found: Option<f64>, wanted: Option<f64>, about: &str) {
    match (found, wanted) {
        (Some(found), Some(wanted)) => {
            let room = 1e-9 * wanted.abs().max(1.0);
            assert!(
                (found - wanted).abs() <= room,
                "{about}: {found} is not {wanted}"
            );
        }
        (found, wanted) => assert_eq!(found, wanted, "{about}"),
    }
}

/// `(SELECT * FROM (VALUES ..) AS t(i, x))`, in a random order.
fn table(random: &mut Random, points: &[(i64, f64)]) -> String {
    let mut rows: Vec<String> = points
        .iter()
        .map(|(at, value)| format!("({at}, {value}::DOUBLE)"))
        .collect();
    for place in (1..rows.len()).rev() {
        let other = random.between(0, i64::try_from(place).unwrap());
        rows.swap(place, usize::try_from(other).unwrap());
    }
    format!("(SELECT * FROM (VALUES {}) AS t(i, x))", rows.join(", "))
}

#[tokio::test]
async fn anomalies_of_random_series() {
    let engine = session().await;
    for seed in 0..cases() {
        let mut random = Random::new(seed);
        let case = AnomalyCase {
            season: random.between(1, 7),
            window: random.between(21, 60),
            counts: random.chance(50),
        };
        let level = random.between(5, 60);
        let points: Vec<(i64, f64)> = (-20_i64..100)
            .filter(|at| Random::new(seed ^ (at + 50).unsigned_abs()).between(1, 100) > 7)
            .map(|at| {
                (
                    at,
                    real(level + (at.rem_euclid(case.season)) * 3 + random_noise(seed, at)),
                )
            })
            .collect();
        let table = table(&mut random, &points);
        let sql = format!(
            "SELECT * FROM anomalies({table}, time => i, value => x, season => {}, window => {}, counts => {}, missing \
             => 'skip')",
            case.season, case.window, case.counts
        );
        let rows = query(&engine, &sql).await;
        assert_eq!(rows.len(), points.len());
        for (row, (at, value)) in rows.iter().zip(&points) {
            let about = format!("seed {seed}, period {at}");
            let wanted = expected(&points, *at, case);
            near(
                number(row, "expected"),
                wanted.map(|(expected, _)| expected),
                &about,
            );
            let score = wanted.filter(|(_, scale)| *scale > 0.0);
            let score = score.map(|(expected, scale)| (value - expected) / scale);
            near(number(row, "score"), score, &about);
            let low = wanted.map(|(expected, scale)| expected - 3.5 * scale);
            near(number(row, "low"), low, &about);
        }
    }
}

fn random_noise(seed: u64, at: i64) -> i64 {
    let mixed = seed ^ (at + 1_000).unsigned_abs().wrapping_mul(0x9e37_79b9);
    Random::new(mixed).between(0, 8)
}

#[tokio::test]
async fn changes_of_random_series() {
    let engine = session().await;
    for seed in 0..cases() {
        let mut random = Random::new(seed + 1_000);
        let mut points = vec![];
        for _ in 0..random.between(1, 5) {
            let level = random.between(0, 30);
            for _ in 0..random.between(6, 30) {
                let at = i64::try_from(points.len()).unwrap();
                points.push((at, real(level * 10 + random.between(0, 80)) / 10.0));
            }
        }
        let least = random.between(1, 7);
        let table = table(&mut random, &points);
        let sql = format!(
            "SELECT * FROM change_points({table}, time => i, value => x, min_size => {least})"
        );
        let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
        let wanted = mean_changes(&values, usize::try_from(least).unwrap());
        let rows = query(&engine, &sql).await;
        let found: Vec<Option<f64>> = rows.iter().map(|row| number(row, "change_at")).collect();
        let wanted: Vec<Option<f64>> = wanted
            .iter()
            .map(|at| Some(real(i64::try_from(*at).unwrap())))
            .collect();
        assert_eq!(found, wanted, "seed {seed}");
    }
}

#[tokio::test]
async fn trends_of_random_points() {
    let engine = session().await;
    for seed in 0..cases() {
        let mut random = Random::new(seed + 2_000);
        let n = random.between(0, 40);
        let points: Vec<(i64, f64)> = (0..n)
            .map(|_| (random.between(0, 30), real(random.between(-20, 20)) / 4.0))
            .collect();
        if points.is_empty() {
            continue;
        }
        let table = table(&mut random, &points);
        let sql = format!(
            "SELECT trend_detail(i, x), trend(i, x) AS alone, trend(DATE '2026-01-01' + i::INT, x) AS by_day FROM \
             {table} AS t"
        );
        let rows = query(&engine, &sql).await;
        let real_points: Vec<(f64, f64)> = points.iter().map(|(at, x)| (real(*at), *x)).collect();
        let (slope, s) = slope_and_s(&real_points);
        let about = format!("seed {seed}");
        for name in ["slope", "alone", "by_day"] {
            near(number(&rows[0], name), slope, &about);
        }
        near(number(&rows[0], "s"), Some(real(s)), &about);
        near(number(&rows[0], "n"), Some(real(n)), &about);
        let (low, high) = (number(&rows[0], "low"), number(&rows[0], "high"));
        if let (Some(low), Some(slope), Some(high)) = (low, slope, high) {
            assert!(low <= slope && slope <= high, "{about}");
        }
    }
}

/// A trend of days in a zone is one of its local days: the spring change makes no slope.
#[tokio::test]
async fn days_of_a_zone_are_one_apart() {
    let sql = "SELECT trend(arrow_cast(from_local_time((DATE '2026-03-01' + i::INT)::TIMESTAMP, 'America/New_York'), 'Timestamp(us, \"America/New_York\")'), i) AS zoned, \
               trend((DATE '2026-03-01' + i::INT)::TIMESTAMP, i * 2) AS naive, trend(i::DECIMAL(9, 2) / 4, i) AS quarters \
               FROM generate_series(0, 20) AS t(i)";
    let rows = query(&session().await, sql).await;
    assert_eq!(number(&rows[0], "zoned"), Some(1.0));
    assert_eq!(number(&rows[0], "naive"), Some(2.0));
    assert_eq!(number(&rows[0], "quarters"), Some(4.0));
}
