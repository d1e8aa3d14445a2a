//! The model of a report: what every face shows. A face formats it and decides nothing.
//!
//! Serialized, it is the JSON of `deskql report --format json`, described in `docs/report-json.md`; a change that
//! takes a field away or gives it another meaning raises [`VERSION`].

use chrono::NaiveDate;
use serde::Serialize;

use super::drawing::ChartDrawing;
use crate::catalogue::{CatalogueUnit, KpiDirection};

/// Version of the JSON.
pub(crate) const VERSION: u32 = 1;
/// Rows below which a value is shown in brackets and compared with nothing.
pub(crate) const FEWEST_ROWS: u64 = 30;

/// A report, ready to be printed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    pub(crate) version: u32,
    /// Its name on the command line, such as `team_weekly`.
    pub(crate) name: String,
    /// From `[report] title`, else the one of the definition.
    pub(crate) title: String,
    /// What it is about, with its period: "Department, monthly: March 2025".
    pub(crate) subtitle: String,
    pub(crate) period: ReportPeriod,
    /// Rows that the report is about, where it is not about all of them: "team billing".
    pub(crate) population: Option<String>,
    /// `data:` address of the logo.
    pub(crate) logo: Option<String>,
    pub(crate) sections: Vec<ReportSection>,
    /// Lines that explain the words of the report.
    pub(crate) how_to_read: Vec<String>,
    pub(crate) definitions: Vec<KpiDefinition>,
    pub(crate) data_quality: Vec<DataQuality>,
    pub(crate) annotations: Vec<ReportAnnotation>,
    pub(crate) checks: Vec<PitfallCheck>,
    /// The SQL behind the numbers, which blocks name by id.
    pub(crate) statements: Vec<ReportStatement>,
    pub(crate) footer: ReportFooter,
}

/// The time that a report is about, and what it is compared with.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReportPeriod {
    /// `week`, `month` or `quarter`.
    pub(crate) grain: String,
    /// "March 2025", "week of 15 December 2025", "2nd quarter of 2025".
    pub(crate) label: String,
    pub(crate) start: NaiveDate,
    /// First day that is not in it.
    pub(crate) end: NaiveDate,
    pub(crate) before_label: String,
    pub(crate) year_ago_label: String,
    pub(crate) zone: String,
    /// True if the data end before the period does: then nothing is compared.
    pub(crate) is_unfinished: bool,
}

/// One of the headings of a report.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReportSection {
    /// Unique, fit for an address: letters, digits and hyphens.
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) blocks: Vec<ReportBlock>,
}

/// A part of a section.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ReportBlock {
    Summary(ReportSummary),
    /// Markdown of the definition, with its values filled in.
    Text {
        markdown: String,
    },
    /// One table for each focus area.
    Kpis {
        groups: Vec<KpiGroup>,
    },
    Chart(Box<ReportChart>),
    /// Small charts side by side.
    Charts {
        charts: Vec<ReportChart>,
    },
    Table(ReportTable),
    Findings(FindingList),
    Actions {
        actions: Vec<ReportAction>,
    },
}

/// What a reader who stops here has read.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReportSummary {
    /// At most five.
    pub(crate) sentences: Vec<Finding>,
    /// At most five.
    pub(crate) tiles: Vec<KpiTile>,
}

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
    /// The last 13 periods, oldest first; the last one is that of the report.
    pub(crate) history: Vec<HistoryPoint>,
    pub(crate) control: Option<ControlLimits>,
    pub(crate) verdict: Verdict,
    /// What may be said, in sentences: of the change, of the goal, of the year.
    pub(crate) sentences: Vec<String>,
    /// Id of its [`ReportStatement`].
    pub(crate) statement: String,
}

impl KpiRow {
    /// True if it has a goal that is clearly missed.
    pub(crate) fn misses_goal(&self) -> bool {
        let goal = self.goal.as_ref();
        goal.is_some_and(|goal| goal.outcome == GoalOutcome::Missed)
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

/// A sentence with an address of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Finding {
    /// Unique in the report, fit for an address.
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) tone: FindingTone,
    /// Details below the sentence, such as an example of a theme.
    pub(crate) details: Vec<String>,
    /// Id of the [`ReportStatement`] behind it.
    pub(crate) statement: Option<String>,
}

/// Whether a sentence is good news; it is never said by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FindingTone {
    Good,
    Bad,
    Neutral,
}

/// Findings under a heading of their own.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FindingList {
    /// Such as "Wins", or the KPI whose cause is looked for.
    pub(crate) heading: String,
    pub(crate) findings: Vec<Finding>,
    /// Said when there are none.
    pub(crate) when_empty: String,
}

/// A chart, with the numbers that it draws.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReportChart {
    /// Unique in the report, fit for an address.
    pub(crate) id: String,
    /// States what is to be seen, or the question.
    pub(crate) title: String,
    /// Range and last value, in words.
    pub(crate) description: String,
    pub(crate) table: ReportTable,
    #[serde(skip)]
    pub(crate) drawing: ChartDrawing,
}

/// Rows of a query.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReportTable {
    pub(crate) id: String,
    pub(crate) caption: String,
    pub(crate) columns: Vec<TableColumn>,
    pub(crate) rows: Vec<Vec<TableCell>>,
    /// Number of rows that were left out.
    pub(crate) omitted: usize,
    pub(crate) statement: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TableColumn {
    pub(crate) name: String,
    /// True if it is aligned to the right.
    pub(crate) is_number: bool,
}

/// A value, and its text as the result tables print it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct TableCell {
    pub(crate) text: String,
    /// All digits, where it is a number.
    pub(crate) number: Option<f64>,
}

/// `[[report.actions]]`, or what the report proposes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ReportAction {
    pub(crate) title: String,
    pub(crate) owner: Option<String>,
    pub(crate) due: Option<NaiveDate>,
    pub(crate) status: ActionStatus,
    /// Id of the [`Finding`] that it comes from.
    pub(crate) finding: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActionStatus {
    Open,
    /// Open, and its day is over.
    Overdue,
    Done,
    Dropped,
    /// By the report: a question, not an order.
    Proposed,
}

impl ActionStatus {
    /// Its word in tables.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Proposed => "proposed",
        }
    }
}

/// A KPI as the catalogue defines it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct KpiDefinition {
    pub(crate) kpi: String,
    pub(crate) title: String,
    pub(crate) definition: String,
    pub(crate) formula: String,
}

/// What is known of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct DataQuality {
    pub(crate) table: String,
    /// Rows of the period.
    pub(crate) rows: u64,
    pub(crate) newest: Option<String>,
    /// What is missing, in words; empty if nothing is.
    pub(crate) remarks: Vec<String>,
}

/// Something that happened, drawn on every chart over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ReportAnnotation {
    /// Its number on the charts.
    pub(crate) number: usize,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) at: NaiveDate,
    pub(crate) until: Option<NaiveDate>,
}

/// One of the known pitfalls of reports, where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PitfallCheck {
    pub(crate) pitfall: String,
    pub(crate) text: String,
}

/// A statement that can be run again as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ReportStatement {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) sql: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ReportFooter {
    /// "deskql 0.1.0".
    pub(crate) program: String,
    pub(crate) data: Vec<String>,
    /// Newest row of the data, in the zone of the report.
    pub(crate) newest: Option<String>,
    pub(crate) zone: String,
    pub(crate) level: f64,
    /// Time of making, or `--stamp`.
    pub(crate) stamp: String,
}
