//! Files of a run: written in a hidden folder, renamed when all are complete.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use tempfile::TempDir;

use super::encode::{EncodedRowGroup, ParquetTableLayout};
use crate::error::{Error, Result};
use crate::runtime::{leftovers, writing_failed};

/// Row groups in one file of a table that is split into files.
const GROUPS_PER_FILE: usize = 64;

/// Summary of one written table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableSummary {
    /// Name of the table.
    pub table: &'static str,
    /// Number of rows.
    pub rows: u64,
    /// Size of its files.
    pub bytes: u64,
}

/// How the names of hidden folders begin.
const HIDDEN: &str = ".generate-";

/// Output folder of an unfinished run.
#[derive(Debug)]
pub(super) struct GenerateOutputFolder {
    target: PathBuf,
    hidden: TempDir,
    /// Shows other runs that this one lives.
    _lock: Option<File>,
}

impl GenerateOutputFolder {
    /// Prepares `target`, which must be new or empty unless `force` is set.
    pub(super) fn create(target: &Path, force: bool) -> Result<Self> {
        fs::create_dir_all(target).map_err(|error| writing_failed(target, &error))?;
        // Of runs that were killed; they can hold as much as a whole desk.
        leftovers::remove_dead(target, |name| leftovers::is_hidden_entry(name, HIDDEN, ""));
        let mut entries = fs::read_dir(target).map_err(|error| Error::io(target, error))?;
        if !force && entries.next().is_some() {
            let name = target.display();
            return Err(Error::Usage(format!(
                "{name} is not empty: name another folder, or replace the generated tables in it with --force"
            )));
        }
        loop {
            let hidden = tempfile::Builder::new()
                .prefix(HIDDEN)
                .tempdir_in(target)
                .map_err(|error| writing_failed(&target.join(HIDDEN), &error))?;
            if let Some(lock) = leftovers::lock_new_folder(hidden.path()) {
                return Ok(Self {
                    target: target.to_path_buf(),
                    hidden,
                    _lock: lock,
                });
            }
        }
    }

    /// Folder of the unfinished files.
    pub(super) fn hidden(&self) -> &Path {
        self.hidden.path()
    }

    /// Renames the finished tables to their final names, and replaces those of an earlier run.
    pub(super) fn publish(self, tables: &[&TableSummary]) -> Result<()> {
        for table in tables {
            let (file, folder) = (format!("{}.parquet", table.table), table.table);
            remove(&self.target.join(&file), fs::remove_file)?;
            remove(&self.target.join(folder), fs::remove_dir_all)?;
            let name = if self.hidden().join(folder).is_dir() {
                folder
            } else {
                &file
            };
            let to = self.target.join(name);
            fs::rename(self.hidden().join(name), &to).map_err(|error| Error::io(to, error))?;
        }
        let place = self.hidden.path().to_path_buf();
        self.hidden.close().map_err(|error| Error::io(place, error))
    }
}

fn remove(path: &Path, how: fn(PathBuf) -> std::io::Result<()>) -> Result<()> {
    match how(path.to_path_buf()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path, error)),
        _ => Ok(()),
    }
}

/// Writer of a table: `NAME.parquet`, or `NAME/part-00000.parquet` and so on.
pub(super) struct TableWriter {
    table: &'static str,
    folder: PathBuf,
    layout: ParquetTableLayout,
    split: bool,
    groups: usize,
    rows: u64,
    bytes: u64,
    open: Option<(PathBuf, SerializedFileWriter<BufWriter<File>>)>,
}

impl TableWriter {
    pub(super) fn new(
        folder: &GenerateOutputFolder,
        table: &'static str,
        layout: ParquetTableLayout,
        split: bool,
    ) -> Self {
        Self {
            table,
            folder: folder.hidden().to_path_buf(),
            layout,
            split,
            groups: 0,
            rows: 0,
            bytes: 0,
            open: None,
        }
    }

    pub(super) fn append(&mut self, group: EncodedRowGroup) -> Result<()> {
        if group.rows == 0 {
            return Ok(());
        }
        if self.split && self.groups > 0 && self.groups.is_multiple_of(GROUPS_PER_FILE) {
            self.close()?;
        }
        self.rows += group.rows as u64;
        self.groups += 1;
        let (path, writer) = self.file()?;
        group.append_to(writer).map_err(|error| failed(path, error))
    }

