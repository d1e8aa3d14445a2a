//! The values of KPIs in a report, and what is said of them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::catalogue::{CatalogueUnit, KpiDirection};

/// Rows below which a value is shown in brackets and compared with nothing.
pub(crate) const FEWEST_ROWS: u64 = 30;

/// A KPI in large figures.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct KpiTile {
    /// Name of the KPI, whose row stands in the section of key metrics.
    pub(crate) kpi: String,
    pub(crate) title: String,
    pub(crate) unit: CatalogueUnit,
    pub(crate) value: Estimate,
    pub(crate) change: Option<Change>,
    pub(crate) verdict: Verdict,
    pub(crate) goal: Option<GoalState>,
    pub(crate) history: Vec<HistoryPoint>,
}

/// KPIs of one focus area.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct KpiGroup {
    pub(crate) heading: String,
    pub(crate) rows: Vec<KpiRow>,
}

/// A KPI: its value, what it was, and what may be said of the change.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct KpiRow {
    pub(crate) kpi: String,
    pub(crate) title: String,
    /// Its name in sentences: "CSAT".
    pub(crate) short_title: String,
    pub(crate) unit: CatalogueUnit,
    /// `None` if neither direction is better, as of numbers of tickets.
    pub(crate) better: Option<KpiDirection>,
    /// `leading` or `lagging`.
    pub(crate) indicator: String,
    pub(crate) value: Estimate,
    pub(crate) before: Option<Estimate>,
    pub(crate) change: Option<Change>,
    pub(crate) year_ago: Option<Estimate>,
    pub(crate) change_in_year: Option<Change>,
    pub(crate) goal: Option<GoalState>,
    /// Segments that are held to a goal one by one.
    pub(crate) segment_goals: Vec<SegmentGoal>,
    /// The last 13 periods, oldest first; the last one is that of the report.
    pub(crate) history: Vec<HistoryPoint>,
    pub(crate) control: Option<ControlLimits>,
    pub(crate) verdict: Verdict,
    /// What may be said, in sentences: of the change, of the goal, of the year.
    pub(crate) sentences: Vec<String>,
    /// Id of its [`ReportStatement`](super::ReportStatement).
    pub(crate) statement: String,
}

impl KpiRow {
    /// True if it has a goal that is clearly missed, as a whole or in a segment.
    pub(crate) fn misses_goal(&self) -> bool {
        let of_segments = self.segment_goals.iter().map(|segment| &segment.goal);
        let mut goals = self.goal.iter().chain(of_segments);
        goals.any(|goal| goal.outcome == GoalOutcome::Missed)
    }
}

/// A value of the data, with what is known of its precision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Estimate {
    pub(crate) value: Option<f64>,
    /// Ends of its interval at the report's level.
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) n: u64,
}

/// The difference of two values: the later minus the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Change {
    pub(crate) difference: f64,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    /// Two-sided p.
    pub(crate) p: Option<f64>,
    /// The same, adjusted over the KPIs of the report (Holm).
    pub(crate) p_adjusted: Option<f64>,
}

impl Change {
    /// The difference in half-widths of its interval; 0 without one.
    pub(crate) fn strength(&self) -> f64 {
        match (self.low, self.high) {
            (Some(low), Some(high)) if high > low => 2.0 * self.difference.abs() / (high - low),
            _ => 0.0,
        }
    }
}

/// One period of a KPI.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct HistoryPoint {
    pub(crate) start: NaiveDate,
    pub(crate) estimate: Estimate,
    /// True if the data begin or end inside of it.
    pub(crate) is_unfinished: bool,
}

/// Limits of common variation over the history (a control chart of individual values).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct ControlLimits {
    pub(crate) center: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// True if the value of the period lies outside.
    pub(crate) is_out: bool,
}

/// What is said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Better,
    Worse,
    /// Clear, in a KPI of which neither direction is better.
    Higher,
    Lower,
    /// Clear, but smaller than what matters.
    TooSmallToMatter,
    /// The interval lies inside what does not matter.
    Unchanged,
    /// The interval leaves 0 out, but the adjusted p does not.
    Hint,
    NoClearChange,
    TooFew,
    /// No value in one of the periods, or the period is unfinished.
    NotCompared,
}

impl Verdict {
    /// True of a clear change, in either direction.
    pub(crate) const fn is_clear(self) -> bool {
        matches!(
            self,
            Self::Better | Self::Worse | Self::Higher | Self::Lower
        )
    }

    /// Its words in tables.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::TooSmallToMatter => "too small to matter",
            Self::Unchanged => "unchanged",
            Self::Hint => "hint",
            Self::NoClearChange => "no clear change",
            Self::TooFew => "too few to say",
            Self::NotCompared => "not compared",
        }
    }
}

/// A goal and whether it is met.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct GoalState {
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
    pub(crate) outcome: GoalOutcome,
}

/// A goal of a segment, such as of the priority urgent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SegmentGoal {
    pub(crate) dimension: String,
    pub(crate) segment: String,
    pub(crate) value: Estimate,
    pub(crate) goal: GoalState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GoalOutcome {
    Met,
    Missed,
    /// The interval contains the goal.
    NotDecided,
}

impl GoalOutcome {
    /// Its words in tables and sentences.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::NotDecided => "not decided",
        }
    }
}
