//! Makes a report: computes what its sections need, once for all of them, and puts them together.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Utc};

use super::blocks::BlockFacts;
use super::causes::CauseSearch;
use super::definition::{self, KpiDescription, ReportDefinition};
use super::event::ReportEvent;
use super::events;
use super::figures;
use super::freshness::{self, SourceSpan};
use super::measuring::{self, MeasuredKpi, MeasuredKpis};
use super::model::{
    ActionStatus, DataQuality, KpiDefinition, KpiRow, PitfallCheck, Report, ReportAction,
    ReportAnnotation, ReportFooter, ReportPeriod, ReportSection, VERSION, Verdict,
};
use super::parameters::ReportParameters;
use super::periods::ReportPeriods;
use super::pitfalls::PitfallFacts;
use super::quality;
use super::rows::{self, RowFacts};
use super::segments::{SegmentFindings, SegmentSearch};
use super::session::{ReportSession, StatementTime};
use super::settings::ReportSettings;
use super::working_days::WorkingDays;
use super::{causes, control};
use crate::Engine;
use crate::error::Result;
use crate::queries::QueryLibrary;
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

impl ReportRequest {
    /// The named queries that a report can show.
    ///
    /// # Errors
    /// When a folder cannot be read, or a file in it is faulty.
    pub(super) fn library(&self, definition: &ReportDefinition) -> Result<QueryLibrary> {
        let mut folders = self.queries.clone();
        folders.extend(definition.folder.clone());
        QueryLibrary::open(&folders)
    }
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
    let (report, _) = make_timed(engine, name, request, config).await?;
    Ok(report)
}

/// The same, with the time of each statement that it ran.
///
/// # Errors
/// As [`make`].
pub(crate) async fn make_timed(
    engine: &Engine,
    name: &str,
    request: &ReportRequest,
    config: Option<&ConfigFile>,
) -> Result<(Report, Vec<StatementTime>)> {
    let mut definition = definition::find(name)?;
    let settings = ReportSettings::read(config, &mut definition)?;
    let parameters = ReportParameters::read(&definition, &request.parameters)?;
    let first = ReportSession::new(engine, parameters.sql());
    parameters.check_values(&first, &definition).await?;
    let spans = freshness::source_spans(&first, &definition).await?;
    let newest = freshness::newest(&definition, &spans);
    let periods = ReportPeriods::new(
        definition.grain,
        settings.zone,
        request.day,
        newest.map(|span| (span.oldest, span.newest)),
    );
    let working_days = WorkingDays::count(&first, &settings, config, &periods).await?;
    let values = parameters.with_periods(&periods);
    let maker = ReportMaker {
        session: ReportSession::new(engine, values),
        parameters,
        period: period(&periods),
        first_day: first_day(newest, &periods),
        definition,
        settings,
        periods,
        working_days,
        spans,
        request,
    };
    let report = maker.report().await?;
    let mut times = first.times();
    times.extend(maker.session.times());
    Ok((report, times))
}

/// True if a goal of the report is clearly missed.
pub(crate) fn misses_a_goal(report: &Report) -> bool {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let rows = blocks.filter_map(|block| match block {
        super::model::ReportBlock::Kpis { groups } => Some(groups),
        _ => None,
    });
    let mut rows = rows.flatten().flat_map(|group| &group.rows);
    rows.any(KpiRow::misses_goal)
}

/// A report while it is made.
struct ReportMaker<'a> {
    session: ReportSession<'a>,
    definition: ReportDefinition,
    settings: ReportSettings,
    periods: ReportPeriods,
    working_days: WorkingDays,
    period: ReportPeriod,
    parameters: ReportParameters,
    spans: BTreeMap<String, SourceSpan>,
    first_day: Option<NaiveDate>,
    request: &'a ReportRequest,
}

