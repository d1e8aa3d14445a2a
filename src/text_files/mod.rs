//! Text files as they are exported: encodings, lines above a header, quotes that are never closed.
//!
//! A [`TextForm`] says how the bytes of a file become the text of its records. [`text_stream`] applies it to a
//! file; [`DelimitedFormat`] is DataFusion's CSV format over such text.

mod check;
mod decode;
mod delimited_format;
mod delimited_source;
mod encoding;
mod form;
mod head;
mod problem;
mod quotes;
mod records;
mod store;
mod stream;

pub(crate) use delimited_format::DelimitedFormat;
pub(crate) use delimited_source::DelimitedSource;
pub(crate) use encoding::{TextEncoding, WesternText};
pub(crate) use form::{RecordMarks, TextForm};
pub(crate) use head::{text_head, western_text};
pub(crate) use problem::TextProblem;
pub(crate) use quotes::QuoteScanner;
pub(crate) use records::line_of_record;
pub(crate) use stream::{TextChunks, decoded_text, file_chunks, text_stream};
