//! `regexp_extract`: the match of a pattern in a text, such as a ticket number in a subject.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListBuilder, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, exec_datafusion_err, exec_err, plan_err};
use regex::{Regex, RegexBuilder};

use crate::functions::declaration::scalar::ScalarFunctionSpec;

const ARGUMENTS: &[(&str, &str)] = &[
    ("text", "Where to look."),
    (
        "pattern",
        "A regular expression, which may match anywhere in the text.",
    ),
    (
        "group",
        "Which parenthesis of the pattern is wanted, from 1; 0, the whole match, when absent.",
    ),
    (
        "options",
        "Letters: i, whatever the case; s, a dot takes line ends too; m, ^ and $ at every line.",
    ),
];

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "regexp_extract",
            aliases: &["regexp_substr"],
            syntax: "regexp_extract(text, pattern [, group [, options]])",
            meaning: "The first match of the pattern in the text, or a group of it. An empty text where nothing matches, as in DuckDB; NULL if an argument is NULL.",
            arguments: ARGUMENTS,
            example: r"SELECT regexp_extract('Re: [DESK-4711] refund', '\[([A-Z]+)-(\d+)\]', 2)",
            coerce,
            returns: |_| Ok(DataType::Utf8),
            kernel: |columns| {
                let mut found = Vec::with_capacity(columns[0].len());
                each(columns, |text| match text {
                    Some((pattern, text, group)) => {
                        let matched = pattern.captures(text).and_then(|all| all.get(group));
                        found.push(Some(matched.map_or("", |part| part.as_str()).to_owned()));
                    }
                    None => found.push(None),
                })?;
                Ok(Arc::new(StringArray::from(found)))
            },
        },
        ScalarFunctionSpec {
            name: "regexp_extract_all",
            aliases: &[],
            syntax: "regexp_extract_all(text, pattern [, group [, options]])",
            meaning: "A list of all matches of the pattern in the text, or of a group of each; empty where nothing matches, NULL if an argument is NULL.",
            arguments: ARGUMENTS,
            example: r"SELECT regexp_extract_all('DESK-1 and DESK-22', 'DESK-(\d+)', 1)",
            coerce,
            returns: |_| Ok(list()),
            kernel: |columns| {
                let field = Field::new_list_field(DataType::Utf8, true);
                let mut lists = ListBuilder::new(StringBuilder::new()).with_field(field);
                each(columns, |text| {
                    if let Some((pattern, text, group)) = text {
                        for found in pattern.captures_iter(text) {
                            lists
                                .values()
                                .append_value(found.get(group).map_or("", |part| part.as_str()));
                        }
                    }
                    lists.append(text.is_some());
                })?;
                Ok(Arc::new(lists.finish()))
            },
        },
    ]
}

fn list() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
}

fn coerce(types: &[DataType]) -> Result<Vec<DataType>> {
    let is_text =
        |of: &DataType| of.is_string() || of.is_null() || matches!(of, DataType::Dictionary(..));
    let is_group = types
        .get(2)
        .is_none_or(|of| of.is_integer() || of.is_null());
    let texts = [0, 1, 3]
        .iter()
        .filter_map(|&place| types.get(place))
        .all(is_text);
    if !(2..=4).contains(&types.len()) || !is_group || !texts {
        return plan_err!(
            "this function takes a text, a pattern, the number of a group and options: \
             regexp_extract(subject, '#(\\d+)', 1)"
        );
    }
    let wanted = [
        DataType::Utf8,
        DataType::Utf8,
        DataType::Int64,
        DataType::Utf8,
    ];
    Ok(wanted.into_iter().take(types.len()).collect())
}

/// Calls `take` with the pattern, text and group of each row; `None` if an argument is NULL.
fn each(columns: &[ArrayRef], mut take: impl FnMut(Option<(&Regex, &str, usize)>)) -> Result<()> {
    let mut patterns: HashMap<(String, String), Regex> = HashMap::new();
    let texts = columns[0].as_string::<i32>();
    for row in 0..texts.len() {
        if columns.iter().any(|column| column.is_null(row)) {
            take(None);
            continue;
        }
        let pattern = columns[1].as_string::<i32>().value(row);
        let options = columns
            .get(3)
            .map_or("", |all| all.as_string::<i32>().value(row));
        let group = columns
            .get(2)
            .map_or(0, |all| all.as_primitive::<Int64Type>().value(row));
        let key = (pattern.to_owned(), options.to_owned());
        if !patterns.contains_key(&key) {
            patterns.insert(key.clone(), compiled(pattern, options)?);
        }
        let Some(compiled) = patterns.get(&key) else {
            continue;
        };
        let group = usize::try_from(group)
            .ok()
            .filter(|group| *group < compiled.captures_len());
        let group = group.ok_or_else(|| {
            exec_datafusion_err!(
                "regexp_extract: '{pattern}' has {} groups in parentheses",
                compiled.captures_len() - 1
            )
        })?;
        take(Some((compiled, texts.value(row), group)));
    }
    Ok(())
}

fn compiled(pattern: &str, options: &str) -> Result<Regex> {
    let mut builder = RegexBuilder::new(pattern);
    for option in options.chars() {
        match option {
            'i' => builder.case_insensitive(true),
            's' => builder.dot_matches_new_line(true),
            'm' | 'n' => builder.multi_line(true),
            'c' | 'g' => &mut builder,
            other => {
                return exec_err!("regexp_extract: there is no option '{other}'; write i, s or m");
            }
        };
    }
    builder.build().map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default().trim();
        exec_datafusion_err!("'{pattern}' is no regular expression: {last}")
    })
}
