//! Members of zip archives, read without unpacking them.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::common::runtime::SpawnedTask;
use futures::StreamExt;
use tokio::sync::mpsc;
use zip::ZipArchive;

use super::file_bytes::spooled;
use super::file_names::is_data_file;
use super::source_file::{PackedMembers, SourceFile, SourcePlace};
use crate::error::{Error, Result};
use crate::tables::is_hidden;
use crate::text_files::TextChunks;

/// Bytes of a member that are read at once.
const CHUNK: usize = 256 << 10;

/// Bytes of the header before the data of a member, up to its name.
const LOCAL_HEADER: u64 = 30;

/// Bytes of what may follow the data of a member: its sizes and checksum once more.
const MOST_BETWEEN_MEMBERS: u64 = 24;

/// Chunks of a member that wait.
const WAITING: usize = 2;

/// An archive as a local file.
#[derive(Debug)]
pub(super) struct ZipPackage {
    file: File,
    label: String,
}

/// The data files in an archive, in the order of their names.
///
/// # Errors
/// If it cannot be read, is no archive, or has no data file.
pub(super) async fn members(archive: SourceFile) -> Result<Vec<SourceFile>> {
    let package = Arc::new(ZipPackage {
        file: local(&archive).await?,
        label: archive.label.clone(),
    });
    let listing = Arc::clone(&package);
    let names = SpawnedTask::spawn_blocking(move || listing.names())
        .join()
        .await;
    let names = names
        .ok()
        .ok_or_else(|| archive.problem("is a damaged zip archive"))??;
    let mut data: Vec<(usize, String)> = names
        .into_iter()
        .enumerate()
        .filter(|(_, name)| is_member_wanted(name))
        .collect();
    if data.is_empty() {
        return Err(archive.problem("no data file is in this zip archive"));
    }
    data.sort_by(|(_, one), (_, other)| one.cmp(other));
    let files = data.into_iter().map(|(index, name)| SourceFile {
        label: format!("{}/{name}", archive.label),
        place: SourcePlace::Member {
            package: Arc::clone(&package) as Arc<dyn PackedMembers>,
            index,
        },
    });
    Ok(files.collect())
}

/// The archive as a local file: itself, or a copy that is gone when it is closed.
async fn local(archive: &SourceFile) -> Result<File> {
    match archive.local_file().await {
        Some(file) => Ok(file),
        None => spooled(archive, archive.bytes().await?).await,
    }
}

/// True for data files; archivers of some systems add hidden folders.
fn is_member_wanted(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['/', '\\']).collect();
    let is_archive = name.to_ascii_lowercase().ends_with(".zip");
    let is_data = parts.last().is_some_and(|name| is_data_file(name));
    is_data && !is_archive && !parts.iter().any(|part| is_hidden(part))
}

impl ZipPackage {
    fn opened(&self) -> Result<ZipArchive<SharedFile>> {
        let problem = || Error::location(&self.label, "is no zip archive, or a damaged one");
        let file = self.file.try_clone().ok().ok_or_else(problem)?;
        ZipArchive::new(SharedFile { file, position: 0 })
            .ok()
            .ok_or_else(problem)
    }

    fn names(&self) -> Result<Vec<String>> {
        let mut archive = self.opened()?;
        let directory = archive.central_directory_start();
        let mut names = Vec::with_capacity(archive.len());
        let mut places = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let member = archive
                .by_index(index)
                .map_err(|error| self.unreadable(&error))?;
            let name = member.name().map_err(|error| self.unreadable(&error))?;
            names.push(name.into_owned());
            let raw_name = member.name_raw().to_vec();
            let start = member.header_start();
            let end = member.data_start().unwrap_or(start) + member.compressed_size();
            drop(member);
            places.push((start, end));
            if !self.has_name(start, &raw_name) {
                return Err(self.damaged("the name of a member differs between its two places"));
            }
        }
        if has_gaps(&mut places, directory) {
            return Err(self.damaged("it has data that no member of its directory has"));
        }
        Ok(names)
    }

    /// True if the header before the data of a member has its name too. A damaged name may be one that is left out.
    fn has_name(&self, header: u64, name: &[u8]) -> bool {
        let mut file = SharedFile {
            file: match self.file.try_clone() {
                Ok(file) => file,
                Err(_) => return false,
            },
            position: header + LOCAL_HEADER,
        };
        let mut own = vec![0; name.len()];
        file.read_exact(&mut own).is_ok() && own == name
    }

    fn send(
        &self,
        index: usize,
        sender: &mpsc::Sender<datafusion::error::Result<Bytes>>,
    ) -> Result<()> {
        let mut archive = self.opened()?;
        let mut member = archive
            .by_index(index)
            .map_err(|error| self.unreadable(&error))?;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = member.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
            let read = read.ok().ok_or_else(|| {
                Error::location(
                    &self.label,
                    "a member of this zip archive is damaged or ends too early",
                )
            })?;
            if read == 0 || sender.blocking_send(Ok(Bytes::from(chunk))).is_err() {
                return Ok(());
            }
        }
    }

    fn unreadable(&self, error: &zip::result::ZipError) -> Error {
        let problem = match error {
            zip::result::ZipError::UnsupportedArchive(_) => {
                "has members that are protected by a password or compressed in a rare way: unpack it"
            }
            _ => "is a damaged zip archive",
        };
        Error::location(&self.label, problem)
    }

    fn damaged(&self, why: &str) -> Error {
        let problem = format!("is a damaged zip archive: {why}; unpack it and look at the files");
        Error::location(&self.label, problem)
    }
}

/// True if something stands between the members, or behind the last of them: a directory that has lost a member would
/// leave its rows out without a word.
fn has_gaps(members: &mut [(u64, u64)], directory: u64) -> bool {
    members.sort_unstable();
    let starts = members.iter().skip(1).map(|(start, _)| *start);
    let next = starts.chain([directory]);
    members
        .iter()
        .zip(next)
        .any(|((_, end), next)| next.saturating_sub(*end) > MOST_BETWEEN_MEMBERS)
}

impl PackedMembers for ZipPackage {
    fn member(self: Arc<Self>, index: usize) -> TextChunks {
        let (sender, receiver) = mpsc::channel(WAITING);
        let package = self;
        let reading = SpawnedTask::spawn_blocking(move || {
            if let Err(error) = package.send(index, &sender) {
                sender.blocking_send(Err(error.into())).ok();
            }
        });
        let chunks =
            futures::stream::unfold((receiver, reading), |(mut receiver, reading)| async {
                let chunk: datafusion::error::Result<Bytes> = receiver.recv().await?;
                Some((chunk, (receiver, reading)))
            });
        chunks.boxed()
    }
}

/// A file that is read at places of its own: handles of one file share theirs.
#[derive(Debug)]
struct SharedFile {
    file: File,
    position: u64,
}

impl Read for SharedFile {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&self.file, buffer, self.position)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&self.file, buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl std::io::Seek for SharedFile {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        let (from, by) = match to {
            std::io::SeekFrom::Start(place) => {
                self.position = place;
                return Ok(place);
            }
            std::io::SeekFrom::Current(by) => (self.position, by),
            std::io::SeekFrom::End(by) => (self.file.metadata()?.len(), by),
        };
        let place = from.checked_add_signed(by);
        self.position =
            place.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