impl ReportMaker<'_> {
    async fn report(&self) -> Result<Report> {
        let (session, definition, periods) = (&self.session, &self.definition, &self.periods);
        let mut measured =
            measuring::measure(session, definition, periods, self.settings.level).await?;
        measured.leave_out_uncovered(self.first_day, definition, periods);
        rows::adjust(&mut measured.kpis, definition);
        let limits = control::limits(session, &measured.kpis, periods).await?;
        let events = events::events(session, &self.settings, periods).await?;
        let segment_goals = self
            .segment_search()
            .goals(&self.settings, &measured.kpis)
            .await?;
        let row_facts = RowFacts {
            definition,
            settings: &self.settings,
            periods,
            period: &self.period,
            limits: &limits,
            events: &events,
            segment_goals: &segment_goals,
            working_days: &self.working_days,
            first_day: self.first_day,
        };
        let rows: Vec<KpiRow> = self.own(&measured).map(|kpi| row_facts.row(kpi)).collect();
        let annotations = events::annotations(&events);
        let sections = self
            .sections(&measured, &row_facts, &rows, &annotations)
            .await?;
        let quality =
            quality::data_quality(session, definition, periods, &self.spans, &measured).await?;
        let checks = self.checks(&measured, &rows, &quality, &events);
        let title = self.settings.title.as_ref().unwrap_or(&definition.title);
        Ok(Report {
            version: VERSION,
            name: definition.name.clone(),
            title: title.clone(),
            subtitle: self.subtitle(),
            population: self.parameters.population(definition),
            logo: self.settings.logo.clone(),
            how_to_read: self.how_to_read(rows.len()),
            definitions: definitions(&measured),
            sections,
            data_quality: quality,
            annotations,
            checks,
            statements: session.statements(),
            footer: self.footer(),
            period: self.period.clone(),
        })
    }

    /// The report's own KPIs, without those of the appendix.
    fn own<'m>(&'m self, measured: &'m MeasuredKpis) -> impl Iterator<Item = &'m MeasuredKpi> {
        let names = self.definition.kpis.iter();
        names.filter_map(|name| measured.kpis.get(name))
    }

    /// The rows that the summary and the causes speak of: the report's own, and those of the appendix that changed
    /// clearly or miss a goal.
    fn told_rows(
        &self,
        measured: &MeasuredKpis,
        row_facts: &RowFacts<'_>,
        own: &[KpiRow],
    ) -> Vec<KpiRow> {
        let is_further = |name: &&String| !self.definition.kpis.contains(name);
        let further = self.definition.appendix.iter().filter(is_further);
        let further = further
            .filter_map(|name| measured.kpis.get(name))
            .map(|kpi| row_facts.row(kpi));
        let is_told = |row: &KpiRow| {
            matches!(row.verdict, Verdict::Better | Verdict::Worse) || row.misses_goal()
        };
        own.iter().cloned().chain(further.filter(is_told)).collect()
    }

    async fn sections(
        &self,
        measured: &MeasuredKpis,
        row_facts: &RowFacts<'_>,
        rows: &[KpiRow],
        annotations: &[ReportAnnotation],
    ) -> Result<Vec<ReportSection>> {
        let told = self.told_rows(measured, row_facts, rows);
        let row_refs: Vec<&KpiRow> = told.iter().collect();
        let mut causes = self.causes(&row_refs, measured, row_facts.events).await?;
        let segments = self.segments(measured).await?;
        causes.add_segments(&segments.changed);
        let (actions, library) = (self.actions(), self.request.library(&self.definition)?);
        let blocks = BlockFacts {
            session: &self.session,
            definition: &self.definition,
            library: &library,
            periods: &self.periods,
            period: &self.period,
            kpis: &measured.kpis,
            row_facts,
            rows,
            told: &row_refs,
            annotations,
            actions: &actions,
            causes: &causes,
            segments: &segments,
            parameters: &self.parameters.texts,
        };
        blocks.sections().await
    }

    fn checks(
        &self,
        measured: &MeasuredKpis,
        rows: &[KpiRow],
        quality: &[DataQuality],
        events: &[ReportEvent],
    ) -> Vec<PitfallCheck> {
        let kpis: Vec<KpiDescription> = self.own(measured).map(|kpi| kpi.about.clone()).collect();
        let facts = PitfallFacts {
            definition: &self.definition,
            kpis: &kpis,
            all: &measured
                .kpis
                .values()
                .map(|kpi| kpi.about.clone())
                .collect::<Vec<_>>(),
            rows: &rows.iter().collect::<Vec<_>>(),
            actions: &self.actions(),
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
        events: &[ReportEvent],
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
        self.segment_search().find(&measured.kpis).await
    }

    fn segment_search(&self) -> SegmentSearch<'_> {
        SegmentSearch {
            session: &self.session,
            definition: &self.definition,
            periods: &self.periods,
            level: self.settings.level,
        }
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
                "Clear means that the interval of the change leaves 0 out, also when the {kpis} comparisons of this report are counted (Holm); in the appendix those of all its KPIs are."
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

/// The day of the oldest row, which counts as covered whole.
fn first_day(span: Option<SourceSpan>, periods: &ReportPeriods) -> Option<NaiveDate> {
    span.map(|span| span.oldest.with_timezone(&periods.zone).date_naive())
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
