//! Goals that segments are held to one by one.

use std::collections::BTreeMap;

use super::SegmentSearch;
use crate::error::Result;
use crate::report::goals::KpiGoal;
use crate::report::measuring::{MeasuredKpi, dated_rows, estimate, filtered};
use crate::report::model::SegmentGoal;
use crate::report::settings::ReportSettings;

impl SegmentSearch<'_> {
    /// By KPI, the segments of those whose goal is by a column.
    ///
    /// # Errors
    /// When a statement fails.
    pub(in crate::report) async fn goals(
        &self,
        settings: &ReportSettings,
        kpis: &BTreeMap<String, MeasuredKpi>,
    ) -> Result<BTreeMap<String, Vec<SegmentGoal>>> {
        let mut found = BTreeMap::new();
        for (name, kpi) in kpis {
            let goal = settings.goal(name, self.periods.last_day());
            let Some(goal) = goal.filter(|goal| goal.by.is_some()) else {
                continue;
            };
            found.insert(name.clone(), self.goals_of(kpi, goal).await?);
        }
        Ok(found)
    }

    async fn goals_of(&self, kpi: &MeasuredKpi, goal: &KpiGoal) -> Result<Vec<SegmentGoal>> {
        let about = &kpi.about;
        let measure = self.definition.measure(&about.name)?;
        let source = self.definition.source(measure);
        let (Some(by), Some(source)) = (&goal.by, source) else {
            return Ok(Vec::new());
        };
        let rows = self.definition.segments_sql(&measure.source, source);
        let rows = dated_rows(&rows, source, self.periods, &[self.periods.now()]);
        let detail = measure.detail.as_deref().unwrap_or_default();
        let (name, dimension) = (&about.name, &by.dimension);
        let sql = self.session.filled(&format!(
            "SELECT CAST({dimension} AS VARCHAR) AS segment, {} AS \"{name}\"\nFROM ({rows})\n\
             WHERE period IS NOT NULL AND {dimension} IS NOT NULL\nGROUP BY segment\nORDER BY segment",
            filtered(detail, measure, None),
        ));
        // As everywhere, what the tables do not have is left out.
        if !self.session.can_plan(&sql).await {
            return Ok(Vec::new());
        }
        let id = format!("goal-{name}-by-{dimension}");
        let title = format!("Goal of {} by {dimension}", about.short);
        let answer = self.session.shown(&id, &title, &sql).await?;
        let segment_goal = |row: usize| {
            let segment = answer.text("segment", row)?;
            let value = estimate(&answer, name, "", measure, row);
            value.value?;
            Some(SegmentGoal {
                dimension: dimension.clone(),
                goal: goal.segment_state(&segment, about.unit, &value),
                segment,
                value,
            })
        };
        Ok((0..answer.len()).filter_map(segment_goal).collect())
    }
}
