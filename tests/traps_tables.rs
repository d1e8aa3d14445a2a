//! Traps of the engine that concern tables: rows of `docs/engine-traps.md`, whose letters are in the names.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, TimestampMillisecondArray,
    TimestampSecondArray,
};
use datafusion::arrow::datatypes::Int8Type;
use datafusion::parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter};
use datafusion::parquet::file::statistics::Statistics;
use deskql::{Engine, EngineSettings};

use crate::support::data::{error, ints, open, parquet, rows, text, texts};

/// Runs the same query over `folder/t` for each way to name a table.
async fn every_way(folder: &Path, format: &str, question: &str) -> Vec<Vec<String>> {
    let table = folder.join("t");
    let by_data = open(&[folder]).await.unwrap();
    let config = folder.with_extension("toml");
    text(
        &config,
        &format!("[tables.t]\nlocation = {:?}\n", table.display().to_string()),
    );
    let by_config = Engine::open(EngineSettings {
        config: Some(config),
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    let plain = open(&[]).await.unwrap();
    let create = format!(
        "CREATE EXTERNAL TABLE t STORED AS {format} LOCATION '{}/'",
        table.display()
    );
    plain.sql(&create).await.unwrap().collect().await.unwrap();
    let quoted = question.replace(" t", &format!(" '{}/'", table.display()));
    vec![
        rows(&by_data, question).await,
        rows(&by_config, question).await,
        rows(&plain, question).await,
        rows(&plain, &quoted).await,
    ]
}

/// The answer must be the same for each way.
async fn assert_every_way(folder: &Path, format: &str, question: &str, expected: &[&str]) {
    for (way, answer) in every_way(folder, format, question).await.iter().enumerate() {
        assert_eq!(answer, expected, "{question} (way {way})");
    }
}

#[tokio::test]
async fn trap_a_added_and_overwritten_files_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t");
    parquet(&table.join("a.parquet"), vec![("v", ints(&[1]))]);
    let engine = open(&[folder.path()]).await.unwrap();
    let sql = "SELECT count(*), sum(v), max(v) FROM t";
    assert_eq!(rows(&engine, sql).await, ["1|1|1"]);
    parquet(&table.join("b.parquet"), vec![("v", ints(&[2]))]);
    assert_eq!(rows(&engine, sql).await, ["2|3|2"]);
    let many: Vec<i64> = (0..5000).collect();
    parquet(&table.join("a.parquet"), vec![("v", ints(&many))]);
    assert_eq!(rows(&engine, sql).await, ["5001|12497502|4999"]);
    std::fs::remove_file(table.join("a.parquet")).unwrap();
    assert_eq!(rows(&engine, sql).await, ["1|2|2"]);
}

#[tokio::test]
async fn trap_b_dictionary_keys_do_not_overflow() {
    let folder = tempfile::tempdir().unwrap();
    for file in 0..3 {
        let values: Vec<String> = (0..100).map(|value| format!("{file}-{value}")).collect();
        let values: DictionaryArray<Int8Type> = values.iter().map(String::as_str).collect();
        let path = folder.path().join(format!("t/{file}.parquet"));
        parquet(&path, vec![("kind", Arc::new(values) as ArrayRef)]);
    }
    let sql = "SELECT count(*), count(DISTINCT kind), max(n) FROM \
               (SELECT kind, count(*) OVER (PARTITION BY kind) AS n FROM t)";
    assert_every_way(folder.path(), "PARQUET", sql, &["300|300|1"]).await;
    let engine = open(&[folder.path()]).await.unwrap();
    let joined = "SELECT count(*) FROM t AS a JOIN t AS b USING (kind)";
    assert_eq!(rows(&engine, joined).await, ["300"]);
    let all = "SELECT array_length(array_agg(kind)) FROM t";
    assert_eq!(rows(&engine, all).await, ["300"]);
}

fn floats(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

#[tokio::test]
async fn trap_c_nan_is_not_pruned_away() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![("v", floats(&[1.0, f64::NAN])), ("w", ints(&[1, 2]))];
    parquet(&folder.path().join("t/a.parquet"), columns);
    for (condition, expected) in [
        ("v > 2", "1"),
        ("v = 1", "1"),
        ("v <> 1", "1"),
        ("v = 'NaN'", "1"),
    ] {
        let sql = format!("SELECT count(*) FROM t WHERE {condition}");
        assert_every_way(folder.path(), "PARQUET", &sql, &[expected]).await;
        let columns = format!("SELECT w FROM t WHERE {condition}");
        let engine = open(&[folder.path()]).await.unwrap();
        assert_eq!(rows(&engine, &columns).await.len(), 1, "{condition}");
    }
    let engine = open(&[folder.path()]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT w FROM t ORDER BY v DESC LIMIT 1").await,
        ["2"]
    );
}

#[tokio::test]
async fn trap_c_holds_with_filter_pushdown_and_other_columns_still_prune() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![("v", floats(&[1.0, f64::NAN])), ("w", ints(&[1, 2]))];
    parquet(&folder.path().join("t.parquet"), columns);
    let engine = open(&[folder.path()]).await.unwrap();
    let set = "SET datafusion.execution.parquet.pushdown_filters = true";
    engine.sql(set).await.unwrap().collect().await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT w FROM t WHERE v > 2 AND w > 0").await,
        ["2"]
    );
    assert_eq!(
        rows(&engine, "SELECT count(*) FROM t WHERE v < 2").await,
        ["1"]
    );
    let plan = rows(&engine, "EXPLAIN SELECT w FROM t WHERE v > 2 AND w > 0")
        .await
        .join("\n");
    assert!(plan.contains("w_null_count"), "w prunes: {plan}");
    assert!(!plan.contains("v_max"), "v does not: {plan}");
}

