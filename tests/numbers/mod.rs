//! Numbers of different types: coercion at planning, `SUMMARIZE` of every type, and random expressions
//! compared with DuckDB.

mod expressions;

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    DurationSecondArray, Float32Array, Float64Array, Int64Array, ListArray, NullArray, StringArray,
    StructArray, Time64MicrosecondArray, TimestampMicrosecondArray, UInt8Array, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use tempfile::TempDir;

use crate::support::data::{open, parquet, rows};

fn decimals() -> ArrayRef {
    let values = Decimal128Array::from(vec![Some(13_076), Some(1_010), None]);
    Arc::new(values.with_precision_and_scale(10, 2).unwrap())
}

fn doubles() -> ArrayRef {
    Arc::new(Float64Array::from(vec![Some(0.5), Some(-1.5), None]))
}

/// Literals have the type of the column they are compared with after planning, so that no row is cast.
#[tokio::test]
async fn no_row_is_cast_beside_a_literal() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("t.parquet");
    let whole: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), Some(2), None]));
    parquet(
        &path,
        vec![("f", doubles()), ("d", decimals()), ("n", whole)],
    );
    let engine = open(&[path.as_path()]).await.unwrap();
    for sql in [
        "SELECT count(*) FROM t WHERE f > 0.5 AND f BETWEEN 0.1 AND 19.99 AND f IN (0.1, 2, 3.5)",
        "SELECT count(*) FROM t WHERE n > 0.5 AND n <= 1.5 AND 2.5 > n AND n BETWEEN 0.5 AND 1.5",
        "SELECT count(*) FROM t WHERE n = 1.0 AND d > 1.005 AND d < 100.5 AND d = 10.10",
        "SELECT sum(f * 1.19), sum(f / 3600.0), sum(f + 0.5), avg(coalesce(f, 0.0)) FROM t",
        "SELECT avg(CASE WHEN f > 0.5 THEN 1.0 ELSE 0.0 END), avg(CASE WHEN f > 1 THEN 100.0 ELSE 0 END) FROM t",
        "SELECT avg(d), avg(n), sum(d), sum(n), sum(CASE WHEN f > 1 THEN 1.0 ELSE 0 END) FROM t",
        "SELECT stddev(CASE WHEN f > 0.5 THEN 1.0 ELSE 0.0 END), sum(d * 1.19), sum(d / 3) FROM t",
    ] {
        let plan = rows(&engine, &format!("EXPLAIN {sql}")).await.join("\n");
        assert!(!plan.contains("CAST("), "{sql}\n{plan}");
    }
    // Files are pruned by the coerced literal. Doubles never are: statistics omit NaN.
    let plan = rows(&engine, "EXPLAIN SELECT * FROM t WHERE n > 0.5 AND f < 0.5").await;
    let plan = plan.join("\n");
    assert!(plan.contains("n_max@"), "{plan}");
    assert!(plan.contains("f@0 < 0.5"), "{plan}");
}

/// A column of each type that a Parquet file can store.
fn columns_of_every_type() -> Vec<(&'static str, ArrayRef)> {
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![
        Some(vec![Some(1)]),
        None,
        Some(vec![Some(2), None]),
    ]);
    let part: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 2]));
    let parts = StructArray::from(vec![(
        Arc::new(Field::new("a", DataType::Int64, true)),
        part,
    )]);
    let coded: DictionaryArray<Int32Type> = vec![Some("a"), None, Some("b")].into_iter().collect();
    vec![
        ("f", doubles()),
        ("g", Arc::new(Float32Array::from(vec![0.5, 1.5, f32::NAN]))),
        ("d", decimals()),
        (
            "n",
            Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(1)])),
        ),
        ("b", Arc::new(UInt8Array::from(vec![1, 2, 2]))),
        (
            "ok",
            Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
        ),
        (
            "day",
            Arc::new(Date32Array::from(vec![Some(20_000), None, Some(20_002)])),
        ),
        (
            "time",
            Arc::new(Time64MicrosecondArray::from(vec![1, 2, 3])),
        ),
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from(vec![1, 2, 3])),
        ),
        (
            "zoned",
            Arc::new(TimestampMicrosecondArray::from(vec![1, 2, 3]).with_timezone("UTC")),
        ),
        ("long", Arc::new(DurationSecondArray::from(vec![1, 2, 3]))),
        (
            "text",
            Arc::new(StringArray::from(vec![Some("a"), None, Some("b")])),
        ),
        ("coded", Arc::new(coded)),
        (
            "bytes",
            Arc::new(BinaryArray::from(vec![&b"\xff"[..], b"a", b"a"])),
        ),
        ("list", Arc::new(lists)),
        ("parts", Arc::new(parts)),
        ("nothing", Arc::new(NullArray::new(3))),
    ]
}

/// The work grows with the columns, not with their square.
#[tokio::test]
async fn wide_tables_are_summarized_in_one_pass() {
    const COLUMNS: usize = 2000;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("wide.csv");
    let line =
        |cell: &dyn Fn(usize) -> String| (0..COLUMNS).map(cell).collect::<Vec<_>>().join(",");
    let mut text = line(&|column| format!("c{column}"));
    for row in 0..200 {
        text.push('\n');
        text.push_str(&line(&|column| (row * column).to_string()));
    }
    std::fs::write(&path, text).unwrap();
    let engine = open(&[path.as_path()]).await.unwrap();
    let about = rows(&engine, "SUMMARIZE wide").await;
    assert_eq!(about.len(), COLUMNS);
    assert!(about[3].starts_with("c3|BIGINT|0|597|"), "{}", about[3]);
    assert!(about[3].ends_with("|200|0.0"), "{}", about[3]);
}

#[tokio::test]
async fn every_type_can_be_summarized() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("t.parquet");
    let columns = columns_of_every_type();
    let names: Vec<&str> = columns.iter().map(|column| column.0).collect();
    parquet(&path, columns);
    let engine = open(&[path.as_path()]).await.unwrap();
    let about = rows(&engine, "SUMMARIZE t").await;
    assert_eq!(about.len(), names.len());
    for (line, name) in about.iter().zip(&names) {
        assert!(line.starts_with(&format!("{name}|")), "{line}");
    }
    // Each type alone as well, and those that Parquet cannot store.
    for name in names {
        rows(&engine, &format!("SUMMARIZE SELECT {name} FROM t")).await;
    }
    for value in [
        "1.5",
        "1.5::DOUBLE",
        "1e3",
        "NULL",
        "INTERVAL '1 day'",
        "map(['a'], [1])",
        "DATE '2026-01-01'",
        "TIME '03:04:05'",
        "now()",
        "now() - now()",
        "0.5 / 3",
        "[1.5]",
        "'NaN'::DOUBLE",
        "99999999999999999999999999999999999999 + 1",
    ] {
        let about = rows(&engine, &format!("SUMMARIZE SELECT {value} AS x")).await;
        assert_eq!(about.len(), 1, "{value}");
    }
    let doubles = rows(&engine, "SUMMARIZE SELECT f FROM t").await;
    assert_eq!(
        doubles,
        ["f|DOUBLE|-1.5|0.5|2|-0.5|1.4142135623730951|-1.5|-0.5|0.5|3|33.333333333333336"]
    );
}
