//! `like_escape` and `similar_to_escape`: rewrite patterns of `LIKE` and `SIMILAR TO` for the engine.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_datafusion_err, plan_err};
use regex::Regex;

use crate::functions::declaration::scalar::ScalarFunctionSpec;

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "like_escape",
            aliases: &[],
            syntax: "like_escape(pattern, escape)",
            meaning: "A pattern of LIKE whose special characters are escaped by a backslash, from one with another escape character; what x LIKE pattern ESCAPE escape is made of. An empty escape is none. NULL when an argument is; a pattern that ends in its escape character is an error.",
            arguments: &[
                ("pattern", "The pattern, a text."),
                ("escape", "One character, or an empty text."),
            ],
            example: "SELECT '100%' LIKE like_escape('100!%', '!')",
            coerce: texts,
            returns: |_| Ok(DataType::Utf8),
            kernel: |columns| each(columns, plain_pattern),
        },
        ScalarFunctionSpec {
            name: "similar_to_escape",
            aliases: &[],
            syntax: "similar_to_escape(pattern [, escape])",
            meaning: "The regular expression that fits what a pattern of SIMILAR TO fits; what x SIMILAR TO pattern is made of. NULL when an argument is; what is no pattern is an error.",
            arguments: &[
                (
                    "pattern",
                    "The pattern, a text: % for any characters, _ for one, | * + ? {m,n} () [] as in a regular expression.",
                ),
                (
                    "escape",
                    "One character, a backslash by default, or an empty text for none.",
                ),
            ],
            example: "SELECT similar_to_escape('(a|b)%')",
            coerce: texts,
            returns: |_| Ok(DataType::Utf8),
            kernel: |columns| each(columns, similar_pattern),
        },
    ]
}

fn texts(types: &[DataType]) -> Result<Vec<DataType>> {
    let is_text = |of: &DataType| match of {
        DataType::Dictionary(_, value) => value.is_string(),
        of => of.is_string() || of.is_null(),
    };
    if types.is_empty() || types.len() > 2 || !types.iter().all(is_text) {
        return plan_err!("LIKE and SIMILAR TO take texts as pattern and ESCAPE");
    }
    Ok(vec![DataType::Utf8; types.len()])
}

fn each(
    columns: &[ArrayRef],
    convert: fn(&str, &str) -> Result<String, String>,
) -> Result<ArrayRef> {
    let patterns = columns[0].as_string::<i32>();
    let escapes = columns.get(1).map(AsArray::as_string::<i32>);
    let convert_row = |row: usize| {
        let escape = match escapes {
            Some(escapes) if escapes.is_null(row) => return Ok(None),
            Some(escapes) => escapes.value(row),
            None => "\\",
        };
        if patterns.is_null(row) {
            return Ok(None);
        }
        let converted = convert(patterns.value(row), escape);
        converted.map(Some).map_err(|e| exec_datafusion_err!("{e}"))
    };
    let converted: StringArray = (0..patterns.len())
        .map(convert_row)
        .collect::<Result<_>>()?;
    Ok(Arc::new(converted))
}

/// The escape character; `None` for an empty escape.
fn escape_char(escape: &str) -> Result<Option<char>, String> {
    let mut chars = escape.chars();
    match (chars.next(), chars.next()) {
        (first, None) => Ok(first),
        _ => Err(format!("ESCAPE takes one character, not '{escape}'")),
    }
}

/// Rewrites a `LIKE` pattern with `escape` to one with the backslash.
///
/// # Errors
/// When the escape is not a single character or ends the pattern.
pub(crate) fn plain_pattern(pattern: &str, escape: &str) -> Result<String, String> {
    let escape = escape_char(escape)?;
    let mut plain = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let literal = match Some(c) == escape {
            true => chars
                .next()
                .ok_or_else(|| format!("the pattern '{pattern}' must not end with its escape character: write it twice for itself"))?,
            false if c == '\\' => c,
            false => {
                plain.push(c);
                continue;
            }
        };
        if matches!(literal, '%' | '_' | '\\') {
            plain.push('\\');
        }
        plain.push(literal);
    }
    Ok(plain)
}

/// Rewrites a `SIMILAR TO` pattern to a regular expression.
///
/// # Errors
/// When the escape is not a single character, or the pattern is malformed.
pub(crate) fn similar_pattern(pattern: &str, escape: &str) -> Result<String, String> {
    let escape = escape_char(escape)?;
    let mut regular = String::from("(?s)^(?:");
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            let literal = chars
                .next()
                .ok_or_else(|| format!("the pattern '{pattern}' must not end with its escape character: write it twice for itself"))?;
            match literal {
                'd' | 'D' | 'w' | 'W' | 's' | 'S' => regular.extend(['\\', literal]),
                _ => regular.push_str(&regex::escape(literal.encode_utf8(&mut [0; 4]))),
            }
            continue;
        }
        match c {
            ']' if in_class => {
                in_class = false;
                regular.push(c);
            }
            // Inside a class, these characters are special in the engine but not in the standard.
            '[' if in_class && chars.peek() == Some(&':') => named_class(&mut chars, &mut regular),
            '[' | '&' | '~' | '\\' if in_class => regular.extend(['\\', c]),
            _ if in_class => regular.push(c),
            '[' => {
                in_class = true;
                regular.push(c);
            }
            '%' => regular.push_str(".*"),
            '_' => regular.push('.'),
            '(' => regular.push_str("(?:"),
            '\\' | '.' | '^' | '$' => regular.extend(['\\', c]),
            _ => regular.push(c),
        }
    }
    regular.push_str(")$");
    match Regex::new(&regular) {
        Ok(_) => Ok(regular),
        Err(_) => Err(format!(
            "'{pattern}' is no pattern for SIMILAR TO: see that brackets are closed and * + ? {{m,n}} have something before them"
        )),
    }
}

/// Consumes a named class such as `[:alpha:]` inside of a class.
fn named_class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, regular: &mut String) {
    regular.push('[');
    for c in chars.by_ref() {
        regular.push(c);
        if c == ']' {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_backslashes() {
        let plain = |pattern, escape| plain_pattern(pattern, escape).unwrap();
        assert_eq!(plain("100!%_", "!"), "100\\%_");
        assert_eq!(plain("a!!b\\c!d", "!"), "a!b\\\\cd");
        assert_eq!(plain("a%%b", "%"), "a\\%b");
        assert_eq!(plain("a\\%", ""), "a\\\\%");
        assert!(plain_pattern("a!", "!").is_err());
        assert!(plain_pattern("a", "!!").is_err());
    }

    #[test]
    fn similar_patterns_are_held_at_both_ends() {
        let fits = |text: &str, pattern, escape| {
            let regular = similar_pattern(pattern, escape).unwrap();
            Regex::new(&regular).unwrap().is_match(text)
        };
        assert!(fits("abc", "a%", "\\") && !fits("abc", "b", "\\"));
        assert!(fits("abc", "(b|a)__", "\\") && !fits("ab", "a|bc", "\\"));
        assert!(fits("a.c", "a.c", "\\") && !fits("abc", "a.c", "\\"));
        assert!(fits("a\nc", "a_c", "\\") && fits("aab", "a{2}b", "\\"));
        assert!(fits("[", "[[]", "\\") && fits("x1", "[[:alpha:]][0-9]", "\\"));
        assert!(fits("50%", "50#%", "#") && !fits("50x", "50#%", "#"));
        assert!(similar_pattern("(", "\\").is_err() && similar_pattern("*", "\\").is_err());
    }
}
