//! Grouping by integers that lie close together, against the stock aggregation.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int16Array, Int64Array, RecordBatch, UInt64Array};
use deskql::{Engine, EngineSettings};

use super::{hold_equal, plan, run, set_up, tables};
use crate::support::data;
use crate::support::random::Random;

/// Of integers in a range, and others beside them.
const RANGES: [&str; 6] = [
    "customer",
    "customer",
    "customer",
    "high",
    "\"order\"",
    "agent",
];
const OTHERS: [&str; 8] = [
    "channel",
    "channel",
    "is_vip",
    "score",
    "date_trunc('month', at)",
    "at::DATE",
    "name",
    "upper(channel)",
];

const AGGREGATES: [&str; 25] = [
    "count(*)",
    "count(*)",
    "count(score)",
    "count(channel)",
    "sum(score)",
    "sum(cost)",
    "sum(half)",
    "avg(score)",
    "avg(cost)",
    "avg(half)",
    "min(at)",
    "max(at)",
    "min(replies)",
    "max(cost)",
    "min(agent)",
    "sum(CASE WHEN replies = 1 THEN 1 ELSE 0 END)",
    "sum(CASE WHEN channel = 'email' THEN cost END)",
    "max(score)",
    "nps(least(score, 10))",
    "rate(is_vip)",
    "aht(replies)",
    "bool_or(is_vip)",
    "max(name)",
    "count(DISTINCT channel)",
    "sum(100 / (replies - 2))",
];

const CONDITIONS: [&str; 10] = [
    "channel = 'email'",
    "channel <> 'chat'",
    "customer > 100",
    "customer IS NOT NULL",
    "score BETWEEN 0 AND 10",
    "replies <> 2",
    "replies <> 2",
    "(channel = 'email' OR score > 5)",
    "channel = 'no such channel'",
    "at >= TIMESTAMP '2024-05-01'",
];

pub(super) fn question(random: &mut Random) -> String {
    let distinct = random.chance(35);
    let mut keys = vec![random.pick(&RANGES)];
    let more = if distinct {
        random.between(0, 2)
    } else {
        i64::from(random.chance(25))
    };
    for _ in 0..more {
        let from: &[&str] = if distinct && random.chance(70) {
            &OTHERS
        } else {
            &RANGES
        };
        keys.push(random.pick(from));
    }
    keys.sort_unstable_by_key(|key| key.len() % 3);
    keys.dedup();
    let mut columns: Vec<String> = vec![];
    for key in &keys {
        columns.push(format!("{key} AS k{}", columns.len()));
    }
    for _ in 0..if distinct { 0 } else { random.between(1, 3) } {
        let filter = match random.between(1, 5) {
            1 => " FILTER (WHERE score > 4)",
            _ => "",
        };
        columns.push(format!(
            "{}{filter} AS a{}",
            random.pick(&AGGREGATES),
            columns.len()
        ));
    }
    let mut filtered = String::new();
    for _ in 0..random.between(0, 1) {
        filtered = format!(" WHERE {}", random.pick(&CONDITIONS));
    }
    let (columns, keys) = (columns.join(", "), keys.join(", "));
    if distinct && random.chance(50) {
        return format!("SELECT DISTINCT {columns} FROM r{filtered}");
    }
    let having = match random.between(1, 5) {
        1 => " HAVING count(*) > 2",
        _ => "",
    };
    format!("SELECT {columns} FROM r{filtered} GROUP BY {keys}{having}")
}

