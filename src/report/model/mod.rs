//! The model of a report: what every face shows. A face formats it and decides nothing.
//!
//! Serialized, it is the JSON of `deskql report --format json`, described in `docs/report-json.md`; a change that
//! takes a field away or gives it another meaning raises [`VERSION`].

use chrono::NaiveDate;
use serde::Serialize;

use crate::report::drawing::ChartDrawing;

mod kpi_values;

pub(crate) use kpi_values::{
    Change, ControlLimits, Estimate, FEWEST_ROWS, GoalOutcome, GoalState, HistoryPoint, KpiGroup,
    KpiRow, KpiTile, SegmentGoal, Verdict,
};

/// Version of the JSON.
pub(crate) const VERSION: u32 = 1;

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
