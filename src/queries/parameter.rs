//! Parameters of a named query: their types, defaults and values.

use arrow::compute::kernels::cast_utils::parse_interval_month_day_nano;
use indexmap::IndexMap;
use serde::Deserialize;

use crate::sql::BindValue;
use crate::sql::{self};
use crate::text::nearest;
use crate::time::text;

/// One parameter, `$name` in the SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryParameter {
    /// Its name, without `$`.
    pub name: String,
    /// Type of its values.
    pub kind: ParameterType,
    /// The default value, as text.
    pub default: Option<String>,
    /// True if it may be absent without a default; the query then reads NULL.
    pub is_optional: bool,
    /// The allowed values, each with its SQL for a column; empty if any value is allowed.
    pub choices: IndexMap<String, String>,
    /// Its description.
    pub about: String,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day, as `2026-01-31`.
    Date,
    /// An instant, as `2026-01-31 09:30`; one with an offset counts as UTC.
    Timestamp,
    /// A length of time, as `7 days`.
    Interval,
    /// One of the columns that the query offers.
    Column,
}

impl ParameterType {
    /// Its name in a header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Interval => "interval",
            Self::Column => "column",
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Text | Self::Column => "a text",
            Self::Integer => "a whole number such as 7",
            Self::Number => "a number such as 0.5",
            Self::Boolean => "true or false",
            Self::Date => "a date such as 2026-01-31",
            Self::Timestamp => "a date or time such as 2026-01-31 09:30",
            Self::Interval => "a length of time such as 7 days",
        }
    }

    fn absent(self) -> sql::BindType {
        match self {
            Self::Text | Self::Column => sql::BindType::Text,
            Self::Integer => sql::BindType::Integer,
            Self::Number => sql::BindType::Number,
            Self::Boolean => sql::BindType::Boolean,
            Self::Date => sql::BindType::Date,
            Self::Timestamp => sql::BindType::Timestamp,
            Self::Interval => sql::BindType::Interval,
        }
    }
}

/// Declaration of a parameter in the header.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParameterDeclaration {
    #[serde(rename = "type")]
    kind: ParameterType,
    default: Option<toml::Value>,
    #[serde(default)]
    optional: bool,
    choices: Option<ParameterChoices>,
    about: String,
}

/// A list of values, or values with an SQL expression each.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of choices, or choices with their SQL"
)]
enum ParameterChoices {
    Names(Vec<String>),
    Expressions(toml::Table),
}

impl ParameterDeclaration {
    /// The parameter called `name`, or the error in its declaration.
    pub(crate) fn named(&self, name: &str) -> Result<QueryParameter, String> {
        let choices = match &self.choices {
            Some(ParameterChoices::Expressions(_)) if self.kind != ParameterType::Column => {
                return Err(format!(
                    "parameter {name}: only a column's choices stand for SQL; write a list"
                ));
            }
            Some(ParameterChoices::Expressions(all)) => {
                all.iter().map(|(n, sql)| (n.clone(), text(sql))).collect()
            }
            Some(ParameterChoices::Names(names)) => {
                names.iter().map(|n| (n.clone(), n.clone())).collect()
            }
            None if self.kind == ParameterType::Column => {
                return Err(format!(
                    "parameter {name}: a column needs its choices, as choices = [\"channel\", \"team\"]"
                ));
            }
            None => IndexMap::new(),
        };
        let parameter = QueryParameter {
            name: name.to_owned(),
            kind: self.kind,
            default: self.default.as_ref().map(text),
            is_optional: self.optional,
            choices,
            about: self.about.clone(),
        };
        for value in parameter.default.iter().chain(parameter.choices.keys()) {
            parameter.value(value)?;
        }
        Ok(parameter)
    }
}

fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl QueryParameter {
    /// True if a value is required.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.default.is_none() && !self.is_optional
    }

    /// The value that the query uses by default; `None` if a value is required.
    pub(super) fn fallback(&self) -> Option<Result<BindValue, String>> {
        match &self.default {
            Some(text) => Some(self.value(text)),
            None => self
                .is_optional
                .then(|| Ok(BindValue::Null(self.kind.absent()))),
        }
    }

    /// The value of `text`, or the reason why it is invalid.
    pub(crate) fn value(&self, text: &str) -> Result<BindValue, String> {
        if !self.choices.is_empty() && !self.choices.contains_key(text) {
            return Err(self.no_choice(text));
        }
        let value = match self.kind {
            ParameterType::Text => Some(BindValue::Text(text.to_owned())),
            ParameterType::Integer => text.trim().parse().ok().map(BindValue::Integer),
            ParameterType::Number => number(text.trim()),
            ParameterType::Boolean => boolean(text.trim()),
            ParameterType::Date => date(text.trim()),
            ParameterType::Timestamp => timestamp(text.trim()),
            ParameterType::Interval => interval(text.trim()),
            ParameterType::Column => self.choices.get(text).cloned().map(BindValue::Expression),
        };
        value.ok_or_else(|| {
            let Self { name, kind, .. } = self;
            format!("parameter {name}: {text:?} is not {}", kind.expected())
        })
    }

    fn no_choice(&self, text: &str) -> String {
        let Self { name, choices, .. } = self;
        let all: Vec<&str> = choices.keys().map(String::as_str).collect();
        match nearest(text, all.iter().copied()) {
            Some(near) => format!("parameter {name}: no choice {text:?}; did you mean {near}?"),
            None => format!("parameter {name}: {text:?} is none of {}", all.join(", ")),
        }
    }
}

