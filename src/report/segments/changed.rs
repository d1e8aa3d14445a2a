//! Segments that changed clearly since the period before, whether the whole did or not.

use super::{MOST_FOUND, SegmentSearch, SegmentValue};
use crate::insight::holm;
use crate::report::model::{FEWEST_ROWS, Finding, FindingTone, Verdict};
use crate::report::sentences::{self, ComparedKpi, ProposedQuestion, ReferencePeriod};

impl SegmentSearch<'_> {
    /// The clear changes, the clearest first, each with the question that it raises.
    pub(super) fn changed(&self, values: &mut [SegmentValue<'_>]) -> Vec<(Finding, String)> {
        let p: Vec<Option<f64>> = values.iter().map(p_of).collect();
        let comparisons = p.iter().flatten().count();
        for (value, adjusted) in values.iter_mut().zip(holm(&p)) {
            if let Some(change) = &mut value.change {
                change.p_adjusted = adjusted;
            }
        }
        let mut order: Vec<&SegmentValue<'_>> = values
            .iter()
            .filter(|value| p_of(value).is_some())
            .collect();
        let strength =
            |value: &SegmentValue<'_>| value.change.map_or(0.0, |change| change.strength());
        order.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        let found = order
            .into_iter()
            .filter_map(|value| self.change_of(value, comparisons));
        found
            .take(MOST_FOUND)
            .zip(1..)
            .map(|((finding, question), number)| {
                let id = format!("segment-{number}");
                (Finding { id, ..finding }, question)
            })
            .collect()
    }

    fn change_of(&self, value: &SegmentValue<'_>, comparisons: usize) -> Option<(Finding, String)> {
        let about = &value.kpi.about;
        let title = format!("{} of {} {}", about.short, value.dimension, value.segment);
        let compared = ComparedKpi {
            title: &title,
            unit: about.unit,
            better: about.better,
            now: value.now,
            before: Some(value.before),
            change: value.change,
            reference: ReferencePeriod::Before,
            per_day: None,
            materiality: None,
            expected: None,
            rows: &about.rows,
            grain: self.periods.grain.word(),
            level: self.level,
            comparisons,
            is_unfinished: self.periods.is_unfinished(self.periods.now()),
        };
        let tone = match sentences::verdict(&compared) {
            Verdict::Better => FindingTone::Good,
            Verdict::Worse => FindingTone::Bad,
            _ => return None,
        };
        let measure = self.definition.measure(&about.name).ok()?;
        let question = ProposedQuestion::Segment {
            title: &about.short,
            dimension: value.dimension,
            segment: &value.segment,
        };
        let finding = Finding {
            id: String::new(),
            text: sentences::change_sentence(&compared),
            tone,
            details: Vec::new(),
            statement: Some(format!("segments-{}-{}", measure.source, value.dimension)),
        };
        Some((finding, question.sentence()))
    }
}

/// The p of a change of segments that are large enough in both periods.
fn p_of(value: &SegmentValue<'_>) -> Option<f64> {
    let is_large = value.now.n >= FEWEST_ROWS && value.before.n >= FEWEST_ROWS;
    value.change.filter(|_| is_large)?.p
}
