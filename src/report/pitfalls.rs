//! The known pitfalls of reports, each a check that speaks only where it finds something.

use super::definition::{KpiDescription, ReportDefinition};
use super::event::ReportEvent;
use super::figures;
use super::model::{DataQuality, KpiRow, PitfallCheck, ReportAction, ReportPeriod, Verdict};
use super::sentences;

/// Share of leading KPIs below which a report looks backwards only.
const LEAST_LEADING: usize = 3;
/// Response rate in percent below which the answers are those of a few.
const FEW_ANSWERS: f64 = 10.0;
const PERSPECTIVES: [&str; 4] = ["customer", "process", "learning", "financial"];
/// Means of times, with the medians that belong beside them.
const MEANS: [(&str, &str); 2] = [("frt", "frt_median"), ("art", "art_median")];

/// The pitfall of which a warning is printed too.
pub(crate) const TOO_MANY: &str = "too many metrics";

/// What the checks look at.
pub(super) struct PitfallFacts<'a> {
    pub(super) definition: &'a ReportDefinition,
    /// Descriptions of the report's own KPIs.
    pub(super) kpis: &'a [KpiDescription],
    /// The same with those of the appendix.
    pub(super) all: &'a [KpiDescription],
    pub(super) rows: &'a [&'a KpiRow],
    pub(super) actions: &'a [ReportAction],
    pub(super) quality: &'a [DataQuality],
    pub(super) events: &'a [ReportEvent],
    pub(super) period: &'a ReportPeriod,
}

impl PitfallFacts<'_> {
    /// The pitfalls that were found.
    pub(super) fn checks(&self) -> Vec<PitfallCheck> {
        let checks = [
            (TOO_MANY, self.too_many()),
            ("lagging only", self.lagging_only()),
            ("one side only", self.one_side_only()),
            ("no context", self.missed_without_action()),
            (
                "speed at the cost of quality",
                sentences::speed_against_quality(self.rows),
            ),
            (
                "one score for all",
                sentences::disagreeing_scores(self.rows),
            ),
            ("means of skewed times", self.lonely_mean()),
            ("silent answers", self.silent_answers()),
            ("front line unheard", self.front_line_unheard()),
            ("stale or partial data", self.stale()),
            ("changed survey or policy", self.not_comparable()),
        ];
        let found = checks
            .into_iter()
            .filter_map(|(pitfall, text)| Some((pitfall, text?)));
        found
            .map(|(pitfall, text)| PitfallCheck {
                pitfall: pitfall.to_owned(),
                text,
            })
            .collect()
    }

    fn too_many(&self) -> Option<String> {
        let (count, cap) = (self.definition.kpis.len(), self.definition.cap);
        (count > cap).then(|| {
            format!(
                "{count} KPIs stand in this report; {cap} are as many as its readers can act on."
            )
        })
    }

    fn lagging_only(&self) -> Option<String> {
        let leading = self.kpis.iter().filter(|kpi| kpi.is_leading).count();
        (leading * LEAST_LEADING < self.kpis.len()).then(|| {
            format!(
                "{leading} of {} KPIs are leading: the others tell what has already happened.",
                self.kpis.len()
            )
        })
    }

    fn one_side_only(&self) -> Option<String> {
        let missing: Vec<&str> = PERSPECTIVES
            .into_iter()
            .filter(|perspective| self.all.iter().all(|kpi| kpi.perspective != *perspective))
            .collect();
        (self.definition.is_scorecard && !missing.is_empty()).then(|| {
            format!(
                "No KPI is about the {} side of the scorecard.",
                missing.join(" and the ")
            )
        })
    }

    fn missed_without_action(&self) -> Option<String> {
        let is_missed = |row: &&&KpiRow| row.misses_goal();
        let missed: Vec<&str> = self
            .rows
            .iter()
            .filter(is_missed)
            .map(|row| row.title.as_str())
            .collect();
        (!missed.is_empty() && self.actions.is_empty())
            .then(|| format!("Missed and without an action: {}.", missed.join(", ")))
    }

    fn lonely_mean(&self) -> Option<String> {
        let has = |name: &str| self.kpis.iter().any(|kpi| kpi.name == name);
        let lonely = MEANS
            .into_iter()
            .find(|(mean, median)| has(mean) && !has(median));
        lonely.map(|(mean, median)| {
            format!("{mean} is a mean of skewed times: show {median} beside it.")
        })
    }

    fn silent_answers(&self) -> Option<String> {
        let row = self
            .rows
            .iter()
            .find(|row| row.kpi == "survey_response_rate")?;
        let rate = row.value.value?;
        let has_changed = matches!(row.verdict, Verdict::Better | Verdict::Worse);
        if rate < FEW_ANSWERS {
            return Some(format!(
                "{} of the surveys were answered: satisfaction is that of those who answer.",
                figures::value(row.unit, rate)
            ));
        }
        has_changed.then(|| {
            "Who answered has changed: the response rate moved clearly, so satisfaction may be that of other customers."
                .to_owned()
        })
    }

    fn front_line_unheard(&self) -> Option<String> {
        self.actions.is_empty().then(|| {
            "No action is carried over from last time: [[report.actions]] of deskql.toml has them.".to_owned()
        })
    }

    fn stale(&self) -> Option<String> {
        if self.period.is_unfinished {
            return Some(format!(
                "The data end before {} does: nothing is compared.",
                self.period.label
            ));
        }
        let stale = self.quality.iter().filter(|row| !row.remarks.is_empty());
        let tables: Vec<&str> = stale.map(|row| row.table.as_str()).collect();
        (!tables.is_empty()).then(|| format!("See data quality of {}.", tables.join(", ")))
    }

    fn not_comparable(&self) -> Option<String> {
        let changed = self.events.iter().find(|event| {
            event.breaks_comparison(true)
                && (self.period.start..self.period.end).contains(&event.at.date())
        });
        changed.map(|event| {
            format!(
                "Not comparable: {} on {}.",
                event.words(),
                figures::day(event.at.date())
            )
        })
    }
}
