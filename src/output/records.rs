//! One column per line, record by record: for rows that are too wide for a table.
//!
//! In a pipe or a file every record is streamed; a terminal shows the first and the last ones, with
//! long values wrapped.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::people;
use super::screen::{HeadTailRows, ScreenOptions};
use super::{ResultWriter, io_failed};
use crate::encoding::one_line;
use crate::error::Result;

/// Separator of a name and its value.
const BAR: &str = " │ ";
/// Minimum width of a value on a narrow terminal.
const NARROWEST: usize = 20;

pub(super) struct ExpandedRecordWriter {
    fields: Fields,
    names: Vec<String>,
    sink: Box<dyn Write + Send>,
    /// Options of a terminal, and the records that it will show.
    screen: Option<(ScreenOptions, HeadTailRows)>,
    written: usize,
    /// Length of the rule above each record.
    rule: usize,
}

impl ExpandedRecordWriter {
    pub(super) fn new(
        schema: &SchemaRef,
        sink: Box<dyn Write + Send>,
        screen: Option<ScreenOptions>,
    ) -> Self {
        let names: Vec<String> = schema.fields().iter().map(|f| one_line(f.name())).collect();
        let widest = names.iter().map(|name| name.width()).max().unwrap_or(0);
        let padded = |name: &String| format!("{name}{}", " ".repeat(widest - name.width()));
        Self {
            fields: schema.fields().clone(),
            names: names.iter().map(padded).collect(),
            sink,
            screen: screen.map(|screen| (screen, HeadTailRows::new(screen.rows))),
            written: 0,
            rule: widest.max(20),
        }
    }

    /// Writes the records in `columns`.
    fn records(&mut self, columns: &[Vec<String>], rows: std::ops::Range<usize>) -> Result<()> {
        let mut out = String::new();
        let width = self
            .screen
            .as_ref()
            .map_or(usize::MAX, |(screen, _)| screen.width);
        for row in rows {
            self.written += 1;
            out.push_str(&format!(
                "─ row {} {}\n",
                self.written,
                "─".repeat(self.rule)
            ));
            for (name, column) in self.names.iter().zip(columns) {
                push_value(name, &column[row], width, &mut out);
            }
        }
        self.sink.write_all(out.as_bytes()).map_err(io_failed)
    }
}

/// Appends the name and the value; further lines of the value are aligned below the first.
fn push_value(name: &str, value: &str, width: usize, out: &mut String) {
    let blank = " ".repeat(name.width());
    let room = width
        .saturating_sub(name.width() + BAR.width())
        .max(NARROWEST);
    let mut label = name;
    for line in value.split('\n') {
        let wrapped = if line.width() <= room {
            vec![line.into()]
        } else {
            // Dates and numbers must not be broken at their signs.
            let options = Options::new(room)
                .word_separator(WordSeparator::AsciiSpace)
                .word_splitter(WordSplitter::NoHyphenation);
            textwrap::wrap(line, options)
        };
        for piece in wrapped {
            out.push_str(format!("{label}{BAR}{piece}").trim_end());
            out.push('\n');
            label = &blank;
        }
    }
}

impl ResultWriter for ExpandedRecordWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if let Some((_, kept)) = &mut self.screen {
            kept.add(batch);
            return Ok(());
        }
        let columns = people::columns(&std::iter::once(batch), &self.fields, true)?;
        self.records(&columns, 0..batch.num_rows())
    }

    fn finish(&mut self) -> Result<()> {
        if let Some((screen, kept)) = &self.screen {
            let columns = people::columns(&kept.batches(), &self.fields, screen.is_exact)?;
            let (rows, gap, seen) = (kept.rows(), kept.gap(), kept.seen);
            let note = kept.note();
            self.records(&columns, 0..gap.unwrap_or(rows))?;
            if let (Some(gap), Some(note)) = (gap, note) {
                self.sink.write_all("⋮\n".as_bytes()).map_err(io_failed)?;
                self.written = seen - (rows - gap);
                self.records(&columns, gap..rows)?;
                let text = format!("{note} shown; --rows all shows all\n");
                self.sink.write_all(text.as_bytes()).map_err(io_failed)?;
            }
        }
        self.sink.flush().map_err(io_failed)
    }
}
