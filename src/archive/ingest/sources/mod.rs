//! Files of an export as chunks of source rows: each whole, with its line, as it came.
//!
//! One task reads the files one after another and sends [`SourceEvent`]s; what they hold becomes rows of tables
//! elsewhere, on all cores. A file is never held whole in memory, except a workbook.

mod delimited;
mod events;
mod file_bytes;
mod file_names;
mod json_rows;
mod listed_rows;
mod opened;
mod parquet_rows;
mod places;
mod record_cutter;
mod sheet_rows;
mod source_file;
mod text_encoding;
#[cfg(feature = "excel")]
mod zip_members;

use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::mpsc;

use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::context::SessionState;

use events::ChunkSender;
pub(crate) use events::{ChunkBody, FileLayout, LayoutForm, SourceChunk, SourceEvent};
use source_file::SourceFile;

use super::mapping::SourceForm;
use crate::error::{Error, Result};

/// Events that wait until someone takes them. With the chunks under way they bound the memory of a run.
const WAITING: usize = 4;

/// Small files of a store that are fetched before their turn.
const FETCHED: usize = 8;

/// The files of an export.
#[derive(Debug)]
pub struct IngestSource {
    files: Vec<SourceFile>,
}

impl IngestSource {
    /// Lists the files at `locations`: files, folders, globs, or URLs of object stores; the members of zip archives
    /// too. A file that is named twice is read once.
    ///
    /// # Errors
    /// If a location is not there or has no data file.
    pub async fn open(session: &SessionState, locations: &[String]) -> Result<Self> {
        let mut files: Vec<SourceFile> = Vec::new();
        for location in locations {
            for file in places::files(session, location).await? {
                if !files.iter().any(|known| known.is_same(&file)) {
                    files.push(file);
                }
            }
        }
        Ok(Self { files })
    }

    /// Names of the files, for messages, in the order in which they are read.
    pub fn labels(&self) -> Vec<String> {
        self.files.iter().map(|file| file.label.clone()).collect()
    }

    /// Reads the files one after another. An error ends the events.
    pub(crate) fn read(self, form: SourceForm) -> BoxStream<'static, Result<SourceEvent>> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let reading = SpawnedTask::spawn(async move {
            let files = futures::stream::iter(self.files).map(SourceFile::fetched);
            let mut files = files.buffered(FETCHED).enumerate();
            while let Some((number, file)) = files.next().await {
                let out = ChunkSender::new(sender.clone(), number);
                if let Err(error) = opened::read(&file, &form, &out).await {
                    // Nobody listens if the run has ended.
                    sender.send(Err(error)).await.ok();
                    return;
                }
            }
        });
        let events = futures::stream::unfold((receiver, Some(reading)), next_event);
        events.boxed()
    }
}

type EventReceiver = mpsc::Receiver<Result<SourceEvent>>;

/// The next event; when there is none, the outcome of the reading task, so that a panic in it is no end of file.
async fn next_event(
    (mut receiver, reading): (EventReceiver, Option<SpawnedTask<()>>),
) -> Option<(
    Result<SourceEvent>,
    (EventReceiver, Option<SpawnedTask<()>>),
)> {
    if let Some(event) = receiver.recv().await {
        return Some((event, (receiver, reading)));
    }
    match reading?.join().await {
        Ok(()) => None,
        Err(_) => {
            let error = Error::location("ingest", "the reader of the files ended unexpectedly");
            Some((Err(error), (receiver, None)))
        }
    }
}
