//! No damaged file makes the program panic or hang. `DESKQL_DAMAGED=20000` tries more of them.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int64Array, ListArray, RecordBatch, StringArray, StructArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{Int32Type, Int64Type};
use datafusion::arrow::ipc::writer::{FileWriter, StreamWriter};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{WriterProperties, WriterVersion};
use futures::FutureExt;

use crate::support::data::open;
use crate::support::random::Random;

/// Mutants without the variable.
const FEW: u64 = 150;

fn batch() -> RecordBatch {
    let rows = 0..300_i64;
    let texts: StringArray = rows
        .clone()
        .map(|row| Some(format!("text {}", row * 7)))
        .collect();
    let kinds: DictionaryArray<Int32Type> = rows
        .clone()
        .map(|row| ["a", "b", "c"][usize::try_from(row).unwrap() % 3])
        .collect();
    let lists = rows.clone().map(|row| Some(vec![Some(row), None]));
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(lists);
    let inner: ArrayRef = Arc::new(Float64Array::from_iter_values((0..300).map(f64::from)));
    let some = rows.clone().map(|row| (row % 5 > 0).then_some(row));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(rows.clone()))),
        ("some", Arc::new(Int64Array::from_iter(some))),
        ("subject", Arc::new(texts)),
        ("kind", Arc::new(kinds)),
        (
            "at",
            Arc::new(
                TimestampMicrosecondArray::from_iter_values(rows.clone()).with_timezone("UTC"),
            ),
        ),
        ("day", Arc::new(Date32Array::from_iter_values(0..300))),
        (
            "cost",
            Arc::new(Decimal128Array::from_iter_values(
                rows.clone().map(i128::from),
            )),
        ),
        (
            "flag",
            Arc::new(BooleanArray::from_iter(
                rows.clone().map(|row| Some(row % 2 == 0)),
            )),
        ),
        ("list", Arc::new(lists)),
        (
            "part",
            Arc::new(StructArray::try_from(vec![("x", inner)]).unwrap()),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn parquet_bytes(properties: WriterProperties) -> Vec<u8> {
    let batch = batch();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// Name and contents of whole files.
fn originals() -> Vec<(&'static str, Vec<u8>)> {
    let zstd = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(100))
        .set_data_page_row_count_limit(20);
    let plain = WriterProperties::builder().set_writer_version(WriterVersion::PARQUET_2_0);
    let batch = batch();
    let mut file = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    file.write(&batch).unwrap();
    file.finish().unwrap();
    let mut stream = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    stream.write(&batch).unwrap();
    stream.finish().unwrap();
    vec![
        ("t.parquet", parquet_bytes(zstd.build())),
        ("t.parquet", parquet_bytes(plain.build())),
        ("t.arrow", file.into_inner().unwrap()),
        ("t.arrow", stream.into_inner().unwrap()),
    ]
}

/// Damages a file as disks, transfers and programs do; every other time in its last part, where footers are.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=below(random, 3) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        let place = if random.chance(50) {
            below(random, length)
        } else {
            length - 1 - below(random, (length / 4).max(1))
        };
        let end = (place + 1 + below(random, 16)).min(length);
        let byte = u8::try_from(below(random, 256)).unwrap();
        match below(random, 7) {
            0 => bytes[place] ^= 1 << below(random, 8),
            1 => bytes[place] = byte,
            2 => bytes[place..end].fill(0),
            3 => bytes[place..end].fill(0xff),
            4 => bytes.truncate(place),
            5 => drop(bytes.drain(place..end)),
            _ => bytes.insert(place, byte),
        }
    }
}

fn below(random: &mut Random, limit: usize) -> usize {
    let highest = i64::try_from(limit).unwrap() - 1;
    usize::try_from(random.between(0, highest)).unwrap()
}

/// Opens the file and reads all of it and parts of it.
async fn read(path: &Path) {
    let Ok(engine) = open(&[path]).await else {
        return;
    };
    for sql in [
        "SELECT * FROM t",
        "SELECT kind, count(*), sum(some), max(subject), min(at) FROM t GROUP BY kind",
        "SELECT count(*) FROM t WHERE id > 150 AND some IS NULL",
    ] {
        if let Ok(execution) = engine.run(sql).await {
            drop(execution.collect().await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_files_neither_panic_nor_hang() {
    let count = std::env::var("DESKQL_DAMAGED").ok();
    let count = count.map_or(FEW, |count| count.parse().unwrap());
    let originals = originals();
    let folder = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for seed in 0..count {
        let mut random = Random::new(seed);
        let (name, original) = &originals[usize::try_from(seed).unwrap() % originals.len()];
        let mut bytes = original.clone();
        damage(&mut bytes, &mut random);
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).unwrap();
        let reading = AssertUnwindSafe(read(&path)).catch_unwind();
        match tokio::time::timeout(Duration::from_secs(20), reading).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => failures.push(format!("seed {seed} ({name}): panic")),
            Err(_) => failures.push(format!("seed {seed} ({name}): no end")),
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count}: {failures:?}",
        failures.len()
    );
}