#[tokio::test]
async fn trap_u_minimum_maximum_and_count_agree_with_a_scan() {
    let folder = tempfile::tempdir().unwrap();
    parquet(
        &folder.path().join("t/a.parquet"),
        vec![("v", floats(&[1.0, f64::NAN])), ("w", ints(&[5, 7]))],
    );
    parquet(
        &folder.path().join("t/b.parquet"),
        vec![("v", floats(&[3.0, 2.0])), ("w", ints(&[6, 8]))],
    );
    let sql = "SELECT count(*), count(v), min(v), max(v), min(w), max(w) FROM t";
    assert_every_way(folder.path(), "PARQUET", sql, &["4|4|1.0|NaN|5|8"]).await;
    let engine = open(&[folder.path()]).await.unwrap();
    let forced = "SELECT min(v), max(v) FROM t WHERE w + 0 > 0";
    assert_eq!(rows(&engine, forced).await, ["1.0|NaN"]);
}

/// The file with statistics that do not count NULLs, as old writers leave them.
fn forget_null_counts(path: &Path) {
    let mut file = std::fs::read(path).unwrap();
    let whole = bytes::Bytes::from(file.clone());
    let read = ParquetMetaDataReader::new()
        .parse_and_finish(&whole)
        .unwrap();
    let mut groups = Vec::new();
    for group in read.row_groups() {
        let mut columns = Vec::new();
        for column in group.columns() {
            let Some(Statistics::Int64(known)) = column.statistics() else {
                panic!("{column:?}");
            };
            let (least, greatest) = (known.min_opt().copied(), known.max_opt().copied());
            let bounds = Statistics::int64(least, greatest, None, None, false);
            let column = column.clone().into_builder().set_statistics(bounds);
            columns.push(column.build().unwrap());
        }
        let group = group.clone().into_builder().set_column_metadata(columns);
        groups.push(group.build().unwrap());
    }
    let written = read.into_builder().set_row_groups(groups).build();
    let length = file[file.len() - 8..file.len() - 4].try_into().unwrap();
    file.truncate(file.len() - 8 - u32::from_le_bytes(length) as usize);
    ParquetMetaDataWriter::new(&mut file, &written)
        .finish()
        .unwrap();
    std::fs::write(path, file).unwrap();
}

