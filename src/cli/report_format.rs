//! The formats of a report: how they are named, and the text of a report in each.

use std::path::Path;

use super::print_format::PrintFormat;
use crate::error::Result;
use crate::output::ResultFormat;
use crate::report::{self, Report};

/// Width of a text that goes to no terminal.
pub(super) const WIDTH: usize = 100;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportFormat {
    Html,
    Markdown,
    Terminal,
    Json,
}

impl ReportFormat {
    /// The format of this name; `None` for formats of results that no report has.
    pub(super) fn from_name(format: PrintFormat) -> Option<Self> {
        match format {
            PrintFormat::Html => Some(Self::Html),
            PrintFormat::Terminal => Some(Self::Terminal),
            PrintFormat::Result(ResultFormat::Markdown) => Some(Self::Markdown),
            PrintFormat::Result(ResultFormat::Json) => Some(Self::Json),
            PrintFormat::Result(_) => None,
        }
    }

    /// The format that the ending says, behind which a compression may stand.
    pub(super) fn from_path(path: &Path) -> Option<Self> {
        let name = path.to_string_lossy().to_lowercase();
        let name = name
            .strip_suffix(".gz")
            .or_else(|| name.strip_suffix(".zst"))
            .unwrap_or(&name);
        match name.rsplit('.').next() {
            Some("html" | "htm") => Some(Self::Html),
            Some("md" | "markdown") => Some(Self::Markdown),
            Some("json") => Some(Self::Json),
            Some("txt") => Some(Self::Terminal),
            _ => None,
        }
    }

    /// `made` as the text of a file. Markdown has the statements behind the numbers only with `has_sql`.
    ///
    /// # Errors
    /// When the report has no such form.
    pub(super) fn file_text(self, mut made: Report, has_sql: bool) -> Result<String> {
        match self {
            Self::Html => report::html(&made),
            Self::Markdown => {
                if !has_sql {
                    made.statements.clear();
                }
                Ok(report::markdown(&made))
            }
            Self::Json => report::json(&made),
            Self::Terminal => report::terminal(&made, WIDTH, false, None),
        }
    }
}

/// What the checks of a report found that its readers should know before they read.
pub(super) fn hints(made: &Report) -> Vec<String> {
    let crowded = made
        .checks
        .iter()
        .filter(|check| check.pitfall == report::TOO_MANY);
    crowded.map(|check| check.text.clone()).collect()
}
