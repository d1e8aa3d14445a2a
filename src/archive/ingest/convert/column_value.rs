//! The value of one column of a row.

use std::borrow::Cow;

use super::source_value::SourceValue;
use crate::archive::ingest::mapping::{ColumnRule, MisfitPolicy, UnlistedValue};
use crate::archive::ingest::values::{IngestValue, TargetType, ValueMisfit};
use crate::time::zone::LocalTimeConverter;

/// The value of a column: of the first of its sources that has one, or else its default.
///
/// # Errors
/// Why the source row is rejected.
#[inline]
pub(super) fn column_value<'c>(
    rule: &'c ColumnRule,
    cells: &'c [SourceValue<'_>],
    mut clock: Option<&mut LocalTimeConverter>,
    is_typed: bool,
) -> Result<IngestValue<'c>, ValueMisfit> {
    if let Some(constant) = &rule.constant {
        return Ok(constant.borrowed());
    }
    for source in &rule.sources {
        let Some(cell) = cells.get(*source) else {
            continue;
        };
        // Of several names one may be that of an object whose member another one names.
        let is_other = cell.is_object() && rule.reader.target != TargetType::Text;
        if is_other && rule.sources.len() > 1 {
            continue;
        }
        match source_value(rule, cell, clock.as_deref_mut(), is_typed) {
            Ok(IngestValue::Null) => {}
            Ok(value) => return Ok(value),
            Err(_) if rule.misfit == MisfitPolicy::WriteNull => break,
            Err(misfit) => return Err(misfit),
        }
    }
    match &rule.default {
        Some(default) => Ok(default.borrowed()),
        None if rule.is_required => Err(ValueMisfit::missing()),
        None => Ok(IngestValue::Null),
    }
}

fn source_value<'c>(
    rule: &'c ColumnRule,
    cell: &'c SourceValue<'_>,
    clock: Option<&mut LocalTimeConverter>,
    is_typed: bool,
) -> Result<IngestValue<'c>, ValueMisfit> {
    let Some(text) = cell.text(rule.join.as_deref())? else {
        return Ok(IngestValue::Null);
    };
    if text.is_empty() || is_null_word(rule, &text) {
        return Ok(IngestValue::Null);
    }
    let text = match &rule.words {
        None => text,
        Some(words) => match (words.word(&text), &words.otherwise) {
            (Some(word), _) => Cow::Borrowed(word),
            (None, UnlistedValue::Keep) => text,
            (None, UnlistedValue::Null) => return Ok(IngestValue::Null),
            (None, UnlistedValue::Replace(word)) => Cow::Borrowed(word.as_str()),
            (None, UnlistedValue::Reject) => {
                return Err(ValueMisfit::new(
                    &text,
                    "it is not among the values of the mapping",
                ));
            }
        },
    };
    if text.is_empty() {
        return Ok(IngestValue::Null);
    }
    rule.reader.read(text, clock, is_typed)
}

fn is_null_word(rule: &ColumnRule, text: &str) -> bool {
    let text = text.trim();
    !rule.null_words.is_empty() && rule.null_words.iter().any(|word| word == text)
}
