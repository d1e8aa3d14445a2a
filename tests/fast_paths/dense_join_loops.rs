//! Joins by dense keys and set operations, against loops over both sides, which know of no join.

use std::collections::BTreeSet;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};

use super::dense_joins::{desk, two_sides};
use super::{plan, run};
use crate::support::random::Random;

/// Pairs counted one by one, in a way that knows of no join.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pairs_are_those_of_a_loop() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let [a, b] = two_sides(&mut Random::new(5));
    for name in ["k", "extreme", "sparse"] {
        let keys = |batch: &RecordBatch| batch[name].as_primitive::<Int64Type>().clone();
        let (left, right) = (keys(&a), keys(&b));
        let pairs = left
            .iter()
            .flatten()
            .map(|left| right.iter().filter(|right| *right == Some(left)).count());
        let sql = format!("SELECT count(*) AS n FROM a JOIN b ON a.{name} = b.{name}");
        let answer = run(&engine, &sql).await.unwrap();
        let expected = pairs.sum::<usize>().to_string();
        assert!(
            expected != "0" && answer.contains(&format!("| {expected} ")),
            "{name}: {answer}"
        );
    }
}

type TwoKeys = (Option<i64>, Option<i64>);

/// Rows of all types of joins by two keys, counted by loops over both sides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_by_several_keys_are_those_of_a_loop() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let [a, b] = two_sides(&mut Random::new(5));
    let keys = |batch: &RecordBatch| -> Vec<TwoKeys> {
        let column = |name| cast(&batch[name], &DataType::Int64).unwrap();
        let (k8, n) = (column("k8"), column("n"));
        let [k8, n] = [&k8, &n].map(|column| column.as_primitive::<Int64Type>().iter());
        k8.zip(n).collect()
    };
    let (left, right) = (keys(&a), keys(&b));
    let is_equal =
        |left: &TwoKeys, right: &TwoKeys| left == right && left.0.is_some() && left.1.is_some();
    let matches = |one: &TwoKeys, others: &[TwoKeys]| {
        others.iter().filter(|other| is_equal(one, other)).count()
    };
    let of_left: Vec<usize> = left.iter().map(|row| matches(row, &right)).collect();
    let alone = |rows: &[TwoKeys], others: &[TwoKeys]| {
        rows.iter().filter(|row| matches(row, others) == 0).count()
    };
    let pairs: usize = of_left.iter().sum();
    let (left_alone, right_alone) = (alone(&left, &right), alone(&right, &left));
    assert!(pairs > 0 && left_alone > 0 && right_alone > 0);
    let on = "a.k8 = b.k8 AND a.n = b.n";
    let count = |join: &str| format!("SELECT count(*) AS c FROM a {join} JOIN b ON {on}");
    let exists = |is_in: &str| {
        format!("SELECT count(*) AS c FROM a WHERE {is_in} (SELECT 1 FROM b WHERE {on})")
    };
    for (sql, expected) in [
        (count("INNER"), pairs),
        (count("LEFT"), pairs + left_alone),
        (count("RIGHT"), pairs + right_alone),
        (count("FULL"), pairs + left_alone + right_alone),
        (exists("EXISTS"), left.len() - left_alone),
        (exists("NOT EXISTS"), left_alone),
    ] {
        let shown = plan(&engine, &sql).await;
        assert!(shown.contains("DenseJoinExec"), "{sql}: {shown}");
        let answer = run(&engine, &sql).await.unwrap();
        assert!(
            answer.contains(&format!("| {expected} ")),
            "{sql}: {answer}, not {expected}"
        );
    }
}

/// Rows that are in both sides, or in one of them, with NULL as a value like others, by loops over both sides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_set_operations_are_those_of_a_loop() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let [a, b] = two_sides(&mut Random::new(5));
    let rows = |batch: &RecordBatch| -> BTreeSet<(Option<i64>, Option<String>)> {
        let n = cast(&batch["n"], &DataType::Int64).unwrap();
        let teams = batch["team"].as_string::<i32>().iter();
        let teams = teams.map(|team| team.map(str::to_owned));
        n.as_primitive::<Int64Type>().iter().zip(teams).collect()
    };
    let (left, right) = (rows(&a), rows(&b));
    // The sides have all rows that there are, so the right one is cut down.
    let right: BTreeSet<_> = right.into_iter().filter(|row| row.0 != Some(7)).collect();
    let has_null = |row: &&(Option<i64>, Option<String>)| row.0.is_none() && row.1.is_none();
    assert!(left.intersection(&right).any(|row| has_null(&row)));
    let sides = "SELECT n, team FROM a {} SELECT n, team FROM b WHERE n IS DISTINCT FROM 7";
    for (operation, expected) in [
        ("INTERSECT", left.intersection(&right).count()),
        ("EXCEPT", left.difference(&right).count()),
    ] {
        let sql = format!(
            "SELECT count(*) AS c FROM ({})",
            sides.replace("{}", operation)
        );
        let shown = plan(&engine, &sql).await;
        assert!(shown.contains("NullsEqual: true"), "{sql}: {shown}");
        assert!(shown.contains("DenseJoinExec"), "{sql}: {shown}");
        let answer = run(&engine, &sql).await.unwrap();
        assert!(
            expected > 0 && answer.contains(&format!("| {expected} ")),
            "{sql}: {answer}, not {expected}"
        );
    }
}
