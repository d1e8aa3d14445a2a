//! Counts, sums, means and variances of a column, told from one reading of it.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array,
    RecordBatch, StringArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use deskql::Engine;

use super::{both, plan, run, set_up, tables};
use crate::support::data;
use crate::support::random::Random;

const COLUMNS: [&str; 14] = [
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "large",
    "cents",
    "long",
    "half",
    "half * 1000 + 5e7",
    "CASE WHEN i8 > 0 THEN i32 END",
];

const WHERE: [&str; 7] = [
    "",
    "",
    " WHERE i16 <> 3",
    " WHERE name <> 'b' AND i8 < 100",
    " WHERE name = 'c'",
    " WHERE -7 <= i32 AND 2147483647 > i32",
    " WHERE i64 >= -9223372036854775807 AND u8 IS NOT NULL",
];

/// What is asked of a column.
fn asked(random: &mut Random, column: &str, number: usize) -> String {
    let filter = if random.chance(25) {
        " FILTER (WHERE u16 > 9)"
    } else {
        ""
    };
    let function = random.pick(&[
        "count",
        "sum",
        "avg",
        "var_samp",
        "var_pop",
        "stddev",
        "stddev_pop",
        "max",
    ]);
    let column = match function {
        "count" | "sum" | "max" => column.to_owned(),
        _ => format!("CAST({column} AS DOUBLE)"),
    };
    format!("{function}({column}){filter} AS a{number}")
}

fn question(random: &mut Random) -> String {
    let columns: Vec<&str> = (0..2).map(|_| random.pick(&COLUMNS)).collect();
    let mut selected = vec![];
    for number in 0..random.between(1, 6) {
        let column = random.pick(&columns);
        selected.push(asked(random, column, usize::try_from(number).unwrap()));
    }
    let key = random.pick(&[
        "name",
        "i8",
        "date_trunc('month', to_timestamp(u32))",
        "u8 % 3",
    ]);
    let filter = random.pick(&WHERE);
    format!(
        "SELECT {key}, {} FROM t{filter} GROUP BY 1",
        selected.join(", ")
    )
}

/// Large ones are seldom, and of one sign where sums as doubles would lose all digits otherwise.
fn ints<T: TryFrom<i64>>(random: &mut Random, rows: usize, low: i64, high: i64) -> Vec<Option<T>> {
    (0..rows)
        .map(|_| {
            let value = match random.between(0, 60) {
                0 => low,
                1 => high,
                _ => random.between(low.max(-1_000), high.min(1_000)),
            };
            random.unless(8, value)?.try_into().ok()
        })
        .collect()
}

/// Whole numbers of all types; `u64` is the only one that is not read as a whole number.
fn integers(random: &mut Random, rows: usize) -> Vec<(&'static str, ArrayRef)> {
    macro_rules! column {
        ($name:literal, $array:ident, $native:ty, $low:expr, $high:expr) => {{
            let values = ints::<$native>(random, rows, $low, $high);
            ($name, Arc::new($array::from(values)) as ArrayRef)
        }};
    }
    vec![
        column!("i8", Int8Array, i8, -128, 127),
        column!("i16", Int16Array, i16, -32_768, 32_767),
        column!("i32", Int32Array, i32, -(1 << 31), (1 << 31) - 1),
        column!("i64", Int64Array, i64, -(1 << 40), 1 << 40),
        column!("u8", UInt8Array, u8, 0, 255),
        column!("u16", UInt16Array, u16, 0, 65_535),
        column!("u32", UInt32Array, u32, 0, (1 << 32) - 1),
        column!("u64", UInt64Array, u64, 0, i64::MAX),
    ]
}

