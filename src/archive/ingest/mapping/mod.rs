//! Mappings: which tables the rows of an export give, their columns, and where the values come from.

mod columns;
mod sections;
mod source_form;
mod source_names;
mod tables;
mod text;
mod words;

use std::path::Path;

pub(crate) use columns::ColumnRule;
use sections::MappingSections;
pub(crate) use source_form::{SourceFileFormat, SourceForm};
use source_names::SourceNames;
pub(crate) use source_names::{RowOrigin, SourceName, plain_name};
pub use tables::MappedTable;
pub(crate) use tables::RowRule;
use text::MappingText;
pub(crate) use words::{MisfitPolicy, UnlistedValue};

use crate::error::Result;

/// A checked mapping.
#[derive(Debug)]
pub struct IngestMapping {
    /// One line about it.
    pub(crate) about: String,
    /// True for those that come with the program, which know more columns than any one export has.
    pub(crate) is_preset: bool,
    pub(crate) source: SourceForm,
    /// In the order of the file.
    pub tables: Vec<MappedTable>,
    /// Columns of the files that any column of a table is made of, each once.
    pub(crate) names: Vec<SourceName>,
}

impl IngestMapping {
    /// Reads the mapping of a file.
    ///
    /// # Errors
    /// If it cannot be read, or a key or value in it is wrong: the error has its line.
    pub fn read(path: &Path) -> Result<Self> {
        Self::checked(&MappingText::read(path)?, false)
    }

    /// Reads the mapping of a preset that is called `name`.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn preset(name: &str, text: &str) -> Result<Self> {
        Self::checked(&MappingText::named(name, text), true)
    }

    fn checked(text: &MappingText, is_preset: bool) -> Result<Self> {
        let sections: MappingSections =
            toml::from_str(&text.text).map_err(|error| text.faulty(&error))?;
        let source = SourceForm::checked(text, &sections.source)?;
        let mut names = SourceNames::default();
        let mut written: Vec<_> = sections.tables.iter().collect();
        written.sort_by_key(|(_, section)| section.span().start);
        if written.is_empty() {
            let problem =
                "the mapping has no table: write [tables.tickets] with its key and columns";
            return Err(text.problem(&(0..0), problem));
        }
        let tables = written.into_iter().map(|(name, section)| {
            let defaults = &sections.source;
            MappedTable::checked(text, name, section, defaults, &mut names)
        });
        Ok(Self {
            about: sections.about.clone(),
            is_preset,
            source,
            tables: tables.collect::<Result<_>>()?,
            names: names.into_all(),
        })
    }
}

#[cfg(test)]
mod tests;
