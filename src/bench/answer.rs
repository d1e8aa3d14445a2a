//! Serves another program: runs one request a line and reports its time, for comparisons that alternate
//! between engines, each with one long session.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::json::StructMode;
use arrow::json::writer::{JsonArray, WriterBuilder};
use datafusion::error::DataFusionError;
use serde::Deserialize;

use super::decode::{ParquetDecodeRequest, decode};
use crate::Engine;
use crate::error::{Error, Result};
use crate::output::{ResultFormat, writer};

/// A request: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct BenchRequest {
    /// One SQL statement, or the name of a query.
    #[serde(flatten)]
    pub what: BenchTask,
    /// True if the reply contains the rows.
    #[serde(default)]
    pub rows: bool,
    /// An Arrow file to write the rows to: millions of them are too much for a line of JSON.
    #[serde(default)]
    pub file: Option<PathBuf>,
}

/// Work to run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BenchTask {
    /// A SQL statement.
    Sql(String),
    /// A named query with its default parameters.
    Query(String),
    /// Only decodes these columns; the reply contains the number of rows.
    Decode(ParquetDecodeRequest),
}

/// Replies to one line with another: `{"seconds": ..}` covers everything from the text to the result in
/// memory (parsing, planning and execution); `"columns"` and `"rows"` (an array of arrays) follow on
/// request. NULL is `null` and instants are ISO 8601. A `"file"` is complete when the reply comes.
///
/// # Errors
/// When the line is not a request, the statement fails, its rows cannot be written as JSON or the file
/// cannot be written.
pub(crate) async fn answer(engine: &Engine, line: &str) -> Result<String> {
    let question: BenchRequest = serde_json::from_str(line).map_err(|error| {
        Error::Usage(format!(
            "not a question: {error}; ask {{\"sql\": \"SELECT ..\"}} or {{\"query\": \"NAME\"}}"
        ))
    })?;
    let start = Instant::now();
    let (schema, batches) = run(engine, &question.what).await?;
    let seconds = start.elapsed().as_secs_f64();
    if let Some(path) = &question.file {
        write_file(path, &schema, &batches)?;
    }
    if !question.rows {
        return Ok(format!("{{\"seconds\":{seconds}}}"));
    }
    let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
    let names = serde_json::json!(names);
    let rows = rows(&batches).map_err(DataFusionError::from)?;
    Ok(format!(
        "{{\"seconds\":{seconds},\"columns\":{names},\"rows\":{rows}}}"
    ))
}

async fn run(engine: &Engine, what: &BenchTask) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let execution = match what {
        BenchTask::Decode(what) => return decoded(engine, what),
        BenchTask::Sql(text) => engine.run(text).await?,
        BenchTask::Query(name) => engine.run_named(name, &[]).await?,
    };
    Ok((execution.schema(), execution.collect().await?))
}

fn decoded(engine: &Engine, what: &ParquetDecodeRequest) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let threads = engine.context().state().config().target_partitions();
    let rows = decode(what, threads)? as u64;
    let column: ArrayRef = Arc::new(UInt64Array::from(vec![rows]));
    let batch = RecordBatch::try_from_iter([("rows", column)]).map_err(DataFusionError::from)?;
    Ok((batch.schema(), vec![batch]))
}

fn write_file(path: &Path, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<()> {
    let file = File::create(path)
        .map_err(|error| Error::Usage(format!("cannot write {}: {error}", path.display())))?;
    let mut file = writer(ResultFormat::Arrow, schema, Box::new(file), None)?;
    for batch in batches {
        file.write(batch)?;
    }
    file.finish()
}

/// As text, because a detour over JSON values may change the last digit of a number.
fn rows(batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .with_struct_mode(StructMode::ListOnly)
        .build::<_, JsonArray>(Vec::new());
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    let text = String::from_utf8(writer.into_inner())
        .map_err(|error| ArrowError::JsonError(error.to_string()))?;
    // Without rows the writer emits no array.
    Ok(if text.is_empty() {
        "[]".to_owned()
    } else {
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineSettings;

    async fn asked(line: &str) -> serde_json::Value {
        let engine = Engine::open(EngineSettings::default()).await.unwrap();
        serde_json::from_str(&answer(&engine, line).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn an_answer_has_its_rows_when_asked_for() {
        let sql = "SELECT 1 AS a, NULL AS b, 0.5e0 AS c, DATE '2026-01-02' AS d";
        let full = asked(&format!(r#"{{"sql": "{sql}", "rows": true}}"#)).await;
        assert_eq!(full["columns"], serde_json::json!(["a", "b", "c", "d"]));
        let rows = serde_json::json!([[1, null, 0.5, "2026-01-02"]]);
        assert_eq!(full["rows"], rows);
        assert!(full["seconds"].as_f64().unwrap() > 0.0);
        let short = asked(&format!(r#"{{"sql": "{sql}"}}"#)).await;
        assert_eq!(short.as_object().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn no_rows_are_an_empty_array() {
        let none = asked(r#"{"sql": "SELECT 1 AS a WHERE false", "rows": true}"#).await;
        assert_eq!(
            (
                none["columns"][0].as_str(),
                none["rows"].as_array().unwrap().len()
            ),
            (Some("a"), 0)
        );
    }

    #[tokio::test]
    async fn a_file_has_the_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.arrow");
        let line =
            serde_json::json!({"sql": "SELECT * FROM (VALUES (1, 'a'), (2, NULL))", "file": path});
        let reply = asked(&line.to_string()).await;
        assert_eq!(reply.as_object().unwrap().len(), 1);
        let file = arrow::ipc::reader::FileReader::try_new(File::open(&path).unwrap(), None);
        let batches: Vec<RecordBatch> = file.unwrap().map(|batch| batch.unwrap()).collect();
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        assert_eq!((rows, batches[0].column(1).null_count()), (2, 1));
    }

    #[tokio::test]
    async fn a_file_in_a_folder_that_does_not_exist_is_named() {
        let engine = Engine::open(EngineSettings::default()).await.unwrap();
        let line = r#"{"sql": "SELECT 1", "file": "/no/such/folder/answer.arrow"}"#;
        let error = answer(&engine, line).await.unwrap_err().to_string();
        assert!(error.contains("/no/such/folder/answer.arrow"), "{error}");
    }

    #[tokio::test]
    async fn a_line_that_asks_nothing_says_what_does() {
        let engine = Engine::open(EngineSettings::default()).await.unwrap();
        for line in ["", "SELECT 1", r#"{"rows": true}"#] {
            let error = answer(&engine, line).await.unwrap_err().to_string();
            assert!(
                error.starts_with("not a question: ") && error.contains("\"query\""),
                "{error}"
            );
        }
    }
}
