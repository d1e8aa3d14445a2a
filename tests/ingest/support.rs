//! Runs a mapping over files and shows what came of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use deskql::internal::ingest::{
    IngestCounts, IngestMapping, IngestReading, IngestSource, ReadingOptions, ReadingOutcome,
    RejectLimit,
};
use deskql::{Engine, EngineSettings};

/// Rows and outcome of a run.
#[derive(Debug)]
pub(super) struct ReadExport {
    /// For each table, its rows with cells joined by `|`, and the line of each.
    pub(super) tables: Vec<Vec<(u64, String)>>,
    pub(super) outcome: ReadingOutcome,
}

impl ReadExport {
    /// Rows of table `number`.
    pub(super) fn rows(&self, number: usize) -> Vec<&str> {
        self.tables[number]
            .iter()
            .map(|(_, row)| row.as_str())
            .collect()
    }

    /// `column: fault (first line)` of each reason.
    pub(super) fn reasons(&self) -> Vec<String> {
        let summary = self.outcome.rejects.summary().into_iter();
        let mut all: Vec<String> = summary
            .map(|reason| {
                let column = reason.column.unwrap_or_default();
                format!(
                    "{} {column}: {} (line {})",
                    reason.rows, reason.fault, reason.example.1
                )
            })
            .collect();
        all.sort();
        all
    }

    pub(super) fn total(&self) -> IngestCounts {
        self.outcome.total()
    }
}

/// Reads `sources` by `mapping`, a preset's name or a text.
pub(super) async fn read(sources: &[&Path], mapping: &str) -> deskql::Result<ReadExport> {
    read_with(sources, mapping, None).await
}

pub(super) async fn read_with(
    sources: &[&Path],
    mapping: &str,
    max_rejects: Option<RejectLimit>,
) -> deskql::Result<ReadExport> {
    let engine = Engine::open(EngineSettings::default()).await?;
    let sources: Vec<String> = sources
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    read_in(&engine, &sources, mapping, max_rejects).await
}

/// Reads locations through the object stores of `engine`.
pub(super) async fn read_in(
    engine: &Engine,
    sources: &[String],
    mapping: &str,
    max_rejects: Option<RejectLimit>,
) -> deskql::Result<ReadExport> {
    let folder = tempfile::tempdir().unwrap();
    let mapping = if mapping.contains('[') {
        let path = folder.path().join("mapping.toml");
        std::fs::write(&path, mapping).unwrap();
        IngestMapping::load(None, Some(&path))?
    } else {
        IngestMapping::load(Some(mapping), None)?
    };
    let mapping = Arc::new(mapping);
    let session = engine.context().state();
    let source = IngestSource::open(&session, sources).await?;
    let options = ReadingOptions {
        threads: 2,
        max_rejects,
        sheet: None,
    };
    let mut reading = IngestReading::start(source, &mapping, &options);
    let mut tables = vec![Vec::new(); mapping.tables.len()];
    while let Some(batches) = reading.next().await? {
        for batch in batches {
            let rows = texts(&batch.batch);
            assert_eq!(rows.len(), batch.lines.len());
            tables[batch.table].extend(batch.lines.into_iter().zip(rows));
        }
    }
    let outcome = reading.finish();
    let rows: usize = tables.iter().map(Vec::len).sum();
    let total = outcome.total();
    assert_eq!(total.read, rows as u64 + total.rejected);
    Ok(ReadExport { tables, outcome })
}

fn texts(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::new().with_null("~");
    let columns: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
        .collect();
    (0..batch.num_rows())
        .map(|row| {
            let cells: Vec<String> = columns
                .iter()
                .map(|column| column.value(row).to_string())
                .collect();
            cells.join("|")
        })
        .collect()
}

/// A folder of files that are written by name.
pub(super) struct ExportFolder(tempfile::TempDir);

impl ExportFolder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// Three tickets that every form of file has.
pub(super) const TICKETS: &str = "
[source]
timezone = \"UTC\"
[tables.tickets]
key = [\"id\"]
version = \"updated\"
partition_by = \"created\"
[tables.tickets.columns]
id = { from = [\"Ticket ID\", \"id\"], type = \"int\" }
created = { from = \"Created at\", type = \"timestamp\", time = [\"iso\", \"epoch\"] }
updated = { from = \"Updated at\", type = \"timestamp\", time = [\"iso\", \"epoch\"] }
subject = \"Subject\"
channel = { from = \"via.channel\", values = { \"mail\" = \"email\" } }
tags = { from = \"Tags\", join = \", \" }
score = { from = \"Score\", type = \"int\", min = 1, max = 5 }
";

/// The rows of [`TICKETS`].
pub(super) const ROWS: [&str; 3] = [
    "1|2026-03-02T09:05:30Z|2026-03-03T00:00:00Z|Can't, \"log\" in|email|a, b|5",
    "2|2026-03-02T23:30:00Z|~|line\nbreak|chat|~|~",
    "3|2026-03-31T22:00:00Z|2026-04-01T00:00:00.250Z|Größe|email|c|1",
];
