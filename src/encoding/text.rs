//! One value as text, for the text formats: ISO 8601 dates and timestamps, doubles in the shortest
//! form that parses to the same value, durations as days and `HH:MM:SS`, nested values as JSON.

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use arrow::json::writer::{EncoderOptions, NullableEncoder, make_encoder};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow::{array::AsArray, array::PrimitiveArray};
use datafusion::error::DataFusionError;

use crate::error::{Error, Result};
use crate::functions::datetime::lengths::push_duration;

/// True for types that are right-aligned by convention.
pub(crate) fn is_right_aligned(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_right_aligned(value),
        DataType::Duration(_) => true,
        other => other.is_numeric(),
    }
}

/// True if a value may wrap: half a number or half an instant would mislead.
pub(crate) fn can_wrap(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => can_wrap(value),
        other => other.is_string() || other.is_binary() || other.is_nested(),
    }
}

/// True for texts, which consist of words.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_text(value),
        other => other.is_string(),
    }
}

/// Options of the JSON encoder for nested values.
pub(crate) fn nested_options() -> EncoderOptions {
    EncoderOptions::default().with_explicit_nulls(true)
}

/// ISO 8601 for dates and timestamps.
pub(crate) fn plain_options() -> FormatOptions<'static> {
    FormatOptions::new().with_display_error(false)
}

fn arrow_failed(error: ArrowError) -> Error {
    Error::from(DataFusionError::from(error))
}

/// Columns of a batch, ready to be formatted as text row by row.
pub(crate) struct TextBatch<'a> {
    columns: Vec<ColumnTextFormatter<'a>>,
}

impl<'a> TextBatch<'a> {
    pub(crate) fn new(
        batch: &'a RecordBatch,
        fields: &'a [FieldRef],
        nested: &'a EncoderOptions,
    ) -> Result<Self> {
        Self::formatted(batch, fields, nested, &plain_options())
    }

    /// Like [`Self::new`], with formats of dates and timestamps.
    pub(crate) fn formatted(
        batch: &'a RecordBatch,
        fields: &'a [FieldRef],
        nested: &'a EncoderOptions,
        formats: &FormatOptions<'a>,
    ) -> Result<Self> {
        let columns = fields
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| ColumnTextFormatter::new(field, array, nested, formats));
        Ok(Self {
            columns: columns.collect::<Result<_>>()?,
        })
    }

    /// Text of one value, in `buffer`; `None` is NULL.
    pub(crate) fn value<'b>(
        &mut self,
        row: usize,
        column: usize,
        buffer: &'b mut String,
    ) -> Result<Option<&'b str>> {
        buffer.clear();
        let written = self.columns[column].write(row, buffer)?;
        Ok(written.then_some(buffer.as_str()))
    }
}

/// Texts of one column; `None` is NULL.
pub(crate) fn text_column(
    field: &FieldRef,
    array: &ArrayRef,
    nested: &EncoderOptions,
) -> Result<Vec<Option<String>>> {
    let mut values = ColumnTextFormatter::new(field, array, nested, &plain_options())?;
    let text = |row| {
        let mut text = String::new();
        Ok(values.write(row, &mut text)?.then_some(text))
    };
    (0..array.len()).map(text).collect()
}

struct ColumnTextFormatter<'a> {
    values: NonNullFormatter<'a>,
    nulls: Option<NullBuffer>,
}

enum NonNullFormatter<'a> {
    Plain(ArrayFormatter<'a>),
    Nested(NullableEncoder<'a>),
    Duration(PrimitiveArray<Int64Type>, TimeUnit),
}

impl<'a> ColumnTextFormatter<'a> {
    fn new(
        field: &'a FieldRef,
        array: &'a ArrayRef,
        nested: &'a EncoderOptions,
        formats: &FormatOptions<'a>,
    ) -> Result<Self> {
        let values = match array.data_type() {
            DataType::Duration(unit) => {
                let counts = cast(array, &DataType::Int64).map_err(arrow_failed)?;
                NonNullFormatter::Duration(counts.as_primitive::<Int64Type>().clone(), *unit)
            }
            data_type if data_type.is_nested() => match make_encoder(field, array, nested) {
                Ok(encoder) => NonNullFormatter::Nested(encoder),
                // Unions have no JSON form; Arrow's own text is better than no result.
                Err(_) => NonNullFormatter::plain(array, formats)?,
            },
            _ => NonNullFormatter::plain(array, formats)?,
        };
        Ok(Self {
            values,
            nulls: array.logical_nulls(),
        })
    }

    /// Appends the value of `row`; false if it is NULL.
    fn write(&mut self, row: usize, out: &mut String) -> Result<bool> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(false);
        }
        match &mut self.values {
            NonNullFormatter::Plain(formatter) => {
                formatter.value(row).write(out).map_err(arrow_failed)?;
            }
            NonNullFormatter::Duration(counts, unit) => {
                push_duration(counts.value(row), *unit, out);
            }
            NonNullFormatter::Nested(encoder) => {
                let mut json = Vec::new();
                encoder.encode(row, &mut json);
                out.push_str(&String::from_utf8_lossy(&json));
            }
        }
        Ok(true)
    }
}

impl<'a> NonNullFormatter<'a> {
    fn plain(array: &'a ArrayRef, formats: &FormatOptions<'a>) -> Result<Self> {
        ArrayFormatter::try_new(array.as_ref(), formats)
            .map(Self::Plain)
            .map_err(arrow_failed)
    }
}

/// Keeps line breaks, replaces tabs by spaces, and makes other control characters visible: the text
/// of a ticket must not be able to control the terminal.
pub(crate) fn printable(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            other if other.is_control() => out.extend(other.escape_default()),
            other => out.push(other),
        }
    }
    out
}

/// Like [`printable`], on one line.
pub(crate) fn one_line(text: &str) -> String {
    printable(text).replace('\n', " ")
}

/// The first `most` of `names`, each on one line, and two points if there are more.
pub(crate) fn listed<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown = names.iter().take(most).map(|name| one_line(name.as_ref()));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if names.len() > most {
        text.push_str(", ..");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duration(count: i64, unit: TimeUnit) -> String {
        let mut out = String::new();
        push_duration(count, unit, &mut out);
        out
    }

    #[test]
    fn durations_read_as_a_clock_with_days_in_front() {
        assert_eq!(duration(0, TimeUnit::Second), "00:00:00");
        assert_eq!(duration(3_723, TimeUnit::Second), "01:02:03");
        assert_eq!(duration(86_400, TimeUnit::Second), "1 day 00:00:00");
        assert_eq!(
            duration(200_000_500, TimeUnit::Millisecond),
            "2 days 07:33:20.5"
        );
        assert_eq!(duration(1, TimeUnit::Nanosecond), "00:00:00.000000001");
    }

    #[test]
    fn negative_durations_carry_the_sign_in_both_parts() {
        assert_eq!(duration(-90, TimeUnit::Second), "-00:01:30");
        assert_eq!(duration(-90_000, TimeUnit::Second), "-1 day -01:00:00");
        assert_eq!(
            duration(i64::MIN, TimeUnit::Nanosecond),
            "-106751 days -23:47:16.854775808"
        );
    }
}
