//! JSON texts as rows: where the rows of a file begin and end, the types of their fields, and their values.
//!
//! [`RowSplitter`] cuts a stream of bytes into objects, one a row, whatever holds them: lines, lists,
//! or a list inside each document. [`ObservedFields`] sees every row and says which type holds all
//! values of a field. [`JsonRowSource`] reads the rows with these types. Numbers are never read before
//! their type is known, so that each keeps its digits.

mod chunks;
mod document;
mod fields;
mod find;
mod key;
mod list_path;
mod listener;
mod path;
mod row_end;
mod row_source;
mod scalar;
mod splitter;
mod structure;
mod survey;
mod values;
mod whole_rows;

pub(crate) use chunks::JsonText;
pub(crate) use fields::ObservedFields;
pub(crate) use find::{document, elements, find, json_text, members, plain_text};
pub(crate) use key::for_each_member;
pub(crate) use list_path::ListPath;
pub(crate) use path::{JsonPath, PathStep};
pub(crate) use row_source::JsonRowSource;
pub(crate) use splitter::RowSplitter;
pub(crate) use structure::RowBegin;
pub(crate) use survey::{DocumentFindings, DocumentSurvey};
pub(crate) use whole_rows::RowKeys;

/// What a text is whose bytes are no UTF-8 and whose encoding nobody has said.
const NOT_UTF8: &str = "the text is not UTF-8: say its encoding for the table in deskql.toml, as encoding = \
                        \"windows-1252\"";

/// Problem of a JSON text at a line, counted from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonProblem {
    pub(crate) line: u64,
    pub(crate) what: String,
}

impl JsonProblem {
    pub(crate) fn new(line: u64, what: impl Into<String>) -> Self {
        Self {
            line,
            what: what.into(),
        }
    }
}
