//! Random expressions over dates, times and intervals, run in deskql, `PostgreSQL` and DuckDB.
//!
//! `PostgreSQL`'s answer is the right one. Where it refuses, DuckDB's is, and deskql may refuse as well. An interval is
//! compared by its total and its months, a time by its instant. `DESKQL_TIME_ARITHMETIC=N` asks N expressions instead
//! of 300, `DESKQL_SEED` another series. A peer that is not installed is left out, unless `DESKQL_REQUIRE_PEERS=1`.

mod grammar;

use deskql::{Engine, EngineSettings};
use serde_json::Value;

use crate::support::answers::{Rows, duckdb, leave_out, number, rows};
use crate::support::postgres::postgres;
use crate::support::random::Random;

/// Form in which every engine shows an interval alike.
fn shown(interval: &str) -> String {
    format!("extract(epoch FROM {interval}), extract(month FROM {interval})")
}

fn question(random: &mut Random) -> String {
    use grammar::{interval, moment, number, truth};
    let table = grammar::table(random);
    let depth = random.between(1, 3);
    match random.between(0, 19) {
        0..=3 => format!("SELECT n, {} FROM {table} ORDER BY n", truth(random, depth)),
        4..=6 => format!(
            "SELECT n, {} FROM {table} ORDER BY n",
            shown(&interval(random, depth))
        ),
        7..=8 => {
            let at = moment(random, depth);
            format!("SELECT n, extract(epoch FROM {at}) FROM {table} ORDER BY n")
        }
        9..=10 => format!(
            "SELECT n, {} FROM {table} ORDER BY n",
            number(random, depth)
        ),
        11 => format!(
            "SELECT count(*) FROM {table} WHERE {}",
            truth(random, depth)
        ),
        12 => {
            let length = interval(random, depth);
            let function = random.pick(&["min", "max", "sum"]);
            format!("SELECT extract(epoch FROM {function}({length})) FROM {table}")
        }
        13 => {
            let length = interval(random, depth);
            format!(
                "SELECT round(CAST(extract(epoch FROM avg({length})) * 1000 AS NUMERIC)) FROM {table}"
            )
        }
        14 => format!(
            "SELECT count(DISTINCT {}) FROM {table}",
            interval(random, depth)
        ),
        15 => {
            let length = interval(random, depth);
            format!("SELECT count(*) AS n FROM {table} GROUP BY {length} ORDER BY {length}")
        }
        16 => {
            let length = interval(random, depth);
            format!("SELECT n, rank() OVER (ORDER BY {length}) FROM {table} ORDER BY n")
        }
        17 => {
            let length = interval(random, depth);
            format!("SELECT n FROM {table} ORDER BY {length} DESC NULLS LAST, n")
        }
        18 => {
            let (one, other) = (interval(random, 1), interval(random, 1));
            format!(
                "SELECT count(*) FROM (SELECT {one} AS x FROM {table}) p JOIN (SELECT {other} AS y FROM {table}) q ON x = y"
            )
        }
        _ => {
            let (one, other) = (interval(random, 1), interval(random, 1));
            format!("SELECT n, {one} IN (SELECT {other} FROM {table}) FROM {table} ORDER BY n")
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lengths_agree_with_postgresql_and_duckdb() {
    let setting = |name, default| {
        let text = std::env::var(name).unwrap_or_default();
        text.parse::<usize>().unwrap_or(default)
    };
    let mut random = Random::new(setting("DESKQL_SEED", 20_260_113) as u64);
    let count = setting("DESKQL_TIME_ARITHMETIC", 300);
    let questions: Vec<_> = (0..count).map(|_| question(&mut random)).collect();
    let texts: Vec<_> = questions.iter().map(String::as_str).collect();
    let right = match postgres(&[], &texts) {
        Ok(answers) => answers,
        Err(reason) => return leave_out(&reason),
    };
    let theirs = duckdb(&[], &texts).unwrap_or_else(|reason| {
        leave_out(&reason);
        vec![Err(reason); texts.len()]
    });
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let (mut differences, mut answered, mut duckdb_differs) = (Vec::new(), 0, 0);
    for (text, (right, theirs)) in texts.iter().zip(right.iter().zip(&theirs)) {
        let ours = ask(&engine, text).await;
        answered += usize::from(right.is_ok() && ours.is_ok());
        let is_same = |other: &Rows| ours.as_ref().is_ok_and(|ours| same(ours, other));
        match (right, theirs) {
            (Ok(right), theirs) => {
                duckdb_differs +=
                    usize::from(theirs.as_ref().is_ok_and(|theirs| !same(right, theirs)));
                if !is_same(right) {
                    differences.push(format!(
                        "{text}\n  here {ours:?}\n  PostgreSQL {right:?}\n  DuckDB {theirs:?}"
                    ));
                }
            }
            (Err(_), Ok(theirs)) if ours.is_ok() && !is_same(theirs) => {
                differences.push(format!(
                    "{text}\n  here {ours:?}\n  PostgreSQL refuses\n  DuckDB {theirs:?}"
                ));
            }
            _ => {}
        }
    }
    println!(
        "{count} asked, {answered} answered here and by PostgreSQL, DuckDB differs from PostgreSQL in {duckdb_differs}"
    );
    differences.sort_by_key(String::len);
    let shown: Vec<_> = differences.iter().take(12).map(String::as_str).collect();
    assert!(
        differences.is_empty(),
        "{} differences in {count} expressions, the shortest first\n{}",
        differences.len(),
        shown.join("\n\n")
    );
}

async fn ask(engine: &Engine, sql: &str) -> Result<Rows, String> {
    let frame = engine.sql(sql).await.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    Ok(batches.iter().flat_map(rows).collect())
}

fn same(one: &Rows, other: &Rows) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        })
}

fn alike(one: &Value, other: &Value) -> bool {
    let plain = |value: &Value| number(value).or_else(|| value.as_str()?.parse().ok());
    match (plain(one), plain(other)) {
        // An epoch has ten digits before the point and six behind it.
        (Some(one), Some(other)) => (one - other).abs() <= 1e-5,
        _ => one == other,
    }
}
