//! Segments and mix behind a change, by `explain_change`.

use super::explained_rows::{CLEAR, ExplainedRows};
use super::waterfall::waterfall;
use super::{CauseFindings, CauseSearch, ChangedKpi, FindingMore, MOST_OF_A_KIND};
use crate::error::Result;
use crate::report::measuring::dated_rows;
use crate::report::model::FindingList;
use crate::report::sentences::{self, MixShift, ProposedQuestion};

/// Share of the change below which a mix is not worth a sentence.
const LEAST_MIX: f64 = 0.1;

impl CauseSearch<'_> {
    /// Adds what `explain_change` says about the change of a KPI.
    pub(super) async fn explained(
        &self,
        changed: ChangedKpi<'_>,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) -> Result<()> {
        let dimensions = self.dimensions(changed);
        let Some(explain) = changed
            .measure
            .explain
            .as_ref()
            .filter(|_| !dimensions.is_empty())
        else {
            return Ok(());
        };
        let sql = self.explain_sql(changed, explain, &dimensions);
        let id = format!("explain-{}", changed.row.kpi);
        let title = format!("What moved {}", changed.row.title);
        let sql = self.session.filled(&sql);
        // A desk without the tables or columns of the dimensions says what changed, and not where.
        if !self.session.can_plan(&sql).await {
            return Ok(());
        }
        let answer = self.session.shown(&id, &title, &sql).await?;
        let rows = ExplainedRows { answer: &answer };
        if found.waterfall.is_none() {
            found.waterfall = waterfall(changed.row, &rows, &id)?;
        }
        let before = list.findings.len();
        self.reversed(changed, &rows, &id, list, found);
        self.segments(changed, &rows, &id, list, found);
        self.mix(changed, &rows, &id, list, found);
        if list.findings.len() == before {
            let names: Vec<&str> = dimensions.iter().map(String::as_str).collect();
            let more = FindingMore {
                statement: Some(id),
                details: rows.alike(),
                ..FindingMore::default()
            };
            self.add(
                changed,
                sentences::none_stands_out(&names),
                more,
                list,
                found,
            );
        }
        Ok(())
    }

    /// Columns that both the source and the report look at.
    fn dimensions(&self, changed: ChangedKpi<'_>) -> Vec<String> {
        let measure = changed.measure;
        let own = if measure.explain_rows.is_some() {
            &measure.explain_by
        } else {
            &changed.source.dimensions
        };
        let wanted = self.definition.dimensions.as_ref();
        let is_wanted = |name: &&String| {
            wanted.is_none_or(|wanted| wanted.contains(name)) && !measure.not_by.contains(name)
        };
        own.iter().filter(is_wanted).cloned().collect()
    }

    fn explain_sql(&self, changed: ChangedKpi<'_>, explain: &str, dimensions: &[String]) -> String {
        let rows = match &changed.measure.explain_rows {
            Some(rows) => rows.trim().to_owned(),
            None => self.explained_rows(changed),
        };
        format!(
            "SELECT * FROM explain_change(\n  ({rows}),\n  {explain}, side => side, by => [{}], depth => 1, level => {:?})",
            dimensions.join(", "),
            self.settings.level,
        )
    }

    /// The rows of both periods.
    fn explained_rows(&self, changed: ChangedKpi<'_>) -> String {
        let spans = [self.periods.before(), self.periods.now()];
        let source = self
            .definition
            .segments_sql(&changed.measure.source, changed.source);
        let rows = dated_rows(&source, changed.source, self.periods, &spans);
        let condition = changed.measure.condition.as_deref().unwrap_or("true");
        let now = self.periods.now().start;
        format!("SELECT *, period = DATE '{now}' AS side FROM ({rows}) WHERE {condition}")
    }

    fn reversed(
        &self,
        changed: ChangedKpi<'_>,
        rows: &ExplainedRows<'_>,
        id: &str,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) {
        for row in rows.in_scope("dimension") {
            if !rows.is_true("reverses", row) {
                continue;
            }
            let rose = rows.number("total", 0).is_some_and(|total| total > 0.0);
            let dimension = rows.text("dimension", row);
            let text = sentences::segments_against_whole(
                &changed.row.short_title,
                &dimension,
                &changed.kpi.about.rows,
                rose,
            );
            let more = FindingMore {
                statement: Some(id.to_owned()),
                ..FindingMore::default()
            };
            self.add(changed, text, more, list, found);
        }
    }

    fn segments(
        &self,
        changed: ChangedKpi<'_>,
        rows: &ExplainedRows<'_>,
        id: &str,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) {
        let difference = rows.number("total", 0).unwrap_or_default();
        let mut said = 0;
        for row in rows.largest("rate") {
            let (dimension, segment) = (rows.text("dimension", row), rows.text("segment", row));
            // Where all segments moved alike, the largest one has the largest part and is no cause.
            if !rows.moved_apart(&dimension) {
                continue;
            }
            let Some(part) = rows.part(row, changed, difference, &dimension, &segment) else {
                continue;
            };
            let Some(text) = sentences::segment_part(&part) else {
                continue;
            };
            let details = changed.measure.explained_as.iter();
            let question = ProposedQuestion::Segment {
                title: &changed.row.short_title,
                dimension: &dimension,
                segment: &segment,
            };
            let more = FindingMore {
                details: details
                    .map(|what| format!("The parts are those of {what}, which can be taken apart."))
                    .collect(),
                statement: Some(id.to_owned()),
                question: Some(question),
            };
            self.add(changed, text, more, list, found);
            said += 1;
            if said == MOST_OF_A_KIND {
                return;
            }
        }
    }

    fn mix(
        &self,
        changed: ChangedKpi<'_>,
        rows: &ExplainedRows<'_>,
        id: &str,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) {
        let difference = rows.number("total", 0).unwrap_or_default();
        let dimensions = rows.in_scope("dimension").filter(|row| {
            let is_clear = rows.number("p_mix", *row).is_some_and(|p| p < CLEAR);
            let part = rows.number("mix", *row).unwrap_or_default();
            is_clear && part.abs() >= LEAST_MIX * difference.abs()
        });
        for row in dimensions {
            let dimension = rows.text("dimension", row);
            let Some(moved) = rows.most_moved(&dimension) else {
                continue;
            };
            let segment = format!("{dimension} {}", rows.text("segment", moved));
            let number = |column: &str| rows.number(column, moved).unwrap_or_default();
            let level = f64::midpoint(number("before"), number("after"));
            let whole = f64::midpoint(
                rows.number("before", 0).unwrap_or_default(),
                rows.number("after", 0).unwrap_or_default(),
            );
            let text = sentences::mix_part(&MixShift {
                title: &changed.row.short_title,
                unit: changed.row.unit,
                difference,
                part: rows.number("mix", row).unwrap_or_default(),
                segment: &segment,
                share_before: number("share_before"),
                share_now: number("share_after"),
                is_higher: level > whole,
            });
            let more = FindingMore {
                statement: Some(id.to_owned()),
                question: Some(ProposedQuestion::Mix { segment: &segment }),
                ..FindingMore::default()
            };
            self.add(changed, text, more, list, found);
            return;
        }
    }
}
