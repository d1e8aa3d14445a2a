//! Random inputs against `SciPy` and lifelines, where the Python of `DESKQL_PYTHON` has them.
//!
//! `DESKQL_INSIGHT_ROUNDS` is the number of inputs of each kind, 20 when absent.

use std::fmt::Write;
use std::process::Command;

use serde_json::Value;

use super::values::{Cell, query, session};
use crate::support::answers::python;
use crate::support::random::Random;

fn rounds() -> u64 {
    std::env::var("DESKQL_INSIGHT_ROUNDS").map_or(20, |given| given.parse().unwrap())
}

/// Answers of a script to lines of JSON; `None` where Python cannot import `package` and need not.
fn peer(package: &str, script: &str, inputs: &[Value]) -> Option<Vec<Value>> {
    let python = python(package)?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inputs.json");
    std::fs::write(&file, Value::from(inputs.to_vec()).to_string()).unwrap();
    let output = Command::new(python)
        .args(["-c", script])
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn agree(found: &Cell, wanted: &Value, what: &str) {
    match (found, wanted) {
        (Cell::Null, Value::Null) => {}
        (Cell::Number(found), Value::Number(wanted)) => {
            let wanted = wanted.as_f64().unwrap();
            assert!(
                (found - wanted).abs() <= 1e-9 + 1e-8 * wanted.abs(),
                "{what}: {found} is not {wanted}"
            );
        }
        other => panic!("{what}: {other:?}"),
    }
}

const CORRELATIONS: &str = "
import json, sys, math
from scipy import stats
def ask(given):
    out = {}
    x, y = given['x'], given['y']
    for name, f in [('pearson', stats.pearsonr), ('spearman', stats.spearmanr),
                    ('kendall', lambda x, y: stats.kendalltau(x, y, method='asymptotic'))]:
        r = f(x, y)
        out[name] = {'r': float(r[0]), 'p': float(r[1])}
    out['mad'] = float(stats.median_abs_deviation(x))
    return out
print(json.dumps([ask(given) for given in json.load(open(sys.argv[1]))]))
";

#[tokio::test]
async fn correlations_as_scipy() {
    let mut random = Random::new(17);
    let inputs: Vec<Value> = (0..rounds())
        .map(|_| {
            let n = random.between(5, 60);
            let (wide, high) = (random.between(2, 400), random.between(2, 12));
            let mut column =
                |high: i64| -> Vec<i64> { (0..n).map(|_| random.between(0, high)).collect() };
            let (mut x, mut y) = (column(wide), column(high));
            // Neither side is constant, and they are not in step.
            x.extend([0, 1, wide, 0]);
            y.extend([0, 1, 0, high]);
            serde_json::json!({"x": x, "y": y})
        })
        .collect();
    let Some(wanted) = peer("scipy", CORRELATIONS, &inputs) else {
        return;
    };
    let engine = session().await;
    for (given, wanted) in inputs.iter().zip(&wanted) {
        let list = |name: &str| given[name].as_array().unwrap().clone();
        let rows: Vec<_> = list("x")
            .iter()
            .zip(&list("y"))
            .map(|(x, y)| format!("({x}, {y}::DOUBLE / 8)"))
            .collect();
        let table = format!("(VALUES {}) AS t(x, y)", rows.join(", "));
        for function in ["pearson", "spearman", "kendall"] {
            let rows = query(
                &engine,
                &format!("SELECT {function}_detail(x, y) FROM {table}"),
            )
            .await;
            for field in ["r", "p"] {
                agree(
                    &rows[0][field],
                    &wanted[function][field],
                    &format!("{function} {field} of {given}"),
                );
            }
        }
        let rows = query(&engine, &format!("SELECT mad(x) AS mad FROM {table}")).await;
        agree(&rows[0]["mad"], &wanted["mad"], &format!("mad of {given}"));
    }
}

const SURVIVAL: &str = "
import json, sys, math, warnings
warnings.filterwarnings('ignore')
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time
def ask(given):
    t, e, s = given['time'], given['event'], given['side']
    fit = KaplanMeierFitter().fit(t, e, entry=given['entry'])
    steps = [[float(time), 100 * float(value)] for time, value in fit.survival_function_['KM_estimate'].items() if time in t]
    plain = KaplanMeierFitter().fit(t, e)
    # Where the curve is exactly at a half, lifelines' product of shares may be just above it.
    median = next((float(time) for time, value in plain.survival_function_['KM_estimate'].items() if value <= 0.5 + 1e-9), math.inf)
    a = [i for i in range(len(t)) if s[i] == 0]; b = [i for i in range(len(t)) if s[i] == 1]
    test = logrank_test([t[i] for i in a], [t[i] for i in b], [e[i] for i in a], [e[i] for i in b])
    return {'steps': steps, 'median': None if math.isinf(median) else median,
            'mean': float(restricted_mean_survival_time(plain, t=given['at'])),
            'share': 100 - 100 * float(plain.predict(given['at'])),
            'chi2': float(test.test_statistic), 'p': float(test.p_value)}
print(json.dumps([ask(given) for given in json.load(open(sys.argv[1]))]))
";

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one list of cases")]
async fn survival_as_lifelines() {
    let mut random = Random::new(23);
    let inputs: Vec<Value> = (0..rounds())
        .map(|_| {
            let n = random.between(8, 50);
            let longest = random.between(6, 40);
            let (mut time, mut event, mut side, mut entry) = (vec![], vec![], vec![], vec![]);
            for row in 0..n {
                let own = random.between(1, longest);
                time.push(own);
                event.push(i64::from(row < 2 || random.chance(60)));
                side.push(row % 2);
                // Few enter late, so that somebody is always at risk.
                entry.push(if row > 3 && random.chance(20) { random.between(0, own - 1) } else { 0 });
            }
            let at = time[usize::try_from(random.between(0, n - 1)).unwrap()];
            serde_json::json!({"time": time, "event": event, "side": side, "entry": entry, "at": at})
        })
        .collect();
    let Some(wanted) = peer("lifelines", SURVIVAL, &inputs) else {
        return;
    };
    let engine = session().await;
    for (given, wanted) in inputs.iter().zip(&wanted) {
        let list = |name: &str| given[name].as_array().unwrap().clone();
        let (time, event, side, entry) = (list("time"), list("event"), list("side"), list("entry"));
        let mut rows = String::new();
        for row in 0..time.len() {
            let comma = if row > 0 { ", " } else { "" };
            let (time, event, side, entry) = (&time[row], &event[row], &side[row], &entry[row]);
            write!(rows, "{comma}({time}, {event}, {side}, {entry})").unwrap();
        }
        let table = format!(
            "(SELECT start, CASE WHEN event = 1 THEN start + time * INTERVAL '1 hour' END AS done, start + time \
             * INTERVAL '1 hour' AS as_of, side = 1 AS side, start + entry * INTERVAL '1 hour' AS entry FROM \
             (SELECT *, TIMESTAMP '2026-01-01 00:00:00' AS start FROM (VALUES {rows}) AS t(time, event, side, \
             entry)))"
        );
        let at = &given["at"];
        let sql = format!(
            "SELECT survival_median(start, done, as_of, 'hour') AS median, survival_mean(start, done, as_of, \
             {at}, 'hour') AS mean, survival_share(start, done, as_of, {at}, 'hour') AS share, \
             compare_survival(start, done, as_of, side) FROM {table}"
        );
        let found = query(&engine, &sql).await;
        for field in ["median", "mean", "share", "chi2", "p"] {
            agree(
                &found[0][field],
                &wanted[field],
                &format!("{field} of {given}"),
            );
        }
        let sql = format!(
            "SELECT time, survival FROM survival_curve({table}, start => start, end => done, as_of => as_of, \
             entry => entry, unit => 'hour')"
        );
        let curve = query(&engine, &sql).await;
        let steps = wanted["steps"].as_array().unwrap();
        assert_eq!(curve.len(), steps.len(), "{given}");
        for (point, step) in curve.iter().zip(steps) {
            agree(&point["time"], &step[0], "time");
            agree(
                &point["survival"],
                &step[1],
                &format!("survival of {given}"),
            );
        }
    }
}
