//! Traps L and M of `docs/engine-traps.md`: a small memory limit costs time and never rows.

use datafusion::arrow::util::pretty::pretty_format_batches;
use deskql::{Engine, EngineSettings};

use crate::support::data::{error, rows};

async fn engine(memory_limit: Option<usize>, threads: usize, folder: &std::path::Path) -> Engine {
    let settings = EngineSettings {
        memory_limit,
        threads: Some(threads),
        temp_dir: Some(folder.to_owned()),
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

/// The answer in 8 MB must be the one without a limit, and the spilled files must be gone.
async fn same_in_little_memory(sql: &str) {
    let folder = tempfile::tempdir().unwrap();
    let expected = rows(&engine(None, 2, folder.path()).await, sql).await;
    for threads in [1, 4] {
        let small = engine(Some(8_000_000), threads, folder.path()).await;
        assert_eq!(
            rows(&small, sql).await,
            expected,
            "{threads} threads: {sql}"
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn trap_l_window_over_a_large_sort() {
    let sql = "SELECT count(*), sum(k), max(n), sum(n * k % 97) FROM (
        SELECT value AS k, row_number() OVER (ORDER BY value * 7919 % 1000003) AS n
        FROM generate_series(1, 600000))";
    same_in_little_memory(sql).await;
}

#[tokio::test]
async fn trap_l_order_by_with_a_large_limit() {
    // 1000003 is prime, so the keys differ and the rows within the limit are one set.
    let sql = "SELECT count(*), sum(value) FROM (
        SELECT value FROM generate_series(1, 900000) ORDER BY value * 7919 % 1000003 LIMIT 700000)";
    same_in_little_memory(sql).await;
}

#[tokio::test]
async fn trap_l_a_large_limit_keeps_the_order() {
    let sql = "SELECT count(*) FILTER (WHERE value = n) FROM (
        SELECT value, row_number() OVER () AS n FROM (
            SELECT 400001 - value AS value FROM generate_series(1, 400000)
            ORDER BY value LIMIT 300000))";
    let folder = tempfile::tempdir().unwrap();
    let small = engine(Some(8_000_000), 1, folder.path()).await;
    assert_eq!(rows(&small, sql).await, ["300000"]);
}

#[tokio::test]
async fn many_groups_spill() {
    let sql = "SELECT count(*), sum(c), max(s) FROM (
        SELECT value % 300000 AS k, count(*) AS c, sum(value) AS s
        FROM generate_series(1, 900000) GROUP BY 1)";
    // Each of the 300,000 groups has 3 rows; the largest sum is that of the key 0.
    let expected = ["300000|900000|1800000"];
    let folder = tempfile::tempdir().unwrap();
    let unlimited = rows(&engine(None, 2, folder.path()).await, sql).await;
    assert_eq!(unlimited, expected);
    same_in_little_memory(sql).await;
}

#[tokio::test]
async fn trap_m_groups_by_struct_stay_whole_after_a_spill() {
    let sql = "SELECT count(*), sum(c) FROM (
        SELECT named_struct('a', value % 1000, 'b', value % 150) AS k, count(*) AS c
        FROM generate_series(1, 600000) GROUP BY 1)";
    // Equal modulo 1000 and modulo 150 is equal modulo 3000, their least common multiple.
    let folder = tempfile::tempdir().unwrap();
    let small = engine(Some(8_000_000), 4, folder.path()).await;
    assert_eq!(rows(&small, sql).await, ["3000|600000"]);
    same_in_little_memory(&sql.replace("150", "299993")).await;
}

#[tokio::test]
async fn kpis_of_many_groups_spill() {
    let sql = "SELECT count(*), sum(answers), sum(round(score * 3)::BIGINT) FROM (
        SELECT value % 200000 AS k, nps(value % 11) AS score, count(*) AS answers
        FROM generate_series(1, 600000) GROUP BY 1)";
    same_in_little_memory(sql).await;
}

#[tokio::test]
async fn a_join_by_sorting_spills_where_a_hash_join_cannot() {
    let sql = "SELECT count(*), sum(a.value) FROM generate_series(1, 400000) AS a
        JOIN generate_series(1, 400000) AS b ON a.value = b.value";
    let folder = tempfile::tempdir().unwrap();
    let small = engine(Some(8_000_000), 2, folder.path()).await;
    assert!(error(&small, sql).await.contains("Resources exhausted"));
    small
        .sql("SET datafusion.optimizer.prefer_hash_join = false")
        .await
        .unwrap();
    // The sum of 1 to n is n (n + 1) / 2.
    assert_eq!(rows(&small, sql).await, ["400000|80000200000"]);
}

