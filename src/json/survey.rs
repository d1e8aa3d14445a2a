//! What the first document of a file holds, to tell where its rows are.

use super::document::{DocumentListener, DocumentScanner};
use super::{JsonProblem, ListPath};

/// Lists below more keys than these are not offered as rows.
const DEEPEST: usize = 4;

/// Lists and keys of the first document of a file, and whether another one follows.
#[derive(Debug)]
pub(crate) struct DocumentSurvey {
    scanner: DocumentScanner,
    findings: DocumentFindings,
}

/// A list below objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SurveyedList {
    pub(crate) path: ListPath,
    pub(crate) has_objects: bool,
    pub(crate) has_others: bool,
}

#[derive(Debug, Default)]
pub(crate) struct DocumentFindings {
    /// First byte of the first document; `None` in a file without one.
    pub(crate) first: Option<u8>,
    /// Another document follows.
    pub(crate) is_followed: bool,
    /// Keys at the top and the first bytes of their values, without those of `lists`.
    pub(crate) keys: Vec<(String, u8)>,
    pub(crate) lists: Vec<SurveyedList>,
}

impl DocumentSurvey {
    pub(crate) fn new() -> Self {
        Self {
            scanner: DocumentScanner::new(),
            findings: DocumentFindings::default(),
        }
    }

    /// Reads on; true if no more is needed.
    ///
    /// # Errors
    /// If the text is not JSON.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<bool, JsonProblem> {
        self.scanner.feed(bytes, &mut self.findings)?;
        Ok(self.scanner.is_stopped())
    }

    /// Ends the text and returns what was found.
    ///
    /// # Errors
    /// If it ends within a document.
    pub(crate) fn finish(mut self) -> Result<DocumentFindings, JsonProblem> {
        self.scanner.finish()?;
        Ok(self.findings)
    }
}

impl DocumentListener for DocumentFindings {
    fn is_document_row(&mut self) -> bool {
        false
    }

    fn on_value(&mut self, keys: &[String], first: u8, _: u64) -> Result<bool, JsonProblem> {
        if first == b'[' && (1..=DEEPEST).contains(&keys.len()) {
            self.lists.push(SurveyedList {
                path: ListPath::new(keys.to_vec()),
                has_objects: false,
                has_others: false,
            });
            return Ok(true);
        }
        if let [key] = keys {
            self.keys.push((key.clone(), first));
        }
        Ok(false)
    }

    fn on_other_element(&mut self, _: u8, _: u64) -> Result<(), JsonProblem> {
        if let Some(list) = self.lists.last_mut() {
            list.has_others = true;
        }
        Ok(())
    }

    fn on_row(&mut self, _: &[u8], _: u64) -> Result<(), JsonProblem> {
        if let Some(list) = self.lists.last_mut() {
            list.has_objects = true;
        }
        Ok(())
    }

    fn on_document_end(&mut self, _: u64) -> Result<(), JsonProblem> {
        Ok(())
    }

    /// A list at the top says all by its first byte.
    fn on_document(&mut self, first: u8) -> bool {
        if self.first.is_some() {
            self.is_followed = true;
            return false;
        }
        self.first = Some(first);
        first == b'{'
    }
}
