//! `[[section]]` and `[[section.block]]` of a report's definition.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::queries::QueryChart;

/// One of the headings, with its blocks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::report) struct SectionDefinition {
    pub(in crate::report) id: Spanned<String>,
    pub(in crate::report) heading: String,
    #[serde(default, rename = "block")]
    pub(in crate::report) blocks: Vec<Spanned<BlockDefinition>>,
}

/// A part of a section. Which keys it may have follows from its kind: see [`BlockDefinition::check`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::report) struct BlockDefinition {
    pub(in crate::report) kind: BlockKind,
    /// Of charts and tables: unique in the report.
    pub(in crate::report) id: Option<String>,
    pub(in crate::report) title: Option<String>,
    /// Markdown, with `{kpi}` for values.
    pub(in crate::report) text: Option<String>,
    pub(in crate::report) sql: Option<String>,
    /// A named query, in place of `sql`.
    pub(in crate::report) query: Option<String>,
    /// Values of the query's parameters; may be `$start` and the like.
    #[serde(default)]
    pub(in crate::report) params: BTreeMap<String, toml::Value>,
    pub(in crate::report) chart: Option<QueryChart>,
    /// Words for the band of a chart with `low` and `high`.
    pub(in crate::report) band: Option<String>,
    /// Of `kpis` and `trends`: other ones than the report's.
    pub(in crate::report) kpis: Option<Vec<String>>,
    /// Of a table: number of rows shown, 20 when absent.
    pub(in crate::report) rows: Option<usize>,
}

/// What a block shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::report) enum BlockKind {
    /// At most five sentences and five tiles.
    Summary,
    /// Tables of KPIs, a table for each focus area.
    Kpis,
    /// A line of the history of each KPI, with its interval, goal and limits.
    Trends,
    Text,
    Chart,
    Table,
    /// What lies behind the changes: segments, mix, themes, days, levels, incidents.
    Causes,
    /// The change of the KPI with most to explain, as mix and segments; nothing where no change is clear.
    Waterfall,
    Wins,
    Opportunities,
    /// Last period's actions, and what the report asks to look into.
    Actions,
}

impl BlockKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Kpis => "kpis",
            Self::Trends => "trends",
            Self::Text => "text",
            Self::Chart => "chart",
            Self::Table => "table",
            Self::Causes => "causes",
            Self::Waterfall => "waterfall",
            Self::Wins => "wins",
            Self::Opportunities => "opportunities",
            Self::Actions => "actions",
        }
    }
}

impl BlockDefinition {
    /// What is wrong with its keys.
    ///
    /// # Errors
    /// When a key that its kind needs is absent.
    pub(super) fn check(&self) -> Result<(), String> {
        let word = self.kind.word();
        let lacks = |key: &str| Err(format!("a block of kind {word} needs {key} = .."));
        match self.kind {
            BlockKind::Text if self.text.is_none() => lacks("text"),
            BlockKind::Chart | BlockKind::Table if self.sql.is_some() == self.query.is_some() => {
                Err(format!(
                    "a block of kind {word} needs either sql = \"..\" or query = \"..\""
                ))
            }
            BlockKind::Chart | BlockKind::Table if self.id.is_none() => lacks("id"),
            BlockKind::Chart | BlockKind::Table if self.title.is_none() => lacks("title"),
            BlockKind::Chart | BlockKind::Table => self.check_params(),
            _ if self.title.is_some() => Err(format!(
                "a block of kind {word} has no title: charts and tables have one"
            )),
            _ => self.check_params(),
        }
    }

    fn check_params(&self) -> Result<(), String> {
        if self.query.is_none() && !self.params.is_empty() {
            return Err("params are those of a query: give query = \"..\"".to_owned());
        }
        Ok(())
    }
}
