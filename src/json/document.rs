//! The structure of JSON documents around their rows, from bytes that come in chunks.

use serde::de::IgnoredAny;

use super::JsonProblem;
use super::listener::{DocumentListener, ListElements};
use super::row_end::RowEnd;
use super::scalar::{is_blank, kind, shown};
use super::structure::{ExpectedToken, OpenContainer, RowBegin};

/// Text that is being read and may go on in the next chunk.
#[derive(Debug, Clone, Copy)]
enum OpenText {
    Row(RowEnd),
    /// Key or text value.
    Quoted {
        is_escaped: bool,
    },
    /// Number, true, false or null.
    Bare,
}

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// Scans documents that follow each other.
#[derive(Debug, Clone)]
pub(super) struct DocumentScanner {
    stack: Vec<OpenContainer>,
    expected: ExpectedToken,
    open: Option<OpenText>,
    /// Bytes of the open text from earlier chunks; of other texts than rows, all bytes.
    pending: Vec<u8>,
    /// Line of the next byte, and of the begin of the open text.
    line: u64,
    open_line: u64,
    /// Number of bytes of the mark at the begin of the file that were seen.
    mark: usize,
    keys: Vec<String>,
    is_stopped: bool,
    /// Number of bytes before the next one.
    position: u64,
    last_row: Option<RowBegin>,
    /// A key, a document or a value that is no row has begun since.
    has_begun_since: bool,
    /// What was around the last row.
    around_row: (Vec<OpenContainer>, Vec<String>),
}

impl DocumentScanner {
    pub(super) fn new() -> Self {
        Self {
            stack: Vec::new(),
            expected: ExpectedToken::Document,
            open: None,
            pending: Vec::new(),
            line: 1,
            open_line: 1,
            mark: 0,
            keys: Vec::new(),
            is_stopped: false,
            position: 0,
            last_row: None,
            has_begun_since: false,
            around_row: (Vec::new(), Vec::new()),
        }
    }

    /// The begin of the last row, which may be read in part.
    pub(super) fn last_row(&self) -> Option<RowBegin> {
        self.last_row
    }

    /// True if nothing has begun since the last row, though lists may have ended: a lost quote shows the brackets that
    /// are in a text.
    pub(super) fn is_beside_row(&self) -> bool {
        !self.has_begun_since
    }

    /// True if a row has begun and not ended.
    pub(super) fn is_in_row(&self) -> bool {
        matches!(self.open, Some(OpenText::Row(_)))
    }

    /// Goes on at `place` behind the last row: before another row, or before what follows the last one.
    pub(super) fn resume(&mut self, place: RowBegin, is_before_row: bool) {
        (self.stack, self.keys) = self.around_row.clone();
        self.expected = match self.stack.last() {
            None => ExpectedToken::Document,
            Some(_) if is_before_row => ExpectedToken::Value,
            Some(_) => ExpectedToken::CommaOrEnd,
        };
        self.open = None;
        self.pending.clear();
        self.line = place.line;
        self.position = place.position;
    }

