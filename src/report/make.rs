//! Makes a report: computes what its sections need, once for all of them, and puts them together.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Utc};

use super::blocks::BlockFacts;
use super::causes::CauseSearch;
use super::definition::{self, KpiDescription, ReportDefinition, SqlValues};
use super::events;
use super::figures;
use super::freshness::{self, SourceSpan};
use super::measuring::{self, MeasuredKpis};
use super::model::{
    ActionStatus, DataQuality, GoalOutcome, KpiDefinition, KpiRow, PitfallCheck, Report,
    ReportAction, ReportFooter, ReportPeriod, VERSION,
};
use super::periods::ReportPeriods;
use super::pitfalls::PitfallFacts;
use super::quality;
use super::rows::{self, RowFacts};
use super::segments::{SegmentFindings, SegmentSearch};
use super::session::ReportSession;
use super::settings::ReportSettings;
use super::{causes, control};
use crate::Engine;
use crate::error::{Error, Result};
use crate::queries::{QueryLibrary, parameter_values};
use crate::tables::ConfigFile;

/// What is asked for beside the name.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReportRequest {
    /// A day of the period; the last whole one of the data when absent.
    pub(crate) day: Option<NaiveDate>,
    /// Parameters, as `(name, text)`.
    pub(crate) parameters: Vec<(String, String)>,
    /// In the place of the time of making.
    pub(crate) stamp: Option<String>,
    /// Locations of the data, for the footer.
    pub(crate) data: Vec<String>,
    /// Folders of named queries.
    pub(crate) queries: Vec<std::path::PathBuf>,
}

/// Makes the report called `name`, or of the file or folder at that path.
///
/// # Errors
/// When there is no such report, a parameter or a setting is wrong, or a statement fails.
pub(crate) async fn make(
    engine: &Engine,
    name: &str,
    request: &ReportRequest,
    config: Option<&ConfigFile>,
) -> Result<Report> {
    let mut definition = definition::find(name)?;
    let settings = ReportSettings::read(config, &mut definition)?;
    let parameters = parameters(&definition, request)?;
    let first = ReportSession::new(engine, parameters.clone());
    let spans = freshness::source_spans(&first, &definition).await?;
    let newest = freshness::newest(&definition, &spans);
    let periods = ReportPeriods::new(
        definition.grain,
        settings.zone,
        request.day,
        newest.map(|span| span.newest),
    );
    let values = session_values(parameters, &periods);
    ReportMaker {
        session: ReportSession::new(engine, values),
        period: period(&periods),
        first_day: first_day(newest, &periods),
        definition,
        settings,
        periods,
        spans,
        request,
    }
    .report()
    .await
}

/// True if a goal of the report is clearly missed.
pub(crate) fn misses_a_goal(report: &Report) -> bool {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let rows = blocks.filter_map(|block| match block {
        super::model::ReportBlock::Kpis { groups } => Some(groups),
        _ => None,
    });
    let mut rows = rows.flatten().flat_map(|group| &group.rows);
    rows.any(|row| {
        row.goal
            .as_ref()
            .is_some_and(|goal| goal.outcome == GoalOutcome::Missed)
    })
}

/// A report while it is made.
struct ReportMaker<'a> {
    session: ReportSession<'a>,
    definition: ReportDefinition,
    settings: ReportSettings,
    periods: ReportPeriods,
    period: ReportPeriod,
    spans: BTreeMap<String, SourceSpan>,
    first_day: Option<NaiveDate>,
    request: &'a ReportRequest,
}

