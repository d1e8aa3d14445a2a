//! Texts of lower layers, with types and literals converted to SQL.
//!
//! DataFusion and Arrow print types in their messages as `Int64`, `Timestamp(ns)`, `List(Utf8,
//! field: 'element')` or, inside structures, `Timestamp(Nanosecond, None)`, and literals as
//! `Int64(1)` and `Utf8("a")`.

use arrow::datatypes::DataType;

use super::name;

/// Words that begin a type, each with the SQL word for the type alone or with parameters that
/// cannot be parsed. Longer words come before their prefixes.
const WORDS: [(&str, &str); 50] = [
    ("IntervalMonthDayNano", "INTERVAL"),
    ("IntervalDayTime", "INTERVAL"),
    ("IntervalYearMonth", "INTERVAL"),
    ("TimestampNanosecond", "TIMESTAMP"),
    ("TimestampMicrosecond", "TIMESTAMP"),
    ("TimestampMillisecond", "TIMESTAMP"),
    ("TimestampSecond", "TIMESTAMP"),
    ("DurationNanosecond", "DURATION"),
    ("DurationMicrosecond", "DURATION"),
    ("DurationMillisecond", "DURATION"),
    ("DurationSecond", "DURATION"),
    ("Time64Nanosecond", "TIME"),
    ("Time64Microsecond", "TIME"),
    ("Time32Millisecond", "TIME"),
    ("Time32Second", "TIME"),
    ("FixedSizeBinary", "BYTEA"),
    ("FixedSizeList", "a list"),
    ("LargeListView", "a list"),
    ("RunEndEncoded", "VARCHAR"),
    ("LargeBinary", "BYTEA"),
    ("BinaryView", "BYTEA"),
    ("Decimal256", "DECIMAL"),
    ("Decimal128", "DECIMAL"),
    ("Decimal64", "DECIMAL"),
    ("Decimal32", "DECIMAL"),
    ("Dictionary", "VARCHAR"),
    ("LargeList", "a list"),
    ("LargeUtf8", "VARCHAR"),
    ("Timestamp", "TIMESTAMP"),
    ("Utf8View", "VARCHAR"),
    ("Duration", "DURATION"),
    ("ListView", "a list"),
    ("Interval", "INTERVAL"),
    ("Boolean", "BOOLEAN"),
    ("Float64", "DOUBLE"),
    ("Float32", "REAL"),
    ("Float16", "REAL"),
    ("UInt64", "BIGINT UNSIGNED"),
    ("UInt32", "INTEGER UNSIGNED"),
    ("UInt16", "SMALLINT UNSIGNED"),
    ("Time64", "TIME"),
    ("Time32", "TIME"),
    ("Date64", "DATE"),
    ("Date32", "DATE"),
    ("Struct", "STRUCT"),
    ("UInt8", "TINYINT UNSIGNED"),
    ("Int64", "BIGINT"),
    ("Int32", "INTEGER"),
    ("Int16", "SMALLINT"),
    ("Utf8", "VARCHAR"),
];

/// Type names that are ordinary words too: replaced only with parentheses behind, or alone in a
/// list of types.
const COMMON: [(&str, &str); 4] = [
    ("Int8", "TINYINT"),
    ("List", "a list"),
    ("Map", "MAP"),
    ("Null", "NULL"),
];

/// `text` with SQL's names for Arrow's types, and with SQL's literals.
#[must_use]
pub(crate) fn in_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(next) = rest.chars().next() {
        let starts_word = !before.is_some_and(is_of_word);
        if starts_word && let Some((sql, length)) = spelled(rest) {
            out.push_str(&sql);
            before = rest[..length].chars().next_back();
            rest = &rest[length..];
            continue;
        }
        out.push(next);
        before = Some(next);
        rest = &rest[next.len_utf8()..];
    }
    out
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// SQL of the type or literal at the start of `text`, and its length in bytes.
fn spelled(text: &str) -> Option<(String, usize)> {
    if let Some(inner) = text.strip_prefix("Literal").and_then(parenthesised) {
        let (value, _) = inner.rsplit_once(", ").unwrap_or((inner, ""));
        return Some((in_text(value), "Literal".len() + inner.len() + 2));
    }
    let (word, sql) = WORDS
        .iter()
        .chain(&COMMON)
        .find(|(word, _)| text.strip_prefix(word).is_some_and(ends_word))?;
    if let Some(fields) = text[word.len()..].strip_prefix(" { ")
        && word.starts_with("Interval")
    {
        let length = word.len() + 3 + fields.find('}')? + 1;
        return Some((interval(&text[word.len()..length]), length));
    }
    let Some(inner) = parenthesised(&text[word.len()..]) else {
        let is_common = COMMON.iter().any(|(common, _)| common == word) && *word != "Int8";
        return (!is_common).then(|| ((*sql).to_owned(), word.len()));
    };
    let length = word.len() + inner.len() + 2;
    let whole = &text[..length];
    if let Ok(data_type) = whole.parse::<DataType>() {
        return Some((name(&data_type), length));
    }
    if let Some(data_type) = as_structure(word, inner) {
        return Some((data_type, length));
    }
    literal(word, inner).map(|literal| (literal, length))
}

fn ends_word(rest: &str) -> bool {
    !rest.chars().next().is_some_and(is_of_word)
}

