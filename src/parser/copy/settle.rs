//! From options as people write them to those of the engine.

use std::collections::BTreeSet;

use datafusion::error::DataFusionError;
use datafusion::sql::parser::CopyToStatement;
use datafusion::sql::sqlparser::ast::Value;

use super::OWN;
use super::compression::WrittenCompression;
use super::names::ExportName;
use super::option::{OptionValue, WrittenOption};
use crate::parser::refused;
use crate::text::nearest;
use crate::time::text::check_codes;

/// Every option with the formats that have it; none means all.
const OPTIONS: [(&str, &[&str]); 24] = [
    ("format", &[]),
    ("header", &["csv", "tsv"]),
    ("delimiter", &["csv", "tsv"]),
    ("delim", &["csv", "tsv"]),
    ("sep", &["csv", "tsv"]),
    ("quote", &["csv", "tsv"]),
    ("escape", &["csv", "tsv"]),
    ("null", &["csv", "tsv"]),
    ("nullstr", &["csv", "tsv"]),
    ("force_quote", &["csv", "tsv"]),
    ("dateformat", &["csv", "tsv"]),
    ("timestampformat", &["csv", "tsv"]),
    ("array", &["json"]),
    ("compression", &["csv", "tsv", "json", "parquet"]),
    ("compression_level", &["csv", "tsv", "json", "parquet"]),
    ("row_group_size", &["parquet"]),
    ("partition_by", &[]),
    ("write_partition_columns", &[]),
    ("per_thread_output", &[]),
    ("overwrite", &[]),
    ("overwrite_partitions", &[]),
    ("overwrite_or_ignore", &[]),
    ("append", &[]),
    ("encoding", &["csv", "tsv", "json"]),
];

const FORMATS: [&str; 6] = ["csv", "tsv", "json", "ndjson", "parquet", "arrow"];

/// Puts `written` into `copy`. `is_plain` is true if the statement has none of DataFusion's own clauses.
pub(super) fn settle(
    copy: &mut CopyToStatement,
    written: Vec<WrittenOption>,
    is_plain: bool,
) -> Result<(), DataFusionError> {
    let mut written = written;
    take_from_options(copy, &mut written);
    let name = ExportName::parse(&copy.target);
    let mut settler = CopySettler {
        format: format_of(copy, &written, name)?,
        name,
        options: Vec::new(),
        compression: WrittenCompression::default(),
        mode: None,
    };
    let mut seen = BTreeSet::new();
    for option in &written {
        if !seen.insert(option.name.clone()) {
            return Err(option.refused("is given twice"));
        }
        settler.option(copy, option)?;
    }
    settler.finish(copy, is_plain && !seen.contains("per_thread_output"))
}

/// Options of ours that stand in `OPTIONS (..)`; those with a dot are the engine's.
fn take_from_options(copy: &mut CopyToStatement, written: &mut Vec<WrittenOption>) {
    let (ours, theirs) = std::mem::take(&mut copy.options)
        .into_iter()
        .partition(|(key, _)| {
            OPTIONS
                .iter()
                .any(|(name, _)| key.eq_ignore_ascii_case(name))
        });
    copy.options = theirs;
    let ours: Vec<(String, Value)> = ours;
    written.extend(ours.into_iter().map(|(key, value)| WrittenOption {
        name: key.to_ascii_lowercase(),
        value: OptionValue::Text(match value {
            Value::SingleQuotedString(text)
            | Value::DoubleQuotedString(text)
            | Value::EscapedStringLiteral(text)
            | Value::Number(text, _) => text,
            other => other.to_string(),
        }),
        span: None,
    }));
}

