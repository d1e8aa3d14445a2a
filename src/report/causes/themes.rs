//! What discontented customers write of more than others do, by `themes`.

use super::{CauseFindings, CauseSearch, ChangedKpi, FindingMore, MOST_OF_A_KIND};
use crate::error::Result;
use crate::report::answer::row_count;
use crate::report::measuring::dated_rows;
use crate::report::model::FindingList;
use crate::report::sentences::{self, ProposedQuestion, ThemeShares};

/// Comments that stand for the others where no theme does.
const EXAMPLES: usize = 3;

impl CauseSearch<'_> {
    /// Adds the themes of the period's comments that differ clearly.
    pub(super) async fn themes(
        &self,
        changed: ChangedKpi<'_>,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) -> Result<()> {
        let Some(sides) = &changed.measure.theme else {
            return Ok(());
        };
        let source = self
            .definition
            .source_sql(&changed.measure.source, changed.source);
        let rows = dated_rows(&source, changed.source, self.periods, &[self.periods.now()]);
        let condition = changed.measure.condition.as_deref().unwrap_or("true");
        let of_side =
            |side: &str| format!("(SELECT count({}) FROM written WHERE {side})", sides.text);
        let sql = format!(
            "WITH written AS (SELECT * FROM ({rows}) WHERE {condition})\n\
             SELECT theme, share_a, share_b, example, {} AS content, {} AS discontent\n\
             FROM themes((SELECT * FROM written WHERE ({bad}) OR ({good})), text => {}, side => {bad})\n\
             WHERE p_adjusted < 0.05 AND log_odds > 0\nORDER BY p LIMIT {MOST_OF_A_KIND}",
            of_side(&sides.good),
            of_side(&sides.bad),
            sides.text,
            bad = sides.bad,
            good = sides.good,
        );
        let id = format!("themes-{}", changed.row.kpi);
        let title = format!("What the discontented write of, by {}", changed.row.title);
        let sql = self.session.filled(&sql);
        // A desk without comments, without a column for them, or a program without the functions of texts has no themes.
        if !self.session.can_plan(&sql).await {
            return Ok(());
        }
        let answer = self.session.shown(&id, &title, &sql).await?;
        if answer.len() == 0 {
            return self.few_comments(changed, &rows, list, found).await;
        }
        for row in 0..answer.len() {
            let number = |column: &str| answer.number(column, row).unwrap_or_default();
            let Some(theme) = answer.text("theme", row) else {
                continue;
            };
            let text = sentences::theme(&ThemeShares {
                theme: &theme,
                detractors: number("share_b"),
                detractor_comments: row_count(answer.number("discontent", row)),
                promoters: number("share_a"),
                promoter_comments: row_count(answer.number("content", row)),
            });
            let example = answer.text("example", row);
            let more = FindingMore {
                details: example
                    .map(|example| format!("\u{201c}{example}\u{201d}"))
                    .into_iter()
                    .collect(),
                statement: Some(id.clone()),
                question: Some(ProposedQuestion::Theme { theme: &theme }),
            };
            self.add(changed, text, more, list, found);
        }
        Ok(())
    }

    /// Adds that no theme differs, with the longest comments of the discontented.
    async fn few_comments(
        &self,
        changed: ChangedKpi<'_>,
        rows: &str,
        list: &mut FindingList,
        found: &mut CauseFindings,
    ) -> Result<()> {
        let Some(sides) = &changed.measure.theme else {
            return Ok(());
        };
        let condition = changed.measure.condition.as_deref().unwrap_or("true");
        let sql = format!(
            "SELECT redact({text}) AS written, count(*) OVER () AS comments\nFROM ({rows})\n\
             WHERE ({condition}) AND ({}) AND {text} IS NOT NULL\nORDER BY length({text}) DESC, {text} LIMIT {EXAMPLES}",
            sides.bad,
            text = sides.text,
        );
        let id = format!("comments-{}", changed.row.kpi);
        let title = format!(
            "Comments of the discontented, by {}",
            changed.row.short_title
        );
        let answer = self
            .session
            .shown(&id, &title, &self.session.filled(&sql))
            .await?;
        let Some(comments) = answer.number("comments", 0) else {
            return Ok(());
        };
        let examples = (0..answer.len()).filter_map(|row| answer.text("written", row));
        let more = FindingMore {
            details: examples
                .map(|text| format!("\u{201c}{text}\u{201d}"))
                .collect(),
            statement: Some(id),
            ..FindingMore::default()
        };
        let text = sentences::no_theme(row_count(Some(comments)));
        self.add(changed, text, more, list, found);
        Ok(())
    }
}
