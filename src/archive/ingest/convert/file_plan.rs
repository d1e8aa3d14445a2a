//! Places of the columns of a mapping in one file.

use std::sync::Arc;

use crate::archive::ingest::mapping::{
    ColumnRule, IngestMapping, MappedTable, RowOrigin, RowRule, SourceName, plain_name,
};
use crate::archive::ingest::sources::{FileLayout, LayoutForm};
use crate::encoding::listed;
use crate::error::{Error, Result};
use crate::text::nearest;

/// The way from the rows of one file to rows of tables.
#[derive(Debug)]
pub(crate) struct FilePlan {
    pub(super) mapping: Arc<IngestMapping>,
    pub(super) layout: Arc<FileLayout>,
    /// For each name of the mapping, its columns in the file, counted from zero; empty for JSON, whose keys are found
    /// row by row.
    pub(super) places: Vec<Vec<usize>>,
    /// Names that say where a row stands.
    pub(super) origins: Vec<(usize, RowOrigin)>,
    /// Rows that a source row of this file may give: tables and their rows by number.
    pub(super) rows: Vec<(usize, usize)>,
    /// Columns of tables that nothing in the file fills, in words.
    pub(crate) note: Option<String>,
}

/// Names of a header that a message shows.
const MOST_SHOWN: usize = 12;

impl FilePlan {
    /// Finds the columns.
    ///
    /// # Errors
    /// If a required one is not there.
    pub(crate) fn try_new(mapping: &Arc<IngestMapping>, layout: &Arc<FileLayout>) -> Result<Self> {
        let mut plan = Self {
            mapping: Arc::clone(mapping),
            layout: Arc::clone(layout),
            places: Vec::new(),
            origins: origins(mapping),
            rows: Vec::new(),
            note: None,
        };
        let header = match &layout.form {
            LayoutForm::Delimited { header, .. } | LayoutForm::Cells { header } => header,
            LayoutForm::Json => {
                plan.rows = all_rows(mapping)
                    .map(|(table, row, ..)| (table, row))
                    .collect();
                return Ok(plan);
            }
        };
        plan.places = mapping
            .names
            .iter()
            .map(|name| columns(header, name))
            .collect();
        plan.rows = all_rows(mapping)
            .filter(|(.., table, row)| plan.is_active(table, row))
            .map(|(table, row, ..)| (table, row))
            .collect();
        plan.refuse_missing(header)?;
        Ok(plan)
    }

    /// Name of the file, without its folder.
    pub(super) fn file_name(&self) -> &str {
        let label = self.layout.label.as_str();
        label.rsplit(['/', '\\']).next().unwrap_or(label)
    }

    /// True if the row may have the values without which it is none.
    fn is_active(&self, table: &MappedTable, row: &RowRule) -> bool {
        table.only_if.iter().all(|column| {
            let rule = row.columns.get(*column).and_then(Option::as_ref);
            rule.is_some_and(|rule| self.is_filled(rule))
        })
    }

    fn is_filled(&self, rule: &ColumnRule) -> bool {
        let is_there = |name: &usize| {
            let places = self.places.get(*name);
            places.is_some_and(|places| !places.is_empty()) || self.has_origin(*name)
        };
        rule.constant.is_some() || rule.default.is_some() || rule.sources.iter().any(is_there)
    }

    fn has_origin(&self, name: usize) -> bool {
        let name = self.mapping.names.get(name);
        name.is_some_and(|name| name.origin.is_some())
    }

    fn refuse_missing(&mut self, header: &[String]) -> Result<()> {
        let mut optional: Vec<String> = Vec::new();
        for (table, row, target, rule) in all_rows(&self.mapping) {
            let rules = rule.columns.iter().flatten();
            for rule in rules.filter(|rule| !self.is_filled(rule)) {
                let name = format!("{}.{}", target.name, rule.name);
                if rule.is_required && self.rows.contains(&(table, row)) {
                    return Err(self.missing(&name, rule, header));
                }
                if !optional.contains(&name) {
                    optional.push(name);
                }
            }
        }
        if self.rows.is_empty() {
            let problem = "it has none of the columns that would give a row of any table";
            return Err(Error::location(&self.layout.label, problem));
        }
        if !optional.is_empty() && !self.mapping.is_preset {
            let columns = optional.join(", ");
            let note = format!(
                "{}: it has no column for {columns}: NULL there",
                self.layout.label
            );
            self.note = Some(note);
        }
        Ok(())
    }

    fn missing(&self, column: &str, rule: &ColumnRule, header: &[String]) -> Error {
        let wanted: Vec<&str> = rule
            .sources
            .iter()
            .filter_map(|name| self.mapping.names.get(*name))
            .map(|name| name.text.as_str())
            .collect();
        let quoted: Vec<String> = wanted.iter().map(|name| format!("{name:?}")).collect();
        let near = wanted
            .iter()
            .find_map(|name| nearest(name, header.iter().map(String::as_str)));
        let hint = match near {
            Some(near) => format!("did you mean {near:?}?"),
            // A quote that is not closed makes a name of several lines.
            None => format!("it has {}", listed(header, MOST_SHOWN)),
        };
        let problem = format!(
            "no column for {column}: looked for {}; {hint}",
            quoted.join(", ")
        );
        Error::location(&self.layout.label, problem)
    }
}

fn origins(mapping: &IngestMapping) -> Vec<(usize, RowOrigin)> {
    let names = mapping.names.iter().enumerate();
    let origins = names.filter_map(|(place, name)| Some((place, name.origin?)));
    origins.collect()
}

/// All rows of all tables, with their numbers.
fn all_rows(
    mapping: &IngestMapping,
) -> impl Iterator<Item = (usize, usize, &MappedTable, &RowRule)> {
    let tables = mapping.tables.iter().enumerate();
    tables.flat_map(|(number, table)| {
        let rows = table.rows.iter().enumerate();
        rows.map(move |(row, rule)| (number, row, table, rule))
    })
}

/// Columns of a header with a name: those that are spelled like it, or else those that differ in case, blanks and
/// marks only.
fn columns(header: &[String], name: &SourceName) -> Vec<usize> {
    if name.origin.is_some() {
        return Vec::new();
    }
    let all = |is_it: &dyn Fn(&String) -> bool| {
        let columns = header.iter().enumerate();
        let found = columns.filter(|(_, column)| is_it(column));
        found.map(|(place, _)| place).collect::<Vec<_>>()
    };
    let exact = all(&|column| column.trim() == name.text);
    if exact.is_empty() {
        all(&|column| plain_name(column) == name.plain)
    } else {
        exact
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonPath;

    #[test]
    fn names_are_found_however_they_are_spelled() {
        let header = ["Ticket ID", "ticket_id", "Tags", "Tags", "via.channel"];
        let header: Vec<String> = header.map(str::to_owned).to_vec();
        let find = |text: &str| {
            columns(
                &header,
                &SourceName {
                    text: text.to_owned(),
                    plain: plain_name(text),
                    path: JsonPath::parse(text).unwrap(),
                    origin: None,
                },
            )
        };
        assert_eq!(find("ticket_id"), [1]);
        assert_eq!(find("TicketId"), [0, 1]);
        assert_eq!(find("tags"), [2, 3]);
        assert_eq!(find("Via Channel"), [4]);
        assert!(find("status").is_empty());
    }
}
