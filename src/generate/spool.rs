//! Spool of contacts between the order of customers and the order of time.
//!
//! Customers are simulated one after another, tickets are written by time. In between, contacts are
//! in one bucket per day: those of small desks stay in memory, those of large ones spill to an
//! unnamed temporary file in pieces, so memory stays at a few megabytes for any number of tickets.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::calendar::{DAY, END};
use super::contact::{SIZE, SimulatedContact};
use super::rng::whole;
use crate::error::{Error, Result};

/// Bytes of a bucket that stay in memory: a whole number of contacts.
const PIECE: usize = 1_024 * SIZE;

/// Buckets of contacts by day.
#[derive(Debug)]
pub(super) struct ContactSpool {
    folder: PathBuf,
    file: Option<File>,
    length: u64,
    days: Vec<DayBucket>,
    next: usize,
}

#[derive(Debug, Default)]
struct DayBucket {
    /// Offsets of the pieces in the file.
    pieces: Vec<u64>,
    tail: Vec<u8>,
}

impl ContactSpool {
    /// Empty spool; its temporary file, if it needs one, is created in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        let days = whole((END / DAY) as f64);
        Self {
            folder: folder.to_path_buf(),
            file: None,
            length: 0,
            days: (0..days).map(|_| DayBucket::default()).collect(),
            next: 0,
        }
    }

    pub(super) fn push(&mut self, contact: &SimulatedContact) -> Result<()> {
        let day = whole((contact.at / DAY) as f64).min(self.days.len() - 1);
        let bucket = &mut self.days[day];
        contact.write(&mut bucket.tail);
        if bucket.tail.len() < PIECE {
            return Ok(());
        }
        bucket.pieces.push(self.length);
        self.length += PIECE as u64;
        let file = match &mut self.file {
            Some(file) => file,
            empty => empty.insert(
                tempfile::tempfile_in(&self.folder)
                    .map_err(|error| Error::io(&self.folder, error))?,
            ),
        };
        file.write_all(&bucket.tail)
            .map_err(|error| Error::io(&self.folder, error))?;
        bucket.tail.clear();
        Ok(())
    }

    /// Contacts of the next day, in order; `None` after the last day.
    pub(super) fn next_day(&mut self) -> Result<Option<Vec<SimulatedContact>>> {
        let Some(day) = self.days.get_mut(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        let DayBucket { pieces, tail } = std::mem::take(day);
        let mut bytes = vec![0; pieces.len() * PIECE];
        if let Some(file) = &mut self.file {
            for (piece, slot) in pieces.iter().zip(bytes.chunks_exact_mut(PIECE)) {
                file.seek(SeekFrom::Start(*piece))
                    .and_then(|_| file.read_exact(slot))
                    .map_err(|error| Error::io(&self.folder, error))?;
            }
        }
        bytes.extend_from_slice(&tail);
        let (records, _) = bytes.as_chunks::<SIZE>();
        let mut contacts: Vec<SimulatedContact> =
            records.iter().map(SimulatedContact::read).collect();
        contacts.sort_unstable_by_key(SimulatedContact::key);
        Ok(Some(contacts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::contact::SimulatedContactKind;
    use crate::generate::desk::SubscriptionPlan;

    #[test]
    fn gives_back_every_contact_in_order_through_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = ContactSpool::new(folder.path());
        let total = 5_000_u64;
        for customer in 0..total {
            let at = i64::try_from(customer * 7_919 % 86_400).unwrap() + DAY * 3;
            spool
                .push(&SimulatedContact {
                    at,
                    customer,
                    number: 0,
                    kind: SimulatedContactKind::Ticket,
                    plan: SubscriptionPlan::Free,
                    repeat: false,
                    merged: false,
                    target: false,
                    incident: 0,
                    mood: 0,
                })
                .unwrap();
        }
        assert!(spool.file.is_some());
        let mut found = Vec::new();
        while let Some(day) = spool.next_day().unwrap() {
            found.extend(day);
        }
        assert_eq!(found.len() as u64, total);
        assert!(found.windows(2).all(|pair| pair[0].key() < pair[1].key()));
    }
}
