//! Values of `--param` for the placeholders of a script, which declares no types.

use indexmap::{IndexMap, IndexSet};

use super::parameter::{ParameterType, QueryParameter};
use crate::error::{Error, Result};
use crate::sql::{BindValue, Statement};
use crate::text::nearest;

/// Types that may be written behind a name, as in `from:date`.
const TYPES: [ParameterType; 7] = [
    ParameterType::Text,
    ParameterType::Integer,
    ParameterType::Number,
    ParameterType::Boolean,
    ParameterType::Date,
    ParameterType::Timestamp,
    ParameterType::Interval,
];

/// Values by the name of their placeholder.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScriptParameters(IndexMap<String, BindValue>);

impl ScriptParameters {
    /// Reads `(name, text)` or `(name:type, text)`. Without a type, the text says it: numbers, dates,
    /// timestamps, `true`, `NULL` and lists in brackets are what they look like, and `'..'` is always a text.
    ///
    /// # Errors
    /// When a type is unknown, a value is not of it, or a name occurs twice.
    pub(crate) fn read(given: &[(String, String)]) -> Result<Self> {
        let mut values = IndexMap::new();
        for (written, text) in given {
            let (name, kind) = match written.split_once(':') {
                Some((name, kind)) => (name.trim(), Some(type_of(name, kind.trim())?)),
                None => (written.as_str(), None),
            };
            let name = name.trim_start_matches(['$', ':']);
            let value = match kind {
                Some(kind) => typed(name, kind, text)?,
                None => looked(text),
            };
            if values.insert(name.to_owned(), value).is_some() {
                return Err(Error::Usage(format!("parameter {name} is given twice")));
            }
        }
        Ok(Self(values))
    }

    /// Binds the values to all `statements`; without any, statements stay as they are. Those that are not of the
    /// `is_whole` script may be what a value is for.
    ///
    /// # Errors
    /// When a value has no placeholder in any of a whole script, or a placeholder has no value.
    pub(crate) fn bind(&self, statements: &[Statement], is_whole: bool) -> Result<Vec<Statement>> {
        let names: IndexSet<String> = statements
            .iter()
            .flat_map(Statement::placeholders)
            // Those of PREPARE, which get their values by EXECUTE.
            .filter(|name| !name.bytes().all(|byte| byte.is_ascii_digit()))
            .collect();
        let is_unknown = |name: &&String| is_whole && !names.contains(*name);
        if let Some(unknown) = self.0.keys().find(is_unknown) {
            let hint = match nearest(unknown, names.iter().map(String::as_str)) {
                Some(near) => format!("; did you mean {near}?"),
                None if names.is_empty() => ": it has no $name in it".to_owned(),
                None => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    format!(": it has {}", names.join(", "))
                }
            };
            return Err(Error::Usage(format!(
                "no parameter {unknown} in the SQL{hint}"
            )));
        }
        if let Some(missing) = names.iter().find(|name| !self.0.contains_key(*name)) {
            return Err(Error::Usage(format!(
                "parameter {missing} of the SQL has no value: add --param {missing}=.."
            )));
        }
        let value = |name: &str| self.0.get(name).cloned();
        statements.iter().map(|one| one.bind(value)).collect()
    }
}

fn type_of(name: &str, text: &str) -> Result<ParameterType> {
    let lower = text.to_ascii_lowercase();
    let found = TYPES.into_iter().find(|kind| kind.name() == lower);
    found.ok_or_else(|| {
        let names = TYPES.map(ParameterType::name);
        let hint = match nearest(&lower, names) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", names.join(", ")),
        };
        Error::Usage(format!("parameter {name}: no type {text:?}; {hint}"))
    })
}

fn typed(name: &str, kind: ParameterType, text: &str) -> Result<BindValue> {
    if text.trim().eq_ignore_ascii_case("null") && kind != ParameterType::Text {
        return Ok(BindValue::Untyped);
    }
    let parameter = QueryParameter {
        name: name.to_owned(),
        kind,
        default: None,
        is_optional: false,
        choices: IndexMap::new(),
        about: String::new(),
    };
    parameter.value(text).map_err(Error::Usage)
}

/// The value that `text` looks like; a text if it looks like nothing else.
fn looked(text: &str) -> BindValue {
    let trimmed = text.trim();
    if let Some(quoted) = unquoted(trimmed) {
        return BindValue::Text(quoted);
    }
    match trimmed.to_ascii_lowercase().as_str() {
        "null" => return BindValue::Untyped,
        "true" => return BindValue::Boolean(true),
        "false" => return BindValue::Boolean(false),
        _ => {}
    }
    if let Some(inner) = trimmed
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return BindValue::List(items(inner).iter().map(|item| looked(item)).collect());
    }
    number(trimmed)
        .or_else(|| time(trimmed))
        .unwrap_or_else(|| BindValue::Text(text.to_owned()))
}

fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

/// A number as people write it: `007` and `+49` are texts.
fn number(text: &str) -> Option<BindValue> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits);
    if !is_number {
        return None;
    }
    match (fraction, text.parse::<i64>()) {
        (None, Ok(value)) => Some(BindValue::Integer(value)),
        _ => Some(BindValue::Decimal(text.to_owned())),
    }
}

/// A date or timestamp in ISO form; other texts may be names.
fn time(text: &str) -> Option<BindValue> {
    let is_iso = text.len() >= 10
        && text
            .bytes()
            .take(10)
            .enumerate()
            .all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
    if !is_iso {
        return None;
    }
    let kind = if text.len() == 10 {
        ParameterType::Date
    } else {
        ParameterType::Timestamp
    };
    typed("", kind, text).ok()
}

/// The parts between commas that stand in no quotes or brackets.
fn items(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let (mut item, mut depth, mut is_quoted) = (String::new(), 0_usize, false);
    for character in text.chars() {
        match character {
            '\'' => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth = depth.saturating_sub(1),
            ',' if !is_quoted && depth == 0 => {
                items.push(std::mem::take(&mut item));
                continue;
            }
            _ => {}
        }
        item.push(character);
    }
    if !item.trim().is_empty() || !items.is_empty() {
        items.push(item);
    }
    items.iter().map(|item| item.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse;

    fn bound(sql: &str, given: &[(&str, &str)]) -> Result<String> {
        let given: Vec<(String, String)> = given
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let bound = ScriptParameters::read(&given)?.bind(&parse(sql)?, true)?;
        Ok(bound[0].to_string())
    }

    #[test]
    fn a_value_is_what_it_looks_like() {
        for (text, expected) in [
            ("7", "7"),
            ("-7", "(-7)"),
            ("0.50", "0.50"),
            ("99999999999999999999", "99999999999999999999"),
            ("007", "'007'"),
            ("+49", "'+49'"),
            ("1e3", "'1e3'"),
            ("true", "true"),
            ("NULL", "NULL"),
            ("'NULL'", "'NULL'"),
            ("it's; --", "'it''s; --'"),
            ("2026-01-31", "CAST('2026-01-31' AS DATE)"),
            (
                "2026-01-31 09:30",
                "CAST('2026-01-31 09:30:00' AS TIMESTAMP)",
            ),
            ("2026-02-31", "'2026-02-31'"),
            ("[1, 'a, b', c]", "[1, 'a, b', 'c']"),
            ("[]", "[]"),
        ] {
            let sql = bound("SELECT $x", &[("x", text)]).unwrap();
            assert_eq!(sql, format!("SELECT {expected}"), "{text}");
        }
    }

    #[test]
    fn a_type_settles_what_looks_like_another() {
        assert_eq!(
            bound("SELECT $x", &[("x:text", "007")]).unwrap(),
            "SELECT '007'"
        );
        assert_eq!(
            bound("SELECT :x", &[("x:text", "7")]).unwrap(),
            "SELECT '7'"
        );
        assert_eq!(
            bound("COPY (SELECT $x) TO 'a.csv'", &[("x:interval", "7 days")]).unwrap(),
            "COPY (SELECT INTERVAL '7 days') TO a.csv STORED AS CSV OPTIONS ('deskql_copy.single_file' 'auto')"
        );
        let problem = bound("SELECT $x", &[("x:date", "soon")])
            .unwrap_err()
            .to_string();
        assert_eq!(
            problem,
            "parameter x: \"soon\" is not a date such as 2026-01-31"
        );
        let problem = bound("SELECT $x", &[("x:dat", "soon")])
            .unwrap_err()
            .to_string();
        assert_eq!(problem, "parameter x: no type \"dat\"; did you mean date?");
    }

    #[test]
    fn every_name_needs_its_counterpart() {
        for (given, expected) in [
            (
                vec![("form", "1")],
                "no parameter form in the SQL; did you mean from?",
            ),
            (
                vec![],
                "parameter from of the SQL has no value: add --param from=..",
            ),
            (
                vec![("from", "1"), ("from", "2")],
                "parameter from is given twice",
            ),
        ] {
            let problem = bound("SELECT $from", &given).unwrap_err().to_string();
            assert_eq!(problem, expected);
        }
        let problem = bound("SELECT 1", &[("x", "1")]).unwrap_err().to_string();
        assert_eq!(problem, "no parameter x in the SQL: it has no $name in it");
    }
}
