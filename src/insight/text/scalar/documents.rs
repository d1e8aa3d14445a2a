//! Scalar functions that only plans of [`crate::insight::text::tables`] call: the terms of a document, its example
//! and its keys.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, FixedSizeBinaryBuilder, Int64Builder, ListArray, StringViewArray,
    StringViewBuilder, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, ScalarUDF};
use twox_hash::XxHash3_64;

use super::arguments::TextArguments;
use super::specification::{LIST, TextFunctionSpec, function};
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::insight::text::min_hash::{BAND_BYTES, BandKeys};
use crate::insight::text::redaction::{LABELS, plain_example, redact, redacted_example};
use crate::insight::text::shingles::ShingleSet;
use crate::insight::text::terms::{DocumentTerm, TermReader};

/// Bytes before an example by which the one to show is the least.
pub(in crate::insight::text) const EXAMPLE_RANK: usize = 17;

/// Bytes of the fingerprint before the keys of a text.
pub(in crate::insight::text) const FINGERPRINT: usize = 16;

/// The key of the term that every document has: it counts documents.
pub(in crate::insight::text) const DOCUMENT: &str = "";

/// Characters of an example that says enough and is read at once.
const GOOD_LENGTH: std::ops::RangeInclusive<usize> = 25..=150;

const fn text() -> FunctionParameter {
    FunctionParameter::required("text", ParameterKind::Text, "")
}

pub(super) static ALL: &[&TextFunctionSpec] = &[&TERMS, &EXAMPLE, &TEXT_BANDS];

/// The distinct terms of a document as a list of structs (key, written, occurrences), the document itself first;
/// NULL where there is no word.
pub(in crate::insight::text) static TERMS: TextFunctionSpec = TextFunctionSpec {
    name: "deskql_text_terms",
    description: "",
    example: "",
    parameters: &[
        text(),
        FunctionParameter::required("language", ParameterKind::Text, ""),
        FunctionParameter::required("pairs", ParameterKind::Flag, ""),
        FunctionParameter::required("stop", LIST, ""),
    ],
    carries_languages: false,
    returns: terms_type,
    kernel: terms,
    check: |_| Ok(()),
};

/// A short form of a text on one line, behind a rank.
pub(in crate::insight::text) static EXAMPLE: TextFunctionSpec = TextFunctionSpec {
    name: "deskql_text_example",
    description: "",
    example: "",
    parameters: &[
        text(),
        FunctionParameter::required("redact", ParameterKind::Flag, ""),
    ],
    carries_languages: false,
    returns: || DataType::Utf8View,
    kernel: |arguments| {
        let examples = (0..arguments.rows).map(|row| {
            let text = arguments.text(0, row)?;
            Some(ranked(&match arguments.flag(1, row) {
                Some(false) => plain_example(text),
                _ => redacted_example(text),
            }))
        });
        Ok(Arc::new(examples.collect::<StringViewArray>()))
    },
    check: |_| Ok(()),
};

/// The fingerprint of a text's shingles and the keys under which similar texts meet; NULL where there is no word.
pub(in crate::insight::text) static TEXT_BANDS: TextFunctionSpec = TextFunctionSpec {
    name: "deskql_text_bands",
    description: "",
    example: "",
    parameters: &[text()],
    carries_languages: false,
    returns: || DataType::FixedSizeBinary(BANDS_WIDTH),
    kernel: bands,
    check: |_| Ok(()),
};

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a few hundred bytes"
)]
const BANDS_WIDTH: i32 = (FINGERPRINT + BAND_BYTES) as i32;

/// A call of one of these functions.
pub(in crate::insight::text) fn call(
    spec: &'static TextFunctionSpec,
    arguments: Vec<Expr>,
) -> Expr {
    let function: Arc<ScalarUDF> = Arc::new(function(spec));
    function.call(arguments)
}

fn term_fields() -> Fields {
    Fields::from(vec![
        Field::new("key", DataType::Utf8View, true),
        Field::new("written", DataType::Utf8View, true),
        Field::new("occurrences", DataType::Int64, true),
    ])
}

fn terms_type() -> DataType {
    DataType::new_list(DataType::Struct(term_fields()), true)
}

fn terms(arguments: &TextArguments) -> Result<ArrayRef> {
    let stop = arguments.texts(3, 0).unwrap_or_default();
    let with_pairs = arguments.flag(2, 0).unwrap_or(true);
    let reader = TermReader::new(arguments.text(1, 0), with_pairs, &stop);
    let mut columns = TermColumns::default();
    for row in 0..arguments.rows {
        let text = arguments.text(0, row);
        columns.add(text.and_then(|text| reader.document_terms(&without_personal_data(text))));
    }
    columns.finish()
}

/// The text with numbers, which are no terms and in no phrase, in the place of personal data: what is shown as a theme
/// must not be somebody's address.
fn without_personal_data(text: &str) -> Cow<'_, str> {
    match redact(text) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(redacted) => Cow::Owned(
            LABELS
                .iter()
                .fold(redacted, |text, label| text.replace(label, " ; 0 ; ")),
        ),
    }
}

/// The terms of all documents in columns, and how many each has.
#[derive(Debug, Default)]
struct TermColumns {
    keys: StringViewBuilder,
    written: StringViewBuilder,
    occurrences: Int64Builder,
    lengths: Vec<usize>,
    is_document: Vec<bool>,
}

impl TermColumns {
    fn add(&mut self, terms: Option<Vec<DocumentTerm>>) {
        self.is_document.push(terms.is_some());
        self.lengths
            .push(terms.as_ref().map_or(0, |terms| terms.len() + 1));
        let Some(terms) = terms else {
            return;
        };
        self.add_term(DOCUMENT, DOCUMENT, 1);
        for term in terms {
            self.add_term(&term.key, &term.written, i64::from(term.occurrences));
        }
    }

    fn add_term(&mut self, key: &str, written: &str, occurrences: i64) {
        self.keys.append_value(key);
        self.written.append_value(written);
        self.occurrences.append_value(occurrences);
    }

    fn finish(mut self) -> Result<ArrayRef> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.keys.finish()),
            Arc::new(self.written.finish()),
            Arc::new(self.occurrences.finish()),
        ];
        let terms = StructArray::try_new(term_fields(), columns, None)?;
        let field = Arc::new(Field::new_list_field(terms.data_type().clone(), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        let documents = NullBuffer::from(self.is_document);
        let lists = ListArray::try_new(field, offsets, Arc::new(terms), Some(documents))?;
        Ok(Arc::new(lists))
    }
}

/// The example behind its rank: one of a good length before others, and of those always the same one, which is not
/// the first in the alphabet.
fn ranked(example: &str) -> String {
    let is_good = GOOD_LENGTH.contains(&example.chars().count());
    let order = XxHash3_64::oneshot(example.as_bytes());
    format!("{}{order:016x}{example}", u8::from(!is_good))
}

fn bands(arguments: &TextArguments) -> Result<ArrayRef> {
    let mut bands = FixedSizeBinaryBuilder::with_capacity(arguments.rows, BANDS_WIDTH);
    for row in 0..arguments.rows {
        let Some(shingles) = arguments.text(0, row).and_then(ShingleSet::from_text) else {
            bands.append_null();
            continue;
        };
        let mut bytes = shingles.fingerprint().to_be_bytes().to_vec();
        bytes.extend_from_slice(&BandKeys::from_shingles(&shingles).to_bytes());
        bands.append_value(bytes)?;
    }
    Ok(Arc::new(bands.finish()))
}
