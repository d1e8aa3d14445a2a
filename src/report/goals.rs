//! Goals of `deskql.toml`, checked, and whether values meet them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::definition::KpiDescription;
use super::model::{Estimate, GoalState};
use super::sentences;
use crate::catalogue::{CatalogueUnit, KpiDirection};
use crate::tables::GoalConfig;
use crate::text::nearest;

/// A goal in the unit of its KPI, and the days on which it holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct KpiGoal {
    at_least: Option<f64>,
    at_most: Option<f64>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    /// The segments that are held to it too.
    pub(super) by: Option<SegmentGoals>,
}

/// Segments that are held to a goal one by one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SegmentGoals {
    pub(super) dimension: String,
    /// Those that are held to another value.
    values: BTreeMap<String, f64>,
}

impl KpiGoal {
    /// The goal that `goal` sets for `kpi`, whose rows have the columns `dimensions`.
    ///
    /// # Errors
    /// When it is on the wrong side, out of range, in another unit, or by a column that the rows do not have.
    pub(super) fn read(
        goal: &GoalConfig,
        kpi: &KpiDescription,
        dimensions: &[String],
    ) -> Result<Self, String> {
        if goal.at_least.is_none() && goal.at_most.is_none() {
            return Err("give at_least or at_most".to_owned());
        }
        let wrong = match kpi.better {
            Some(KpiDirection::Up) if goal.at_least.is_none() => Some("at_least"),
            Some(KpiDirection::Down) if goal.at_most.is_none() => Some("at_most"),
            _ => None,
        };
        if let Some(key) = wrong {
            let better = if key == "at_least" { "higher" } else { "lower" };
            return Err(format!("{better} values of it are better, so give {key}"));
        }
        let factor = match &goal.unit {
            Some(unit) => factor(unit, kpi.unit)?,
            None => 1.0,
        };
        let of_segments = goal.values.values().copied().map(Some);
        let values = [goal.at_least, goal.at_most].into_iter().chain(of_segments);
        for value in values.flatten() {
            check_range(value * factor, kpi)?;
        }
        let day = |at: &Option<toml::value::Datetime>| at.as_ref().map(day_of).transpose();
        Ok(Self {
            at_least: goal.at_least.map(|value| value * factor),
            at_most: goal.at_most.map(|value| value * factor),
            from: day(&goal.from)?,
            until: day(&goal.until)?,
            by: SegmentGoals::read(goal, dimensions, factor)?,
        })
    }

    /// True on the days on which it holds.
    pub(super) fn holds_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// The state of the whole.
    pub(super) fn state(&self, unit: CatalogueUnit, value: &Estimate) -> GoalState {
        state(self.at_least, self.at_most, unit, value)
    }

    /// The state of a segment, which may be held to a value of its own.
    pub(super) fn segment_state(
        &self,
        segment: &str,
        unit: CatalogueUnit,
        value: &Estimate,
    ) -> GoalState {
        let own = self.by.as_ref().and_then(|by| by.values.get(segment));
        let or_own = |end: Option<f64>| end.map(|end| own.copied().unwrap_or(end));
        state(or_own(self.at_least), or_own(self.at_most), unit, value)
    }
}

impl SegmentGoals {
    fn read(goal: &GoalConfig, dimensions: &[String], factor: f64) -> Result<Option<Self>, String> {
        let Some(by) = &goal.by else {
            return match goal.values.keys().next() {
                Some(_) => Err("values are those of segments: add by = \"priority\"".to_owned()),
                None => Ok(None),
            };
        };
        if dimensions.is_empty() {
            return Err("by: its value has no segments".to_owned());
        }
        if !dimensions.contains(by) {
            let hint = match nearest(by, dimensions.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there is {}", dimensions.join(", ")),
            };
            return Err(format!("by = {by:?} is no column of its rows; {hint}"));
        }
        if goal.at_least.is_some() && goal.at_most.is_some() && !goal.values.is_empty() {
            return Err("values go with either at_least or at_most, not with both".to_owned());
        }
        let values = goal.values.iter();
        Ok(Some(Self {
            dimension: by.clone(),
            values: values
                .map(|(segment, value)| (segment.clone(), value * factor))
                .collect(),
        }))
    }
}

fn state(
    at_least: Option<f64>,
    at_most: Option<f64>,
    unit: CatalogueUnit,
    value: &Estimate,
) -> GoalState {
    GoalState {
        at_least,
        at_most,
        outcome: sentences::goal_outcome(at_least, at_most, unit, value),
    }
}

/// Refuses a goal that no value can reach, or that every value does.
fn check_range(goal: f64, kpi: &KpiDescription) -> Result<(), String> {
    let (low, high) = match kpi.unit {
        // Retention of revenue can pass 100.
        CatalogueUnit::Percent if kpi.name == "nrr" => (1.0, f64::INFINITY),
        CatalogueUnit::Percent | CatalogueUnit::Score => (0.0, 100.0),
        CatalogueUnit::Points => (-100.0, 100.0),
        CatalogueUnit::OfSeven => (1.0, 7.0),
        _ => (0.0, f64::INFINITY),
    };
    if kpi.unit == CatalogueUnit::Percent && goal > 0.0 && goal < 1.0 {
        return Err(format!(
            "{goal} reads as a share: its values are percentages, so write {}",
            goal * 100.0
        ));
    }
    if (low..=high).contains(&goal) {
        return Ok(());
    }
    Err(format!("{goal} is outside of its values, {low} to {high}"))
}

/// Factor from `unit` to that of the KPI.
fn factor(unit: &str, own: CatalogueUnit) -> Result<f64, String> {
    let seconds = |word: &str| match word {
        "s" => Some(1.0),
        "min" => Some(60.0),
        "h" => Some(3_600.0),
        "d" => Some(86_400.0),
        _ => None,
    };
    if unit == own.word() {
        return Ok(1.0);
    }
    match (seconds(unit), seconds(own.word())) {
        (Some(from), Some(to)) => Ok(from / to),
        (None, Some(_)) => Err(format!("unit {unit:?}: write s, min, h or d")),
        _ => Err(format!("unit {unit:?}: its values are in {:?}", own.word())),
    }
}

/// The day of a TOML date, with or without a time.
pub(super) fn day_of(at: &toml::value::Datetime) -> Result<NaiveDate, String> {
    let day = at.date.and_then(|date| {
        NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
    });
    day.ok_or_else(|| format!("{at} has no day: write a date such as 2026-04-30"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read_in_the_unit_of_their_kpi() {
        assert_eq!(factor("min", CatalogueUnit::Hours), Ok(1.0 / 60.0));
        assert_eq!(factor("h", CatalogueUnit::Hours), Ok(1.0));
        assert_eq!(factor("%", CatalogueUnit::Percent), Ok(1.0));
        assert!(factor("%", CatalogueUnit::Hours).is_err());
        assert!(factor("h", CatalogueUnit::Percent).is_err());
    }
}
