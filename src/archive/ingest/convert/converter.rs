//! Chunks of source rows as batches of the tables and rejects.

use std::borrow::Cow;

use super::builders::{MappedBatch, TableBuilder};
use super::column_value::column_value;
use super::delimited_rows::DelimitedRows;
use super::file_plan::FilePlan;
use super::json_members::JsonMembers;
use super::source_value::SourceValue;
use crate::archive::ingest::mapping::{RowOrigin, RowRule};
use crate::archive::ingest::sources::{ChunkBody, LayoutForm, SourceChunk};
use crate::archive::ingest::values::{IngestValue, ValueMisfit};
use crate::json::RowKeys;
use crate::tables::{SheetCell, SheetRecord};
use crate::time::zone::LocalTimeConverter;

/// Rows of a chunk that tell which keys all have.
const SAMPLE: usize = 200;

/// Why a source row is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RejectReason {
    /// `table.column`; `None` if the row itself is broken.
    pub(crate) column: Option<String>,
    /// The value, shortened.
    pub(crate) value: Option<String>,
    /// The same for all rows with one fault.
    pub(crate) fault: Cow<'static, str>,
}

/// A source row that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RejectedRow {
    /// Line in the file.
    pub(crate) line: u64,
    pub(crate) reason: RejectReason,
    /// The row as it came.
    pub(crate) raw: String,
}

/// Rows and rejects of a chunk.
#[derive(Debug, Default)]
pub(crate) struct ConvertedChunk {
    /// Place of the file among those of the source.
    pub(crate) file: usize,
    pub(crate) batches: Vec<MappedBatch>,
    pub(crate) rejects: Vec<RejectedRow>,
    /// Source rows that give no row of any table.
    pub(crate) passed_over: u64,
}

/// Converts one chunk.
struct ChunkConverter<'p> {
    plan: &'p FilePlan,
    tables: Vec<TableBuilder>,
    /// For each row of the plan, the clocks of its columns.
    clocks: Vec<Vec<Option<LocalTimeConverter>>>,
    done: ConvertedChunk,
}

impl FilePlan {
    /// Converts the rows of a chunk of this file.
    pub(crate) fn convert(&self, chunk: &SourceChunk) -> ConvertedChunk {
        let mut converter = ChunkConverter::new(self);
        match (&chunk.body, &self.layout.form) {
            (ChunkBody::Delimited(text), LayoutForm::Delimited { header, options }) => {
                let mut rows = DelimitedRows::new(text, chunk.first_line, options);
                if chunk.begins_with_header {
                    rows.advance();
                }
                converter.delimited(rows, header.len());
            }
            (ChunkBody::Lines(text), _) => {
                let broken = converter.lines(text, chunk.first_line);
                broken
                    .into_iter()
                    .for_each(|(line, at)| converter.broken(line, at));
            }
            (ChunkBody::Objects { text, rows }, _) => {
                let objects = rows
                    .iter()
                    .filter_map(|row| Some((text.get(row.start..row.end)?, row.line)));
                let broken = converter.objects(objects.clone());
                converter.swallowed(&broken, objects);
            }
            (ChunkBody::Cells(records), LayoutForm::Cells { header }) => {
                converter.cells(records, header);
            }
            // A chunk has the form that the layout of its file says.
            _ => {}
        }
        converter.finish()
    }

    fn rule(&self, (table, row): (usize, usize)) -> Option<&RowRule> {
        self.mapping.tables.get(table)?.rows.get(row)
    }
}

impl<'p> ChunkConverter<'p> {
    fn new(plan: &'p FilePlan) -> Self {
        let file = plan.layout.file;
        let tables = plan.mapping.tables.iter().enumerate();
        let clocks = plan.rows.iter().map(|place| {
            let columns = plan.rule(*place).map_or(&[][..], |rule| &rule.columns);
            let clock =
                |rule: &crate::archive::ingest::mapping::ColumnRule| rule.reader.times.clock();
            columns
                .iter()
                .map(|rule| rule.as_ref().and_then(clock))
                .collect()
        });
        Self {
            plan,
            tables: tables
                .map(|(number, table)| TableBuilder::new(number, file, &table.schema))
                .collect(),
            clocks: clocks.collect(),
            done: ConvertedChunk {
                file,
                ..ConvertedChunk::default()
            },
        }
    }

