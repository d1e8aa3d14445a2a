//! Rows of the KPI tables: each KPI with its changes, its goal, and what may be said of it.

use std::collections::BTreeMap;

use super::definition::ReportDefinition;
use super::event::ReportEvent;
use super::figures;
use super::measuring::MeasuredKpi;
use super::model::{
    Change, ControlLimits, Estimate, GoalState, HistoryPoint, KpiGroup, KpiRow, ReportPeriod,
    SegmentGoal, Verdict,
};
use super::periods::{PeriodSpan, ReportPeriods};
use super::sentences::{self, ComparedKpi, DaysOfPeriods, ReferencePeriod};
use super::settings::ReportSettings;
use super::working_days::WorkingDays;
use crate::insight::holm;

/// KPI of surveys that asks for no score.
const RESPONSE_RATE: &str = "survey_response_rate";

/// What the rows are made of.
pub(super) struct RowFacts<'a> {
    pub(super) definition: &'a ReportDefinition,
    pub(super) settings: &'a ReportSettings,
    pub(super) periods: &'a ReportPeriods,
    pub(super) period: &'a ReportPeriod,
    pub(super) limits: &'a BTreeMap<String, ControlLimits>,
    pub(super) events: &'a [ReportEvent],
    /// By KPI.
    pub(super) segment_goals: &'a BTreeMap<String, Vec<SegmentGoal>>,
    pub(super) working_days: &'a WorkingDays,
    /// First day on which the data are whole.
    pub(super) first_day: Option<chrono::NaiveDate>,
}

/// Adjusts the p of the changes: those of the report's own KPIs for their number, those of the appendix for that of
/// all.
pub(super) fn adjust(kpis: &mut BTreeMap<String, MeasuredKpi>, definition: &ReportDefinition) {
    let all = definition.all_kpis();
    let own: Vec<&str> = definition.kpis.iter().map(String::as_str).collect();
    for get in [
        (|kpi: &mut MeasuredKpi| &mut kpi.change) as fn(&mut MeasuredKpi) -> &mut Option<Change>,
        |kpi| &mut kpi.change_in_year,
    ] {
        // The KPIs of the report come last, so that theirs is the adjustment that stays.
        for names in [&all, &own] {
            let mut p_of = |name: &&str| {
                kpis.get_mut(*name)
                    .and_then(|kpi| get(kpi).and_then(|change| change.p))
            };
            let p: Vec<Option<f64>> = names.iter().map(&mut p_of).collect();
            for (name, adjusted) in names.iter().zip(holm(&p)) {
                if let Some(change) = kpis.get_mut(*name).and_then(|kpi| get(kpi).as_mut()) {
                    change.p_adjusted = adjusted;
                }
            }
        }
    }
}

