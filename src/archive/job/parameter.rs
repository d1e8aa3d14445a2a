//! Parameters of a job: their types and the values of one run.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use indexmap::IndexMap;

use super::document::ParameterSection;
use crate::queries::{ParameterType, QueryParameter};
use crate::sql::BindValue;
use crate::text::nearest;

/// Types by their names.
const TYPES: [(&str, JobParameterType); 8] = [
    ("month", JobParameterType::Month),
    ("date", JobParameterType::Plain(ParameterType::Date)),
    ("text", JobParameterType::Plain(ParameterType::Text)),
    ("integer", JobParameterType::Plain(ParameterType::Integer)),
    ("number", JobParameterType::Plain(ParameterType::Number)),
    ("boolean", JobParameterType::Plain(ParameterType::Boolean)),
    (
        "timestamp",
        JobParameterType::Plain(ParameterType::Timestamp),
    ),
    ("interval", JobParameterType::Plain(ParameterType::Interval)),
];

/// Type of a parameter of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobParameterType {
    /// A month, as `2026-01`; its first day in SQL.
    Month,
    /// A type that named queries have too.
    Plain(ParameterType),
}

/// Distance between the values of a backfill, and length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PeriodStep {
    Day,
    Week,
    Month,
}

impl PeriodStep {
    /// The first day after the period that begins on `day`; `None` past the end of the calendar.
    fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        self.later(day, 1)
    }

    /// The day on which the period number `count` after the one of `first` begins. From the first one, since the 31st
    /// has no successor in February that leads back to the 31st.
    pub(super) fn later(self, first: NaiveDate, count: u32) -> Option<NaiveDate> {
        match self {
            Self::Day => first.checked_add_days(Days::new(count.into())),
            Self::Week => first.checked_add_days(Days::new(u64::from(count) * 7)),
            Self::Month => first.checked_add_months(Months::new(count)),
        }
    }
}

/// A parameter of a job.
#[derive(Debug, Clone)]
pub(super) struct JobParameter {
    pub(super) name: String,
    kind: JobParameterType,
    step: PeriodStep,
    default: Option<String>,
    about: String,
}

/// Value of a parameter in one run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JobValue {
    /// As it is written in paths and logs.
    pub(super) text: String,
    /// For `$name` in SQL.
    pub(super) bound: BindValue,
    /// Its first day and the first day after it, for months and dates.
    pub(super) period: Option<(NaiveDate, NaiveDate)>,
}

/// Values of one run, by name.
pub(super) type JobValues = BTreeMap<String, JobValue>;

impl JobValue {
    /// Its text, or its first day: a month is that for a parameter that takes a date.
    pub(super) fn first_day_or_text(&self) -> String {
        let first = self.period.map(|(start, _)| start.to_string());
        first.unwrap_or_else(|| self.text.clone())
    }
}