    fn delimited(&mut self, mut rows: DelimitedRows<'_>, width: usize) {
        while rows.advance() {
            if rows.width() != width {
                let fault = match rows.width() {
                    1 => format!("it has 1 field, and the header has {width}"),
                    found => format!("it has {found} fields, and the header has {width}"),
                };
                self.reject(rows.line(), fault, rows.raw());
                continue;
            }
            let cells = self.plan.places.iter().map(|places| rows.value(places));
            let mut cells: Vec<SourceValue<'_>> = cells.collect();
            if let Err(reason) = self.record(&mut cells, rows.line()) {
                self.rejected(rows.line(), reason, rows.raw());
            }
        }
    }

    fn lines<'a>(&mut self, text: &'a [u8], first_line: u64) -> Vec<(&'a [u8], u64)> {
        let lines = text.split(|byte| *byte == b'\n').zip(first_line..);
        self.objects(lines.filter(|(line, _)| !line.trim_ascii().is_empty()))
    }

    /// Takes objects, with the line of each; returns those that are none.
    fn objects<'a>(
        &mut self,
        objects: impl Iterator<Item = (&'a [u8], u64)>,
    ) -> Vec<(&'a [u8], u64)> {
        let names = &self.plan.mapping.names;
        let mut members = JsonMembers::new(names);
        let mut broken = Vec::new();
        for (object, line) in objects {
            let mut cells = vec![SourceValue::Absent; names.len()];
            match std::str::from_utf8(object.trim_ascii()) {
                Ok(text) if members.fill(text, &mut cells) => {
                    if let Err(reason) = self.record(&mut cells, line) {
                        self.rejected(line, reason, text.to_owned());
                    }
                }
                _ => broken.push((object, line)),
            }
        }
        broken
    }

    /// Takes the whole rows in texts that are no objects, and rejects what is around them: a brace that is lost in one
    /// row and one that is added in a later one make one text of all rows between. `known` are the rows of the chunk.
    fn swallowed<'a>(
        &mut self,
        broken: &[(&'a [u8], u64)],
        known: impl Iterator<Item = (&'a [u8], u64)>,
    ) {
        if broken.is_empty() {
            return;
        }
        let keys = RowKeys::common(known.map(|(row, _)| row).take(SAMPLE));
        for (text, line) in broken {
            let line_at = |place: usize| {
                let before = text.get(..place).unwrap_or_default();
                line + before.iter().filter(|byte| **byte == b'\n').count() as u64
            };
            let next = |from: usize| keys.as_ref()?.next_row(text, from);
            let mut from = 0;
            while let Some(row) = next(from + 1) {
                self.broken(text.get(from..row.start).unwrap_or_default(), line_at(from));
                let object = text.get(row.clone()).unwrap_or_default();
                let still = self.objects(std::iter::once((object, line_at(row.start))));
                still
                    .into_iter()
                    .for_each(|(text, line)| self.broken(text, line));
                from = row.end;
            }
            self.broken(text.get(from..).unwrap_or_default(), line_at(from));
        }
    }

    /// Rejects a text that is no object.
    fn broken(&mut self, text: &[u8], line: u64) {
        let raw = text.trim_ascii();
        let raw = raw.strip_prefix(b",").unwrap_or(raw).trim_ascii();
        let raw = raw.strip_suffix(b",").unwrap_or(raw).trim_ascii_end();
        if raw.is_empty() {
            return;
        }
        let fault = match std::str::from_utf8(raw) {
            Ok(_) => "it is no JSON object, or a broken one",
            Err(_) => {
                "it is not UTF-8: a file of another encoding needs encoding = \"..\" in [source] of the mapping"
            }
        };
        self.reject(line, fault, String::from_utf8_lossy(raw).into_owned());
    }

    fn cells(&mut self, records: &[SheetRecord], header: &[String]) {
        let value = |record: &'_ SheetRecord, place: usize| match record.cells.get(place) {
            None | Some(SheetCell::Empty) => SourceValue::Absent,
            Some(SheetCell::Text(text)) => SourceValue::Text(Cow::Owned(text.clone())),
            Some(SheetCell::Unreadable(reason)) => {
                SourceValue::Unreadable(Cow::Owned(reason.clone()))
            }
        };
        for record in records {
            let cells = self
                .plan
                .places
                .iter()
                .map(|places| match places.as_slice() {
                    [] => SourceValue::Absent,
                    [place] => value(record, *place),
                    places => {
                        let texts = places.iter().map(|place| match value(record, *place) {
                            SourceValue::Text(text) => text,
                            _ => Cow::Borrowed(""),
                        });
                        SourceValue::List(texts.collect())
                    }
                });
            let mut cells: Vec<SourceValue<'_>> = cells.collect();
            if let Err(reason) = self.record(&mut cells, record.row) {
                self.rejected(record.row, reason, sheet_text(record, header));
            }
        }
    }

    /// Fills the names that say where a row stands.
    fn add_origin(&self, cells: &mut [SourceValue<'_>], line: u64) {
        for (name, origin) in &self.plan.origins {
            let text = match origin {
                RowOrigin::File => self.plan.file_name().to_owned(),
                RowOrigin::Line => line.to_string(),
            };
            if let Some(cell) = cells.get_mut(*name) {
                *cell = SourceValue::Text(Cow::Owned(text));
            }
        }
    }

    /// Adds the rows that a source row gives to their tables: all of them, or none if one of them does not fit.
    fn record(&mut self, cells: &mut [SourceValue<'_>], line: u64) -> Result<(), RejectReason> {
        self.add_origin(cells, line);
        let cells = &*cells;
        let mut values: Vec<IngestValue<'_>> = Vec::with_capacity(32);
        let mut made: Vec<(usize, usize)> = Vec::with_capacity(4);
        let plan = self.plan;
        for (place, clocks) in plan.rows.iter().zip(&mut self.clocks) {
            let start = values.len();
            if row_values(plan, *place, cells, clocks, &mut values)? {
                made.push((place.0, start));
            } else {
                values.truncate(start);
            }
        }
        if made.is_empty() {
            self.done.passed_over += 1;
        }
        for (table, start) in made {
            if let (Some(builder), Some(row)) = (self.tables.get_mut(table), values.get(start..)) {
                self.done.batches.extend(builder.add(row, line));
            }
        }
        Ok(())
    }

    fn reject(&mut self, line: u64, fault: impl Into<Cow<'static, str>>, raw: String) {
        let reason = RejectReason {
            column: None,
            value: None,
            fault: fault.into(),
        };
        self.rejected(line, reason, raw);
    }

    fn rejected(&mut self, line: u64, reason: RejectReason, raw: String) {
        self.done.rejects.push(RejectedRow { line, reason, raw });
    }

    fn finish(mut self) -> ConvertedChunk {
        let rest = self.tables.iter_mut().filter_map(TableBuilder::finish);
        self.done.batches.extend(rest);
        self.done
    }
}

/// Adds the values of one row to `values`; false if the source row gives no such row.
fn row_values<'c>(
    plan: &'c FilePlan,
    (table, row): (usize, usize),
    cells: &'c [SourceValue<'_>],
    clocks: &mut [Option<LocalTimeConverter>],
    values: &mut Vec<IngestValue<'c>>,
) -> Result<bool, RejectReason> {
    let Some(target) = plan.mapping.tables.get(table) else {
        return Ok(false);
    };
    let Some(rule) = target.rows.get(row) else {
        return Ok(false);
    };
    let is_typed = plan.layout.is_typed;
    let mut value = |column: usize| {
        let Some(Some(rule)) = rule.columns.get(column) else {
            return Ok(IngestValue::Null);
        };
        let clock = clocks.get_mut(column).and_then(Option::as_mut);
        column_value(rule, cells, clock, is_typed).map_err(|misfit| (rule.name.as_str(), misfit))
    };
    let reason = |(column, misfit): (&str, ValueMisfit)| RejectReason {
        column: Some(format!("{}.{column}", target.name)),
        value: misfit.value,
        fault: misfit.fault,
    };
    for column in &target.only_if {
        if value(*column).map_err(reason)?.is_null() {
            return Ok(false);
        }
    }
    for column in 0..rule.columns.len() {
        values.push(value(column).map_err(reason)?);
    }
    Ok(true)
}

/// A row of a sheet as a JSON object.
fn sheet_text(record: &SheetRecord, header: &[String]) -> String {
    let members = header.iter().zip(&record.cells).filter_map(|(name, cell)| {
        let text = match cell {
            SheetCell::Empty => return None,
            SheetCell::Text(text) | SheetCell::Unreadable(text) => text,
        };
        Some((name.clone(), serde_json::Value::from(text.as_str())))
    });
    serde_json::Value::Object(members.collect()).to_string()
}
