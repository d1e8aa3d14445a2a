//! What the first document of a file holds, to tell where its rows are.

use std::collections::HashMap;

use super::document::DocumentScanner;
use super::listener::{DocumentListener, ListElements};
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
    /// Keys of the objects at the top, and how many of these have each.
    members: HashMap<String, usize>,
}

/// Keys of the objects at the top that are counted.
const MOST_MEMBERS: usize = 1000;

impl DocumentFindings {
    /// True if the document is an object of objects that have mostly the same keys, as rows have.
    pub(crate) fn is_keyed_rows(&self) -> bool {
        let objects = self.keys.len();
        let has_others = self.keys.iter().any(|(_, first)| *first != b'{');
        let has_lists = self.lists.iter().any(|list| list.path.keys().len() == 1);
        let filled: usize = self.members.values().sum();
        // On average half of the objects at least have a key.
        objects > 2
            && !has_others
            && !has_lists
            && filled > 0
            && filled * 2 >= self.members.len() * objects
    }

    fn add_member(&mut self, key: &str) {
        if let Some(count) = self.members.get_mut(key) {
            *count += 1;
        } else if self.members.len() < MOST_MEMBERS {
            self.members.insert(key.to_owned(), 1);
        }
    }
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

    /// The problem of a text that ends here, if it ends within a document.
    pub(crate) fn end(&mut self) -> Option<JsonProblem> {
        self.scanner.finish().err()
    }

    /// What was found so far.
    pub(crate) fn found(self) -> DocumentFindings {
        self.findings
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
        if let [_, key] = keys {
            self.add_member(key);
        }
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

    fn on_inner_list(&mut self) {}

    fn on_other_element(&mut self, _: ListElements, _: u8, _: u64) -> Result<(), JsonProblem> {
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
