//! Rows of lists and documents, with those behind a broken one.
//!
//! A broken row hides its end, and everything behind it. What stands between it and the next row that is surely one
//! goes on as one broken object, which is rejected with its text; nothing is skipped. Without such a row the problem is
//! that of the file.

use serde::de::IgnoredAny;

use super::events::JsonRowPlace;
use crate::json::{JsonProblem, ListPath, RowBegin, RowKeys, RowSplitter};

/// Bytes in which the next whole row must stand.
const MOST_BROKEN: usize = 8 << 20;

/// Bytes from which on a row that does not end is looked at.
const CHECKED: usize = 1 << 20;

/// Bytes that a row may have.
const LONGEST: usize = 64 << 20;

/// Rows of a file that tell which keys all have.
const SAMPLE: usize = 32;

/// Brackets before the end of the file that may end the list of a broken row.
const MOST_ENDS: usize = 64;

/// Splits text into rows.
pub(super) struct ListedRows {
    splitter: RowSplitter,
    found: FoundRows,
    sample: Vec<Vec<u8>>,
    /// Text from the begin of the last row on, and the number of bytes before it.
    text: Vec<u8>,
    position: u64,
    /// Place in `text` of what the splitter has not seen.
    unread: usize,
    /// Bytes of a row that does not end, from which on it is looked at.
    checked_at: usize,
    /// The splitter waits for the next whole row.
    broken: Option<JsonProblem>,
}

/// Rows that have not been sent yet.
#[derive(Debug, Default)]
pub(super) struct FoundRows {
    pub(super) text: Vec<u8>,
    pub(super) rows: Vec<JsonRowPlace>,
    /// Damage between rows that has cost none.
    pub(super) mended: Vec<JsonProblem>,
}

impl FoundRows {
    fn add(&mut self, row: &[u8], line: u64) {
        let start = self.text.len();
        self.text.extend_from_slice(row);
        self.rows.push(JsonRowPlace {
            start,
            end: self.text.len(),
            line,
        });
    }

    fn last(&self) -> Option<&[u8]> {
        let row = self.rows.last()?;
        self.text.get(row.start..row.end)
    }

    fn drop_last(&mut self) {
        if let Some(row) = self.rows.pop() {
            self.text.truncate(row.start);
        }
    }
}

impl ListedRows {
    pub(super) fn new(path: ListPath) -> Self {
        Self {
            splitter: RowSplitter::new(path),
            found: FoundRows::default(),
            sample: Vec::new(),
            text: Vec::new(),
            position: 0,
            unread: 0,
            checked_at: CHECKED,
            broken: None,
        }
    }

