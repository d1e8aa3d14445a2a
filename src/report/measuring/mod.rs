//! The KPIs of a report: their values in each period, and the changes between periods.

mod difference;
mod estimates;
mod sql;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use estimates::change;
pub(super) use estimates::{estimate, period};
use sql::{NamedMeasure, n_column, span_column, year_column};
pub(super) use sql::{dated_rows, filtered};

use super::answer::ReportAnswer;
use super::definition::{KpiDescription, ReportDefinition, ReportMeasure, ReportSource, SqlValues};
use super::model::{Change, Estimate};
use super::periods::{PeriodSpan, ReportPeriods};
use super::session::ReportSession;
use crate::error::{Error, Result};

/// A KPI with its values.
#[derive(Debug, Clone)]
pub(super) struct MeasuredKpi {
    pub(super) about: KpiDescription,
    /// By the first day of the period; a period without a row of the source has none.
    values: BTreeMap<NaiveDate, Estimate>,
    pub(super) change: Option<Change>,
    pub(super) change_in_year: Option<Change>,
    /// Id of the statement that gave the values.
    pub(super) statement: String,
}

impl MeasuredKpi {
    /// Its value in a period; without rows, one without a value.
    pub(super) fn value(&self, span: PeriodSpan) -> Estimate {
        let none = Estimate {
            value: None,
            low: None,
            high: None,
            n: 0,
        };
        self.values.get(&span.start).copied().unwrap_or(none)
    }
}

/// KPIs that could be computed, and why others could not.
#[derive(Debug, Default)]
pub(super) struct MeasuredKpis {
    pub(super) kpis: BTreeMap<String, MeasuredKpi>,
    /// KPI and reason.
    pub(super) left_out: Vec<(String, String)>,
}

impl MeasuredKpis {
    /// Leaves out the periods that the data do not cover: those that begin before the data, except the report's own,
    /// and of states those that end behind them. States such as the number of customers could be computed for them,
    /// of those who stayed until the data begin, or as if nothing had happened since they ended.
    pub(super) fn leave_out_uncovered(
        &mut self,
        first_day: Option<NaiveDate>,
        definition: &ReportDefinition,
        periods: &ReportPeriods,
    ) {
        let now = periods.now();
        for (name, kpi) in &mut self.kpis {
            let is_state = definition
                .measure(name)
                .is_ok_and(|measure| measure.at.is_some());
            let spans = periods.spans();
            kpi.values.retain(|start, _| {
                let begins_inside = first_day.is_some_and(|first| first <= *start);
                let span = spans.iter().find(|span| span.start == *start);
                let ends_inside = span.is_none_or(|span| !periods.is_unfinished(*span));
                (begins_inside || (*start == now.start && !is_state)) && (ends_inside || !is_state)
            });
        }
    }
}

/// Computes all KPIs of the definition.
///
/// # Errors
/// When a statement fails for another reason than a table or column that is not there.
pub(super) async fn measure(
    session: &ReportSession<'_>,
    definition: &ReportDefinition,
    periods: &ReportPeriods,
    level: f64,
) -> Result<MeasuredKpis> {
    let mut measured = MeasuredKpis::default();
    let mut by_source: BTreeMap<&str, Vec<NamedMeasure<'_>>> = BTreeMap::new();
    for kpi in definition.all_kpis() {
        let measure = definition.measure(kpi)?;
        match missing(session, definition, kpi, measure, periods).await? {
            Some(reason) => {
                if let Some(problem) = definition.problem_of_own(kpi, &reason) {
                    return Err(problem);
                }
                measured.left_out.push((kpi.to_owned(), reason));
            }
            None => by_source
                .entry(&measure.source)
                .or_default()
                .push((kpi, measure)),
        }
    }
    for (name, measures) in by_source {
        let Some((_, first)) = measures.first() else {
            continue;
        };
        let Some(source) = definition.source(first) else {
            continue;
        };
        let group = SourceGroup {
            session,
            definition,
            periods,
            name,
            source,
            sql: definition.source_sql(name, source),
            level,
        };
        let (at, rows): (Vec<_>, Vec<_>) = measures.into_iter().partition(|(_, m)| m.at.is_some());
        group.by_period(&rows, &mut measured).await?;
        group.at_each(&at, &mut measured).await?;
    }
    for kpi in measured.kpis.values_mut() {
        kpi.fill_changes(periods, level);
    }
    Ok(measured)
}

