//! Arguments of JSON functions: documents and paths.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type};
use arrow::json::writer::{EncoderOptions, make_encoder};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, exec_err, plan_err};

use crate::json::{JsonPath, document};

pub(super) const DOCUMENT: (&str, &str) =
    ("json", "JSON text, or a struct or list of a JSON file.");
pub(super) const PATH: (&str, &str) = (
    "path",
    "$.a.\"b c\"[0], also [-1] for the last element, [*] for all, .* for all values; or a pointer /a/0; or a key; or the number of an element.",
);

/// Length of a text in messages.
const SHOWN: usize = 60;

/// Types of a document and a path.
pub(super) fn coerce(
    types: &[DataType],
    counts: std::ops::RangeInclusive<usize>,
    example: &str,
) -> Result<Vec<DataType>> {
    let coerced: Option<Vec<DataType>> = types
        .iter()
        .enumerate()
        .map(|(place, data_type)| match data_type {
            of if is_text(of) => Some(DataType::Utf8),
            of if place == 0 && of.is_nested() => Some(of.clone()),
            of if place == 1 && of.is_integer() => Some(DataType::Int64),
            _ => None,
        })
        .collect();
    match coerced.filter(|types| counts.contains(&types.len())) {
        Some(types) => Ok(types),
        None => plan_err!(
            "this function takes JSON text and a path, which is a text or a number: {example}"
        ),
    }
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => value.is_string(),
        of => of.is_string() || of.is_null(),
    }
}

/// The documents of a column as JSON texts.
pub(super) fn texts(column: &ArrayRef) -> Result<StringArray> {
    if column.data_type().is_nested() {
        return encoded(column);
    }
    Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone())
}

/// JSON text of each value of a column; NULL stays NULL.
pub(super) fn encoded(column: &ArrayRef) -> Result<StringArray> {
    let mut texts = StringBuilder::with_capacity(column.len(), 0);
    let field = Arc::new(Field::new("value", column.data_type().clone(), true));
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = make_encoder(&field, column.as_ref(), &options)?;
    // Values of the type NULL, and of dictionaries, are NULL without a mask of their own.
    let nulls = column.logical_nulls();
    let mut bytes = Vec::new();
    for row in 0..column.len() {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            texts.append_null();
            continue;
        }
        bytes.clear();
        encoder.encode(row, &mut bytes);
        let text = std::str::from_utf8(&bytes);
        texts.append_value(text.map_err(|error| exec_datafusion_err!("to_json: {error}"))?);
    }
    Ok(texts.finish())
}

/// Calls `take` with the document and path of each row; `None` if either is NULL. Without a path column the
/// path is the document itself.
pub(super) fn each(
    columns: &[ArrayRef],
    mut take: impl FnMut(Option<(&str, &JsonPath)>) -> Result<()>,
) -> Result<()> {
    let texts = texts(&columns[0])?;
    let mut paths = PathColumn::new(columns.get(1))?;
    for row in 0..texts.len() {
        match paths.at(row)? {
            Some(path) if texts.is_valid(row) => {
                let text = texts.value(row);
                let document = document(text).map_err(|error| malformed(text, &error))?;
                take(Some((document, path)))?;
            }
            _ => take(None)?,
        }
    }
    Ok(())
}

/// Error for a text that is not JSON.
pub(super) fn malformed(text: &str, error: &serde_json::Error) -> DataFusionError {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push_str("..");
    }
    exec_datafusion_err!("'{shown}' is not JSON ({error}); try_json(..) gives NULL for such values")
}

/// Paths of a call. The last one is kept, which is all of them if the path is a constant.
struct PathColumn {
    values: PathValues,
    last: Option<(String, JsonPath)>,
}

enum PathValues {
    Document(JsonPath),
    Texts(StringArray),
    Indices(Int64Array),
}

impl PathColumn {
    fn new(column: Option<&ArrayRef>) -> Result<Self> {
        let values = match column {
            None => PathValues::Document(path("$")?),
            Some(column) => match column.as_primitive_opt::<Int64Type>() {
                Some(indices) => PathValues::Indices(indices.clone()),
                None => {
                    let texts = cast(column, &DataType::Utf8)?;
                    PathValues::Texts(texts.as_string::<i32>().clone())
                }
            },
        };
        Ok(Self { values, last: None })
    }

    fn at(&mut self, row: usize) -> Result<Option<&JsonPath>> {
        let text = match &self.values {
            PathValues::Document(path) => return Ok(Some(path)),
            PathValues::Indices(indices) if indices.is_valid(row) => {
                format!("$[{}]", indices.value(row))
            }
            PathValues::Texts(texts) if texts.is_valid(row) => {
                let text = texts.value(row);
                if self.last.as_ref().is_some_and(|(known, _)| known == text) {
                    return Ok(self.last.as_ref().map(|(_, path)| path));
                }
                text.to_owned()
            }
            _ => return Ok(None),
        };
        let parsed = path(&text)?;
        Ok(Some(&self.last.insert((text, parsed)).1))
    }
}

fn path(text: &str) -> Result<JsonPath> {
    match JsonPath::parse(text) {
        Ok(path) => Ok(path),
        Err(problem) => exec_err!("{problem}"),
    }
}
