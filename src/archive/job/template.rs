//! Texts of a job file with `{name}` for the value of a parameter.

use std::collections::BTreeSet;

use super::parameter::{JobParameter, JobValues};
use crate::text::nearest;

/// A text with places for values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValueTemplate(Vec<TemplatePart>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum TemplatePart {
    Text(String),
    /// `{name}`
    Value(String),
    /// `{name.start}`: the first day of a period.
    Start(String),
    /// `{name.end}`: the first day after a period.
    End(String),
}

impl ValueTemplate {
    /// Takes `text` apart; `{{` and `}}` are braces.
    pub(super) fn parse(text: &str, known: &[JobParameter]) -> Result<Self, String> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            if brace.starts_with("{{") || brace.starts_with("}}") {
                plain.push_str(&brace[..1]);
                rest = &brace[2..];
                continue;
            }
            let inner = brace
                .strip_prefix('{')
                .and_then(|open| open.split_once('}'));
            let Some((name, after)) = inner else {
                return Err(format!(
                    "{text:?} has a brace without its partner: write {{name}}, or {{{{ for a brace"
                ));
            };
            parts.push(TemplatePart::Text(std::mem::take(&mut plain)));
            parts.push(place(name.trim(), known)?);
            rest = after;
        }
        plain.push_str(rest);
        parts.push(TemplatePart::Text(plain));
        Ok(Self(parts))
    }

    /// Names of the parameters in it.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let names = self.0.iter().filter_map(|part| match part {
            TemplatePart::Text(_) => None,
            TemplatePart::Value(name) | TemplatePart::Start(name) | TemplatePart::End(name) => {
                Some(name.clone())
            }
        });
        names.collect()
    }

    /// The text with the values of one run.
    pub(super) fn filled(&self, values: &JobValues) -> String {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Text(text) => text.clone(),
            TemplatePart::Value(name) => values
                .get(name)
                .map_or_else(String::new, |value| value.text.clone()),
            TemplatePart::Start(name) => day(values, name, |(start, _)| start),
            TemplatePart::End(name) => day(values, name, |(_, end)| end),
        };
        self.0.iter().map(part).collect()
    }
}

fn day(
    values: &JobValues,
    name: &str,
    choose: fn((chrono::NaiveDate, chrono::NaiveDate)) -> chrono::NaiveDate,
) -> String {
    let period = values.get(name).and_then(|value| value.period);
    period.map_or_else(String::new, |period| choose(period).to_string())
}

fn place(inner: &str, known: &[JobParameter]) -> Result<TemplatePart, String> {
    let (name, field) = match inner.split_once('.') {
        Some((name, field)) => (name, Some(field)),
        None => (inner, None),
    };
    let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
        let names = known.iter().map(|parameter| parameter.name.as_str());
        let hint = nearest(name, names).map_or_else(
            || format!("declare [parameters.{name}]"),
            |near| format!("did you mean {near}?"),
        );
        return Err(format!("no parameter {name} for {{{inner}}}; {hint}"));
    };
    let is_period = parameter.backfill_step().is_some();
    match field {
        None => Ok(TemplatePart::Value(name.to_owned())),
        Some("start") if is_period => Ok(TemplatePart::Start(name.to_owned())),
        Some("end") if is_period => Ok(TemplatePart::End(name.to_owned())),
        Some("start" | "end") => Err(format!(
            "{{{inner}}}: only months and dates have a start and an end"
        )),
        Some(_) => Err(format!(
            "{{{inner}}}: there are {{{name}}}, {{{name}.start}} and {{{name}.end}}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::ParameterSection;
    use super::*;

    fn month() -> JobParameter {
        let section = ParameterSection {
            kind: "month".to_owned(),
            default: None,
            step: None,
            about: String::new(),
        };
        JobParameter::declared("month", &section).unwrap()
    }

    #[test]
    fn values_take_their_places() {
        let known = [month()];
        let values = JobValues::from([("month".to_owned(), known[0].value("2025-12").unwrap())]);
        for (text, expected) in [
            ("out/month={month}/a.csv", "out/month=2025-12/a.csv"),
            ("{month.start}..{ month.end }", "2025-12-01..2026-01-01"),
            ("{{month}}", "{month}"),
            ("plain", "plain"),
        ] {
            let template = ValueTemplate::parse(text, &known).unwrap();
            assert_eq!(template.filled(&values), expected);
        }
    }

    #[test]
    fn unknown_places_are_refused() {
        for (text, expected) in [
            (
                "{moth}",
                "no parameter moth for {moth}; did you mean month?",
            ),
            (
                "{team}",
                "no parameter team for {team}; declare [parameters.team]",
            ),
            (
                "{month.day}",
                "{month.day}: there are {month}, {month.start} and {month.end}",
            ),
        ] {
            assert_eq!(
                ValueTemplate::parse(text, &[month()]).unwrap_err(),
                expected
            );
        }
        assert!(
            ValueTemplate::parse("a{", &[])
                .unwrap_err()
                .contains("without its partner")
        );
    }
}