impl ReportMaker<'_> {
    async fn report(self) -> Result<Report> {
        let (session, definition, periods) = (&self.session, &self.definition, &self.periods);
        let mut measured =
            measuring::measure(session, definition, periods, self.settings.level).await?;
        measured.leave_out_before(self.first_day, periods.now());
        rows::adjust(&mut measured.kpis, definition);
        let limits = control::limits(session, &measured.kpis, periods).await?;
        let row_facts = RowFacts {
            definition,
            settings: &self.settings,
            periods,
            period: &self.period,
            limits: &limits,
            first_day: self.first_day,
        };
        let own = definition
            .kpis
            .iter()
            .filter_map(|name| measured.kpis.get(name));
        let rows: Vec<KpiRow> = own.map(|kpi| row_facts.row(kpi)).collect();
        let row_refs: Vec<&KpiRow> = rows.iter().collect();
        let events = events::events(session, &self.settings, periods).await?;
        let annotations = events::annotations(&events);
        let causes = self.causes(&row_refs, &measured, &events).await?;
        let segments = self.segments(&measured).await?;
        let actions = self.actions();
        let library = self.library()?;
        let blocks = BlockFacts {
            session,
            definition,
            library: &library,
            periods,
            period: &self.period,
            kpis: &measured.kpis,
            row_facts: &row_facts,
            rows: &rows,
            annotations: &annotations,
            actions: &actions,
            causes: &causes,
            segments: &segments,
        };
        let sections = blocks.sections().await?;
        let data_quality =
            quality::data_quality(session, definition, periods, &self.spans, &measured).await?;
        let own = definition
            .kpis
            .iter()
            .filter_map(|name| measured.kpis.get(name));
        let described: Vec<KpiDescription> = own.map(|kpi| kpi.about.clone()).collect();
        let checks = self.checks(&described, &row_refs, &actions, &data_quality, &events);
        Ok(Report {
            version: VERSION,
            name: definition.name.clone(),
            title: self
                .settings
                .title
                .clone()
                .unwrap_or_else(|| definition.title.clone()),
            subtitle: self.subtitle(),
            population: self.population(),
            logo: self.settings.logo.clone(),
            how_to_read: self.how_to_read(rows.len()),
            definitions: definitions(&measured),
            sections,
            data_quality,
            annotations,
            checks,
            statements: session.statements(),
            footer: self.footer(),
            period: self.period,
        })
    }

    fn checks(
        &self,
        kpis: &[KpiDescription],
        rows: &[&KpiRow],
        actions: &[ReportAction],
        quality: &[DataQuality],
        events: &[events::ReportEvent],
    ) -> Vec<PitfallCheck> {
        let facts = PitfallFacts {
            definition: &self.definition,
            kpis,
            rows,
            actions,
            quality,
            events,
            period: &self.period,
        };
        facts.checks()
    }

    async fn causes(
        &self,
        rows: &[&KpiRow],
        measured: &MeasuredKpis,
        events: &[events::ReportEvent],
    ) -> Result<causes::CauseFindings> {
        if self.period.is_unfinished {
            return Ok(causes::CauseFindings::default());
        }
        let search = CauseSearch {
            session: &self.session,
            definition: &self.definition,
            settings: &self.settings,
            periods: &self.periods,
            events,
        };
        search.find(rows, &measured.kpis).await
    }

    async fn segments(&self, measured: &MeasuredKpis) -> Result<SegmentFindings> {
        let search = SegmentSearch {
            session: &self.session,
            definition: &self.definition,
            periods: &self.periods,
            level: self.settings.level,
        };
        search.find(&measured.kpis).await
    }

    /// The actions of people, with those whose day is over by the end of the period.
    fn actions(&self) -> Vec<ReportAction> {
        let end = self.period.end;
        let is_overdue = |action: &ReportAction| {
            action.status == ActionStatus::Open && action.due.is_some_and(|due| due < end)
        };
        let actions = self.settings.actions.iter().cloned();
        actions
            .map(|action| ReportAction {
                status: if is_overdue(&action) {
                    ActionStatus::Overdue
                } else {
                    action.status
                },
                ..action
            })
            .collect()
    }

    fn library(&self) -> Result<QueryLibrary> {
        let mut folders = self.request.queries.clone();
        folders.extend(self.definition.folder.clone());
        QueryLibrary::open(&folders)
    }

    /// "team billing" of `team {team}`; `None` unless all its parameters were given.
    fn population(&self) -> Option<String> {
        let mut text = self.definition.population.clone()?;
        for (name, value) in &self.request.parameters {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        (!text.contains('{')).then_some(text)
    }

    fn subtitle(&self) -> String {
        let label = figures::capitalized(&self.period.label);
        match self.settings.title {
            Some(_) => format!("{}: {}", self.definition.title, self.period.label),
            None => label,
        }
    }

    fn how_to_read(&self, kpis: usize) -> Vec<String> {
        let percent = self.settings.level * 100.0;
        vec![
            format!(
                "An interval holds the true value in {percent:.0} of 100 such reports. n is the number of rows behind a value."
            ),
            format!(
                "Clear means that the interval of the change leaves 0 out, also when the {kpis} comparisons of this report are counted (Holm)."
            ),
            "No clear change does not mean that nothing changed: it says how much may have changed unseen.".to_owned(),
            "The rows of one customer are not independent; changes of retention and revenue are those of the same customers."
                .to_owned(),
        ]
    }

    fn footer(&self) -> ReportFooter {
        let stamp = self.request.stamp.clone().unwrap_or_else(|| {
            Utc::now()
                .with_timezone(&self.periods.zone)
                .format("%Y-%m-%d %H:%M")
                .to_string()
        });
        ReportFooter {
            program: format!("deskql {}", env!("CARGO_PKG_VERSION")),
            data: self.request.data.clone(),
            newest: self.periods.newest.map(|at| {
                at.with_timezone(&self.periods.zone)
                    .format("%Y-%m-%d %H:%M")
                    .to_string()
            }),
            zone: self.period.zone.clone(),
            level: self.settings.level,
            stamp,
        }
    }
}

