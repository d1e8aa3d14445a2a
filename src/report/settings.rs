//! What `deskql.toml` says about reports, checked.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use toml::Spanned;

use super::definition::{KpiDescription, ReportDefinition};
use super::event::ReportEvent;
use super::goals::{KpiGoal, day_of};
use super::logo;
use super::model::{ActionStatus, ReportAction};
use crate::error::{Error, Result};
use crate::tables::{ActionConfig, ActionConfigStatus, ConfigFile, GoalsOfKpi};
use crate::text::nearest;

/// Level of intervals where nothing else is said; the functions have it too.
const LEVEL: f64 = 0.95;

/// Settings of a report.
#[derive(Debug, Clone)]
pub(super) struct ReportSettings {
    pub(super) title: Option<String>,
    pub(super) zone: Tz,
    /// Name of the calendar of the desk.
    pub(super) calendar: Option<Spanned<String>>,
    pub(super) level: f64,
    /// `data:` address.
    pub(super) logo: Option<String>,
    /// Smallest change that matters, by KPI.
    pub(super) materiality: BTreeMap<String, f64>,
    goals: BTreeMap<String, Vec<KpiGoal>>,
    pub(super) actions: Vec<ReportAction>,
    pub(super) annotations: Vec<ReportEvent>,
    /// Table that has annotations.
    pub(super) annotation_table: Option<String>,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            title: None,
            zone: Tz::UTC,
            calendar: None,
            level: LEVEL,
            logo: None,
            materiality: BTreeMap::new(),
            goals: BTreeMap::new(),
            actions: Vec::new(),
            annotations: Vec::new(),
            annotation_table: None,
        }
    }
}

impl ReportSettings {
    /// Those of `config` for `definition`, whose KPIs may be others by `[report.kpis]`.
    ///
    /// # Errors
    /// When a KPI, zone, level, goal or date is wrong, with file and line.
    pub(super) fn read(
        config: Option<&ConfigFile>,
        definition: &mut ReportDefinition,
    ) -> Result<Self> {
        let Some(config) = config else {
            return Ok(Self::default());
        };
        let mut settings = Self::default();
        settings.general(config)?;
        if (settings.level - LEVEL).abs() > f64::EPSILON {
            definition.set_level(settings.level);
        }
        replace_kpis(config, definition)?;
        settings.goals(config, definition)?;
        settings.actions(config, &definition.name)?;
        settings.events(config)?;
        Ok(settings)
    }

    /// The goal that holds on the last day of a period.
    pub(super) fn goal(&self, kpi: &str, day: NaiveDate) -> Option<&KpiGoal> {
        let goals = self.goals.get(kpi)?;
        goals.iter().rev().find(|goal| goal.holds_on(day))
    }

    fn general(&mut self, config: &ConfigFile) -> Result<()> {
        let Some(report) = config.report() else {
            return Ok(());
        };
        self.title.clone_from(&report.title);
        self.calendar.clone_from(&report.calendar);
        if let Some(zone) = &report.zone {
            self.zone = Tz::from_str(zone.get_ref()).map_err(|_unknown| {
                let problem = format!(
                    "no time zone {:?}: write one such as America/New_York",
                    zone.get_ref()
                );
                config.problem(&zone.span(), problem)
            })?;
        }
        if let Some(level) = &report.level {
            self.level = *level.get_ref();
            if !(self.level > 0.5 && self.level < 1.0) {
                let problem = format!(
                    "level {}: write a number above 0.5 and below 1, such as 0.95",
                    self.level
                );
                return Err(config.problem(&level.span(), problem));
            }
        }
        if let Some(logo) = &report.logo {
            let path = config.folder().join(logo.get_ref());
            self.logo = Some(logo::data_address(&path).map_err(|problem| {
                config.problem(&logo.span(), format!("logo {}: {problem}", logo.get_ref()))
            })?);
        }
        Ok(())
    }

    fn goals(&mut self, config: &ConfigFile, definition: &ReportDefinition) -> Result<()> {
        for (name, goals) in config.goals() {
            let Some(kpi) = kpi_of(config, definition, name)? else {
                continue;
            };
            let goals = match goals {
                GoalsOfKpi::One(goal) => std::slice::from_ref(goal),
                GoalsOfKpi::Several(goals) => goals.as_slice(),
            };
            let dimensions = definition.dimensions_of(&kpi.name);
            let read = goals.iter().map(|goal| {
                KpiGoal::read(goal, &kpi, dimensions).map_err(|problem| {
                    config.problem(&name.span(), format!("goal of {}: {problem}", kpi.name))
                })
            });
            self.goals
                .insert(kpi.name.clone(), read.collect::<Result<_>>()?);
        }
        let materiality = config.report().map(|report| &report.materiality);
        for (name, size) in materiality.into_iter().flatten() {
            let Some(kpi) = kpi_of(config, definition, name)? else {
                continue;
            };
            if !(size.is_finite() && *size > 0.0) {
                let problem = format!("materiality of {}: {size} has to be above 0", kpi.name);
                return Err(config.problem(&name.span(), problem));
            }
            self.materiality.insert(kpi.name, *size);
        }
        Ok(())
    }

