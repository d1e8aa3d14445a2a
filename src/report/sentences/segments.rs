//! Sentences about segments of the period against the rest.

use crate::catalogue::{CatalogueUnit, KpiDirection};
use crate::report::figures;
use crate::report::model::Change;

/// A segment held against all other rows of the period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SegmentAgainstRest<'a> {
    pub(crate) title: &'a str,
    pub(crate) unit: CatalogueUnit,
    pub(crate) better: KpiDirection,
    /// Column and value of the segment.
    pub(crate) dimension: &'a str,
    pub(crate) segment: &'a str,
    pub(crate) value: f64,
    pub(crate) n: u64,
    /// What n counts.
    pub(crate) rows: &'a str,
    /// The segment minus the rest.
    pub(crate) difference: Change,
    /// Share of the rows, 0 to 1; `None` if parts do not add up to the whole.
    pub(crate) share: Option<f64>,
    pub(crate) level: f64,
}

/// `CSAT of team billing is clearly better than elsewhere: 91.2% (n 210), 6.1 points above the rest (95% interval
/// +2.0 to +9.4).` An opportunity adds `At the level of the rest the whole would gain 0.9 points, from 15% of the
/// answers.` `None` without an interval.
pub(crate) fn segment_against_rest(segment: &SegmentAgainstRest<'_>) -> Option<String> {
    let unit = segment.unit;
    let difference = segment.difference;
    let (low, high) = (difference.low?, difference.high?);
    let is_above = difference.difference > 0.0;
    let is_better = is_above == (segment.better == KpiDirection::Up);
    let level = format!("{}%", (segment.level * 100.0 * 10.0).round() / 10.0);
    let mut text = format!(
        "{} of {} {} is clearly {} than elsewhere: {} (n {}), {} {} the rest ({level} interval {}).",
        segment.title,
        segment.dimension,
        segment.segment,
        if is_better { "better" } else { "worse" },
        figures::value(unit, segment.value),
        figures::count(segment.n),
        figures::size(unit, difference.difference),
        if is_above { "above" } else { "below" },
        figures::signed_interval(unit, low, high),
    );
    if let (false, Some(share)) = (is_better, segment.share) {
        let gain = share * difference.difference;
        text.push_str(&format!(
            " At the level of the rest the whole would gain {}, from {}% of the {}.",
            figures::size(unit, gain),
            (share * 100.0).round(),
            segment.rows,
        ));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_better_or_worse_by_its_direction() {
        let mut segment = SegmentAgainstRest {
            title: "CSAT",
            unit: CatalogueUnit::Percent,
            better: KpiDirection::Up,
            dimension: "team",
            segment: "billing",
            value: 78.0,
            n: 1_210,
            rows: "answers",
            difference: Change {
                difference: -6.1,
                low: Some(-9.4),
                high: Some(-2.0),
                p: Some(0.001),
                p_adjusted: Some(0.01),
            },
            share: Some(0.15),
            level: 0.95,
        };
        assert_eq!(
            segment_against_rest(&segment).unwrap(),
            "CSAT of team billing is clearly worse than elsewhere: 78.0% (n 1,210), 6.1 points below the rest (95% \
             interval −9.4 to −2.0). At the level of the rest the whole would gain 0.9 points, from 15% of the answers."
        );
        segment.better = KpiDirection::Down;
        let text = segment_against_rest(&segment).unwrap();
        assert!(
            text.contains("clearly better") && !text.contains("gain"),
            "{text}"
        );
    }
}