/// Digits are passed on unchanged, so that `0.1` stays `0.1`.
fn number(text: &str) -> Option<BindValue> {
    let parsed: f64 = text.parse().ok()?;
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    (parsed.is_finite() && is_plain)
        .then(|| BindValue::Number(text.trim_start_matches('+').to_owned()))
}

fn boolean(text: &str) -> Option<BindValue> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" => Some(BindValue::Boolean(true)),
        "false" | "no" | "off" => Some(BindValue::Boolean(false)),
        _ => None,
    }
}

fn date(text: &str) -> Option<BindValue> {
    let written = text::read(text).ok()?;
    let is_date = written.time.is_none() && written.offset.is_none();
    let date = written.date.filter(|_| is_date)?;
    Some(BindValue::Date(date.to_string()))
}

fn timestamp(text: &str) -> Option<BindValue> {
    let at = text::read(text).ok()?.in_utc()?;
    Some(BindValue::Timestamp(at.to_string()))
}

/// A bare number is ambiguous: seconds or days.
fn interval(text: &str) -> Option<BindValue> {
    let has_unit = text.chars().any(char::is_alphabetic);
    let is_interval = has_unit && parse_interval_month_day_nano(text).is_ok();
    is_interval.then(|| BindValue::Interval(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(kind: ParameterType) -> QueryParameter {
        QueryParameter {
            name: "x".to_owned(),
            kind,
            default: None,
            is_optional: false,
            choices: IndexMap::new(),
            about: String::new(),
        }
    }

    #[test]
    fn values_are_what_their_type_says() {
        let good = [
            (
                ParameterType::Text,
                "a'b",
                BindValue::Text("a'b".to_owned()),
            ),
            (ParameterType::Integer, " 7", BindValue::Integer(7)),
            (
                ParameterType::Number,
                "0.10",
                BindValue::Number("0.10".to_owned()),
            ),
            (ParameterType::Boolean, "No", BindValue::Boolean(false)),
            (
                ParameterType::Date,
                "2024-02-29",
                BindValue::Date("2024-02-29".to_owned()),
            ),
            (
                ParameterType::Timestamp,
                "2026-01-31",
                BindValue::Timestamp("2026-01-31 00:00:00".to_owned()),
            ),
            (
                ParameterType::Timestamp,
                "2026-01-31T09:30:00+02:00",
                BindValue::Timestamp("2026-01-31 07:30:00".to_owned()),
            ),
            (
                ParameterType::Interval,
                "7 days",
                BindValue::Interval("7 days".to_owned()),
            ),
        ];
        for (kind, text, value) in good {
            assert_eq!(parameter(kind).value(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn others_are_refused_with_an_example() {
        let bad = [
            (
                ParameterType::Integer,
                "7.5",
                "\"7.5\" is not a whole number such as 7",
            ),
            (
                ParameterType::Number,
                "nan",
                "\"nan\" is not a number such as 0.5",
            ),
            (
                ParameterType::Date,
                "2026-02-30",
                "\"2026-02-30\" is not a date such as 2026-01-31",
            ),
            (
                ParameterType::Date,
                "31.01.2026",
                "\"31.01.2026\" is not a date such as 2026-01-31",
            ),
            (
                ParameterType::Interval,
                "7",
                "\"7\" is not a length of time such as 7 days",
            ),
        ];
        for (kind, text, problem) in bad {
            assert_eq!(
                parameter(kind).value(text),
                Err(format!("parameter x: {problem}"))
            );
        }
    }

    #[test]
    fn a_choice_is_one_of_the_list() {
        let mut by = parameter(ParameterType::Column);
        by.choices
            .insert("channel".to_owned(), "t.channel".to_owned());
        assert_eq!(
            by.value("channel"),
            Ok(BindValue::Expression("t.channel".to_owned()))
        );
        let slip = by.value("chanel").unwrap_err();
        assert_eq!(
            slip,
            "parameter x: no choice \"chanel\"; did you mean channel?"
        );
        let stranger = by.value("1; DROP TABLE t").unwrap_err();
        assert_eq!(
            stranger,
            "parameter x: \"1; DROP TABLE t\" is none of channel"
        );
    }
}