fn batch(random: &mut Random, rows: usize) -> RecordBatch {
    let mut columns = integers(random, rows);
    let large = (0..rows).map(|_| {
        let value = random.between(-3_000_000_000, 3_000_000_000);
        random.unless(5, value)
    });
    let large: Int64Array = large.collect();
    let halves = ints::<i32>(random, rows, -1_000, 1_000).into_iter();
    let halves: Float64Array = halves.map(|v| v.map(|v| f64::from(v) / 2.0)).collect();
    let names = (0..rows).map(|_| {
        let name = random.pick(&["a", "b", "c"]);
        random.unless(10, name)
    });
    let names: StringArray = names.collect();
    let cents = ints::<i64>(random, rows, -1_000, 99_999_999_999).into_iter();
    let cents = Decimal128Array::from_iter(cents.map(|v| v.map(i128::from)));
    let long = ints::<i64>(random, rows, -1_000, i64::MAX).into_iter();
    let long = Decimal128Array::from_iter(long.map(|v| v.map(|v| i128::from(v) * 1_000)));
    columns.push(("name", Arc::new(names)));
    columns.push(("large", Arc::new(large)));
    let cents = cents.with_precision_and_scale(18, 2).unwrap();
    columns.push(("cents", Arc::new(cents)));
    let long = long.with_precision_and_scale(38, 6).unwrap();
    columns.push(("long", Arc::new(long)));
    columns.push(("half", Arc::new(halves)));
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// Holds the answers with and without the sums equal but for the last digits of doubles, which depend on
/// the order of rows.
async fn hold_close(engine: &Engine, questions: &[String]) {
    for (number, sql) in questions.iter().enumerate() {
        set_up(engine, number).await;
        let ([on, off], _) = both(engine, "deskql.dense_aggregation", sql).await;
        let (on, off) = match (on, off) {
            (Err(on), Err(_)) if on.contains("does not fit") => continue,
            (on, off) => (on.unwrap(), off.unwrap()),
        };
        let cells = |text: &str| -> Vec<String> {
            let cells = text.split(['|', '\n']).map(str::trim);
            cells.map(str::to_owned).collect()
        };
        let (on, off) = (cells(&on), cells(&off));
        assert_eq!(on.len(), off.len(), "{sql}");
        for (on, off) in on.iter().zip(&off) {
            assert!(
                on == off || is_close(on, off),
                "{sql}\non:  {on}\noff: {off}"
            );
        }
    }
}

fn is_close(left: &str, right: &str) -> bool {
    let [left, right] = [left, right].map(|text| text.parse::<f64>().unwrap_or(f64::NAN));
    (left - right).abs() <= 1e-9 * left.abs().max(right.abs()).max(1e3)
}

async fn desk(folder: &std::path::Path) -> Engine {
    let mut random = Random::new(5);
    let table = folder.join("t");
    std::fs::create_dir_all(&table).unwrap();
    for (number, rows) in [2_500, 4_000, 90].into_iter().enumerate() {
        let batch = batch(&mut random, rows);
        let path = table.join(format!("{number}.parquet"));
        tables::store(&path, &batch, 1_500, number != 1);
    }
    data::open(&[folder]).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sums_are_those_of_the_stock_functions() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let setting = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let mut random = Random::new(setting("DESKQL_SEED").unwrap_or(17));
    let count = setting("DESKQL_DIFFERENTIAL").unwrap_or(200);
    let questions: Vec<String> = (0..count).map(|_| question(&mut random)).collect();
    hold_close(&engine, &questions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_total_out_of_range_is_the_same_error() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let sql =
        "SELECT name, sum(i64 + 9223370000000000000) FROM t WHERE i64 < 1000000 GROUP BY name";
    let on = run(&engine, sql).await.unwrap_err();
    run(&engine, "SET deskql.dense_aggregation = false")
        .await
        .unwrap();
    let off = run(&engine, sql).await.unwrap_err();
    for error in [on, off] {
        assert!(error.contains("does not fit in BIGINT"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn infinities_and_nan_are_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let of = |values: &str| {
        format!(
            "SELECT name, var_samp(x), avg(x), sum(x), count(x) FROM (SELECT name, CASE WHEN i8 = 5 THEN {values} \
             ELSE half END AS x FROM t) AS t GROUP BY name"
        )
    };
    let extremes = ["'NaN'::DOUBLE", "'inf'::DOUBLE", "1e120", "-1e120"];
    let questions = extremes.map(of);
    hold_close(&engine, &questions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn explain_shows_what_is_summed_once() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let sql = "SELECT name, count(i32), sum(i32), avg(i32), var_samp(i32), count(u8) FROM t GROUP BY name";
    let shown = plan(&engine, sql).await;
    assert!(shown.contains("summed=[i32@"), "{shown}");
    assert!(
        !shown.contains("u8@") || !shown.contains("summed=[i32@1, u8"),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comparisons_are_those_of_the_stock_kernels() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let pairs = [
        ("i8", "-3"),
        ("i16", "i8"),
        ("i32", "-2147483648"),
        ("large", "i64"),
        ("u8", "255"),
        ("u64", "u32"),
        ("7", "i64"),
        ("i64", "NULL"),
        ("to_timestamp(u32)", "to_timestamp(i32)"),
        ("to_timestamp(u32)::DATE", "DATE '1970-01-01'"),
        ("half", "2"),
    ];
    let mut questions = vec![];
    for (left, right) in pairs {
        let counts = ["=", "<>", "<", "<=", ">", ">="].map(|operator| {
            let holds = format!("{left} {operator} {right}");
            format!("count(CASE WHEN {holds} THEN 1 END), sum(CASE WHEN NOT ({holds}) THEN 1 ELSE 0 END)")
        });
        let counts = counts.join(", ");
        questions.push(format!("SELECT name, {counts} FROM t GROUP BY name"));
        questions.push(format!(
            "SELECT name, count(*) FROM t WHERE {left} < {right} AND i8 <> 5 GROUP BY name"
        ));
    }
    hold_close(&engine, &questions).await;
}