    fn actions(&mut self, config: &ConfigFile, report: &str) -> Result<()> {
        let actions = config.report().map(|report| report.actions.as_slice());
        for action in actions.unwrap_or_default() {
            let span = action.span();
            let action = action.get_ref();
            let is_named =
                |names: &Vec<String>| names.iter().any(|name| plain_name(name) == report);
            let is_here = action.reports.as_ref().is_none_or(is_named);
            if is_here {
                let action =
                    own_action(action).map_err(|problem| config.problem(&span, problem))?;
                self.actions.push(action);
            }
        }
        Ok(())
    }

    fn events(&mut self, config: &ConfigFile) -> Result<()> {
        self.annotation_table = config
            .annotation_table()
            .map(|table| table.table.get_ref().clone());
        for annotation in config.annotations() {
            let zone = self.zone;
            let time = |at: &Spanned<toml::value::Datetime>| {
                time_of(at.get_ref(), zone).map_err(|problem| config.problem(&at.span(), problem))
            };
            let until = annotation.until.as_ref().map(time).transpose()?;
            self.annotations.push(ReportEvent {
                kind: annotation.kind.clone(),
                title: annotation.title.clone(),
                at: time(&annotation.at)?,
                until,
                is_main: true,
            });
        }
        Ok(())
    }
}

fn own_action(action: &ActionConfig) -> Result<ReportAction, String> {
    Ok(ReportAction {
        title: action.title.clone(),
        owner: action.owner.clone(),
        due: action.due.as_ref().map(day_of).transpose()?,
        status: match action.status {
            ActionConfigStatus::Open => ActionStatus::Open,
            ActionConfigStatus::Done => ActionStatus::Done,
            ActionConfigStatus::Dropped => ActionStatus::Dropped,
        },
        finding: None,
    })
}

/// A report's name as its file has it: on the command line a hyphen is as good.
fn plain_name(name: &str) -> String {
    name.replace('-', "_")
}

/// The KPI called `name`; `None` if it may be one of another report.
fn kpi_of(
    config: &ConfigFile,
    definition: &ReportDefinition,
    name: &Spanned<String>,
) -> Result<Option<KpiDescription>> {
    if definition.may_be_of_another_report(name.get_ref()) {
        return Ok(None);
    }
    known_kpi(config, definition, name).map(Some)
}

/// The KPI called `name`.
fn known_kpi(
    config: &ConfigFile,
    definition: &ReportDefinition,
    name: &Spanned<String>,
) -> Result<KpiDescription> {
    definition
        .describe(name.get_ref())
        .map_err(|error| match error {
            Error::Usage(problem) => config.problem(&name.span(), problem),
            other => other,
        })
}

/// Puts the KPIs of `[report.kpis]` in the place of the report's.
fn replace_kpis(config: &ConfigFile, definition: &mut ReportDefinition) -> Result<()> {
    let replaced = config.report().map(|report| &report.kpis);
    for (report, kpis) in replaced.into_iter().flatten() {
        let shipped = super::definition::list()?;
        let mut names = shipped
            .iter()
            .map(|row| row[0].as_str())
            .chain([definition.name.as_str()]);
        if !names.any(|name| name == plain_name(report.get_ref())) {
            let names = shipped.iter().map(|row| row[0].as_str());
            let problem = match nearest(report.get_ref(), names) {
                Some(near) => format!("no report {}; did you mean {near}?", report.get_ref()),
                // A report of the user's own that is not being made now.
                None => continue,
            };
            return Err(config.problem(&report.span(), problem));
        }
        if plain_name(report.get_ref()) != definition.name {
            continue;
        }
        for kpi in kpis {
            known_kpi(config, definition, kpi)?;
        }
        let names: Vec<String> = kpis.iter().map(|kpi| kpi.get_ref().clone()).collect();
        definition.tiles.retain(|tile| names.contains(tile));
        definition.kpis = names;
    }
    Ok(())
}

/// The time on the clocks of `zone`; midnight of a date.
fn time_of(at: &toml::value::Datetime, zone: Tz) -> Result<NaiveDateTime, String> {
    let day = day_of(at)?;
    let time = at.time.and_then(|time| {
        NaiveTime::from_hms_opt(time.hour.into(), time.minute.into(), time.second.into())
    });
    let local = day.and_time(time.unwrap_or(NaiveTime::MIN));
    Ok(match at.offset {
        None => local,
        Some(toml::value::Offset::Z) => local.and_utc().with_timezone(&zone).naive_local(),
        Some(toml::value::Offset::Custom { minutes }) => {
            let utc = local - Duration::minutes(minutes.into());
            utc.and_utc().with_timezone(&zone).naive_local()
        }
    })
}
