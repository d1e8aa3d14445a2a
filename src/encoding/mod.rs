//! Rows as the bytes of text formats, for results and for `COPY`.

mod csv_dialect;
mod json_rows;
mod text;

pub(crate) use csv_dialect::{CsvDialect, QuotedColumns};
pub(crate) use json_rows::{LinedArray, json_builder, json_lines, json_rows};
pub(crate) use text::{
    TextBatch, can_wrap, is_right_aligned, is_text, listed, nested_options, one_line, printable,
    text_column,
};
