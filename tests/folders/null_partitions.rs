//! `key=__HIVE_DEFAULT_PARTITION__` is the folder of the rows whose `key` is NULL.

use std::path::Path;

use crate::support::data::{error, ints, open, parquet, rows, text};

const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

fn regions(root: &Path) {
    for (region, ids) in [("eu", vec![1, 2]), ("us", vec![3]), (NULL, vec![4, 5, 6])] {
        let path = root.join(format!("t/region={region}/a.parquet"));
        parquet(&path, vec![("id", ints(&ids))]);
    }
}

#[tokio::test]
async fn a_text_column_has_nulls() {
    let folder = tempfile::tempdir().unwrap();
    regions(folder.path());
    let engine = open(&[folder.path()]).await.unwrap();
    for (question, expected) in [
        (
            "SELECT region, count(*) FROM t GROUP BY ALL ORDER BY ALL NULLS LAST",
            vec!["eu|2", "us|1", "|3"],
        ),
        (
            "SELECT count(*), count(region), min(region), max(region) FROM t",
            vec!["6|3|eu|us"],
        ),
        ("SELECT sum(id) FROM t WHERE region IS NULL", vec!["15"]),
        ("SELECT sum(id) FROM t WHERE region IS NOT NULL", vec!["6"]),
        ("SELECT sum(id) FROM t WHERE region = 'eu'", vec!["3"]),
        ("SELECT sum(id) FROM t WHERE region <> 'eu'", vec!["3"]),
        ("SELECT sum(id) FROM t WHERE NOT (region = 'eu')", vec!["3"]),
        (
            "SELECT sum(id) FROM t WHERE region IS DISTINCT FROM 'eu'",
            vec!["18"],
        ),
        (
            "SELECT sum(id) FROM t WHERE coalesce(region, 'none') = 'none'",
            vec!["15"],
        ),
        (
            "SELECT sum(id) FROM t WHERE region IN ('eu', 'us')",
            vec!["6"],
        ),
        (
            "SELECT sum(id) FROM t WHERE region = 'us' OR id = 4",
            vec!["7"],
        ),
        (
            "SELECT count(*) FROM t WHERE region LIKE '%HIVE%'",
            vec!["0"],
        ),
        (
            "SELECT count(*) FROM t WHERE region = '__HIVE_DEFAULT_PARTITION__'",
            vec!["0"],
        ),
        (
            "SELECT count(*) FROM t AS a JOIN t AS b USING (region)",
            vec!["5"],
        ),
    ] {
        assert_eq!(rows(&engine, question).await, expected, "{question}");
    }
    let plan = "EXPLAIN SELECT id FROM t WHERE region IS NULL";
    let plan = rows(&engine, plan).await.join("\n");
    assert!(plan.contains(NULL) && !plan.contains("region=eu"), "{plan}");
}

#[tokio::test]
async fn numbers_and_dates_keep_their_types() {
    let folder = tempfile::tempdir().unwrap();
    for (place, id) in [
        ("year=2025/day=2025-12-31", 1),
        ("year=9/day=2026-01-01", 2),
        (&format!("year={NULL}/day=2026-01-02"), 4),
        (&format!("year=2026/day={NULL}"), 8),
    ] {
        let path = folder.path().join(format!("t/{place}/a.csv"));
        text(&path, &format!("id\n{id}\n"));
    }
    let create = format!(
        "CREATE EXTERNAL TABLE declared (id BIGINT, year INT, day DATE) STORED AS CSV \
         PARTITIONED BY (year, day) LOCATION '{}/t/' OPTIONS ('format.has_header' 'true')",
        folder.path().display()
    );
    let engine = open(&[folder.path()]).await.unwrap();
    engine.sql(&create).await.unwrap().collect().await.unwrap();
    for table in ["t", "declared"] {
        for (question, expected) in [
            (
                "SELECT max(year) + 1, min(year), count(year), count(*) FROM t",
                "2027|9|3|4",
            ),
            (
                "SELECT min(day), max(day), count(day) FROM t",
                "2025-12-31|2026-01-02|3",
            ),
            ("SELECT sum(id) FROM t WHERE year IS NULL", "4"),
            (
                "SELECT sum(id) FROM t WHERE year >= 2025 AND day IS NULL",
                "8",
            ),
            ("SELECT sum(id) FROM t WHERE year < 2026", "3"),
            ("SELECT sum(id) FROM t WHERE day >= DATE '2026-01-01'", "6"),
        ] {
            let question = question.replace("FROM t", &format!("FROM {table}"));
            assert_eq!(rows(&engine, &question).await, [expected], "{question}");
        }
    }
}

#[tokio::test]
async fn folders_of_null_alone_are_text_and_later_folders_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    parquet(
        &folder.path().join(format!("t/team={NULL}/a.parquet")),
        vec![("id", ints(&[1]))],
    );
    parquet(
        &folder.path().join("n/week=1/a.parquet"),
        vec![("id", ints(&[1]))],
    );
    let engine = open(&[folder.path()]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT count(*), count(team) FROM t").await,
        ["1|0"]
    );
    parquet(
        &folder.path().join(format!("n/week={NULL}/a.parquet")),
        vec![("id", ints(&[1]))],
    );
    let weeks = "SELECT count(*), count(week), max(week) FROM n";
    assert_eq!(rows(&engine, weeks).await, ["2|1|1"]);
    parquet(
        &folder.path().join("n/week=last/a.parquet"),
        vec![("id", ints(&[1]))],
    );
    let problem = error(&engine, weeks).await;
    assert!(
        problem.contains("week=last") && problem.contains("BIGINT"),
        "{problem}"
    );
}
