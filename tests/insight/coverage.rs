//! How often the intervals of comparisons hold the true difference, and how often a comparison of equals is
//! called clear, on samples that are drawn from known distributions.
//!
//! `DESKQL_SAMPLES=4000 DESKQL_PAGES=overwrite cargo test insight::coverage` writes `docs/insight-checks.md`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array};

use super::values::{Cell, query};
use crate::support::data::{open, parquet};

/// Samples of each row of the table.
fn samples() -> usize {
    std::env::var("DESKQL_SAMPLES").map_or(400, |given| given.parse().unwrap())
}

/// A number in [0, 1) that depends on its place alone (splitmix64).
#[expect(clippy::cast_precision_loss, reason = "53 bits")]
fn unit(place: u64) -> f64 {
    let mut z = place.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A case: rows a side, the call, and a draw from two numbers of [0, 1).
struct CoverageCase {
    what: &'static str,
    rows: [usize; 2],
    call: &'static str,
    /// The true difference of b and a.
    truth: f64,
    draw: fn(bool, [f64; 2]) -> f64,
}

/// 50 % promoters, 30 % passives, 20 % detractors on a; 40, 30 and 30 on b.
fn nps(is_b: bool, [u, _]: [f64; 2]) -> f64 {
    let (up, passive) = if is_b { (0.4, 0.7) } else { (0.5, 0.8) };
    match u {
        u if u < up => 10.0,
        u if u < passive => 8.0,
        _ => 2.0,
    }
}

fn share(p: f64, u: f64) -> f64 {
    f64::from(u8::from(u < p))
}

/// Standard normal, by Box and Muller.
fn normal([u, v]: [f64; 2]) -> f64 {
    (-2.0 * (1.0 - u).ln()).sqrt() * (2.0 * std::f64::consts::PI * v).cos()
}

const RATE: &str = "compare_rate(value > 0.5, side)";
const NPS: &str = "compare_nps(value, side)";
const MEAN: &str = "compare_mean(value, side)";
const DURATION: &str = "compare_duration(TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00' + \
    CAST(round(value * 1000000) AS BIGINT) * INTERVAL '1 microsecond', side, 'second')";

fn cases() -> Vec<CoverageCase> {
    let case = |what, rows, call, truth, draw| CoverageCase {
        what,
        rows,
        call,
        truth,
        draw,
    };
    vec![
        case("rate, 80 % and 80 %", [50, 50], RATE, 0.0, |_, [u, _]| {
            share(0.8, u)
        }),
        case("rate, 80 % and 80 %", [400, 400], RATE, 0.0, |_, [u, _]| {
            share(0.8, u)
        }),
        case("rate, 95 % and 90 %", [100, 60], RATE, -5.0, |b, [u, _]| {
            share(if b { 0.90 } else { 0.95 }, u)
        }),
        case(
            "rate, 50 % and 60 %",
            [1000, 1000],
            RATE,
            10.0,
            |b, [u, _]| share(if b { 0.6 } else { 0.5 }, u),
        ),
        case("NPS, 30 and 10", [50, 50], NPS, -20.0, nps),
        case("NPS, 30 and 10", [300, 200], NPS, -20.0, nps),
        case("NPS, 30 and 30", [300, 300], NPS, 0.0, |_, u| nps(false, u)),
        case(
            "mean, normal, unlike deviations",
            [10, 20],
            MEAN,
            1.0,
            |b, u| {
                if b { 1.0 + 3.0 * normal(u) } else { normal(u) }
            },
        ),
        case("mean, normal, equal", [100, 100], MEAN, 0.0, |_, u| {
            normal(u)
        }),
        case("mean, exponential", [200, 200], MEAN, 0.0, |_, [u, _]| {
            -(1.0 - u).ln()
        }),
        case(
            "median, exponential",
            [50, 50],
            DURATION,
            0.0,
            |_, [u, _]| -(1.0 - u).ln(),
        ),
        case(
            "median, exponential, twice as long",
            [300, 300],
            DURATION,
            std::f64::consts::LN_2,
            |b, [u, _]| -(1.0 - u).ln() * if b { 2.0 } else { 1.0 },
        ),
    ]
}

/// Shares in percent: intervals that hold the truth, and p of at most 0.05.
#[derive(Debug, Clone, Copy)]
struct Coverage {
    held: f64,
    clear: f64,
}

#[expect(clippy::cast_precision_loss, reason = "numbers of samples")]
async fn coverage(case: &CoverageCase, number: u64, folder: &Path) -> Coverage {
    let samples = samples();
    let (mut sample, mut side, mut value) = (vec![], vec![], vec![]);
    let mut place = number << 40;
    for index in 0..i64::try_from(samples).unwrap() {
        for (is_b, rows) in [(false, case.rows[0]), (true, case.rows[1])] {
            for _ in 0..rows {
                sample.push(index);
                side.push(is_b);
                value.push((case.draw)(is_b, [unit(place), unit(place + 1)]));
                place += 2;
            }
        }
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("sample", Arc::new(Int64Array::from(sample))),
        ("side", Arc::new(BooleanArray::from(side))),
        ("value", Arc::new(Float64Array::from(value))),
    ];
    let file = folder.join(format!("draws{number}.parquet"));
    parquet(&file, columns);
    let engine = open(&[&file]).await.unwrap();
    let sql = format!("SELECT {} FROM draws{number} GROUP BY sample", case.call);
    let (mut held, mut clear) = (0, 0);
    for row in query(&engine, &sql).await {
        let number = |name: &str| match row[name] {
            Cell::Number(number) => Some(number),
            _ => None,
        };
        if let (Some(low), Some(high)) = (number("low"), number("high")) {
            held += usize::from(low <= case.truth && case.truth <= high);
        }
        clear += usize::from(number("p").is_some_and(|p| p <= 0.05));
    }
    let percent = |count: usize| 100.0 * count as f64 / samples as f64;
    Coverage {
        held: percent(held),
        clear: percent(clear),
    }
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/insight-checks.md")
}

/// The table of the page.
fn table(found: &[(CoverageCase, Coverage)]) -> String {
    let mut text =
        "| what | rows | interval holds the truth | p ≤ 0.05 |\n|---|---|---|---|\n".to_owned();
    for (case, coverage) in found {
        let [a, b] = case.rows;
        let clear = if case.truth == 0.0 {
            format!("{:.1}% (false alarms)", coverage.clear)
        } else {
            format!("{:.1}% (found)", coverage.clear)
        };
        text += &format!(
            "| {} | {a}, {b} | {:.1}% | {clear} |\n",
            case.what, coverage.held
        );
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn intervals_hold_the_truth_as_often_as_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let mut found = vec![];
    for (number, case) in (0..).zip(cases()) {
        let coverage = coverage(&case, number, folder.path()).await;
        found.push((case, coverage));
    }
    let table = table(&found);
    // The page tells of 4,000 samples: a quicker run that writes other pages leaves it alone.
    let is_written = std::env::var("DESKQL_PAGES").is_ok_and(|value| value == "overwrite");
    if is_written && samples() >= 4_000 {
        let text = std::fs::read_to_string(page()).unwrap();
        let (start, end) = ("<!-- coverage -->\n", "<!-- end of coverage -->\n");
        let (before, rest) = text.split_once(start).unwrap();
        let (_, after) = rest.split_once(end).unwrap();
        std::fs::write(page(), format!("{before}{start}{table}{end}{after}")).unwrap();
    }
    // Four standard errors of a share of 95 %, and what the methods themselves are off for small samples.
    #[expect(clippy::cast_precision_loss, reason = "a number of samples")]
    let room = 400.0 * (0.95 * 0.05 / samples() as f64).sqrt() + 1.5;
    for (case, coverage) in &found {
        assert!(
            (coverage.held - 95.0).abs() < room,
            "{}: {coverage:?}\n{table}",
            case.what
        );
        if case.truth == 0.0 {
            assert!(
                coverage.clear < 5.0 + room,
                "{}: {coverage:?}\n{table}",
                case.what
            );
        }
    }
}