#[tokio::test]
async fn trap_y_statistics_without_null_counts_do_not_hide_nulls() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t/a.parquet");
    let values: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
    parquet(&path, vec![("v", values)]);
    forget_null_counts(&path);
    for (question, expected) in [
        ("SELECT count(v), count(*) FROM t", "2|3"),
        ("SELECT count(*) FROM t WHERE v IS NULL", "1"),
        ("SELECT count(*) FROM t WHERE v IS NOT NULL", "2"),
    ] {
        assert_every_way(folder.path(), "PARQUET", question, &[expected]).await;
    }
}

#[tokio::test]
async fn trap_n_columns_of_different_files_are_widened() {
    let folder = tempfile::tempdir().unwrap();
    let small: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let naive: ArrayRef = Arc::new(TimestampSecondArray::from(vec![0]));
    let zoned: ArrayRef =
        Arc::new(TimestampMillisecondArray::from(vec![1500]).with_timezone("UTC"));
    parquet(
        &folder.path().join("t/a.parquet"),
        vec![("id", small), ("at", naive), ("old", texts(&["x"]))],
    );
    parquet(
        &folder.path().join("t/b.parquet"),
        vec![
            ("new", ints(&[9])),
            ("at", zoned),
            ("id", ints(&[5_000_000_000])),
        ],
    );
    let sql = "SELECT id, at, old, new FROM t ORDER BY id";
    let expected = [
        "1|1970-01-01T00:00:00Z|x|",
        "5000000000|1970-01-01T00:00:01.500Z||9",
    ];
    assert_every_way(folder.path(), "PARQUET", sql, &expected).await;
    assert_every_way(
        folder.path(),
        "PARQUET",
        "SELECT sum(id) FROM t WHERE id < 2",
        &["1"],
    )
    .await;
}

#[tokio::test]
async fn trap_n_what_cannot_be_widened_is_refused_by_file_and_column() {
    let folder = tempfile::tempdir().unwrap();
    parquet(&folder.path().join("t/a.parquet"), vec![("id", ints(&[1]))]);
    parquet(
        &folder.path().join("t/b.parquet"),
        vec![("id", texts(&["one"]))],
    );
    let problem = open(&[folder.path()]).await.unwrap_err().to_string();
    for part in ["\"id\"", "BIGINT", "VARCHAR", "a.parquet", "b.parquet"] {
        assert!(problem.contains(part), "{problem}");
    }
    let plain = open(&[]).await.unwrap();
    let sql = format!("SELECT * FROM '{}/t/*.parquet'", folder.path().display());
    assert!(error(&plain, &sql).await.contains("no type holds both"));
}

#[tokio::test]
async fn trap_o_partition_folders_have_types() {
    let folder = tempfile::tempdir().unwrap();
    for (place, value) in [
        ("year=2026/month=01/day=2026-01-05/region=eu", 1),
        ("year=2026/month=01/day=2026-01-06/region=us", 2),
        ("year=2026/month=11/day=2026-11-05/region=eu", 4),
    ] {
        parquet(
            &folder.path().join(format!("t/{place}/a.parquet")),
            vec![("v", ints(&[value]))],
        );
    }
    for (condition, expected) in [
        ("month = 1", "3"),
        ("month = '1'", "3"),
        ("month = '01'", "3"),
        ("month IN (1, 2)", "3"),
        ("year = 2026 AND month = 11", "4"),
        ("month > 1", "4"),
        ("day >= '2026-01-06'", "6"),
        ("day = DATE '2026-01-05'", "1"),
        ("region = 'eu'", "5"),
        ("region = 'eu' AND month = 1", "1"),
    ] {
        let sql = format!("SELECT sum(v) FROM t WHERE {condition}");
        assert_every_way(folder.path(), "PARQUET", &sql, &[expected]).await;
    }
    let engine = open(&[folder.path()]).await.unwrap();
    let plan = rows(&engine, "EXPLAIN SELECT v FROM t WHERE month = 11")
        .await
        .join("\n");
    assert!(
        plan.contains("month=11") && !plan.contains("month=01"),
        "only one folder: {plan}"
    );
}

