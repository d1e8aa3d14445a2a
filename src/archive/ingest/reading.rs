//! A run over an export: typed batches in the order of the source, with rejects and counts beside them.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::runtime::SpawnedTask;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, TryStreamExt};

use super::convert::{ConvertedChunk, FilePlan, MappedBatch};
use super::counts::{FileCounts, IngestCounts, RejectLimit};
use super::mapping::{IngestMapping, SourceForm};
use super::rejects::StagedRejects;
use super::sources::{IngestSource, SourceEvent};
use crate::error::{Error, Result};

/// Options of a run, besides the mapping.
#[derive(Debug, Clone)]
pub struct ReadingOptions {
    /// Chunks that are converted at a time.
    pub threads: usize,
    /// More rejects fail the run.
    pub max_rejects: Option<RejectLimit>,
    /// Sheet of workbooks, instead of the one that the mapping names.
    pub sheet: Option<String>,
}

/// Reads an export by a mapping.
pub struct IngestReading {
    chunks: BoxStream<'static, Result<ConvertedChunk>>,
    files: Vec<FileCounts>,
    rejects: StagedRejects,
    limit: Option<RejectLimit>,
    notes: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for IngestReading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IngestReading")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// Counts, rejects and notes of a run that is over.
#[derive(Debug)]
pub struct ReadingOutcome {
    /// In the order of the source; `written` and `duplicate` are up to who takes the batches.
    pub files: Vec<FileCounts>,
    /// Source rows that do not fit.
    pub rejects: StagedRejects,
    /// Inferences that may be meant otherwise, one line each.
    pub notes: Vec<String>,
}

impl ReadingOutcome {
    /// The counts of all files.
    pub fn total(&self) -> IngestCounts {
        total(&self.files)
    }
}

impl IngestReading {
    /// Starts to read.
    pub fn start(
        source: IngestSource,
        mapping: &Arc<IngestMapping>,
        options: &ReadingOptions,
    ) -> Self {
        let files = source.labels().into_iter().map(|label| FileCounts {
            label,
            counts: IngestCounts::default(),
        });
        let files = files.collect();
        let mut form: SourceForm = mapping.source.clone();
        if let Some(sheet) = &options.sheet {
            form.sheet = Some(sheet.clone());
        }
        let notes: Arc<Mutex<Vec<String>>> = Arc::default();
        let mut conversion = EventConversion {
            mapping: Arc::clone(mapping),
            plan: None,
            notes: Arc::clone(&notes),
        };
        let events = source.read(form);
        let chunks = events
            .map(move |event| conversion.start(event))
            // In order, so that of two equal rows the later one is known.
            .buffered(options.threads.max(1) + 1)
            .try_filter_map(|chunk| std::future::ready(Ok(chunk)));
        Self {
            chunks: chunks.boxed(),
            files,
            rejects: StagedRejects::default(),
            limit: options.max_rejects,
            notes,
        }
    }

    /// The next batches, possibly none; `None` at the end of the last file. The rows of a table come in the order of
    /// the files and of the lines in them.
    ///
    /// # Errors
    /// If a file cannot be read, or there are more rejects than allowed.
    pub async fn next(&mut self) -> Result<Option<Vec<MappedBatch>>> {
        let Some(chunk) = self.chunks.try_next().await? else {
            return self.check_limit(RejectLimit::is_passed).map(|()| None);
        };
        let Some(file) = self.files.get_mut(chunk.file) else {
            return Ok(Some(chunk.batches));
        };
        let rows: usize = chunk.batches.iter().map(|batch| batch.lines.len()).sum();
        let rejected = chunk.rejects.len() as u64;
        file.counts += IngestCounts {
            read: rows as u64 + rejected,
            rejected,
            passed_over: chunk.passed_over,
            ..IngestCounts::default()
        };
        self.rejects.add(&file.label, &chunk.rejects)?;
        self.check_limit(RejectLimit::is_passed_already)?;
        Ok(Some(chunk.batches))
    }

    fn check_limit(&self, is_passed: fn(RejectLimit, IngestCounts) -> bool) -> Result<()> {
        let counts = total(&self.files);
        match self.limit {
            Some(limit) if is_passed(limit, counts) => Err(self.too_many(limit, counts)),
            _ => Ok(()),
        }
    }

    fn too_many(&self, limit: RejectLimit, counts: IngestCounts) -> Error {
        let summary = self.rejects.summary();
        let most = summary.first().map_or_else(String::new, |most| {
            let (file, line, value) = &most.example;
            let column = most.column.as_deref().unwrap_or("the row");
            let value = value
                .as_ref()
                .map_or_else(String::new, |value| format!(" {value:?}"));
            format!(
                "; the most frequent reason is {column}{value}: {} ({file}, line {line})",
                most.fault
            )
        });
        Error::location(
            "ingest",
            format!(
                "{} of {} rows were rejected, more than --max-rejects {limit}, and nothing is written{most}",
                counts.rejected, counts.read
            ),
        )
    }

    /// Ends the run, after [`Self::next`] has given `None`.
    pub fn finish(self) -> ReadingOutcome {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        ReadingOutcome {
            files: self.files,
            rejects: self.rejects,
            notes: std::mem::take(&mut notes),
        }
    }
}

fn total(files: &[FileCounts]) -> IngestCounts {
    let mut total = IngestCounts::default();
    for file in files {
        total += file.counts;
    }
    total
}

/// Turns events into conversions.
struct EventConversion {
    mapping: Arc<IngestMapping>,
    /// Plan of the file that the next chunks are of.
    plan: Option<Arc<FilePlan>>,
    notes: Arc<Mutex<Vec<String>>>,
}

impl EventConversion {
    fn start(
        &mut self,
        event: Result<SourceEvent>,
    ) -> BoxFuture<'static, Result<Option<ConvertedChunk>>> {
        match self.event(event) {
            Ok(None) => std::future::ready(Ok(None)).boxed(),
            Ok(Some(task)) => async move {
                let joined = task.join().await;
                let unexpected =
                    |_| Error::location("ingest", "converting rows ended unexpectedly");
                joined.map(Some).map_err(unexpected)
            }
            .boxed(),
            Err(error) => std::future::ready(Err(error)).boxed(),
        }
    }

    fn event(&mut self, event: Result<SourceEvent>) -> Result<Option<SpawnedTask<ConvertedChunk>>> {
        match event? {
            SourceEvent::Note(note) => self.note(note),
            SourceEvent::File(layout) => {
                let mut plan = FilePlan::try_new(&self.mapping, &layout)?;
                if let Some(note) = plan.note.take() {
                    self.note(note);
                }
                self.plan = Some(Arc::new(plan));
            }
            SourceEvent::Chunk(chunk) => {
                if let Some(plan) = self.plan.as_ref().map(Arc::clone) {
                    return Ok(Some(SpawnedTask::spawn_blocking(move || {
                        plan.convert(&chunk)
                    })));
                }
            }
        }
        Ok(None)
    }

    fn note(&self, note: String) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
}