impl MeasuredKpi {
    /// Adds the changes that no `compare` has given.
    fn fill_changes(&mut self, periods: &ReportPeriods, level: f64) {
        let now = self.value(periods.now());
        let change = |other| difference::difference(&now, &self.value(other), level);
        let (before, year) = (change(periods.before()), change(periods.year_ago));
        self.change = self.change.or(before);
        self.change_in_year = self.change_in_year.or(year);
    }
}

/// The comparison that `compare` of a measure gave in `row`. That of medians has two p: of the interval, whether the
/// medians differ, and of the ranks, whether times tend to be longer. Either is evidence of a change, and being given
/// two chances doubles the smaller one.
pub(super) fn compared_change(
    answer: &ReportAnswer,
    column: &str,
    row: usize,
    measure: &ReportMeasure,
    level: f64,
) -> Option<Change> {
    let mut change = change(answer, column, row)?;
    if is_median(measure) {
        let of_medians = difference::p_of_interval(&change, level);
        let smaller = [change.p, of_medians]
            .into_iter()
            .flatten()
            .reduce(f64::min);
        change.p = smaller.map(|p| (2.0 * p).min(1.0));
    }
    Some(change)
}

/// True if the KPI compares medians.
fn is_median(measure: &ReportMeasure) -> bool {
    measure
        .compare
        .as_ref()
        .is_some_and(|compare| compare.starts_with("compare_duration("))
}

/// Why a KPI cannot be computed from the tables that are there; `None` if it can.
async fn missing(
    session: &ReportSession<'_>,
    definition: &ReportDefinition,
    kpi: &str,
    measure: &ReportMeasure,
    periods: &ReportPeriods,
) -> Result<Option<String>> {
    let Some(source) = definition.source(measure) else {
        return Ok(Some(format!("no source {}", measure.source)));
    };
    let sql = definition.source_sql(&measure.source, source);
    let spans = [periods.before(), periods.now()];
    let statement = if measure.at.is_some() {
        let statement = sql::at_each(&sql, &[(kpi, measure)], 0);
        session.filled_with(&statement, &span_values(periods, periods.now()))
    } else {
        session.filled(&sql::by_period(
            &sql,
            source,
            &[(kpi, measure)],
            periods,
            &spans,
        ))
    };
    match session.engine().sql(&statement).await {
        Ok(_) => Ok(None),
        Err(Error::Sql(text)) => Ok(Some(text.lines().next().unwrap_or_default().to_owned())),
        Err(error) => match crate::terminal::wording(&error) {
            text if definition.defines(kpi)
                || text.contains("no table")
                || text.contains("no column") =>
            {
                Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
            }
            _ => Err(error),
        },
    }
}

/// The KPIs of one source.
struct SourceGroup<'a> {
    session: &'a ReportSession<'a>,
    definition: &'a ReportDefinition,
    periods: &'a ReportPeriods,
    name: &'a str,
    source: &'a ReportSource,
    sql: String,
    level: f64,
}