/// The sum over all rows is that of 1 to n, which each row gets.
#[tokio::test]
async fn totals_over_all_rows_spill() {
    let sql = "SELECT count(*), min(total), max(total), sum(k) FROM (
        SELECT value AS k, sum(value) OVER () AS total FROM generate_series(1, 2000000))";
    let folder = tempfile::tempdir().unwrap();
    let expected = ["2000000|2000001000000|2000001000000|2000001000000"];
    assert_eq!(
        rows(&engine(None, 2, folder.path()).await, sql).await,
        expected
    );
    same_in_little_memory(sql).await;
    let small = engine(Some(8_000_000), 2, folder.path()).await;
    let plan = rows(&small, &format!("EXPLAIN ANALYZE {sql}"))
        .await
        .join("\n");
    let totals = plan.lines().find(|line| line.contains("WindowTotalsExec"));
    let totals = totals.unwrap();
    assert!(!totals.contains("spill_count=0"), "{totals}");
}

#[tokio::test]
async fn windows_hold_one_group_of_partition_by() {
    let sql = "SELECT count(*), sum(n), sum(total), sum(half) FROM (
        SELECT count(*) OVER (PARTITION BY value % 200000) AS n, sum(value) OVER (PARTITION BY value % 200000) AS total,
            ntile(2) OVER (PARTITION BY value % 200000 ORDER BY value) AS half
        FROM generate_series(1, 1200000))";
    // Each of 200,000 groups has 6 rows, three of which are in each half.
    let folder = tempfile::tempdir().unwrap();
    let small = engine(Some(8_000_000), 2, folder.path()).await;
    assert_eq!(
        rows(&small, sql).await,
        ["1200000|7200000|4320003600000|1800000"]
    );
    same_in_little_memory(sql).await;
}

#[tokio::test]
async fn a_group_that_does_not_fit_says_so() {
    let sql = "SELECT max(share) FROM (
        SELECT percent_rank() OVER (ORDER BY value) AS share FROM generate_series(1, 2000000))";
    let folder = tempfile::tempdir().unwrap();
    let small = engine(Some(8_000_000), 2, folder.path()).await;
    let error = error(&small, sql).await;
    assert!(error.contains("Resources exhausted"), "{error}");
}

/// Joins that hold one side by hash sort both of them instead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_is_planned_again_where_memory_is_short() {
    let join = "SELECT count(*) AS n, max(a.k) AS most
        FROM (SELECT 'key ' || value AS k FROM generate_series(1, 300000)) AS a
        JOIN (SELECT 'key ' || value * 2 AS k FROM generate_series(1, 300000)) AS b ON a.k = b.k";
    let folder = tempfile::tempdir().unwrap();
    // The largest of the texts of even numbers up to 300,000.
    let expected = "| 150000 | key 99998 |";
    for threads in [1, 2] {
        let mut helped = 0;
        for limit in [3_000_000, 7_000_000, 12_000_000, 16_000_000] {
            let small = engine(Some(limit), threads, folder.path()).await;
            // DataFusion's own way of collecting has one plan.
            let alone = small.sql(join).await.unwrap().collect().await;
            let execution = small.run(join).await.unwrap();
            match execution.collect().await {
                Ok(batches) => {
                    let answer = pretty_format_batches(&batches).unwrap().to_string();
                    assert!(answer.contains(expected), "{limit}: {answer}");
                    helped += usize::from(alone.is_err());
                }
                Err(error) => assert!(alone.is_err(), "{limit}: {error}"),
            }
        }
        assert!(helped > 0, "{threads} threads");
    }
}

/// The join reads its left side, an exchange below a grouping, a second time when it does not fit.
#[tokio::test]
async fn a_nested_loop_join_reads_its_left_side_again() {
    let sql = "SELECT count(*), sum(a.n) FROM (
            SELECT value % 150000 AS k, count(*) AS n FROM generate_series(1, 300000) GROUP BY 1) AS a
        JOIN (VALUES (10), (200000)) AS b(k) ON a.k < b.k";
    // 10 and 150,000 keys of two rows each.
    let folder = tempfile::tempdir().unwrap();
    let small = engine(Some(4_000_000), 2, folder.path()).await;
    assert_eq!(rows(&small, sql).await, ["150010|300020"]);
}