/// The content of the parentheses that `text` starts with; quotes and nested parentheses are
/// respected.
fn parenthesised(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('(')?;
    let (mut depth, mut quote) = (1_usize, None);
    for (at, character) in rest.char_indices() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(&rest[..at]);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// A type printed as a structure: `Timestamp(Nanosecond, None)`, `List(Field { .. data_type: Int64, .. })`.
fn as_structure(word: &str, inner: &str) -> Option<String> {
    match word {
        "Timestamp" => {
            let (_, zone) = inner.split_once(',')?;
            let zone = zone.trim();
            match zone.strip_prefix("Some(") {
                None => (zone == "None").then(|| "TIMESTAMP".to_owned()),
                Some(_) => Some("TIMESTAMPTZ".to_owned()),
            }
        }
        "Decimal128" | "Decimal256" | "Decimal64" | "Decimal32" => {
            let is_size = inner
                .split(',')
                .all(|part| part.trim().parse::<i16>().is_ok());
            is_size.then(|| format!("DECIMAL({inner})"))
        }
        "List" | "LargeList" | "ListView" | "FixedSizeList" => {
            let (_, of) = inner.split_once("data_type: ")?;
            let (of, _) = of.split_once(", nullable:").unwrap_or((of, ""));
            let of = of.split(" }").next().unwrap_or(of);
            Some(format!("{}[]", in_text(of)))
        }
        "Dictionary" => {
            let (_, values) = inner.split_once(',')?;
            Some(in_text(values.trim()))
        }
        "Struct" => Some("STRUCT".to_owned()),
        "Map" => Some("MAP".to_owned()),
        "Duration" | "Interval" | "Time32" | "Time64" => {
            let is_unit = inner.chars().all(char::is_alphabetic);
            is_unit.then(|| match word {
                "Duration" => "DURATION".to_owned(),
                "Interval" => "INTERVAL".to_owned(),
                _ => "TIME".to_owned(),
            })
        }
        _ => None,
    }
}

/// A literal as the planner prints it: `Int64(1)`, `Utf8("a")`, `Boolean(NULL)`.
fn literal(word: &str, inner: &str) -> Option<String> {
    if inner == "NULL" {
        return Some("NULL".to_owned());
    }
    if word.starts_with("Interval") {
        return Some(interval(inner));
    }
    let text = inner
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    match text {
        Some(text) => Some(format!("'{}'", text.replace('\'', "''"))),
        None if inner.parse::<f64>().is_ok() || inner == "true" || inner == "false" => {
            Some(inner.to_owned())
        }
        None => Some(format!("'{inner}'")),
    }
}

/// `"IntervalMonthDayNano { months: 0, days: -1, nanoseconds: 0 }"` as a literal of SQL.
fn interval(inner: &str) -> String {
    const UNITS: [(&str, &str); 4] = [
        ("months", "months"),
        ("days", "days"),
        ("milliseconds", "milliseconds"),
        ("nanoseconds", "nanoseconds"),
    ];
    let mut parts = Vec::new();
    for (key, unit) in UNITS {
        let Some((_, rest)) = inner.split_once(&format!(" {key}: ")) else {
            continue;
        };
        let digits: String = rest
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '-')
            .collect();
        match (digits.parse::<i64>(), unit) {
            (Err(_) | Ok(0), _) => {}
            (Ok(count), "nanoseconds") if count % 1_000_000_000 == 0 => {
                parts.push(format!("{} seconds", count / 1_000_000_000));
            }
            (Ok(count), unit) => parts.push(format!("{count} {unit}")),
        }
    }
    if parts.is_empty() {
        "INTERVAL '0 seconds'".to_owned()
    } else {
        format!("INTERVAL '{}'", parts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_in_messages_are_those_of_sql() {
        for (text, sql) in [
            ("got Int64", "got BIGINT"),
            ("(Utf8View, Int8)", "(VARCHAR, TINYINT)"),
            (
                "Timestamp(ns) + Timestamp(µs, \"UTC\")",
                "TIMESTAMP + TIMESTAMPTZ",
            ),
            ("Timestamp(Nanosecond, None)", "TIMESTAMP"),
            (
                "Timestamp(Nanosecond, Some(\"Europe/Berlin\"))",
                "TIMESTAMPTZ (Europe/Berlin)",
            ),
            ("a Decimal128(10, 2).", "a DECIMAL(10, 2)."),
            ("List(Int64, field: 'element') + Int64", "BIGINT[] + BIGINT"),
            (
                "List(Field { name: \"item\", data_type: Int64, nullable: true })",
                "BIGINT[]",
            ),
            (
                "Struct(\"age\": Int64, \"name\": Utf8)",
                "STRUCT(age BIGINT, name VARCHAR)",
            ),
            ("Dictionary(Int32, Utf8)", "VARCHAR"),
            ("Time64(ns) and Duration(s)", "TIME and DURATION"),
            ("Interval(MonthDayNano)", "INTERVAL"),
            ("Struct, Map, or Null", "STRUCT, Map, or Null"),
            ("MyInt64 Int64er", "MyInt64 Int64er"),
        ] {
            assert_eq!(in_text(text), sql, "{text}");
        }
    }

    #[test]
    fn literals_in_messages_are_those_of_sql() {
        for (text, sql) in [
            ("count(Int64(1))", "count(1)"),
            ("Utf8(\"it's\")", "'it''s'"),
            ("Float64(NULL)", "NULL"),
            ("Boolean(true)", "true"),
            ("got Literal('x', None)", "got 'x'"),
            (
                "not IntervalMonthDayNano { months: 1, days: 0, nanoseconds: 0 }",
                "not INTERVAL '1 months'",
            ),
            (
                "IntervalMonthDayNano(\"IntervalMonthDayNano { months: 0, days: -1, nanoseconds: 0 }\")",
                "INTERVAL '-1 days'",
            ),
        ] {
            assert_eq!(in_text(text), sql, "{text}");
        }
    }
}
