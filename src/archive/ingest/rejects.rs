//! Rejected source rows: staged while a run goes on, published with it, and summed up by reason.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::Hasher;
use std::io::{BufWriter, Read, Seek, Write};

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use serde::Serialize;
use twox_hash::XxHash64;

use super::convert::RejectedRow;
use crate::error::{Error, Result};

/// Reasons that are told apart; further ones are counted together.
const MOST_REASONS: usize = 1_000;

/// Bytes of a part of an upload.
const PART: usize = 8 << 20;

/// A line of the file of rejects.
#[derive(Serialize)]
struct RejectLine<'a> {
    file: &'a str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    raw: &'a str,
}

/// Rejects with one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectSummary {
    /// `table.column`; `None` if rows themselves are broken.
    pub column: Option<String>,
    /// Their fault, in words.
    pub fault: String,
    /// Number of them.
    pub rows: u64,
    /// File, line and value of the first one.
    pub example: (String, u64, Option<String>),
}

/// Rejects of a run, in a temporary file that is gone when it is closed, however the program ends.
#[derive(Debug, Default)]
pub struct StagedRejects {
    /// Opened for the first reject.
    file: Option<BufWriter<File>>,
    reasons: BTreeMap<(Option<String>, String), RejectSummary>,
    rows: u64,
}

impl StagedRejects {
    /// Adds rejects of the file `label`.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub(crate) fn add(&mut self, label: &str, rejects: &[RejectedRow]) -> Result<()> {
        for reject in rejects {
            self.write(label, reject).map_err(unwritten)?;
            self.count(label, reject);
        }
        Ok(())
    }

    fn write(&mut self, label: &str, reject: &RejectedRow) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(BufWriter::new(tempfile::tempfile()?)),
        };
        let line = RejectLine {
            file: label,
            line: reject.line,
            column: reject.reason.column.as_deref(),
            reason: &reject.reason.fault,
            value: reject.reason.value.as_deref(),
            raw: &reject.raw,
        };
        serde_json::to_writer(&mut *file, &line)?;
        file.write_all(b"\n")
    }

    fn count(&mut self, label: &str, reject: &RejectedRow) {
        self.rows += 1;
        let reason = &reject.reason;
        let mut key = (reason.column.clone(), reason.fault.clone().into_owned());
        if self.reasons.len() >= MOST_REASONS && !self.reasons.contains_key(&key) {
            key = (None, "other reasons".to_owned());
        }
        let summary = self
            .reasons
            .entry(key.clone())
            .or_insert_with(|| RejectSummary {
                column: key.0,
                fault: key.1,
                rows: 0,
                example: (label.to_owned(), reject.line, reason.value.clone()),
            });
        summary.rows += 1;
    }

    /// Number of rejects.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The reasons, the most frequent first.
    pub fn summary(&self) -> Vec<RejectSummary> {
        let mut all: Vec<RejectSummary> = self.reasons.values().cloned().collect();
        all.sort_by_key(|summary| std::cmp::Reverse(summary.rows));
        all
    }

    /// A number that is the same for the same rejects.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn fingerprint(&mut self) -> Result<u64> {
        let mut hash = XxHash64::with_seed(0);
        if let Some(staged) = &mut self.file {
            staged.flush().map_err(unwritten)?;
            let file = staged.get_mut();
            file.rewind().map_err(unwritten)?;
            let mut part = vec![0; 1 << 16];
            loop {
                let read = file.read(&mut part).map_err(unwritten)?;
                if read == 0 {
                    break;
                }
                hash.write(part.get(..read).unwrap_or_default());
            }
        }
        Ok(hash.finish())
    }

    /// Writes the rejects to `path` as NDJSON, in one step; nothing is written if there are none. Each line has
    /// `file`, `line`, `reason`, `raw` (the row as it came) and, where one column is to blame, `column` and `value`.
    ///
    /// # Errors
    /// If the store refuses the object.
    pub async fn publish(&mut self, store: &dyn ObjectStore, path: &Path) -> Result<()> {
        let Some(staged) = &mut self.file else {
            return Ok(());
        };
        staged.flush().map_err(unwritten)?;
        let file = staged.get_mut();
        file.rewind().map_err(unwritten)?;
        let refused =
            |error: object_store::Error| crate::tables::store_error(path.as_ref(), &error);
        let upload = store.put_multipart(path).await.map_err(refused)?;
        let mut upload = WriteMultipart::new(upload);
        loop {
            let mut part = Vec::new();
            let read = Read::by_ref(file).take(PART as u64).read_to_end(&mut part);
            if read.map_err(unwritten)? == 0 {
                break;
            }
            upload.wait_for_capacity(2).await.map_err(refused)?;
            upload.put(part.into());
        }
        upload.finish().await.map(drop).map_err(refused)
    }
}

fn unwritten(error: std::io::Error) -> Error {
    Error::io(std::env::temp_dir(), error)
}