    /// True if the file began with a byte order mark.
    pub(super) fn has_mark(&self) -> bool {
        self.mark == BYTE_ORDER_MARK.len()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    pub(super) fn feed(
        &mut self,
        mut bytes: &[u8],
        listener: &mut impl DocumentListener,
    ) -> Result<(), JsonProblem> {
        while let Some(first) = bytes.first()
            && !self.is_stopped
        {
            let read = match self.open {
                Some(OpenText::Row(_)) => self.row(bytes, listener)?,
                Some(OpenText::Quoted { .. }) => self.quoted(bytes)?,
                Some(OpenText::Bare) => self.bare(bytes)?,
                None => self.structure(*first, listener)?,
            };
            bytes = &bytes[read..];
            self.position += read as u64;
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> Result<(), JsonProblem> {
        if self.is_stopped || self.expected == ExpectedToken::Document && self.open.is_none() {
            return Ok(());
        }
        let what = match self.open {
            Some(OpenText::Row(_)) => {
                let what = format!(
                    "the file ends within the object that begins on line {}: is it whole?",
                    self.open_line
                );
                return Err(JsonProblem::new(self.line, what));
            }
            Some(_) => "a value",
            None => match self.stack.last() {
                Some(OpenContainer::List(_)) => "a list",
                _ => "an object",
            },
        };
        let what = format!("the file ends within {what}: is it whole?");
        Err(JsonProblem::new(self.line, what))
    }

    fn row(
        &mut self,
        bytes: &[u8],
        listener: &mut impl DocumentListener,
    ) -> Result<usize, JsonProblem> {
        let Some(OpenText::Row(end)) = &mut self.open else {
            return Ok(0);
        };
        let found = end.find(bytes);
        let length = found.unwrap_or(bytes.len());
        let part = &bytes[..length];
        self.line += part
            .iter()
            .map(|byte| u64::from(*byte == b'\n'))
            .sum::<u64>();
        if found.is_none() {
            self.pending.extend_from_slice(part);
            return Ok(length);
        }
        if self.pending.is_empty() {
            listener.on_row(part, self.open_line)?;
        } else {
            self.pending.extend_from_slice(part);
            listener.on_row(&self.pending, self.open_line)?;
            self.pending.clear();
        }
        self.open = None;
        self.after_value(listener)?;
        Ok(length)
    }

    fn quoted(&mut self, bytes: &[u8]) -> Result<usize, JsonProblem> {
        let Some(OpenText::Quoted { is_escaped }) = &mut self.open else {
            return Ok(0);
        };
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                _ if *is_escaped => *is_escaped = false,
                b'\\' => *is_escaped = true,
                b'"' => {
                    self.pending.extend_from_slice(&bytes[..=at]);
                    self.open = None;
                    self.end_quoted()?;
                    return Ok(at + 1);
                }
                b'\n' => return Err(self.problem("a line ends within a text")),
                _ => {}
            }
        }
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn end_quoted(&mut self) -> Result<(), JsonProblem> {
        let text: Result<String, _> = serde_json::from_slice(&self.pending);
        let is_key = matches!(self.expected, ExpectedToken::Key | ExpectedToken::KeyOrEnd);
        self.pending.clear();
        match text {
            Ok(key) if is_key => {
                if self.is_named() {
                    self.keys.push(key);
                }
                self.expected = ExpectedToken::Colon;
            }
            // A text outside of rows is not read.
            Ok(_) => self.end_value(),
            Err(_) if !is_key => self.end_value(),
            Err(_) => return Err(self.problem("a key is not valid text")),
        }
        Ok(())
    }

    fn bare(&mut self, bytes: &[u8]) -> Result<usize, JsonProblem> {
        let is_end = |byte: &u8| is_blank(*byte) || matches!(byte, b',' | b']' | b'}' | b':');
        let end = bytes.iter().position(is_end);
        let length = end.unwrap_or(bytes.len());
        self.pending.extend_from_slice(&bytes[..length]);
        if end.is_some() {
            if serde_json::from_slice::<IgnoredAny>(&self.pending).is_err() {
                let what = format!(
                    "{:?} is no JSON value",
                    String::from_utf8_lossy(&self.pending)
                );
                return Err(self.problem(what));
            }
            self.pending.clear();
            self.open = None;
            self.end_value();
        }
        Ok(length)
    }

    fn structure(
        &mut self,
        byte: u8,
        listener: &mut impl DocumentListener,
    ) -> Result<usize, JsonProblem> {
        let may_be_mark = self.line == 1 && self.expected == ExpectedToken::Document;
        if may_be_mark && BYTE_ORDER_MARK.get(self.mark) == Some(&byte) {
            self.mark += 1;
            return Ok(1);
        }
        if is_blank(byte) {
            self.line += u64::from(byte == b'\n');
            return Ok(1);
        }
        match (self.expected, byte) {
            (ExpectedToken::Document, b'{' | b'[') if !listener.on_document(byte) => {
                self.is_stopped = true;
            }
            (ExpectedToken::Document, b'{' | b'[') => return self.begin(byte, listener),
            (ExpectedToken::Value | ExpectedToken::ValueOrEnd, b']' | b'}' | b',' | b':')
                if (self.expected, byte) != (ExpectedToken::ValueOrEnd, b']') =>
            {
                return Err(self.unexpected(byte));
            }
            (ExpectedToken::ValueOrEnd | ExpectedToken::CommaOrEnd, b']')
                if matches!(self.stack.last(), Some(OpenContainer::List(_))) =>
            {
                self.end_container(listener)?;
            }
            (ExpectedToken::KeyOrEnd | ExpectedToken::CommaOrEnd, b'}')
                if matches!(self.stack.last(), Some(OpenContainer::Object { .. })) =>
            {
                self.end_container(listener)?;
            }
            (ExpectedToken::Value | ExpectedToken::ValueOrEnd, _) => {
                return self.begin(byte, listener);
            }
            (ExpectedToken::Key | ExpectedToken::KeyOrEnd, b'"') => {
                self.has_begun_since = true;
                return Ok(self.open_quoted());
            }
            (ExpectedToken::Colon, b':') => self.expected = ExpectedToken::Value,
            (ExpectedToken::CommaOrEnd, b',') => {
                self.expected = match self.stack.last() {
                    Some(OpenContainer::Object { .. }) => ExpectedToken::Key,
                    _ => ExpectedToken::Value,
                };
            }
            _ => return Err(self.unexpected(byte)),
        }
        Ok(1)
    }

    /// Begins the value whose first byte is `byte`; returns the number of bytes that were read.
    fn begin(
        &mut self,
        byte: u8,
        listener: &mut impl DocumentListener,
    ) -> Result<usize, JsonProblem> {
        self.open_line = self.line;
        let place = self.element(byte, listener)?;
        let is_document_row = byte == b'{' && self.stack.is_empty() && listener.is_document_row();
        if is_document_row || place == Some(ListElements::Rows) {
            self.begin_row();
            return Ok(0);
        }
        self.has_begun_since = true;
        let is_named = self.is_named();
        let elements = if place == Some(ListElements::ListsOfRows) {
            ListElements::Rows
        } else if is_named && listener.on_value(&self.keys, byte, self.line)? {
            ListElements::Undecided
        } else {
            ListElements::Values
        };
        match byte {
            b'{' => {
                self.stack.push(OpenContainer::Object { is_named });
                self.expected = ExpectedToken::KeyOrEnd;
            }
            b'[' => {
                self.stack.push(OpenContainer::List(elements));
                self.expected = ExpectedToken::ValueOrEnd;
            }
            b'"' => return Ok(self.open_quoted()),
            _ if kind(byte) == "no JSON value" => return Err(self.unexpected(byte)),
            _ => {
                self.open = Some(OpenText::Bare);
                return Ok(0);
            }
        }
        Ok(1)
    }

    fn begin_row(&mut self) {
        self.open = Some(OpenText::Row(RowEnd::default()));
        self.last_row = Some(RowBegin {
            position: self.position,
            line: self.line,
        });
        self.has_begun_since = false;
        // The same for all rows of a list.
        if self.around_row.0.len() != self.stack.len() || self.around_row.1 != self.keys {
            self.around_row = (self.stack.clone(), self.keys.clone());
        }
    }

    /// What the elements of the innermost container are if it is a list of rows, or of lists of rows, in which a value
    /// begins that belongs there.
    fn element(
        &mut self,
        byte: u8,
        listener: &mut impl DocumentListener,
    ) -> Result<Option<ListElements>, JsonProblem> {
        let Some(OpenContainer::List(list)) = self.stack.last_mut() else {
            return Ok(None);
        };
        if *list == ListElements::Values {
            return Ok(None);
        }
        let found = list.with(byte);
        match found {
            Some(elements) => *list = elements,
            None => listener.on_other_element(*list, byte, self.line)?,
        }
        if found == Some(ListElements::ListsOfRows) {
            listener.on_inner_list();
        }
        Ok(found)
    }

    fn open_quoted(&mut self) -> usize {
        self.pending.push(b'"');
        self.open = Some(OpenText::Quoted { is_escaped: false });
        1
    }

    /// True if keys lead to the members of the innermost container.
    fn is_named(&self) -> bool {
        let frame = self.stack.last();
        frame.is_none_or(|frame| matches!(frame, OpenContainer::Object { is_named: true }))
    }

    fn end_container(&mut self, listener: &mut impl DocumentListener) -> Result<(), JsonProblem> {
        self.stack.pop();
        self.after_value(listener)
    }

    fn after_value(&mut self, listener: &mut impl DocumentListener) -> Result<(), JsonProblem> {
        self.end_value();
        if self.stack.is_empty() {
            self.expected = ExpectedToken::Document;
            listener.on_document_end(self.line)?;
        }
        Ok(())
    }

    fn end_value(&mut self) {
        if matches!(
            self.stack.last(),
            Some(OpenContainer::Object { is_named: true })
        ) {
            self.keys.pop();
        }
        self.expected = ExpectedToken::CommaOrEnd;
    }

    fn problem(&self, what: impl Into<String>) -> JsonProblem {
        JsonProblem::new(self.line, what)
    }

    fn unexpected(&self, byte: u8) -> JsonProblem {
        let expected = self.expected.name(self.stack.last());
        self.problem(format!(
            "not JSON: expected {expected}, found {}",
            shown(byte)
        ))
    }
}