impl SourceGroup<'_> {
    async fn by_period(&self, measures: &[NamedMeasure<'_>], to: &mut MeasuredKpis) -> Result<()> {
        if measures.is_empty() {
            return Ok(());
        }
        let (periods, source) = (self.periods, self.source);
        let sql = sql::by_period(&self.sql, source, measures, periods, &periods.spans());
        let id = format!("{}-by-period", self.name);
        let title = format!("{} by {}", self.titles(measures)?, periods.grain.word());
        let answer = self
            .session
            .shown(&id, &title, &self.session.filled(&sql))
            .await?;
        let compared = match sql::comparisons(&self.sql, source, measures, periods) {
            Some(sql) => {
                let id = format!("{}-changes", self.name);
                let sql = self.session.filled(&sql);
                Some(
                    self.session
                        .shown(&id, "the same, compared with before and a year ago", &sql)
                        .await?,
                )
            }
            None => None,
        };
        for (kpi, measure) in measures {
            let mut values = BTreeMap::new();
            for row in 0..answer.len() {
                if let Some(start) = period(&answer, row) {
                    let value = estimate(&answer, kpi, &n_column(kpi), measure, row);
                    values.insert(start, value);
                }
            }
            let compared = |column: &str| {
                let answer: &ReportAnswer = compared.as_ref()?;
                compared_change(answer, column, 0, measure, self.level)
            };
            to.kpis.insert(
                (*kpi).to_owned(),
                MeasuredKpi {
                    about: self.definition.describe(kpi)?,
                    change: compared(kpi),
                    change_in_year: compared(&year_column(kpi)),
                    values,
                    statement: id.clone(),
                },
            );
        }
        Ok(())
    }

    async fn at_each(&self, measures: &[NamedMeasure<'_>], to: &mut MeasuredKpis) -> Result<()> {
        if measures.is_empty() {
            return Ok(());
        }
        let spans = self.periods.spans();
        let parts = spans.iter().enumerate().map(|(position, span)| {
            let sql = sql::at_each(&self.sql, measures, position);
            self.session
                .filled_with(&sql, &span_values(self.periods, *span))
        });
        let parts: Vec<String> = parts.collect();
        let id = format!("{}-at-each-end", self.name);
        let title = format!(
            "{} in each {}",
            self.titles(measures)?,
            self.periods.grain.word()
        );
        let answer = self.session.shown(&id, &title, &joined(&parts)).await?;
        for (kpi, measure) in measures {
            let mut values = BTreeMap::new();
            for (position, span) in spans.iter().enumerate() {
                let column = span_column(kpi, position);
                values.insert(span.start, estimate(&answer, &column, "", measure, 0));
            }
            to.kpis.insert(
                (*kpi).to_owned(),
                MeasuredKpi {
                    about: self.definition.describe(kpi)?,
                    values,
                    change: None,
                    change_in_year: None,
                    statement: id.clone(),
                },
            );
        }
        Ok(())
    }

    fn titles(&self, measures: &[NamedMeasure<'_>]) -> Result<String> {
        let titles: Result<Vec<String>> = measures
            .iter()
            .map(|(kpi, _)| Ok(self.definition.describe(kpi)?.title))
            .collect();
        Ok(titles?.join(", "))
    }
}

/// One statement of the single rows of `parts`, side by side. Of parts that read the same rows it is one scan.
fn joined(parts: &[String]) -> String {
    let split: Vec<(&str, &str)> = parts
        .iter()
        .filter_map(|sql| sql.split_once("\nFROM "))
        .collect();
    let is_same = split.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if let (true, Some((_, from))) = (is_same, split.first()) {
        let columns: Vec<&str> = split
            .iter()
            .map(|(select, _)| select.strip_prefix("SELECT ").unwrap_or(select))
            .collect();
        return format!("SELECT {}\nFROM {from}", columns.join(",\n  "));
    }
    let parts: Vec<String> = parts.iter().map(|sql| format!("({sql})")).collect();
    format!("SELECT *\nFROM {}", parts.join("\n  CROSS JOIN "))
}

/// `$start`, `$end`, `$start_day`, `$end_day`, `$last_day` and `$last_month` of a period.
pub(super) fn span_values(periods: &ReportPeriods, span: PeriodSpan) -> SqlValues {
    let date = |day: NaiveDate| format!("DATE '{day}'");
    let last = span.end.pred_opt().unwrap_or(span.end);
    SqlValues::from([
        ("start".to_owned(), periods.literal(span.start)),
        ("end".to_owned(), periods.literal(span.end)),
        ("start_day".to_owned(), date(span.start)),
        ("end_day".to_owned(), date(span.end)),
        ("last_day".to_owned(), date(last)),
        (
            "last_month".to_owned(),
            date(last.with_day(1).unwrap_or(last)),
        ),
    ])
}
