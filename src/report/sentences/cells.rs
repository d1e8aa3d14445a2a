//! The texts of a KPI in tables, the same in every face.

use super::amounts;
use super::compared::finite;
use super::goals;
use crate::catalogue::CatalogueUnit;
use crate::report::figures;
use crate::report::model::{Change, Estimate, HistoryPoint, KpiRow, KpiTile, Verdict};

/// Said where a period has no value; it is never 0.
const NO_DATA: &str = "no data";
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// A period without a value, or one that has not ended.
const GAP: char = '·';

/// The texts of a row; those about which there is nothing to say are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KpiCells {
    /// In brackets if it is of too few rows.
    pub(crate) value: String,
    pub(crate) interval: String,
    pub(crate) n: String,
    pub(crate) before: String,
    pub(crate) change: String,
    pub(crate) change_interval: String,
    pub(crate) year_ago: String,
    pub(crate) goal: String,
    pub(crate) history: String,
    pub(crate) verdict: &'static str,
}

impl KpiCells {
    pub(crate) fn from_row(row: &KpiRow) -> Self {
        let earlier = |estimate: Option<Estimate>| value_words(row.unit, estimate.as_ref());
        let change = shown_change(row.change, row.verdict);
        Self {
            value: current_words(row.unit, &row.value, row.verdict),
            interval: interval_words(row.unit, &row.value),
            n: n_words(row.unit, &row.value),
            before: earlier(row.before),
            change: change_words(row.unit, change),
            change_interval: change_interval_words(row.unit, change),
            year_ago: earlier(row.year_ago),
            goal: goal_cell(row),
            history: sparkline(&row.history),
            verdict: row.verdict.words(),
        }
    }

    pub(crate) fn from_tile(tile: &KpiTile) -> Self {
        let change = shown_change(tile.change, tile.verdict);
        Self {
            value: current_words(tile.unit, &tile.value, tile.verdict),
            interval: interval_words(tile.unit, &tile.value),
            n: n_words(tile.unit, &tile.value),
            before: String::new(),
            change: change_words(tile.unit, change),
            change_interval: change_interval_words(tile.unit, change),
            year_ago: String::new(),
            goal: tile
                .goal
                .as_ref()
                .map(|goal| goals::goal_state_words(goal, tile.unit))
                .unwrap_or_default(),
            history: sparkline(&tile.history),
            verdict: tile.verdict.words(),
        }
    }
}