#[tokio::test]
async fn trap_p_types_come_from_all_rows_and_leading_zeros_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("\u{feff}id,zip,late,gap,flag,amount\n");
    for row in 0..3000 {
        let late = if row == 2500 {
            "n/a".to_owned()
        } else {
            row.to_string()
        };
        csv.push_str(&format!("{row},02134,{late},,true,1.5\n"));
    }
    text(&folder.path().join("t/a.csv"), &csv);
    let sql = "SELECT sum(id), min(zip), count(gap), arrow_typeof(max(late)), \
               count(*) FILTER (WHERE flag), sum(amount) FROM t";
    assert_every_way(
        folder.path(),
        "CSV",
        sql,
        &["4498500|02134|0|Utf8|3000|4500.0"],
    )
    .await;
}

#[tokio::test]
async fn trap_p_files_are_not_read_by_position_when_their_columns_differ() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("t/a.csv"), "x,y\n1,2\n");
    text(&folder.path().join("t/b.csv"), "y,x\n1,2\n");
    let problem = open(&[folder.path()]).await.unwrap_err().to_string();
    assert!(
        problem.contains("a.csv has (x, y) and b.csv has (y, x)"),
        "{problem}"
    );
}

#[tokio::test]
async fn trap_p_a_file_with_other_columns_that_joins_later_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("t/a.csv"), "x,y\n1,2\n");
    let engine = open(&[folder.path()]).await.unwrap();
    text(&folder.path().join("t/b.csv"), "x,y\n3,4\n");
    assert_eq!(rows(&engine, "SELECT sum(x), sum(y) FROM t").await, ["4|6"]);
    text(&folder.path().join("t/c.csv"), "y,x\n5,6\n");
    let problem = error(&engine, "SELECT sum(x) FROM t").await;
    assert!(problem.contains("c.csv has (y, x)"), "{problem}");
}

#[tokio::test]
async fn trap_p_a_broken_line_names_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("t.csv"), "x,y\n1,2\n3\n");
    let problem = open(&[folder.path()]).await.unwrap_err().to_string();
    assert!(
        problem.contains("t.csv") && problem.contains("line 3"),
        "{problem}"
    );
}

#[tokio::test]
async fn trap_p_line_breaks_inside_quotes_are_values() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,note\n");
    for row in 0..2000 {
        csv.push_str(&format!("{row},\"first\nsecond, {row}\"\n"));
    }
    text(&folder.path().join("t.csv"), &csv);
    let engine = open(&[folder.path()]).await.unwrap();
    let set = "SET datafusion.optimizer.repartition_file_min_size = 1";
    engine.sql(set).await.unwrap().collect().await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT count(*), sum(id), count(note) FROM t").await,
        ["2000|1999000|2000"]
    );
}

/// The days of a column begin before its least time, which the row estimate must tolerate.
#[tokio::test]
async fn days_of_times_are_compared_over_a_file_with_statistics() {
    let folder = tempfile::tempdir().unwrap();
    let hours = |hours: [i64; 3]| -> ArrayRef {
        let seconds = hours.map(|hour| 1_767_225_600 + hour * 3_600);
        Arc::new(TimestampSecondArray::from(seconds.to_vec()))
    };
    // From the first of January 2026: one, two and one day, and one, five and two.
    let columns = vec![("a", hours([1, 24, 12])), ("b", hours([23, 97, 30]))];
    parquet(&folder.path().join("t.parquet"), columns);
    let engine = open(&[folder.path()]).await.unwrap();
    for (condition, expected) in [
        ("a::DATE <= b::DATE", "3"),
        ("a::DATE = b::DATE", "1"),
        ("a::DATE < b::DATE", "2"),
        ("b::DATE > a::DATE AND a < b", "2"),
        ("NOT (a::DATE >= b::DATE)", "2"),
    ] {
        let sql = format!("SELECT count(*) FROM t WHERE {condition}");
        assert_eq!(rows(&engine, &sql).await, [expected], "{sql}");
    }
}
