//! `strftime` and `strptime`: times to text and back by a pattern.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};

use super::text::{PatternCache, texts_of_times};
use super::wall_clock::{NAIVE, as_time, from_walls};
use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::time::text::TimePatternDialect;

pub(crate) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "strftime",
            aliases: &[],
            syntax: "strftime(time, pattern)",
            meaning: "The time as text: %Y year, %m month, %d day, %H hour, %M minute, %S second, %a and %A day of the week, %b and %B month by name, %j day of the year, %V ISO week, %f microseconds, %z offset, %% a percent sign. A pattern without % is PostgreSQL's (`YYYY-MM-DD HH24:MI`). NULL when an argument is.",
            arguments: &[
                ("time", "A date or timestamp."),
                ("pattern", "Text with % codes, or PostgreSQL's pattern."),
            ],
            example: "SELECT strftime(DATE '2026-01-02', '%d.%m.%Y')",
            coerce: |types| match types {
                [time, pattern] if pattern.is_string() || pattern.is_null() => {
                    Ok(vec![as_time("strftime", time)?, DataType::Utf8])
                }
                _ => plan_err!("strftime takes a time and a pattern: strftime(opened_at, '%Y-%m')"),
            },
            returns: |_| Ok(DataType::Utf8),
            kernel: |columns| texts_of_times("strftime", columns),
        },
        parsing(
            "strptime",
            "strptime(text, pattern)",
            "The timestamp that the text shows when read by the pattern, which must fit all of it; missing parts of the time of day are 0, a missing day or month the first. Years of two digits are 1970 to 2069, %f is 1 to 9 digits of a fraction, and where there is an offset (%z) the timestamp is in UTC. Text that does not fit is an error: try_strptime gives NULL instead.",
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
) -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name,
        aliases: &[],
        syntax,
        meaning,
        arguments: &[("text", "Text."), ("pattern", "As for strftime.")],
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

fn read(function: &str, columns: &[ArrayRef], is_strict: bool) -> Result<ArrayRef> {
    let texts = columns[0].as_string::<i32>();
    let patterns = columns[1].as_string::<i32>();
    let mut cache = PatternCache::new(function, TimePatternDialect::Postgres);
    let mut times = Vec::with_capacity(texts.len());
    for (text, pattern) in texts.iter().zip(patterns) {
        let (Some(text), Some(pattern)) = (text, pattern) else {
            times.push(None);
            continue;
        };
        match cache.read(text, pattern)? {
            Ok(written) => times.push(written.in_utc()),
            Err(_) if !is_strict => times.push(None),
            Err(misfit) => {
                let problem = cache.misfit(text, pattern, misfit);
                return exec_err!("{problem}; try_strptime gives NULL instead");
            }
        }
    }
    from_walls(times.into_iter(), &NAIVE)
}
