//! `strftime` and `strptime`: times to text and back by a pattern of `%` codes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{NaiveDateTime, NaiveTime};
use datafusion::common::{Result, exec_err, plan_err};

use super::clock::{NAIVE, as_time, from_walls, walls};
use super::scalar::Spec;

pub(super) fn all() -> Vec<Spec> {
    vec![
        Spec {
            name: "strftime",
            aliases: &[],
            syntax: "strftime(time, pattern)",
            meaning: "The time as text: %Y year, %m month, %d day, %H hour, %M minute, %S second, %a and %A day of the week, %b and %B month by name, %j day of the year, %V ISO week, %% a percent sign. NULL when an argument is.",
            arguments: &[
                ("time", "A date or timestamp."),
                ("pattern", "Text with % codes."),
            ],
            example: "SELECT strftime(DATE '2026-01-02', '%d.%m.%Y')",
            coerce: |types| match types {
                [time, pattern] if pattern.is_string() || pattern.is_null() => {
                    Ok(vec![as_time("strftime", time)?, DataType::Utf8])
                }
                _ => plan_err!("strftime takes a time and a pattern: strftime(opened_at, '%Y-%m')"),
            },
            returns: |_| Ok(DataType::Utf8),
            kernel: format,
        },
        parsing(
            "strptime",
            "strptime(text, pattern)",
            "The timestamp that the text shows when read by the pattern, which must fit all of it; missing parts of the time of day are 0. Text that does not fit is an error: try_strptime gives NULL instead.",
            "SELECT strptime('02/01/2026 5:06', '%d/%m/%Y %H:%M')",
            |columns| read("strptime", columns, true),
        ),
        parsing(
            "try_strptime",
            "try_strptime(text, pattern)",
            "As strptime, and NULL for text that does not fit the pattern.",
            "SELECT try_strptime('soon', '%d/%m/%Y')",
            |columns| read("try_strptime", columns, false),
        ),
    ]
}

fn parsing(
    name: &'static str,
    syntax: &'static str,
    meaning: &'static str,
    example: &'static str,
    kernel: fn(&[ArrayRef]) -> Result<ArrayRef>,
) -> Spec {
    Spec {
        name,
        aliases: &[],
        syntax,
        meaning,
        arguments: &[
            ("text", "Text."),
            ("pattern", "Text with % codes, as for strftime."),
        ],
        example,
        coerce: |types| match types {
            [_, _] if types.iter().all(|t| t.is_string() || t.is_null()) => {
                Ok(vec![DataType::Utf8, DataType::Utf8])
            }
            _ => plan_err!("strptime takes a text and a pattern: strptime(opened_at, '%d/%m/%Y')"),
        },
        returns: |_| Ok(NAIVE),
        kernel,
    }
}

/// The pattern's codes; an unknown one is an error.
fn items<'a>(function: &str, pattern: &'a str) -> Result<Vec<Item<'a>>> {
    let items: Vec<Item<'a>> = StrftimeItems::new(pattern).collect();
    if items.contains(&Item::Error) {
        return exec_err!("{function}: '{pattern}' has an unknown % code");
    }
    Ok(items)
}

fn format(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let patterns = columns[1].as_string::<i32>();
    let mut texts = Vec::with_capacity(patterns.len());
    for (wall, pattern) in walls(&columns[0])?.into_iter().zip(patterns) {
        texts.push(match (wall, pattern) {
            (Some(wall), Some(pattern)) => {
                let items = items("strftime", pattern)?;
                Some(wall.and_utc().format_with_items(items.iter()).to_string())
            }
            _ => None,
        });
    }
    Ok(Arc::new(StringArray::from(texts)))
}

fn read(function: &str, columns: &[ArrayRef], is_strict: bool) -> Result<ArrayRef> {
    let texts = columns[0].as_string::<i32>();
    let patterns = columns[1].as_string::<i32>();
    let mut times = Vec::with_capacity(texts.len());
    for (text, pattern) in texts.iter().zip(patterns) {
        let (Some(text), Some(pattern)) = (text, pattern) else {
            times.push(None);
            continue;
        };
        let time = time(text, &items(function, pattern)?);
        if time.is_none() && is_strict {
            return exec_err!(
                "{function}: '{text}' does not fit '{pattern}'; try_strptime gives NULL instead"
            );
        }
        times.push(time);
    }
    from_walls(times.into_iter(), &NAIVE)
}

fn time(text: &str, items: &[Item<'_>]) -> Option<NaiveDateTime> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, items.iter()).ok()?;
    // A pattern may have the hour alone, or nothing of the time of day.
    if parsed.hour_mod_12().is_some() && parsed.minute().is_none() {
        parsed.set_minute(0).ok()?;
    }
    let date = parsed.to_naive_date().ok()?;
    let has_time = parsed.hour_mod_12().is_some();
    let time = match has_time {
        true => parsed.to_naive_time().ok()?,
        false => NaiveTime::MIN,
    };
    Some(date.and_time(time))
}
