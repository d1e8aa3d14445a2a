//! Segments against the rest of the period: wins and opportunities.

use super::{MOST_FOUND, SegmentFindings, SegmentSearch, SegmentValue};
use crate::catalogue::KpiDirection;
use crate::error::Result;
use crate::insight::holm;
use crate::report::definition::{KpiDescription, ReportSource, text_literal};
use crate::report::measuring::{compared_change, filtered};
use crate::report::model::{Change, FEWEST_ROWS, Finding, FindingTone};
use crate::report::sentences::{self, SegmentAgainstRest};

impl SegmentSearch<'_> {
    /// True if the interval of a segment leaves the value of the whole out.
    fn is_candidate(&self, value: &SegmentValue<'_>) -> bool {
        let whole = value.kpi.value(self.periods.now()).value;
        let ends = value.now.low.zip(value.now.high).zip(whole);
        let is_out = ends.is_some_and(|((low, high), whole)| low > whole || high < whole);
        is_out && value.now.n >= FEWEST_ROWS
    }

    /// Compares the candidates with the rest, all of a source in one statement.
    pub(super) async fn compare_with_rest(
        &self,
        name: &str,
        source: &ReportSource,
        values: &mut [SegmentValue<'_>],
    ) -> Result<()> {
        let mut columns = Vec::new();
        for (position, value) in values
            .iter()
            .enumerate()
            .filter(|(_, value)| self.is_candidate(value))
        {
            let measure = self.definition.measure(&value.kpi.about.name)?;
            let Some(compare) = &measure.compare else {
                continue;
            };
            let side = format!(
                "(CAST({} AS VARCHAR) = {})",
                value.dimension,
                text_literal(&value.segment)
            );
            let compare = with_side(compare, &side);
            columns.push(format!(
                "{} AS \"{position}\"",
                filtered(&compare, measure, None)
            ));
        }
        if columns.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "SELECT {}\nFROM ({})\nWHERE side",
            columns.join(",\n  "),
            self.rows_sql(name, source)
        );
        let id = format!("segments-{name}-against-rest");
        let sql = self.session.filled(&sql);
        let answer = self
            .session
            .shown(&id, "Segments against the rest", &sql)
            .await?;
        for (position, value) in values
            .iter_mut()
            .enumerate()
            .filter(|(_, value)| self.is_candidate(value))
        {
            let measure = self.definition.measure(&value.kpi.about.name)?;
            let column = position.to_string();
            value.against_rest = compared_change(&answer, &column, 0, measure, self.level);
        }
        Ok(())
    }

    /// Wins and opportunities.
    pub(super) fn against_rest(&self, values: &mut [SegmentValue<'_>]) -> SegmentFindings {
        adjust(values);
        let mut found = SegmentFindings::default();
        let mut ranked: Vec<(f64, &SegmentValue<'_>, Change)> = values
            .iter()
            .filter_map(|value| {
                let difference = value.against_rest?;
                let is_clear = difference.p_adjusted? <= 1.0 - self.level;
                let whole = value.kpi.value(self.periods.now());
                let width = (whole.high? - whole.low?).max(f64::MIN_POSITIVE);
                // What the whole would gain, in widths of its interval, so that KPIs of other units compare.
                let gain = value.share(self.periods) * difference.difference.abs() / width;
                is_clear.then_some((gain, value, difference))
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, value, difference) in ranked {
            let about = &value.kpi.about;
            let Some(better) = about.better else { continue };
            let is_win = (difference.difference > 0.0) == (better == KpiDirection::Up);
            let (list, tone) = if is_win {
                (&mut found.wins, FindingTone::Good)
            } else {
                (&mut found.opportunities, FindingTone::Bad)
            };
            if list.len() == MOST_FOUND {
                continue;
            }
            let text = sentences::segment_against_rest(&SegmentAgainstRest {
                title: &about.short,
                unit: about.unit,
                better,
                dimension: value.dimension,
                segment: &value.segment,
                value: value.now.value.unwrap_or_default(),
                n: value.now.n,
                rows: &about.rows,
                difference,
                share: Some(value.share(self.periods)).filter(|_| !self.is_median(about)),
                level: self.level,
            });
            let kind = if is_win { "win" } else { "opportunity" };
            list.extend(text.map(|text| Finding {
                id: format!("{kind}-{}", list.len() + 1),
                text,
                tone,
                details: Vec::new(),
                statement: Some(format!("segments-{}-against-rest", self.source_of(about))),
            }));
        }
        found
    }

    /// Medians of parts do not add up to that of the whole.
    fn is_median(&self, about: &KpiDescription) -> bool {
        let compare = self
            .definition
            .measure(&about.name)
            .ok()
            .and_then(|measure| measure.compare.as_ref());
        compare.is_some_and(|compare| compare.starts_with("compare_duration"))
    }

    fn source_of(&self, about: &KpiDescription) -> String {
        let measure = self.definition.measure(&about.name);
        measure
            .map(|measure| measure.source.clone())
            .unwrap_or_default()
    }
}

/// Adjusts the p for all segments looked at: those that were not compared count with p 1.
fn adjust(values: &mut [SegmentValue<'_>]) {
    let p: Vec<Option<f64>> = values
        .iter()
        .map(|value| {
            Some(
                value
                    .against_rest
                    .and_then(|change| change.p)
                    .unwrap_or(1.0),
            )
        })
        .collect();
    for (value, adjusted) in values.iter_mut().zip(holm(&p)) {
        if let Some(change) = &mut value.against_rest {
            change.p_adjusted = adjusted.filter(|_| change.p.is_some());
        }
    }
}

/// `compare` with `side` in the place of the word `side`.
fn with_side(compare: &str, side: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for character in compare.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || character == '_' {
            word.push(character);
            continue;
        }
        out.push_str(if word == "side" { side } else { &word });
        word.clear();
        out.push(character);
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_is_replaced_as_a_word() {
        let compare = "compare_rate(inside > 0 AND b_side, side)";
        assert_eq!(
            with_side(compare, "(team = 'a')"),
            "compare_rate(inside > 0 AND b_side, (team = 'a'))"
        );
    }
}
