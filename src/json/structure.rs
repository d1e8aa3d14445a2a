//! Where a scanner of documents stands.

use super::listener::ListElements;

/// A list or an object that has not ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum OpenContainer {
    List(ListElements),
    /// `is_named` if all containers around it are objects, so that keys lead to it.
    Object {
        is_named: bool,
    },
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExpectedToken {
    Document,
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

impl ExpectedToken {
    /// As messages name it, in the innermost container.
    pub(super) fn name(self, container: Option<&OpenContainer>) -> &'static str {
        match self {
            Self::Document => "a JSON object or list",
            Self::Value | Self::ValueOrEnd => "a value",
            Self::Key | Self::KeyOrEnd => "a key in double quotes",
            Self::Colon => "a colon",
            Self::CommaOrEnd if matches!(container, Some(OpenContainer::List(_))) => "a comma or ]",
            Self::CommaOrEnd => "a comma or }",
        }
    }
}

/// Where a row begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowBegin {
    /// Number of bytes of the text before it.
    pub(crate) position: u64,
    pub(crate) line: u64,
}
