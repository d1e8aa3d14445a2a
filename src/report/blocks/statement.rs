//! Charts and tables of statements: of SQL in the definition, or of named queries.

use super::BlockFacts;
use crate::error::{Error, Result};
use crate::queries::QueryChart;
use crate::report::answer::ReportAnswer;
use crate::report::definition::{self, BlockDefinition, SqlValues};
use crate::report::model::ReportBlock;

impl BlockFacts<'_> {
    /// Id, title and rows of a block's statement.
    pub(super) async fn answer(
        &self,
        block: &BlockDefinition,
    ) -> Result<(String, String, ReportAnswer)> {
        let id = block.id.clone().unwrap_or_default();
        let title = block.title.clone().unwrap_or_default();
        let sql = match &block.query {
            Some(name) => self.query_sql(name, block)?,
            None => self
                .session
                .filled(block.sql.as_deref().unwrap_or_default()),
        };
        let answer = self.session.shown(&id, &title, &sql).await?;
        Ok((id, title, answer))
    }

    /// SQL of a named query with the values of the block.
    fn query_sql(&self, name: &str, block: &BlockDefinition) -> Result<String> {
        let query = self.library.find(name)?;
        let given: Vec<(String, String)> = block
            .params
            .iter()
            .map(|(name, value)| (name.clone(), self.given(value)))
            .collect();
        let values: SqlValues = query
            .values(&given)?
            .iter()
            .map(|(name, value)| (name.clone(), definition::literal(value)))
            .collect();
        Ok(definition::filled(&query.sql, &values))
    }

    /// A parameter's text. `$start_day`, `$end_day`, `$last_day` and `$zone` are those of the period, other names the
    /// report's parameters.
    fn given(&self, value: &toml::Value) -> String {
        let toml::Value::String(text) = value else {
            return value.to_string();
        };
        let Some(name) = text.strip_prefix('$') else {
            return text.clone();
        };
        match name {
            "start_day" | "start" => self.period.start.to_string(),
            "end_day" | "end" => self.period.end.to_string(),
            "last_day" => self
                .period
                .end
                .pred_opt()
                .unwrap_or(self.period.end)
                .to_string(),
            "zone" => self.period.zone.clone(),
            other => self
                .parameters
                .get(other)
                .cloned()
                .unwrap_or_else(|| text.clone()),
        }
    }

    /// The chart of the block, else the one that the query recommends.
    pub(super) fn chart_of(&self, block: &BlockDefinition) -> Result<Option<QueryChart>> {
        match (&block.chart, &block.query) {
            (Some(chart), _) => Ok(Some(chart.clone())),
            (None, Some(name)) => Ok(self.library.find(name)?.chart.clone()),
            (None, None) => Ok(None),
        }
    }
}

/// False if nothing else of the report can be made either.
pub(super) const fn may_be_left_out(error: &Error) -> bool {
    !matches!(
        error,
        Error::Interrupted | Error::Timeout(_) | Error::Unavailable { .. }
    )
}

/// What a block of a shipped report says where the tables lack what it needs, or have too few rows for it.
pub(super) fn left_out(block: &BlockDefinition, error: &Error) -> ReportBlock {
    let wording = crate::terminal::wording(error);
    let reason = wording.lines().next().unwrap_or_default();
    let title = block.title.as_deref().unwrap_or("A part of this section");
    ReportBlock::Text {
        markdown: format!(
            "{title}: left out, because of `{}`.",
            reason.replace('`', "'")
        ),
    }
}
