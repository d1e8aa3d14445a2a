//! `deskql.toml`: one file of this folder for each kind of section.

mod audit;
mod calendar;
mod column;
mod report;
mod sections;
mod sla;
mod table;
mod text;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result};
use crate::text::toml_problem;

pub(crate) use audit::{AuditConfig, AuditLimits, AuditTableConfig};
pub(crate) use calendar::{CalendarConfig, CalendarTables, ConfigPaths, RegularHoursConfig};
pub(crate) use column::{ColumnConfig, InvalidValueAction};
pub(crate) use report::{
    ActionConfig, ActionConfigStatus, AnnotationConfig, AnnotationTable, GoalConfig, GoalsOfKpi,
    ReportConfig,
};
pub(crate) use sla::{SlaPolicy, SlaTables};
pub(crate) use table::{OtherColumns, TableConfig};
pub(crate) use text::TextConfig;

/// Parsed config file.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    text: String,
    root: ConfigRoot,
}

fn faulty(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    Error::Config {
        path: path.to_owned(),
        line: toml_problem::line(text, error.span().unwrap_or_default().start),
        problem: toml_problem::wording(error.message()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigRoot {
    #[serde(default)]
    tables: BTreeMap<String, Spanned<TableConfig>>,
    #[serde(default)]
    calendars: BTreeMap<String, Spanned<CalendarConfig>>,
    calendar_tables: Option<CalendarTables>,
    #[serde(default)]
    sla_policies: Vec<Spanned<SlaPolicy>>,
    sla_tables: Option<SlaTables>,
    audit: Option<AuditConfig>,
    text: Option<TextConfig>,
    report: Option<ReportConfig>,
    #[serde(default)]
    goals: BTreeMap<Spanned<String>, GoalsOfKpi>,
    annotations: Option<AnnotationTable>,
    #[serde(default, rename = "annotation")]
    own_annotations: Vec<AnnotationConfig>,
}

impl ConfigFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// If the file cannot be read, is not TOML, or has an unknown key or invalid value.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        match toml::from_str(&text) {
            Ok(root) => Ok(Self {
                path: path.to_owned(),
                text,
                root,
            }),
            Err(error) => Err(faulty(path, &text, &error)),
        }
    }

    /// Like [`Self::read`], without the `[tables.NAME]` sections that cannot be taken: their names come with the
    /// reasons.
    ///
    /// # Errors
    /// If the file cannot be read, or another part of it is faulty.
    pub(crate) fn read_sound(path: &Path) -> Result<(Self, Vec<(String, Error)>)> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        let (mut sound, mut left_out) = (text.clone(), Vec::new());
        loop {
            let error = match toml::from_str(&sound) {
                Ok(root) => {
                    let path = path.to_owned();
                    return Ok((Self { path, text, root }, left_out));
                }
                Err(error) => error,
            };
            let problem = faulty(path, &text, &error);
            let place = error.span().unwrap_or_default().start;
            match sections::blanked(&sound, place) {
                Some((name, rest)) => {
                    left_out.push((name, problem));
                    sound = rest;
                }
                None => return Err(problem),
            }
        }
    }

    /// `[tables.NAME]` sections, in the order of the file.
    pub(crate) fn tables(&self) -> Vec<(&str, &Spanned<TableConfig>)> {
        let mut tables: Vec<_> = self
            .root
            .tables
            .iter()
            .map(|(name, table)| (name.as_str(), table))
            .collect();
        tables.sort_by_key(|(_, table)| table.span().start);
        tables
    }

    /// `[calendars.NAME]` sections, in the order of the file.
    pub(crate) fn calendars(&self) -> Vec<(&str, &Spanned<CalendarConfig>)> {
        let all = self.root.calendars.iter();
        let mut calendars: Vec<_> = all
            .map(|(name, calendar)| (name.as_str(), calendar))
            .collect();
        calendars.sort_by_key(|(_, calendar)| calendar.span().start);
        calendars
    }

    /// `[calendar_tables]` section.
    pub(crate) fn calendar_tables(&self) -> Option<&CalendarTables> {
        self.root.calendar_tables.as_ref()
    }

    /// `[[sla_policies]]` sections, in the order of the file.
    pub(crate) fn sla_policies(&self) -> &[Spanned<SlaPolicy>] {
        &self.root.sla_policies
    }

    /// `[sla_tables]` section.
    pub(crate) fn sla_tables(&self) -> Option<&SlaTables> {
        self.root.sla_tables.as_ref()
    }

    /// `[audit]` section.
    pub(crate) fn audit(&self) -> Option<&AuditConfig> {
        self.root.audit.as_ref()
    }

    /// `[text]` section.
    pub(crate) fn text_section(&self) -> Option<&TextConfig> {
        self.root.text.as_ref()
    }

    /// `[report]` section.
    pub(crate) fn report(&self) -> Option<&ReportConfig> {
        self.root.report.as_ref()
    }

    /// `[goals]` section, by KPI.
    pub(crate) fn goals(&self) -> &BTreeMap<Spanned<String>, GoalsOfKpi> {
        &self.root.goals
    }

    /// `[annotations]` section.
    pub(crate) fn annotation_table(&self) -> Option<&AnnotationTable> {
        self.root.annotations.as_ref()
    }

    /// `[[annotation]]` sections.
    pub(crate) fn annotations(&self) -> &[AnnotationConfig] {
        &self.root.own_annotations
    }

    /// File and line of `span`, in the format of error messages.
    pub(crate) fn line(&self, span: &Range<usize>) -> String {
        let line = toml_problem::line(&self.text, span.start);
        format!("{}:{line}", self.path.display())
    }

    /// The file as it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Base folder of relative locations.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or_else(|| Path::new(""))
    }

    /// Error about the text at `span`.
    pub(crate) fn problem(&self, span: &Range<usize>, problem: impl Into<String>) -> Error {
        Error::Config {
            path: self.path.clone(),
            line: toml_problem::line(&self.text, span.start),
            problem: problem.into(),
        }
    }
}
