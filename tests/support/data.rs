//! Generated test data, and queries over it.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::parquet::arrow::ArrowWriter;
use deskql::{Engine, EngineSettings};

/// Opens an engine over `locations`.
pub(crate) async fn open(locations: &[&Path]) -> deskql::Result<Engine> {
    let data = locations.iter().map(|path| path.display().to_string());
    Engine::open(EngineSettings {
        data: data.collect(),
        ..EngineSettings::default()
    })
    .await
}

/// Rows of a query, cells joined by `|`.
pub(crate) async fn rows(engine: &Engine, sql: &str) -> Vec<String> {
    let frame = engine
        .sql(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = frame
        .collect()
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let text = pretty_format_batches(&batches).unwrap().to_string();
    let lines = text.lines().filter(|line| line.starts_with('|')).skip(1);
    let cells = |line: &str| {
        let inner = line.trim_matches('|').split('|').map(str::trim);
        inner.collect::<Vec<_>>().join("|")
    };
    lines.map(cells).collect()
}

/// Names of the settings of deskql that are on or off.
pub(crate) fn switches(engine: &Engine) -> Vec<String> {
    let config = engine.context().copied_config();
    let entries = config.options().entries().into_iter();
    let switches = entries.filter(|entry| {
        let is_switch = matches!(entry.value.as_deref(), Some("true" | "false"));
        entry.key.starts_with("deskql.") && is_switch
    });
    switches.map(|entry| entry.key).collect()
}

/// The error of a query, at planning or running.
pub(crate) async fn error(engine: &Engine, sql: &str) -> String {
    match engine.sql(sql).await {
        Err(error) => error.to_string(),
        Ok(frame) => match frame.collect().await {
            Err(error) => error.to_string(),
            Ok(batches) => panic!("{sql} gave {batches:?}"),
        },
    }
}

/// Writes columns as a Parquet file, making its folders.
pub(crate) fn parquet(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// Writes text as a file, making its folders.
pub(crate) fn text(path: &Path, content: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

pub(crate) fn ints(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

pub(crate) fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}
