//! Random series against `SciPy` and ruptures, where `DESKQL_PYTHON` can import them.

use std::fmt::Write;
use std::process::Command;

use serde_json::Value;

use super::super::values::{Cell, query, session};
use crate::support::answers::python;
use crate::support::random::Random;

fn cases() -> u64 {
    let given = std::env::var("DESKQL_SERIES").ok();
    given.map_or(12, |given| given.parse().unwrap())
}

/// Runs a script that reads one JSON text and prints another.
fn asked(python: &str, script: &str, input: &Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input.json");
    std::fs::write(&path, input.to_string()).unwrap();
    let output = Command::new(python)
        .args(["-c", script])
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn pairs(points: &[(i64, i64)]) -> String {
    let mut text = String::new();
    for (place, (at, value)) in points.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        write!(text, "{comma}({at}, {value}::DOUBLE / 8)").unwrap();
    }
    format!("(VALUES {text}) AS t(i, x)")
}

/// Sen's slope and its interval by theilslopes, tau-b by kendalltau. Times are distinct, since theilslopes has no
/// variance of ties among them.
#[tokio::test]
async fn trends_equal_scipy() {
    const SCRIPT: &str = "
import json, sys
from scipy import stats
out = []
for points in json.load(open(sys.argv[1])):
    t, y = [p[0] for p in points], [p[1] / 8 for p in points]
    sen = stats.theilslopes(y, t, alpha=0.9)
    out.append([sen[0], sen[2], sen[3], stats.kendalltau(t, y).statistic])
print(json.dumps(out))";
    let Some(python) = python("scipy") else {
        return;
    };
    let mut random = Random::new(7);
    let all: Vec<Vec<(i64, i64)>> = (0..cases())
        .map(|_| {
            let n = random.between(5, 60);
            let slope = random.between(-3, 3);
            (0..n)
                .map(|at| (at * 2 + at % 3, slope * at + random.between(0, 40)))
                .collect()
        })
        .collect();
    let wanted = asked(&python, SCRIPT, &serde_json::json!(all));
    let engine = session().await;
    for (points, wanted) in all.iter().zip(wanted.as_array().unwrap()) {
        let sql = format!("SELECT trend_detail(i, x, 0.9) FROM {}", pairs(points));
        let row = &query(&engine, &sql).await[0];
        for (name, wanted) in ["slope", "low", "high", "tau"]
            .iter()
            .zip(wanted.as_array().unwrap())
        {
            let Cell::Number(found) = row[*name] else {
                panic!("{name} is {:?}", row[*name]);
            };
            let wanted = wanted.as_f64().unwrap();
            assert!(
                (found - wanted).abs() < 1e-9,
                "{name} is {found}, not {wanted}: {points:?}"
            );
        }
    }
}

/// The same minimum by ruptures, whose costs are in units of the long-run variance.
#[tokio::test]
async fn changes_equal_ruptures() {
    const SCRIPT: &str = "
import json, math, sys
import numpy as np, ruptures as rpt
out = []
for values in json.load(open(sys.argv[1])):
    x = np.array(values) / 8
    def trimmed(k):
        d = np.sort(abs(x[k:] - x[:-k]))
        return d[: -(-9 * len(d) // 10)].mean()
    one, two = trimmed(1), trimmed(2)
    phi = min(max((two / one) ** 2 - 1, 0), .8)
    v = .5 * (one / 0.657348088946803) ** 2 * (1 + phi) / (1 - phi) ** 2
    cut = rpt.KernelCPD(kernel='linear', min_size=3).fit((x / math.sqrt(v)).reshape(-1, 1))
    out.append([int(i) for i in cut.predict(pen=3 * math.log(len(x)))[:-1]])
print(json.dumps(out))";
    let Some(python) = python("ruptures") else {
        return;
    };
    let mut random = Random::new(11);
    let all: Vec<Vec<i64>> = (0..cases())
        .map(|_| {
            let mut values = vec![];
            for _ in 0..random.between(1, 5) {
                let level = random.between(0, 200);
                values.extend((0..random.between(8, 40)).map(|_| level + random.between(0, 60)));
            }
            values
        })
        .collect();
    let wanted = asked(&python, SCRIPT, &serde_json::json!(all));
    let engine = session().await;
    for (values, wanted) in all.iter().zip(wanted.as_array().unwrap()) {
        let points: Vec<(i64, i64)> = (0..).zip(values.iter().copied()).collect();
        let sql = format!(
            "SELECT change_at FROM change_points((SELECT * FROM {}), time => i, value => x, min_size => 3)",
            pairs(&points)
        );
        let found: Vec<Cell> = query(&engine, &sql)
            .await
            .iter()
            .map(|row| row["change_at"].clone())
            .collect();
        let wanted: Vec<Cell> = wanted
            .as_array()
            .unwrap()
            .iter()
            .map(|at| Cell::Number(at.as_f64().unwrap()))
            .collect();
        assert_eq!(found, wanted, "{values:?}");
    }
}
