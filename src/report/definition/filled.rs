//! SQL with the values of its `$names` in their place, as text that can be run again as it stands.

use std::collections::BTreeMap;

use crate::sql::{BindType, BindValue};

/// SQL text of each value, by name.
pub(in crate::report) type SqlValues = BTreeMap<String, String>;

/// `sql` with every `$name` that `values` has replaced by its text; texts, quoted names and comments stay as they
/// are.
pub(in crate::report) fn filled(sql: &str, values: &SqlValues) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => quoted(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '$' => {
                let name = name_at(&rest[1..]);
                if let Some(value) = values.get(name) {
                    out.push_str(value);
                    rest = &rest[1 + name.len()..];
                    continue;
                }
                1
            }
            other => other.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

/// Length of the quoted text at the start of `text`. A doubled quote begins another quoted text, which is as good.
fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

fn name_at(text: &str) -> &str {
    let end = text
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// `text` as an SQL literal.
pub(in crate::report) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A parameter's value as SQL text.
pub(in crate::report) fn literal(value: &BindValue) -> String {
    match value {
        BindValue::Null(kind) => {
            let name = match kind {
                BindType::Text => "VARCHAR",
                BindType::Integer => "BIGINT",
                BindType::Number => "DOUBLE",
                BindType::Boolean => "BOOLEAN",
                BindType::Date => "DATE",
                BindType::Timestamp => "TIMESTAMP",
                BindType::Interval => "INTERVAL",
            };
            format!("CAST(NULL AS {name})")
        }
        BindValue::Text(text) => text_literal(text),
        BindValue::Integer(number) => number.to_string(),
        BindValue::Number(digits) | BindValue::Decimal(digits) => digits.clone(),
        BindValue::Boolean(is_true) => is_true.to_string(),
        BindValue::Date(day) => format!("DATE {}", text_literal(day)),
        BindValue::Timestamp(at) => format!("TIMESTAMP {}", text_literal(at)),
        BindValue::Interval(length) => format!("INTERVAL {}", text_literal(length)),
        BindValue::Expression(sql) => format!("({sql})"),
        BindValue::Untyped => "NULL".to_owned(),
        BindValue::List(values) => {
            let values: Vec<String> = values.iter().map(literal).collect();
            format!("[{}]", values.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_where_they_are_names() {
        let values = SqlValues::from([
            ("day".to_owned(), "DATE '2025-01-01'".to_owned()),
            (
                "team".to_owned(),
                literal(&BindValue::Text("it's $day".to_owned())),
            ),
        ]);
        assert_eq!(
            filled(
                "SELECT '$day', \"$day\", $day -- $day\n, $team, $days, 'a''$day', $1",
                &values
            ),
            "SELECT '$day', \"$day\", DATE '2025-01-01' -- $day\n, 'it''s $day', $days, 'a''$day', $1"
        );
    }
}
