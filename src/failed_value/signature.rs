//! Recognizes errors about values, and compares them.

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;

use crate::error::Error;

/// True if the error may be about a value in the data; false for errors about memory, files or the
/// plan.
pub(super) fn is_about_a_value(error: &DataFusionError) -> bool {
    match root(error) {
        DataFusionError::ArrowError(inner, _) => !matches!(
            inner.as_ref(),
            ArrowError::MemoryError(_) | ArrowError::IoError(..) | ArrowError::NotYetImplemented(_)
        ),
        DataFusionError::Execution(_) | DataFusionError::ParquetError(_) => true,
        DataFusionError::External(inner) => !inner.is::<Error>() && !inner.is::<std::io::Error>(),
        _ => false,
    }
}

/// The innermost error, below all wrappers.
pub(super) fn root(error: &DataFusionError) -> &DataFusionError {
    match error.find_root() {
        DataFusionError::Collection(all) => all.first().map_or(error, root),
        found => found,
    }
}

/// The message of the root error, in one line.
pub(super) fn root_message(error: &DataFusionError) -> String {
    let text = root(error).strip_backtrace();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of an error without its values, so that two rows with the same kind of failure compare
/// equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorSignature(String);

impl ErrorSignature {
    pub(super) fn from_error(error: &DataFusionError) -> Self {
        let text = root_message(error);
        // The reason after the value differs from value to value.
        let text = match text.split_once("Error parsing timestamp from '") {
            Some((before, _)) => format!("{before}Error parsing timestamp from"),
            None => text,
        };
        Self(without_values(&text))
    }
}

fn without_values(text: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for character in text.chars() {
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if character == '\'' || character == '"' => quote = Some(character),
            None => out.push(character),
        }
    }
    let words = out.split(' ').filter(|word| {
        let start = word.trim_start_matches(['-', '+', '(', '[']);
        !start.starts_with(|character: char| character.is_ascii_digit())
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_make_no_difference_and_types_do() {
        let one = without_values("Cannot cast string 'a b' to value of Int32 type");
        assert_eq!(
            one,
            without_values("Cannot cast string 'c' to value of Int32 type")
        );
        assert_ne!(
            one,
            without_values("Cannot cast string 'c' to value of Int64 type")
        );
        let product = without_values("2 * 9 does not fit in Int64");
        assert_eq!(product, without_values("-7 * 12 does not fit in Int64"));
    }
}