impl RowFacts<'_> {
    /// The rows of `names`, a group for each focus area, in the order of the names.
    pub(super) fn groups(
        &self,
        names: &[String],
        kpis: &BTreeMap<String, MeasuredKpi>,
    ) -> Vec<KpiGroup> {
        let mut groups: Vec<KpiGroup> = Vec::new();
        for kpi in names.iter().filter_map(|name| kpis.get(name)) {
            let row = self.row(kpi);
            match groups
                .iter_mut()
                .find(|group| group.heading.eq_ignore_ascii_case(&kpi.about.focus))
            {
                Some(group) => group.rows.push(row),
                None => groups.push(KpiGroup {
                    heading: figures::capitalized(&kpi.about.focus),
                    rows: vec![row],
                }),
            }
        }
        groups
    }

    pub(super) fn row(&self, kpi: &MeasuredKpi) -> KpiRow {
        let about = &kpi.about;
        let value = kpi.value(self.periods.now());
        let before = self.whole(kpi, self.periods.before());
        let year_ago = self.whole(kpi, self.periods.year_ago);
        let broken = self.breaking_event(kpi);
        let is_finished = !self.period.is_unfinished;
        let is_comparable = before.is_some() && is_finished && broken.is_none();
        let (verdict, sentences) = self.said(kpi, broken);
        let indicator = if about.is_leading {
            "leading"
        } else {
            "lagging"
        };
        KpiRow {
            kpi: about.name.clone(),
            title: about.title.clone(),
            short_title: about.short.clone(),
            unit: about.unit,
            better: about.better,
            indicator: indicator.to_owned(),
            value,
            before,
            change: kpi.change.filter(|_| is_comparable),
            year_ago,
            change_in_year: kpi
                .change_in_year
                .filter(|_| year_ago.is_some() && is_finished),
            goal: self.goal(kpi, &value),
            segment_goals: self.segment_goals(kpi).to_vec(),
            history: self.history(kpi),
            control: self.limits.get(&about.name).copied(),
            verdict,
            sentences,
            statement: kpi.statement.clone(),
        }
    }

    /// The verdict, and what may be said: of the change, of the goal, of the year, of the limits.
    fn said(&self, kpi: &MeasuredKpi, broken: Option<&ReportEvent>) -> (Verdict, Vec<String>) {
        let about = &kpi.about;
        let value = kpi.value(self.periods.now());
        let before = self.whole(kpi, self.periods.before());
        let compared = self.compared(kpi, before, kpi.change, ReferencePeriod::Before);
        let (verdict, first) = match broken {
            Some(event) => (
                Verdict::NotCompared,
                sentences::not_comparable(&compared, &event.words(), event.at.date()),
            ),
            None => (
                sentences::verdict(&compared),
                sentences::change_sentence(&compared),
            ),
        };
        let goal = self.goal(kpi, &value);
        let goal = goal.map(|goal| sentences::goal_sentence(&goal, about.unit, &value));
        let by_segment = sentences::segment_goals_sentence(self.segment_goals(kpi), about.unit);
        let is_told_in_year = !matches!(verdict, Verdict::TooFew | Verdict::NotCompared);
        let in_year = is_told_in_year.then(|| {
            let year_ago = self.whole(kpi, self.periods.year_ago);
            let change = kpi.change_in_year;
            sentences::change_sentence(&self.compared(
                kpi,
                year_ago,
                change,
                ReferencePeriod::YearAgo,
            ))
        });
        // The sentence of a count names its limits already.
        let limits = self.limits.get(&about.name).filter(|_| value.low.is_some());
        let out = limits
            .filter(|limits| limits.is_out && !self.period.is_unfinished)
            .zip(value.value);
        let out = out.map(|(limits, value)| {
            sentences::control_state(&about.short, about.unit, value, limits)
        });
        (
            verdict,
            [Some(first), goal, by_segment, in_year, out]
                .into_iter()
                .flatten()
                .collect(),
        )
    }

    /// A changed survey or policy between the beginning of the period before and the end of this one.
    fn breaking_event(&self, kpi: &MeasuredKpi) -> Option<&ReportEvent> {
        let days = self.periods.before().start..self.periods.now().end;
        let measure = self.definition.measure(&kpi.about.name).ok()?;
        let is_survey = measure.theme.is_some() || kpi.about.name == RESPONSE_RATE;
        self.events
            .iter()
            .find(|event| event.breaks_comparison(is_survey) && days.contains(&event.at.date()))
    }

    /// The value of an earlier period; `None` if the data do not cover it.
    fn whole(&self, kpi: &MeasuredKpi, span: PeriodSpan) -> Option<Estimate> {
        let is_whole = self.first_day.is_some_and(|first| first <= span.start);
        let value = kpi.value(span);
        (is_whole && value.value.is_some()).then_some(value)
    }

    fn history(&self, kpi: &MeasuredKpi) -> Vec<HistoryPoint> {
        let point = |span: &PeriodSpan| HistoryPoint {
            start: span.start,
            estimate: kpi.value(*span),
            is_unfinished: self.periods.is_unfinished(*span)
                || self.first_day.is_some_and(|first| first > span.start),
        };
        self.periods.history.iter().map(point).collect()
    }

    fn compared<'k>(
        &'k self,
        kpi: &'k MeasuredKpi,
        before: Option<Estimate>,
        change: Option<Change>,
        reference: ReferencePeriod,
    ) -> ComparedKpi<'k> {
        let about = &kpi.about;
        let is_own = self.definition.kpis.contains(&about.name);
        let all = self.definition.all_kpis().len();
        let limits = self.limits.get(&about.name);
        ComparedKpi {
            title: &about.short,
            unit: about.unit,
            better: about.better,
            now: kpi.value(self.periods.now()),
            before,
            change: change.filter(|_| before.is_some()),
            reference,
            per_day: self.per_day(kpi, reference),
            materiality: self.settings.materiality.get(&about.name).copied(),
            expected: limits
                .filter(|_| reference == ReferencePeriod::Before)
                .map(|limits| (limits.low, limits.high)),
            rows: &about.rows,
            grain: self.periods.grain.word(),
            level: self.settings.level,
            comparisons: if is_own {
                self.definition.kpis.len()
            } else {
                all
            },
            is_unfinished: self.period.is_unfinished,
        }
    }

    /// Working days of both periods, of a total that grows with them.
    fn per_day(&self, kpi: &MeasuredKpi, reference: ReferencePeriod) -> Option<DaysOfPeriods> {
        let measure = self.definition.measure(&kpi.about.name).ok()?;
        let other = match reference {
            ReferencePeriod::Before => self.periods.before(),
            ReferencePeriod::YearAgo => self.periods.year_ago,
        };
        let is_total = measure.is_count && measure.at.is_none();
        let [now, before] = self
            .working_days
            .differing(self.periods.now(), other)
            .filter(|_| is_total)?;
        Some(DaysOfPeriods {
            now,
            before,
            words: self.working_days.words,
        })
    }

    fn goal(&self, kpi: &MeasuredKpi, value: &Estimate) -> Option<GoalState> {
        let goal = self
            .settings
            .goal(&kpi.about.name, self.periods.last_day())?;
        Some(goal.state(kpi.about.unit, value))
    }

    fn segment_goals(&self, kpi: &MeasuredKpi) -> &[SegmentGoal] {
        let goals = self.segment_goals.get(&kpi.about.name);
        goals.map_or(&[], Vec::as_slice)
    }
}
