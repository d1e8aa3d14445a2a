//! `[audit.tables.NAME]`: expectations in the place of those that are known or guessed.

use std::ops::Range;

use toml::Spanned;

use super::audited_table::{AuditedTable, ColumnKind};
use super::expectations::{
    AllowedValues, ColumnReference, ColumnScale, StartEndPair, TableExpectations,
};
use crate::error::{Error, Result};
use crate::tables::{AuditTableConfig, ConfigFile};
use crate::text::nearest;

/// A section, and the table that it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuditTableSection<'a> {
    pub(crate) file: &'a ConfigFile,
    pub(crate) section: &'a Spanned<AuditTableConfig>,
    pub(crate) table: &'a AuditedTable,
}

impl AuditTableSection<'_> {
    /// Puts what the section says into `expected`, but for references.
    ///
    /// # Errors
    /// If it names a column that is not there or cannot be used so; the error has its line.
    pub(crate) fn apply(&self, expected: &mut TableExpectations) -> Result<()> {
        let section = self.section.get_ref();
        if let Some(key) = &section.key {
            expected.key = self.columns(key)?;
            expected.is_key_guess = false;
        }
        if let Some(time) = &section.time {
            let name = self.time_column(time.get_ref(), &time.span())?;
            expected.time = Some(name);
        }
        if let Some(required) = &section.required {
            expected.required = self.columns(required)?;
        }
        if let Some(pairs) = &section.starts_ends {
            let pairs = pairs.iter().map(|pair| self.pair(pair));
            expected.pairs = pairs.collect::<Result<_>>()?;
        }
        self.apply_values(expected)
    }

    fn apply_values(&self, expected: &mut TableExpectations) -> Result<()> {
        let section = self.section.get_ref();
        if let Some(allowed) = &section.allowed {
            expected.allowed.clear();
            for (column, values) in allowed {
                expected.allowed.push(AllowedValues {
                    column: self.column(column, &values.span())?,
                    values: values.get_ref().clone(),
                    is_guess: false,
                });
            }
        }
        if let Some(scales) = &section.scales {
            expected.scales.clear();
            for (column, scale) in scales {
                expected.scales.push(self.scale(column, scale)?);
            }
        }
        for (column, limit) in &section.null_rate {
            let name = self.column(column, &limit.span())?;
            if !(0.0..=1.0).contains(limit.get_ref()) {
                let problem = format!("a share of NULL is from 0 to 1, not {}", limit.get_ref());
                return Err(self.problem(&limit.span(), problem));
            }
            expected.null_limits.insert(name, *limit.get_ref());
        }
        Ok(())
    }

    /// References of the section; `None` if it says nothing of them.
    ///
    /// # Errors
    /// If a table or column is not there, or the values cannot be compared.
    pub(crate) fn references(&self, all: &[&AuditedTable]) -> Result<Option<Vec<ColumnReference>>> {
        let Some(references) = &self.section.get_ref().references else {
            return Ok(None);
        };
        let found = references
            .iter()
            .map(|(column, target)| self.reference(column, target, all));
        found.collect::<Result<_>>().map(Some)
    }

    fn reference(
        &self,
        column: &str,
        target: &Spanned<String>,
        all: &[&AuditedTable],
    ) -> Result<ColumnReference> {
        let span = target.span();
        let column = self.column(column, &span)?;
        let split = target.get_ref().rsplit_once('.');
        let Some((table, of_table)) = split else {
            let problem = format!("expected \"table.column\", not {:?}", target.get_ref());
            return Err(self.problem(&span, problem));
        };
        let Some(other) = all.iter().find(|other| other.name == table) else {
            let names = all.iter().map(|other| other.name.as_str());
            return Err(self.problem(&span, no_table(table, names)));
        };
        let there = AuditTableSection {
            table: other,
            ..*self
        };
        let of_table = there.column(of_table, &span)?;
        let (own, theirs) = (self.kind(&column), there.kind(&of_table));
        if !own.compares_with(theirs) {
            let problem = format!(
                "{column} is {} and {table}.{of_table} {}: make them alike with \
                 [tables.{}.columns]",
                own.label(),
                theirs.label(),
                self.table.name
            );
            return Err(self.problem(&span, problem));
        }
        Ok(ColumnReference {
            column,
            table: table.to_owned(),
            target: of_table,
            is_guess: false,
        })
    }

    fn pair(&self, pair: &Spanned<Vec<String>>) -> Result<StartEndPair> {
        let span = pair.span();
        let [start, end] = pair.get_ref().as_slice() else {
            let problem = "expected pairs of a start and an end: [[\"opened_at\", \"closed_at\"]]";
            return Err(self.problem(&span, problem));
        };
        let start = self.time_column(start, &span)?;
        let end = self.time_column(end, &span)?;
        let (from, to) = (self.kind(&start), self.kind(&end));
        if !from.compares_with(to) {
            let problem = format!("{start} is {} and {end} {}", from.label(), to.label());
            return Err(self.problem(&span, problem));
        }
        Ok(StartEndPair {
            start,
            end,
            is_guess: false,
        })
    }

    /// `[1, 5]`, or `{ by = "kind", csat = [1, 5], nps = [0, 10] }`.
    fn scale(&self, column: &str, scale: &Spanned<toml::Value>) -> Result<ColumnScale> {
        let span = scale.span();
        let column = self.column(column, &span)?;
        if self.kind(&column) != ColumnKind::Number {
            let problem = format!("{column} is {}, not a number", self.kind(&column).label());
            return Err(self.problem(&span, problem));
        }
        let expected = || {
            let forms = "expected [1, 5] or { by = \"kind\", csat = [1, 5], nps = [0, 10] }";
            self.problem(&span, forms)
        };
        let mut found = ColumnScale {
            column,
            by: None,
            ranges: Vec::new(),
            is_guess: false,
        };
        match scale.get_ref() {
            toml::Value::Table(ranges) => {
                for (name, value) in ranges {
                    if let ("by", Some(by)) = (name.as_str(), value.as_str()) {
                        found.by = Some(self.column(by, &span)?);
                        continue;
                    }
                    let (low, high) = ends(value).ok_or_else(expected)?;
                    found.ranges.push((Some(name.clone()), low, high));
                }
                if found.by.is_none() || found.ranges.is_empty() {
                    return Err(expected());
                }
            }
            value => {
                let (low, high) = ends(value).ok_or_else(expected)?;
                found.ranges.push((None, low, high));
            }
        }
        Ok(found)
    }

    fn columns(&self, names: &[Spanned<String>]) -> Result<Vec<String>> {
        let column = |name: &Spanned<String>| self.column(name.get_ref(), &name.span());
        names.iter().map(column).collect()
    }

    fn time_column(&self, name: &str, span: &Range<usize>) -> Result<String> {
        let name = self.column(name, span)?;
        if self.kind(&name).is_time() {
            return Ok(name);
        }
        let problem = format!(
            "{name} is {}, not a time: make it one with [tables.{}.columns]",
            self.kind(&name).label(),
            self.table.name
        );
        Err(self.problem(span, problem))
    }

    fn column(&self, name: &str, span: &Range<usize>) -> Result<String> {
        if self.table.kind(name).is_some() {
            return Ok(name.to_owned());
        }
        let known = self.table.columns.iter().map(|column| column.name.as_str());
        let hint = match nearest(name, known.clone()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("it has {}", known.collect::<Vec<_>>().join(", ")),
        };
        let problem = format!("table {:?} has no column {name:?}; {hint}", self.table.name);
        Err(self.problem(span, problem))
    }

    fn kind(&self, column: &str) -> ColumnKind {
        self.table.kind(column).unwrap_or(ColumnKind::Other)
    }

    fn problem(&self, span: &Range<usize>, problem: impl Into<String>) -> Error {
        self.file.problem(span, problem)
    }
}

/// Both ends of a scale.
fn ends(value: &toml::Value) -> Option<(f64, f64)> {
    let number = |value: &toml::Value| match value {
        toml::Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
        toml::Value::Float(number) if number.is_finite() => Some(*number),
        _ => None,
    };
    let [low, high] = value.as_array()?.as_slice() else {
        return None;
    };
    let (low, high) = (number(low)?, number(high)?);
    (low <= high).then_some((low, high))
}

/// Message about a table that is not there.
pub(crate) fn no_table<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("there is no table {name:?}; did you mean {near:?}?"),
        None => format!(
            "there is no table {name:?}; there are {}",
            known.collect::<Vec<_>>().join(", ")
        ),
    }
}