/// The parameters of the definition as SQL.
fn parameters(definition: &ReportDefinition, request: &ReportRequest) -> Result<SqlValues> {
    let owner = format!("report {}", definition.name);
    let values = parameter_values(&owner, &definition.parameters, &request.parameters)?;
    let reserved = [
        "start",
        "end",
        "start_day",
        "end_day",
        "last_day",
        "last_month",
        "zone",
    ];
    let is_reserved =
        |name: &&String| reserved.contains(&name.as_str()) || name.starts_with("before_");
    if let Some(name) = values.keys().find(is_reserved) {
        return Err(Error::Usage(format!(
            "{owner}: ${name} is the period's: give the parameter another name"
        )));
    }
    Ok(values
        .iter()
        .map(|(name, value)| (name.clone(), definition::literal(value)))
        .collect())
}

fn session_values(mut values: SqlValues, periods: &ReportPeriods) -> SqlValues {
    values.extend(measuring::span_values(periods, periods.now()));
    let before = measuring::span_values(periods, periods.before());
    values.extend(
        before
            .into_iter()
            .map(|(name, sql)| (format!("before_{name}"), sql)),
    );
    values.insert(
        "zone".to_owned(),
        definition::text_literal(periods.zone.name()),
    );
    values
}

fn period(periods: &ReportPeriods) -> ReportPeriod {
    let now = periods.now();
    ReportPeriod {
        grain: periods.grain.word().to_owned(),
        label: periods.label(now),
        start: now.start,
        end: now.end,
        before_label: periods.label(periods.before()),
        year_ago_label: periods.label(periods.year_ago),
        zone: periods.zone.name().to_owned(),
        is_unfinished: periods.is_unfinished(now),
    }
}

/// The first day that the data cover whole: that of the oldest row, unless it is far into its day.
fn first_day(span: Option<SourceSpan>, periods: &ReportPeriods) -> Option<NaiveDate> {
    let oldest = span?.oldest.with_timezone(&periods.zone).date_naive();
    Some(oldest)
}

fn definitions(measured: &MeasuredKpis) -> Vec<KpiDefinition> {
    let definition = |about: &KpiDescription| KpiDefinition {
        kpi: about.name.clone(),
        title: about.title.clone(),
        definition: about.definition.clone(),
        formula: about.formula.clone(),
    };
    measured
        .kpis
        .values()
        .map(|kpi| definition(&kpi.about))
        .collect()
}