    /// Bytes of rows that can be taken.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.found.text.len()
    }

    /// The rows so far, but for the last one: what follows may say that it is broken.
    pub(super) fn take_all_but_last(&mut self) -> FoundRows {
        let mut taken = std::mem::take(&mut self.found);
        if let Some(last) = taken.rows.last().copied() {
            let row = taken.last().unwrap_or_default().to_vec();
            self.found.add(&row, last.line);
            taken.drop_last();
        }
        taken
    }

    /// Reads on.
    ///
    /// # Errors
    /// If the text is not JSON and no row behind is surely one.
    pub(super) fn add(&mut self, chunk: &[u8]) -> Result<(), JsonProblem> {
        self.text.extend_from_slice(chunk);
        if self.broken.is_none() {
            self.split();
            self.check_long_row()?;
        }
        while let Some(problem) = self.broken.take() {
            if let Some(next) = self.next_row(&problem)? {
                self.go_on(next, problem);
            } else if self.text.len() > MOST_BROKEN {
                return Err(problem);
            } else {
                self.broken = Some(problem);
                break;
            }
        }
        Ok(())
    }

    /// Looks at a row that does not end: a lost quote would take the rest of the file into memory.
    fn check_long_row(&mut self) -> Result<(), JsonProblem> {
        let Some(begin) = self
            .splitter
            .last_row()
            .filter(|_| self.splitter.is_in_row())
        else {
            self.checked_at = CHECKED;
            return Ok(());
        };
        if self.text.len() < self.checked_at || self.broken.is_some() {
            return Ok(());
        }
        self.checked_at = self.text.len() * 2;
        let what = format!("the object that begins on line {} is broken", begin.line);
        if !self.is_cut_off() {
            self.broken = Some(JsonProblem::new(begin.line, what));
        } else if self.text.len() > LONGEST {
            let what = format!("{what}, or longer than {} MiB", LONGEST >> 20);
            return Err(JsonProblem::new(begin.line, what));
        }
        Ok(())
    }

    /// Ends the text and returns the rest of the rows.
    ///
    /// # Errors
    /// If it ends within a document, or is not JSON.
    pub(super) fn finish(mut self) -> Result<FoundRows, JsonProblem> {
        loop {
            let problem = match self.broken.take() {
                Some(problem) => problem,
                None => match self.splitter.finish() {
                    Ok(()) => return Ok(self.found),
                    Err(problem) if self.is_cut_off() => return Err(problem),
                    Err(problem) => problem,
                },
            };
            // The last row of a file has nothing behind it.
            self.text.push(b'{');
            let next = self.next_row(&problem);
            self.text.pop();
            if let Some(next) = next? {
                self.go_on(next, problem);
            } else if let Some(end) = self.list_end() {
                self.reject(end);
                return Ok(self.found);
            } else {
                return Err(problem);
            }
        }
    }

    fn split(&mut self) {
        let unread = self.text.get(self.unread..).unwrap_or_default();
        let (found, sample) = (&mut self.found, &mut self.sample);
        let fed = self.splitter.feed(unread, |row, line| {
            // The last one may be broken until the next one begins.
            if sample.len() < SAMPLE
                && let Some(last) = found.last()
            {
                sample.push(last.to_vec());
            }
            found.add(row, line);
            Ok(())
        });
        match fed {
            Ok(()) => {
                let known = self.text.len();
                let needed = self
                    .splitter
                    .last_row()
                    .map_or(known, |row| self.place(row));
                self.text.drain(..needed);
                self.position += needed as u64;
                self.unread = self.text.len();
            }
            Err(problem) => self.broken = Some(problem),
        }
    }

    /// Place in the text.
    fn place(&self, row: RowBegin) -> usize {
        let place = row.position.saturating_sub(self.position);
        usize::try_from(place)
            .unwrap_or(usize::MAX)
            .min(self.text.len())
    }

    /// Place of the next row that is surely one; `None` if there is none yet.
    fn next_row(&self, problem: &JsonProblem) -> Result<Option<usize>, JsonProblem> {
        // The row before one that is still open has been followed as it should be.
        let before = self.found.last().filter(|_| self.splitter.is_in_row());
        let rows = self.sample.iter().map(Vec::as_slice).chain(before);
        let keys = RowKeys::common(rows);
        match (self.splitter.last_row(), keys) {
            (Some(row), Some(keys)) if self.splitter.is_beside_row() => {
                let next = keys.next_row(&self.text, self.place(row) + 1);
                Ok(next.map(|row| row.start))
            }
            _ => Err(problem.clone()),
        }
    }

    /// Goes on with the row at `next`.
    fn go_on(&mut self, next: usize, problem: JsonProblem) {
        if self.is_last_row_whole(next) {
            self.found.mended.push(problem);
        } else {
            self.reject(next);
        }
        let place = self.begin_at(next);
        self.splitter.resume(place, true);
        self.unread = next;
        self.split();
    }

    /// True if the last row has ended and at most one byte, beside blanks and commas, is between it and `next`: the row
    /// is whole, and what divides it from the next one is damaged.
    fn is_last_row_whole(&self, next: usize) -> bool {
        let (Some(begin), Some(last)) = (self.splitter.last_row(), self.found.last()) else {
            return false;
        };
        let between = self.text.get(self.place(begin) + last.len()..next);
        let is_structure = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b',';
        let is_near = between.is_some_and(|between| {
            let others = between.iter().filter(|byte| !is_structure(byte));
            others.count() < 2
        });
        is_near && !self.splitter.is_in_row() && serde_json::from_slice::<IgnoredAny>(last).is_ok()
    }

    /// Makes the text from the last row up to `end` a broken object.
    fn reject(&mut self, end: usize) {
        let Some(begin) = self.splitter.last_row() else {
            return;
        };
        if !self.splitter.is_in_row() {
            self.found.drop_last();
        }
        let broken = self.text.get(self.place(begin)..end).unwrap_or_default();
        self.found.add(broken, begin.line);
    }

    fn begin_at(&self, place: usize) -> RowBegin {
        let (line, start) = self
            .splitter
            .last_row()
            .map_or((1, 0), |row| (row.line, self.place(row)));
        let passed = self.text.get(start..place).unwrap_or_default();
        RowBegin {
            position: self.position + place as u64,
            line: line + passed.iter().filter(|byte| **byte == b'\n').count() as u64,
        }
    }

    /// True if the last row is whole, or only lacks its end: then the end of the file is missing.
    fn is_cut_off(&self) -> bool {
        let Some(begin) = self.splitter.last_row() else {
            return true;
        };
        let row = self.text.get(self.place(begin)..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_slice(row).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Err(error)) => error.is_eof(),
            _ => true,
        }
    }

    /// Place behind the broken last row of a file at which its list ends, so that all behind is as it should be.
    fn list_end(&self) -> Option<usize> {
        let start = self.splitter.last_row().map(|row| self.place(row))?;
        let behind = self.text.iter().enumerate().skip(start + 1).rev();
        let brackets = behind.filter(|(_, byte)| **byte == b']');
        let ends = brackets.map(|(place, _)| place).take(MOST_ENDS);
        // Documents that are rows have nothing behind them.
        std::iter::once(self.text.len()).chain(ends).find(|end| {
            let mut rest = self.splitter.clone();
            rest.resume(self.begin_at(*end), false);
            let text = self.text.get(*end..).unwrap_or_default();
            let refuse = |_: &[u8], line| Err(JsonProblem::new(line, "a row"));
            rest.feed(text, refuse).is_ok() && rest.finish().is_ok()
        })
    }
}
