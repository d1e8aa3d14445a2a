//! The header of a query file: TOML in the comment lines at the start of the file.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::parameter::ParameterDeclaration;
use super::problem::QueryFileProblem;
use crate::text::toml_problem;

/// Contents of a header, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QueryHeader {
    pub(super) title: String,
    pub(super) question: String,
    pub(super) topic: Option<String>,
    pub(super) dated: Option<String>,
    #[serde(default)]
    pub(super) kpis: Vec<String>,
    pub(super) chart: Option<QueryChart>,
    #[serde(default)]
    pub(super) needs: BTreeMap<String, Spanned<Vec<String>>>,
    #[serde(default)]
    pub(super) optional_joins: Vec<String>,
    #[serde(default, rename = "param")]
    pub(super) parameters: BTreeMap<String, Spanned<ParameterDeclaration>>,
}

impl QueryHeader {
    /// The required tables, in the order of the header.
    pub(super) fn needs(&self) -> IndexMap<String, Vec<String>> {
        let needs = in_order(&self.needs);
        needs
            .map(|(table, columns)| (table.to_owned(), columns.get_ref().clone()))
            .collect()
    }

    /// The parameters, in the order of the header.
    pub(super) fn parameters(
        &self,
    ) -> impl Iterator<Item = (&str, &Spanned<ParameterDeclaration>)> {
        in_order(&self.parameters)
    }
}

/// Entries of a TOML table in the order of the file: the map itself sorts them by name.
fn in_order<T>(map: &BTreeMap<String, Spanned<T>>) -> impl Iterator<Item = (&str, &Spanned<T>)> {
    let mut entries: Vec<_> = map
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    entries.sort_by_key(|(_, value)| value.span().start);
    entries.into_iter()
}

/// Recommended chart of the result.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryChart {
    /// Kind of chart.
    pub kind: ChartKind,
    /// The column of the x axis: time, or the names of the bars.
    pub x: String,
    /// The columns of numbers.
    pub y: Vec<String>,
    /// The column that distinguishes several lines.
    pub series: Option<String>,
}

/// Kind of a [`QueryChart`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// One bar for each row.
    Bar,
    /// Lines over time.
    Line,
    /// One small line for each series.
    Sparkline,
    /// A shade for each value, a line for each series.
    Heatmap,
    /// Parts of a sum, each of which begins where the one before ended.
    Waterfall,
}

impl ChartKind {
    /// Its name in a header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Line => "line",
            Self::Sparkline => "sparkline",
            Self::Heatmap => "heatmap",
            Self::Waterfall => "waterfall",
        }
    }
}

/// The header of `text` and the SQL after it.
pub(super) fn split(text: &str) -> Result<(QueryHeader, &str), QueryFileProblem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let end = end_of_comments(text);
    let (comments, sql) = text.split_at(end);
    // One line of TOML for each line of the file preserves the line numbers.
    let toml: Vec<&str> = comments.lines().map(content).collect();
    let toml = toml.join("\n");
    if toml.trim().is_empty() {
        return Err(QueryFileProblem::new(
            1,
            "no header: begin the file with -- title = \"..\" and -- question = \"..\"",
        ));
    }
    let header = toml::from_str(&toml).map_err(|error| {
        let line = toml_problem::line(&toml, error.span().unwrap_or_default().start);
        QueryFileProblem::new(line, wording(&toml, line, error.message()))
    })?;
    Ok((header, sql))
}

fn end_of_comments(text: &str) -> usize {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with("--") {
            break;
        }
        end += line.len();
    }
    end
}

fn content(line: &str) -> &str {
    let line = line.trim_start();
    let inner = line.strip_prefix("--").unwrap_or(line);
    inner.strip_prefix(' ').unwrap_or(inner)
}

/// Prose in the first comments is the most likely mistake, and TOML's own message does not help
/// there.
fn wording(toml: &str, line: usize, message: &str) -> String {
    let written = toml.lines().nth(line - 1).unwrap_or_default();
    if message.starts_with("missing field") {
        let field = message.split('`').nth(1).unwrap_or_default();
        return format!("the header lacks {field}: add -- {field} = \"..\"");
    }
    if !written.contains('=') && !written.trim_start().starts_with('[') {
        return format!(
            "{written:?} is not a header line: write name = value, put # before remarks, and an \
             empty line after the header"
        );
    }
    toml_problem::wording(message)
}

/// The line of the file on which the declaration of a parameter starts.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let comments = &text[..end_of_comments(text)];
    let toml: Vec<&str> = comments.lines().map(content).collect();
    toml_problem::line(&toml.join("\n"), offset)
}
