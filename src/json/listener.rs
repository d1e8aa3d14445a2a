//! What the scanner of documents reports.

use super::JsonProblem;

/// What is made of a document while it is scanned.
pub(super) trait DocumentListener {
    /// True if an object at the top is a row; else its members are looked at.
    fn is_document_row(&mut self) -> bool;

    /// A value begins at `keys`, below objects only. True if it is a list whose elements, or the elements of the lists
    /// in it, are rows.
    fn on_value(&mut self, keys: &[String], first: u8, line: u64) -> Result<bool, JsonProblem>;

    /// A list of rows begins in a list of such lists.
    fn on_inner_list(&mut self);

    /// An element that is not what the others are, or no row, begins in a list of rows.
    fn on_other_element(
        &mut self,
        list: ListElements,
        first: u8,
        line: u64,
    ) -> Result<(), JsonProblem>;

    /// A whole row, and the line that it begins on.
    fn on_row(&mut self, row: &[u8], line: u64) -> Result<(), JsonProblem>;

    fn on_document_end(&mut self, line: u64) -> Result<(), JsonProblem>;

    /// A document begins; false ends the scan.
    fn on_document(&mut self, first: u8) -> bool;
}

/// What the elements of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListElements {
    /// No rows.
    Values,
    /// Rows or lists of rows: the first element says which.
    Undecided,
    Rows,
    ListsOfRows,
}

impl ListElements {
    /// What the elements are if one begins with `first`; `None` if it does not belong there.
    pub(super) fn with(self, first: u8) -> Option<Self> {
        match (self, first) {
            (Self::Undecided | Self::Rows, b'{') => Some(Self::Rows),
            (Self::Undecided | Self::ListsOfRows, b'[') => Some(Self::ListsOfRows),
            _ => None,
        }
    }
}
