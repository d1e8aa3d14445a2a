//! A job that is killed at any instant leaves whole outputs, and the next run completes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Workshop, below, rows_of};
use crate::support::data::{ints, parquet};

/// Enough rows for a kill to come in the midst of writing.
const ROWS: i64 = 60_000;

const JOB: &str = r#"
[job]
data = ["lake"]

[steps.file]
sql = "SELECT v, v * 2 AS w FROM t"
output = "out/file.csv"

[steps.folder]
sql = "SELECT v, w, v % 5 AS k FROM file"
output = "out/folder"
format = "parquet"
partition_by = ["k"]

[steps.appended]
sql = "SELECT v FROM folder"
output = "out/appended/"
format = "csv"
mode = "append"

[steps.total]
sql = "SELECT count(*) AS n, sum(v) AS v FROM folder"
output = "out/total.csv"
"#;

fn kills() -> u32 {
    let wanted = std::env::var("DESKQL_KILLS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// Writes the input with its first value raised by `version`, so that each version has another sum.
fn write_input(shop: &Workshop, version: i64) -> i64 {
    let mut values: Vec<i64> = (0..ROWS).collect();
    values[0] = version;
    parquet(&shop.path("lake/t.parquet"), vec![("v", ints(&values))]);
    version + (1..ROWS).sum::<i64>()
}

/// Each output holds all rows of one version, or is not there.
fn check_whole(shop: &Workshop, sums: &[i64]) {
    let columns = "count(*) AS n, sum(v) AS v";
    let known: Vec<String> = sums
        .iter()
        .map(|sum| format!("n,v\n{ROWS},{sum}\n"))
        .collect();
    for name in ["out/file.csv", "out/folder/"] {
        if shop.path(name).exists() {
            let rows = rows_of(&shop.path(name), columns);
            assert!(known.contains(&rows), "{name}: {rows}");
        }
    }
    if shop.path("out/total.csv").exists() {
        let rows = shop.read("out/total.csv");
        assert!(known.contains(&rows), "{rows}");
    }
}

#[test]
fn a_killed_run_leaves_whole_outputs_and_the_next_completes() {
    let shop = Workshop::new(JOB);
    let mut sums = vec![write_input(&shop, 0)];
    let started = Instant::now();
    assert_eq!(shop.statuses(&[]).len(), 4);
    let whole = started.elapsed();
    let mut random = 7_u64;
    for kill in 1..=kills() {
        sums.push(write_input(&shop, i64::from(kill)));
        let mut child = shop.command(&["-q"]).stderr(Stdio::null()).spawn().unwrap();
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let share = f64::from(u32::try_from(random >> 40).unwrap()) / f64::from(1 << 24);
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share));
        child.kill().unwrap();
        child.wait().unwrap();
        check_whole(&shop, &sums);
    }
    assert_eq!(shop.statuses(&[]).len(), 4);
    check_whole(&shop, &sums[sums.len() - 1..]);
    let expected = format!("n,v\n{ROWS},{}\n", sums.last().unwrap());
    assert_eq!(shop.read("out/total.csv"), expected);
    let up_to_date =
        ["file", "folder", "appended", "total"].map(|name| format!("{name} up_to_date"));
    assert_eq!(shop.statuses(&[]), up_to_date);
    // Every version was appended once or not at all.
    let counts = rows_of(&shop.path("out/appended/"), "count(*) % 60000 AS rest");
    assert_eq!(counts, "rest\n0\n");
    // Leftovers of killed runs are hidden, and gone after the next.
    let hidden: Vec<_> = std::fs::read_dir(shop.path("out"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(hidden.len(), 4, "{hidden:?}");
    assert!(below(&shop.path("out/folder")).len() >= 5);
}
