//! Each row as a list of its columns, one a line.

use std::fmt::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use unicode_width::UnicodeWidthStr;

use super::text::{TextBatch, nested_options, printable};
use crate::error::Result;

/// The rows of `batches` one below the other, numbered; NULL prints as NULL.
///
/// # Errors
/// When a value has no text.
pub fn expanded(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<String> {
    let names: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| printable(field.name()).replace('\n', " "))
        .collect();
    let widest = names.iter().map(|name| name.width()).max().unwrap_or(0);
    let nested = nested_options();
    let mut out = String::new();
    let (mut number, mut text) = (0, String::new());
    for batch in batches {
        let mut values = TextBatch::new(batch, schema.fields(), &nested)?;
        for row in 0..batch.num_rows() {
            number += 1;
            let _ = writeln!(out, "─ row {number} {}", "─".repeat(widest.max(20)));
            for (column, name) in names.iter().enumerate() {
                let value = printable(values.value(row, column, &mut text)?.unwrap_or("NULL"));
                push(&mut out, name, widest, &value);
            }
        }
    }
    Ok(out)
}

/// Further lines of a value stand below its first.
fn push(out: &mut String, name: &str, widest: usize, value: &str) {
    let mut label = name;
    for line in value.split('\n') {
        let padding = " ".repeat(widest - label.width());
        let _ = writeln!(out, "{label}{padding} │ {line}");
        label = "";
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    #[test]
    fn names_are_as_wide_as_they_look_and_lines_stand_below_each_other() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["a\nb", "ü"]));
        let batch = RecordBatch::try_from_iter([("n", numbers), ("名前", texts)]).unwrap();
        let rule = "─".repeat(20);
        assert_eq!(
            expanded(&batch.schema(), &[batch]).unwrap(),
            format!(
                "─ row 1 {rule}\nn    │ 1\n名前 │ a\n     │ b\n─ row 2 {rule}\nn    │ NULL\n名前 │ ü\n"
            )
        );
    }
}