    /// Completes the last file; a table without rows gets a file without row groups.
    pub(super) fn finish(mut self) -> Result<TableSummary> {
        self.file()?;
        self.close()?;
        Ok(TableSummary {
            table: self.table,
            rows: self.rows,
            bytes: self.bytes,
        })
    }

    fn path(&self) -> PathBuf {
        if self.split {
            let part = self.groups.saturating_sub(1) / GROUPS_PER_FILE;
            self.folder
                .join(self.table)
                .join(format!("part-{part:05}.parquet"))
        } else {
            self.folder.join(format!("{}.parquet", self.table))
        }
    }

    fn file(&mut self) -> Result<(&Path, &mut SerializedFileWriter<BufWriter<File>>)> {
        if self.open.is_none() {
            let path = self.path();
            if self.split {
                let folder = self.folder.join(self.table);
                fs::create_dir_all(&folder).map_err(|error| Error::io(folder, error))?;
            }
            let file = File::create(&path).map_err(|error| Error::io(&path, error))?;
            let writer = self.layout.writer(BufWriter::new(file));
            let writer = writer.map_err(|error| failed(&path, error))?;
            self.open = Some((path, writer));
        }
        self.open
            .as_mut()
            .map(|(path, writer)| (path.as_path(), writer))
            .ok_or(Error::Interrupted)
    }

    fn close(&mut self) -> Result<()> {
        if let Some((path, writer)) = self.open.take() {
            writer
                .into_inner()
                .and_then(|buffer| {
                    buffer
                        .into_inner()
                        .map_err(|error| ParquetError::External(Box::new(error.into_error())))
                })
                .map_err(|error| failed(&path, error))?;
            let size = fs::metadata(&path).map_err(|error| Error::io(&path, error))?;
            self.bytes += size.len();
        }
        Ok(())
    }
}

fn failed(path: &Path, error: ParquetError) -> Error {
    match error {
        ParquetError::External(inner) => Error::io(path, std::io::Error::other(inner.to_string())),
        other => Error::from(datafusion::error::DataFusionError::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::super::columns::{batch, ids};
    use super::*;

    #[test]
    fn the_folders_of_dead_runs_go_and_those_of_living_ones_stay() {
        let output = tempfile::tempdir().unwrap();
        let dead = output.path().join(".generate-dead01");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join("tickets.parquet"), "half").unwrap();
        let living = GenerateOutputFolder::create(output.path(), false).unwrap();
        assert!(!dead.exists());
        let other = GenerateOutputFolder::create(output.path(), true).unwrap();
        assert!(living.hidden().exists() && other.hidden().exists());
        assert!(GenerateOutputFolder::create(output.path(), false).is_err());
    }

    #[test]
    fn large_tables_are_split_after_a_fixed_number_of_row_groups() {
        let output = tempfile::tempdir().unwrap();
        let folder = GenerateOutputFolder::create(output.path(), false).unwrap();
        let rows = |from: i64| batch(vec![("ticket_id", ids((from..from + 3).map(Some)))]).unwrap();
        let layout = ParquetTableLayout::new(&rows(0), &["ticket_id"]).unwrap();
        let mut writer = TableWriter::new(&folder, "tickets", layout.clone(), true);
        for group in 0..=i64::try_from(2 * GROUPS_PER_FILE).unwrap() {
            writer
                .append(layout.encode(&rows(3 * group)).unwrap())
                .unwrap();
        }
        let summary = writer.finish().unwrap();
        assert_eq!(summary.rows, 3 * (2 * GROUPS_PER_FILE as u64 + 1));
        assert!(!output.path().join("tickets").exists());
        folder.publish(&[&summary]).unwrap();
        let groups = |part: &str| {
            let file = File::open(output.path().join("tickets").join(part)).unwrap();
            SerializedFileReader::new(file)
                .unwrap()
                .metadata()
                .num_row_groups()
        };
        assert_eq!(groups("part-00000.parquet"), GROUPS_PER_FILE);
        assert_eq!(groups("part-00001.parquet"), GROUPS_PER_FILE);
        assert_eq!(groups("part-00002.parquet"), 1);
        assert_eq!(fs::read_dir(output.path()).unwrap().count(), 1);
    }
}