/// The goal of the whole, and the segments that miss theirs.
fn goal_cell(row: &KpiRow) -> String {
    let whole = row.goal.as_ref();
    let whole = whole.map(|goal| goals::goal_state_words(goal, row.unit));
    let parts = [whole, goals::missing_segments(&row.segment_goals)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// What may be said of a row, with its title if no sentence has it: those about goals do not.
pub(crate) fn row_sentences(row: &KpiRow) -> Option<String> {
    let words = row.sentences.join(" ");
    match words.as_str() {
        "" => None,
        said if said.contains(&row.short_title) => Some(words),
        _ => Some(format!("{}: {words}", row.short_title)),
    }
}

/// Of too few rows, or of periods that are not compared, no change is shown: it would be read.
fn shown_change(change: Option<Change>, verdict: Verdict) -> Option<Change> {
    let is_silent = matches!(verdict, Verdict::TooFew | Verdict::NotCompared);
    change.filter(|change| !is_silent && change.difference.is_finite())
}

fn current_words(unit: CatalogueUnit, estimate: &Estimate, verdict: Verdict) -> String {
    let words = value_words(unit, Some(estimate));
    match verdict {
        Verdict::TooFew if finite(estimate.value).is_some() => format!("({words})"),
        _ => words,
    }
}

fn value_words(unit: CatalogueUnit, estimate: Option<&Estimate>) -> String {
    let value = estimate.and_then(|estimate| finite(estimate.value));
    value.map_or_else(|| NO_DATA.to_owned(), |value| figures::value(unit, value))
}

fn interval_words(unit: CatalogueUnit, estimate: &Estimate) -> String {
    let ends = amounts::ends(estimate.low, estimate.high);
    ends.map(|(low, high)| figures::interval(unit, low, high))
        .unwrap_or_default()
}

/// A number of tickets is its own n.
fn n_words(unit: CatalogueUnit, estimate: &Estimate) -> String {
    let is_count =
        unit == CatalogueUnit::Tickets && amounts::ends(estimate.low, estimate.high).is_none();
    if is_count {
        String::new()
    } else {
        figures::count(estimate.n)
    }
}

fn change_words(unit: CatalogueUnit, change: Option<Change>) -> String {
    change
        .map(|change| figures::signed(unit, change.difference))
        .unwrap_or_default()
}

fn change_interval_words(unit: CatalogueUnit, change: Option<Change>) -> String {
    let ends = change.and_then(|change| amounts::ends(change.low, change.high));
    ends.map(|(low, high)| figures::signed_interval(unit, low, high))
        .unwrap_or_default()
}

/// The course of a KPI between its lowest and its highest value; a constant one is drawn in the middle.
pub(crate) fn sparkline(history: &[HistoryPoint]) -> String {
    let whole =
        |point: &HistoryPoint| finite(point.estimate.value).filter(|_| !point.is_unfinished);
    let values: Vec<Option<f64>> = history.iter().map(whole).collect();
    let known = || values.iter().flatten().copied();
    if known().next().is_none() {
        return String::new();
    }
    let (low, high) = (
        known().fold(f64::INFINITY, f64::min),
        known().fold(f64::NEG_INFINITY, f64::max),
    );
    let mark = |value: f64| {
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        };
        // Eighths from the lowest to the highest: the first level that is not below the value's.
        let steps = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5];
        let above = steps.iter().filter(|step| share * 7.0 >= **step).count();
        LEVELS.get(above).copied().unwrap_or(GAP)
    };
    values.iter().map(|value| value.map_or(GAP, mark)).collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::super::compared::examples::estimate;
    use super::super::summary::examples::row;
    use super::*;

    fn points(values: &[Option<f64>]) -> Vec<HistoryPoint> {
        let point = |value: &Option<f64>| HistoryPoint {
            start: NaiveDate::default(),
            estimate: Estimate {
                value: *value,
                ..estimate(0.0, 40)
            },
            is_unfinished: false,
        };
        values.iter().map(point).collect()
    }

    #[test]
    fn rows_have_their_texts() {
        let cells = KpiCells::from_row(&row("csat", "CSAT", Verdict::Worse));
        assert_eq!(
            (
                cells.value.as_str(),
                cells.interval.as_str(),
                cells.n.as_str()
            ),
            ("79.3%", "", "1,204")
        );
        assert_eq!(
            (cells.before.as_str(), cells.year_ago.as_str()),
            ("84.3%", "no data")
        );
        assert_eq!(
            (cells.change.as_str(), cells.change_interval.as_str()),
            ("−5.0", "−8.0 to −1.9")
        );
    }

    #[test]
    fn few_rows_stand_in_brackets_and_without_a_change() {
        let cells = KpiCells::from_row(&row("csat", "CSAT", Verdict::TooFew));
        assert_eq!(
            (cells.value.as_str(), cells.change.as_str()),
            ("(79.3%)", "")
        );
    }

    #[test]
    fn courses_have_eight_levels_and_gaps() {
        let eight: Vec<Option<f64>> = (0..8).map(|value| Some(f64::from(value))).collect();
        assert_eq!(sparkline(&points(&eight)), "▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&points(&[Some(3.0), None, Some(3.0)])), "▅·▅");
        assert_eq!(sparkline(&points(&[None])), "");
        let mut unfinished = points(&[Some(1.0), Some(2.0), Some(0.1)]);
        unfinished[2].is_unfinished = true;
        assert_eq!(sparkline(&unfinished), "▁█·");
    }
}
