//! What `deskql.toml` says about reports, checked.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use toml::Spanned;

use super::definition::{KpiDescription, ReportDefinition};
use super::event::ReportEvent;
use super::logo;
use super::model::{ActionStatus, ReportAction};
use crate::catalogue::{CatalogueUnit, KpiDirection};
use crate::error::{Error, Result};
use crate::tables::{ActionConfig, ActionConfigStatus, ConfigFile, GoalConfig, GoalsOfKpi};
use crate::text::nearest;

/// Level of intervals where nothing else is said; the functions have it too.
const LEVEL: f64 = 0.95;

/// Settings of a report.
#[derive(Debug, Clone)]
pub(super) struct ReportSettings {
    pub(super) title: Option<String>,
    pub(super) zone: Tz,
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

/// A goal in the unit of its KPI, and the days on which it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct KpiGoal {
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            title: None,
            zone: Tz::UTC,
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
    pub(super) fn goal(&self, kpi: &str, day: NaiveDate) -> Option<KpiGoal> {
        let goals = self.goals.get(kpi)?;
        let holds = |goal: &&KpiGoal| {
            goal.from.is_none_or(|from| from <= day) && goal.until.is_none_or(|until| day <= until)
        };
        goals.iter().rev().find(holds).copied()
    }

    fn general(&mut self, config: &ConfigFile) -> Result<()> {
        let Some(report) = config.report() else {
            return Ok(());
        };
        self.title.clone_from(&report.title);
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
            let read = goals.iter().map(|goal| {
                KpiGoal::read(goal, &kpi).map_err(|problem| {
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

impl KpiGoal {
    fn read(goal: &GoalConfig, kpi: &KpiDescription) -> Result<Self, String> {
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
        for value in [goal.at_least, goal.at_most].into_iter().flatten() {
            check_range(value * factor, kpi)?;
        }
        let day = |at: &Option<toml::value::Datetime>| at.as_ref().map(day_of).transpose();
        Ok(Self {
            at_least: goal.at_least.map(|value| value * factor),
            at_most: goal.at_most.map(|value| value * factor),
            from: day(&goal.from)?,
            until: day(&goal.until)?,
        })
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

/// The day of a TOML date, with or without a time.
fn day_of(at: &toml::value::Datetime) -> Result<NaiveDate, String> {
    let day = at.date.and_then(|date| {
        NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
    });
    day.ok_or_else(|| format!("{at} has no day: write a date such as 2026-04-30"))
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
