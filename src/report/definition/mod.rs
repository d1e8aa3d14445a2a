//! The definition of a report: a TOML file, shipped in `queries/reports/` or the user's own.

mod checks;
mod file;
mod filled;
mod library;
mod measure;
mod section;

pub(super) use file::ReportDefinition;
pub(super) use filled::{SqlValues, filled, literal, text_literal};
pub(crate) use library::{eject, find, list};
pub(super) use measure::{KpiDescription, ReportMeasure, ReportSource};
pub(super) use section::{BlockDefinition, BlockKind, SectionDefinition};