/// The format by `FORMAT`, by `STORED AS` or by the target's ending; `None` if none says it.
fn format_of(
    copy: &CopyToStatement,
    written: &[WrittenOption],
    name: ExportName,
) -> Result<Option<&'static str>, DataFusionError> {
    let option = written.iter().find(|option| option.name == "format");
    let text = match (option, &copy.stored_as) {
        (Some(option), Some(stored)) if !stored.eq_ignore_ascii_case(option.text()?) => {
            return Err(option.refused("and STORED AS say different formats: leave one out"));
        }
        (Some(option), _) => option.text()?.to_ascii_lowercase(),
        // An unknown name here is the planner's to refuse.
        (None, Some(stored)) => {
            let known = FORMATS
                .iter()
                .find(|format| stored.eq_ignore_ascii_case(format));
            return Ok(known.map(plain_format));
        }
        (None, None) => return Ok(name.format),
    };
    if let Some(format) = FORMATS.iter().find(|format| **format == text) {
        return Ok(Some(plain_format(format)));
    }
    let hint = match text.as_str() {
        "text" | "binary" => "; write csv".to_owned(),
        _ => nearest(&text, FORMATS).map_or_else(
            || format!("; there are {}", FORMATS.join(", ")),
            |near| format!("; did you mean {near}?"),
        ),
    };
    let advice = format!("no format '{text}' to write{hint}");
    Err(refused(&advice, option.and_then(|option| option.span)))
}