impl JobParameter {
    /// The parameter `name`, or the fault of its section.
    pub(super) fn declared(name: &str, section: &ParameterSection) -> Result<Self, String> {
        let lower = section.kind.to_lowercase();
        let Some((_, kind)) = TYPES.iter().find(|(known, _)| *known == lower) else {
            let names = TYPES.map(|(name, _)| name);
            let hint = nearest(&lower, names).map_or_else(
                || format!("there are {}", names.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            return Err(format!(
                "parameter {name}: no type {:?}; {hint}",
                section.kind
            ));
        };
        let default = section.default.as_ref().map(|value| match value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        let parameter = Self {
            name: name.to_owned(),
            kind: *kind,
            step: step(name, *kind, section.step.as_deref())?,
            default,
            about: section.about.clone(),
        };
        if let Some(default) = &parameter.default {
            parameter.value(default)?;
        }
        Ok(parameter)
    }

    /// The value without one on the command line.
    pub(super) fn fallback(&self) -> Result<JobValue, String> {
        let Self { name, about, .. } = self;
        let default = self.default.as_ref().ok_or_else(|| {
            let about = if about.is_empty() {
                String::new()
            } else {
                format!("  ({about})")
            };
            format!("parameter {name} is needed: add {name}=..{about}")
        })?;
        self.value(default)
    }

    /// Distance between the values of a backfill; `None` if the type has none.
    pub(super) fn backfill_step(&self) -> Option<PeriodStep> {
        let is_period = matches!(
            self.kind,
            JobParameterType::Month | JobParameterType::Plain(ParameterType::Date)
        );
        is_period.then_some(self.step)
    }

    /// The value of `text`, or the reason why it is invalid.
    pub(super) fn value(&self, text: &str) -> Result<JobValue, String> {
        let text = text.trim();
        match self.kind {
            JobParameterType::Month => {
                let day = month(text).ok_or_else(|| {
                    format!(
                        "parameter {}: {text:?} is not a month such as 2026-01, nor 'this' or 'last'",
                        self.name
                    )
                })?;
                self.of_day(day)
            }
            JobParameterType::Plain(ParameterType::Date) if day_by_name(text).is_some() => {
                self.of_day(day_by_name(text).unwrap_or_default())
            }
            JobParameterType::Plain(kind) => self.plain(kind, text),
        }
    }

    /// The value that begins on `day`.
    pub(super) fn of_day(&self, day: NaiveDate) -> Result<JobValue, String> {
        let end = self.step.after(day);
        let end = end.ok_or_else(|| format!("parameter {}: {day} is too late", self.name))?;
        let text = match self.kind {
            JobParameterType::Month => day.format("%Y-%m").to_string(),
            JobParameterType::Plain(_) => day.to_string(),
        };
        Ok(JobValue {
            text,
            bound: BindValue::Date(day.to_string()),
            period: Some((day, end)),
        })
    }

    fn plain(&self, kind: ParameterType, text: &str) -> Result<JobValue, String> {
        let parameter = QueryParameter {
            name: self.name.clone(),
            kind,
            default: None,
            is_optional: false,
            choices: IndexMap::new(),
            about: String::new(),
        };
        let bound = parameter.value(text)?;
        if let BindValue::Date(day) = &bound
            && let Ok(day) = day.parse()
        {
            return self.of_day(day);
        }
        Ok(JobValue {
            text: text.to_owned(),
            bound,
            period: None,
        })
    }
}

fn step(name: &str, kind: JobParameterType, written: Option<&str>) -> Result<PeriodStep, String> {
    match (kind, written) {
        (JobParameterType::Month, None | Some("month")) => Ok(PeriodStep::Month),
        (JobParameterType::Month, Some(_)) => Err(format!(
            "parameter {name}: the step of a month is a month: leave step away"
        )),
        (_, None) => Ok(PeriodStep::Day),
        (JobParameterType::Plain(ParameterType::Date), Some(step)) => match step {
            "day" => Ok(PeriodStep::Day),
            "week" => Ok(PeriodStep::Week),
            "month" => Ok(PeriodStep::Month),
            _ => Err(format!(
                "parameter {name}: no step {step:?}; there are day, week, month"
            )),
        },
        (_, Some(_)) => Err(format!(
            "parameter {name}: only months and dates have a step"
        )),
    }
}

/// The first day of `2026-01`, of `this` month or of the `last` one.
fn month(text: &str) -> Option<NaiveDate> {
    let first = today()?.with_day(1)?;
    match text {
        "this" => return Some(first),
        "last" => return first.checked_sub_months(Months::new(1)),
        _ => {}
    }
    let is_plain = text.len() == 7
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_plain {
        return None;
    }
    format!("{text}-01").parse().ok()
}

fn day_by_name(text: &str) -> Option<NaiveDate> {
    match text {
        "today" => today(),
        "yesterday" => today()?.pred_opt(),
        _ => None,
    }
}

/// In UTC, as everywhere where no zone is named.
fn today() -> Option<NaiveDate> {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    Some(now.date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(kind: &str, step: Option<&str>) -> Result<JobParameter, String> {
        let section = ParameterSection {
            kind: kind.to_owned(),
            default: None,
            step: step.map(str::to_owned),
            about: String::new(),
        };
        JobParameter::declared("p", &section)
    }

    #[test]
    fn months_and_dates_are_periods() {
        for (kind, step, text, expected) in [
            (
                "month",
                None,
                "2024-02",
                ("2024-02", "2024-02-01", "2024-03-01"),
            ),
            (
                "month",
                None,
                "2025-12",
                ("2025-12", "2025-12-01", "2026-01-01"),
            ),
            (
                "date",
                None,
                "2024-02-28",
                ("2024-02-28", "2024-02-28", "2024-02-29"),
            ),
            (
                "date",
                Some("week"),
                "2025-12-29",
                ("2025-12-29", "2025-12-29", "2026-01-05"),
            ),
            (
                "date",
                Some("month"),
                "2026-01-31",
                ("2026-01-31", "2026-01-31", "2026-02-28"),
            ),
        ] {
            let value = parameter(kind, step).unwrap().value(text).unwrap();
            let (start, end) = value.period.unwrap();
            let found = (value.text.as_str(), &*start.to_string(), &*end.to_string());
            assert_eq!(found, expected);
            assert_eq!(value.bound, BindValue::Date(start.to_string()));
        }
    }

    #[test]
    fn months_are_counted_from_the_first() {
        let first: NaiveDate = "2026-01-31".parse().unwrap();
        let days: Vec<String> = (0..4)
            .map(|count| PeriodStep::Month.later(first, count).unwrap().to_string())
            .collect();
        assert_eq!(
            days,
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
        );
    }

    #[test]
    fn other_values_are_refused_with_an_example() {
        for (kind, text) in [
            ("month", "2026-13"),
            ("month", "2026-1"),
            ("month", "January"),
        ] {
            let problem = parameter(kind, None).unwrap().value(text).unwrap_err();
            assert!(
                problem.contains("is not a month such as 2026-01"),
                "{problem}"
            );
        }
        let problem = parameter("integer", None)
            .unwrap()
            .value("7.5")
            .unwrap_err();
        assert_eq!(
            problem,
            "parameter p: \"7.5\" is not a whole number such as 7"
        );
        assert_eq!(
            parameter("moth", None).unwrap_err(),
            "parameter p: no type \"moth\"; did you mean month?"
        );
        assert!(
            parameter("text", Some("day"))
                .unwrap_err()
                .contains("only months and dates")
        );
    }

    #[test]
    fn words_name_months_and_days_by_the_clock() {
        let month = parameter("month", None).unwrap();
        let (last, this) = (month.value("last").unwrap(), month.value("this").unwrap());
        assert_eq!(last.period.unwrap().1, this.period.unwrap().0);
        let date = parameter("date", None).unwrap();
        let (before, today) = (
            date.value("yesterday").unwrap(),
            date.value("today").unwrap(),
        );
        assert_eq!(before.period.unwrap().1, today.period.unwrap().0);
    }
}