/// Customers are below and above zero, `high` is at the end of 64 bits, and `order` is in the order of the rows.
fn batch(random: &mut Random, rows: usize, file: usize) -> RecordBatch {
    let tickets = tables::tickets(random, rows, file);
    let mut ints = |low: i64, high: i64, nulls| -> Vec<Option<i64>> {
        let values = (0..rows).map(|_| {
            let value = random.between(low, high);
            random.unless(nulls, value)
        });
        values.collect()
    };
    let customer = Int64Array::from(ints(-900, 4_000, 3));
    let high = ints(0, 4_500, 0).into_iter();
    let high: UInt64Array = high
        .map(|below| Some(u64::MAX - below?.cast_unsigned()))
        .collect();
    let agent = ints(1, 70, 1).into_iter();
    let agent: Int16Array = agent.map(|agent| i16::try_from(agent?).ok()).collect();
    let order = (0..rows).map(|row| i64::try_from(row / 2 + file).ok());
    let order: Int64Array = order.collect();
    let fields = tickets.schema();
    let fields = fields.fields().iter().map(|field| field.name().clone());
    let mut columns: Vec<(String, ArrayRef)> = fields.zip(tickets.columns().to_vec()).collect();
    columns.extend([
        ("customer".to_owned(), Arc::new(customer) as ArrayRef),
        ("high".to_owned(), Arc::new(high)),
        ("agent".to_owned(), Arc::new(agent)),
        ("order".to_owned(), Arc::new(order)),
    ]);
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn write(folder: &Path, rows: usize) {
    let mut random = Random::new(23);
    let table = folder.join("r");
    std::fs::create_dir_all(&table).unwrap();
    for file in 0..3 {
        let batch = batch(&mut random, rows / 3, file);
        tables::store(
            &table.join(format!("{file}.parquet")),
            &batch,
            3_000,
            file != 1,
        );
    }
}

pub(super) async fn desk(folder: &Path) -> Engine {
    write(folder, 21_000);
    data::open(&[folder]).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_refuses_starts_again_in_the_stock_aggregation() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let fails = "SELECT customer, sum(100 / (replies - 2)) FROM r GROUP BY customer";
    run(&engine, fails).await.unwrap_err();
    // A row that the filter drops cannot fail the query.
    let passes =
        "SELECT customer, sum(100 / (replies - 2)) FROM r WHERE replies <> 2 GROUP BY customer";
    run(&engine, passes).await.unwrap();
    let questions = [
        fails,
        passes,
        // More names than their combinations with customers are worth.
        "SELECT DISTINCT customer, name FROM r",
        "SELECT DISTINCT name, customer, at FROM r WHERE score > 2",
        "SELECT customer, nps(score) FROM r GROUP BY customer",
    ];
    let questions = questions.map(str::to_owned);
    hold_equal(&engine, "deskql.range_aggregation", &questions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lack_of_memory_starts_again_in_the_stock_aggregation() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 120_000);
    for limit in [2_000_000, 20_000_000] {
        let settings = EngineSettings {
            data: vec![folder.path().display().to_string()],
            memory_limit: Some(limit),
            ..EngineSettings::default()
        };
        let engine = Engine::open(settings).await.unwrap();
        let questions = [
            "SELECT customer, agent / 8, count(*) FROM r GROUP BY 1, 2",
            "SELECT \"order\", customer / 4000, min(at), max(at), sum(cost) FROM r GROUP BY 1, 2",
            "SELECT \"order\", min(at), max(at), sum(cost) FROM r GROUP BY 1",
            "SELECT DISTINCT customer, channel FROM r",
        ];
        let questions = questions.map(str::to_owned);
        hold_equal(&engine, "deskql.range_aggregation", &questions).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_relies_on_the_division_by_hash_keeps_the_stock_aggregation() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    set_up(&engine, 1).await;
    let alone = "SELECT customer, count(*) AS n FROM r GROUP BY customer";
    let shown = plan(&engine, alone).await;
    assert!(
        shown.contains("RangeAggregateExec: gby=[customer"),
        "{shown}"
    );
    let questions = [
        format!(
            "SELECT a.customer, n, m FROM ({alone}) a JOIN (SELECT customer, max(at) AS m FROM r GROUP BY 1) b USING (customer)"
        ),
        format!(
            "SELECT customer, n, rank() OVER (PARTITION BY customer ORDER BY n) FROM ({alone}) a"
        ),
        format!(
            "SELECT customer, n FROM ({alone}) a UNION ALL SELECT customer, n FROM ({alone} HAVING count(*) > 3) b"
        ),
        format!("SELECT n, count(*) FROM ({alone}) a GROUP BY n"),
        format!("SELECT * FROM ({alone}) a ORDER BY n DESC, customer LIMIT 5"),
        format!(
            "SELECT customer FROM r WHERE customer IN (SELECT customer FROM ({alone}) a WHERE n > 6) AND score = 3"
        ),
    ];
    hold_equal(&engine, "deskql.range_aggregation", &questions).await;
}

/// An engine with `rows` as the file `sorted`, which knows their order.
async fn sorted(folder: &Path, rows: &str) -> Engine {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let file = folder.join("sorted.parquet");
    let copy = format!("COPY ({rows}) TO '{}'", file.display());
    run(&engine, &copy).await.unwrap();
    data::open(&[&file]).await.unwrap()
}

/// ORDER BY needs no sort where the rows of a file come in its order: LIMIT takes the first groups, the unknown one last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_of_sorted_groups_keep_the_stock_aggregation() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT CASE WHEN value % 3001 = 0 THEN NULL ELSE value / 5 END AS k, value % 7 AS d
                FROM generate_series(1, 60000) ORDER BY 1, 2";
    let engine = sorted(folder.path(), rows).await;
    let groups = "SELECT k, count(*) AS n, max(d) AS d FROM sorted GROUP BY k";
    let first = format!(
        "SELECT n, d, count(*) AS c, max(k) AS k FROM ({groups} ORDER BY k LIMIT 5) GROUP BY n, d"
    );
    let others =
        format!("SELECT n, count(*) AS c FROM ({groups} ORDER BY k OFFSET 11990) GROUP BY n");
    let all = format!("SELECT n, count(*) AS c, max(d) AS d FROM ({groups}) GROUP BY n");
    for number in 0..super::SETTINGS.len() {
        set_up(&engine, number).await;
        assert!(!plan(&engine, &first).await.contains("RangeAggregateExec"));
        assert!(!plan(&engine, &others).await.contains("RangeAggregateExec"));
        assert!(plan(&engine, &all).await.contains("RangeAggregateExec"));
    }
    hold_equal(&engine, "deskql.range_aggregation", &[first, others, all]).await;
}

/// INSERT writes rows in the order of its query, and needs no sort of a file that has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_inserted_in_the_order_of_a_sorted_file() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "SELECT -(value / 2) AS k, value % 1009 AS v FROM generate_series(0, 60000) ORDER BY k DESC";
    let engine = sorted(folder.path(), rows).await;
    set_up(&engine, 0).await;
    run(&engine, "CREATE TABLE inserted (k BIGINT, s BIGINT)")
        .await
        .unwrap();
    let insert =
        "INSERT INTO inserted SELECT k, sum(v) AS s FROM sorted GROUP BY k ORDER BY k DESC";
    run(&engine, insert).await.unwrap();
    let first = data::rows(&engine, "SELECT k FROM inserted LIMIT 3").await;
    assert_eq!(first, ["0", "-1", "-2"]);
}