fn plain_format(format: &&'static str) -> &'static str {
    match *format {
        "ndjson" => "json",
        other => other,
    }
}

struct CopySettler {
    format: Option<&'static str>,
    name: ExportName,
    options: Vec<(String, String)>,
    compression: WrittenCompression,
    mode: Option<&'static str>,
}

impl CopySettler {
    fn push(&mut self, key: &str, value: impl Into<String>) {
        self.options.push((key.to_owned(), value.into()));
    }

    fn option(
        &mut self,
        copy: &mut CopyToStatement,
        option: &WrittenOption,
    ) -> Result<(), DataFusionError> {
        self.check(option)?;
        match option.name.as_str() {
            "format" => {}
            "partition_by" => {
                if !copy.partitioned_by.is_empty() {
                    return Err(option.refused("and PARTITIONED BY say the same: leave one out"));
                }
                copy.partitioned_by = option.names()?;
            }
            "write_partition_columns" => {
                let keeps = option.truth()?.to_string();
                self.push("execution.keep_partition_by_columns", keeps);
            }
            "per_thread_output" => {
                let is_file = (!option.truth()?).to_string();
                self.push(&own("single_file"), is_file);
            }
            "overwrite" | "overwrite_partitions" | "append" => self.mode(option)?,
            "overwrite_or_ignore" => {
                if option.truth()? {
                    return Err(option.refused(
                        "leaves old files beside new ones: write OVERWRITE, OVERWRITE_PARTITIONS or APPEND",
                    ));
                }
            }
            "encoding" => {
                if !["utf8", "utf-8"].contains(&option.text()?.to_ascii_lowercase().as_str()) {
                    return Err(option.refused("is UTF-8 in every file that is written"));
                }
            }
            "compression" | "compression_level" => self.compression.read(option)?,
            "row_group_size" => {
                let rows = option.number()?.to_string();
                self.push("format.max_row_group_size", rows);
            }
            "array" => {
                let is_array = option.truth()?.to_string();
                self.push(&own("array"), is_array);
            }
            _ => self.csv(option)?,
        }
        Ok(())
    }

    fn check(&self, option: &WrittenOption) -> Result<(), DataFusionError> {
        let format = self.format.unwrap_or("..");
        let Some((_, formats)) = OPTIONS.iter().find(|(name, _)| *name == option.name) else {
            let fitting = OPTIONS
                .iter()
                .filter(|(_, of)| of.is_empty() || of.contains(&format));
            let names: Vec<&str> = fitting.map(|(name, _)| *name).collect();
            let hint = match nearest(&option.name, names.iter().copied()) {
                Some(near) => format!("; did you mean {near}?"),
                None => format!("; there are {}", names.join(", ")),
            };
            let advice = format!(
                "no option '{}' of COPY .. (FORMAT {format}){hint}",
                option.name
            );
            return Err(refused(&advice, option.span));
        };
        match self.format {
            Some(format) if !formats.is_empty() && !formats.contains(&format) => {
                let of = formats.iter().filter(|of| **of != "tsv").copied();
                let of: Vec<&str> = of.collect();
                let problem = format!("is an option of {}, and this is {format}", of.join(", "));
                Err(option.refused(&problem))
            }
            _ => Ok(()),
        }
    }

    fn mode(&mut self, option: &WrittenOption) -> Result<(), DataFusionError> {
        if !option.truth()? {
            return Ok(());
        }
        let mode = match option.name.as_str() {
            "append" => "append",
            "overwrite" => "overwrite",
            _ => "overwrite_partitions",
        };
        if let Some(other) = self.mode.replace(mode) {
            let advice = format!(
                "{} and {} do not go together: choose one",
                other.to_ascii_uppercase(),
                mode.to_ascii_uppercase()
            );
            return Err(refused(&advice, option.span));
        }
        self.push(&own("mode"), mode);
        Ok(())
    }

    fn csv(&mut self, option: &WrittenOption) -> Result<(), DataFusionError> {
        match option.name.as_str() {
            "header" => {
                let has_header = option.truth()?.to_string();
                self.push("format.has_header", has_header);
            }
            "delimiter" | "delim" | "sep" => self.push("format.delimiter", option.character()?),
            "quote" => self.push("format.quote", option.character()?),
            "escape" => self.push(&own("escape"), option.character()?),
            "null" | "nullstr" => {
                let text = option.text()?;
                if text.contains(['\n', '\r']) {
                    return Err(option.refused("takes a text without line breaks"));
                }
                self.push("format.null_value", text);
            }
            "dateformat" => self.push("format.date_format", codes(option)?),
            "timestampformat" => {
                for key in ["timestamp_format", "timestamp_tz_format", "datetime_format"] {
                    self.push(&format!("format.{key}"), codes(option)?);
                }
            }
            _ => {
                let columns = match &option.value {
                    OptionValue::All => "*".to_owned(),
                    _ => option.names()?.join("\n"),
                };
                self.push(&own("force_quote"), columns);
            }
        }
        Ok(())
    }

    fn finish(mut self, copy: &mut CopyToStatement, is_file: bool) -> Result<(), DataFusionError> {
        for (key, value) in &copy.options {
            check_pattern(key, value)?;
        }
        let theirs = copy.options.iter();
        let is_theirs = theirs
            .map(|(key, _)| key)
            .any(|key| key.eq_ignore_ascii_case("format.compression"));
        let compression = self.compression.settle(self.format, self.name, is_theirs)?;
        self.options.extend(compression);
        match self.format {
            Some("tsv") => {
                copy.stored_as = Some("CSV".to_owned());
                self.push(&own("tsv"), "true");
                if !self
                    .options
                    .iter()
                    .any(|(key, _)| key == "format.delimiter")
                {
                    self.push("format.delimiter", "\t");
                }
            }
            Some(format) => copy.stored_as = Some(format.to_ascii_uppercase()),
            // The planner says that the format is missing.
            None => {}
        }
        // PostgreSQL and DuckDB write a file of any name; STORED AS writes a folder where no ending is.
        if is_file && copy.partitioned_by.is_empty() && !copy.target.ends_with(['/', '\\']) {
            self.push(&own("single_file"), "auto");
        }
        let options = self.options.into_iter();
        copy.options
            .extend(options.map(|(key, value)| (key, Value::SingleQuotedString(value))));
        Ok(())
    }
}

fn own(name: &str) -> String {
    format!("{OWN}{name}")
}

/// Checks the pattern of an option of the engine's own, such as `format.date_format`.
fn check_pattern(key: &str, value: &Value) -> Result<(), DataFusionError> {
    match value {
        Value::SingleQuotedString(pattern) if key.to_lowercase().ends_with("_format") => {
            check_codes(pattern).map_err(|problem| refused(&format!("'{key}' {problem}"), None))
        }
        _ => Ok(()),
    }
}

/// A pattern of times, which is written as it stands if it has no codes.
fn codes(option: &WrittenOption) -> Result<&str, DataFusionError> {
    let pattern = option.text()?;
    check_codes(pattern).map_err(|problem| option.refused(&problem))?;
    Ok(pattern)
}
