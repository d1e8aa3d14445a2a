//! The `COPY` that writes the rows of a step.

use std::collections::BTreeMap;

use toml::Spanned;

use super::document::StepSection;
use crate::error::{Error, Result};
use crate::parser::Statement;
use crate::parser::copy::ExportName;
use crate::sql;
use crate::text::nearest;

const FORMATS: [&str; 7] = ["parquet", "csv", "tsv", "json", "ndjson", "arrow", DELTA];

/// Tables that no `COPY` writes.
const DELTA: &str = "delta";

const MODES: [&str; 3] = ["overwrite", "overwrite_partitions", "append"];

/// The treatment of files that are at the output already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputMode {
    Overwrite,
    OverwritePartitions,
    Append,
}

/// How the rows of a step are written.
#[derive(Debug, Clone)]
pub(super) struct OutputRules {
    pub(super) mode: OutputMode,
    /// True for a Delta table, which no `COPY` writes.
    pub(super) is_delta: bool,
    format: Option<&'static str>,
    pub(super) partition_by: Vec<String>,
    /// Further options with their values as SQL.
    options: Vec<(String, String)>,
}

impl OutputRules {
    /// The rules of `section`, or a fault of it with its place.
    pub(super) fn declared(
        section: &StepSection,
    ) -> Result<Self, (std::ops::Range<usize>, String)> {
        let format = format(section)?;
        let is_delta = format == Some(DELTA);
        let rules = Self {
            mode: mode(section.mode.as_ref())?,
            is_delta,
            // The text of the options is compared as that of other formats is.
            format: format.map(|format| if is_delta { "parquet" } else { format }),
            partition_by: section
                .partition_by
                .as_ref()
                .map_or_else(Vec::new, |columns| columns.get_ref().clone()),
            options: options(&section.options)?,
        };
        if let (true, Some((name, value))) = (rules.is_delta, section.options.iter().next()) {
            let problem = format!(
                "option {name}: Delta tables have none; write partition_by and mode as keys of the step"
            );
            return Err((value.span(), problem));
        }
        if rules.mode == OutputMode::OverwritePartitions && rules.partition_by.is_empty() {
            let span = section.mode.as_ref().map_or(0..0, Spanned::span);
            let problem = "overwrite_partitions needs partition_by: write overwrite to replace the whole output";
            return Err((span, problem.to_owned()));
        }
        Ok(rules)
    }

    /// The `COPY` of a query to `output`, whose query is still missing.
    ///
    /// # Errors
    /// If an option is unknown or does not fit the format.
    pub(super) fn copy(&self, output: &str) -> Result<(Statement, String)> {
        let mut options: Vec<String> = Vec::new();
        if let Some(format) = self.format {
            options.push(format!("FORMAT {format}"));
        }
        if !self.partition_by.is_empty() {
            options.push(format!(
                "PARTITION_BY ({})",
                quoted_names(&self.partition_by)
            ));
        }
        let further = self
            .options
            .iter()
            .map(|(name, value)| format!("{name} {value}"));
        options.extend(further);
        options.push(match self.mode {
            OutputMode::Overwrite => "OVERWRITE".to_owned(),
            OutputMode::OverwritePartitions => "OVERWRITE_PARTITIONS".to_owned(),
            OutputMode::Append => "APPEND".to_owned(),
        });
        let text = format!(
            "COPY (SELECT 1) TO {} ({})",
            literal(output),
            options.join(", ")
        );
        // Without the place, since nobody has written this text.
        let mut parsed = sql::parse(&text).map_err(|error| match error {
            Error::Query(inner) => Error::Sql(sql::explain(&inner, None)),
            other => other,
        })?;
        let kind = if self.is_delta { "Delta: " } else { "" };
        match parsed.pop() {
            Some(copy) => Ok((copy, format!("{kind}{text}"))),
            None => Err(Error::Sql("no COPY".to_owned())),
        }
    }
}

fn mode(written: Option<&Spanned<String>>) -> Result<OutputMode, (std::ops::Range<usize>, String)> {
    let Some(written) = written else {
        return Ok(OutputMode::Overwrite);
    };
    match written.get_ref().as_str() {
        "overwrite" => Ok(OutputMode::Overwrite),
        "overwrite_partitions" => Ok(OutputMode::OverwritePartitions),
        "append" => Ok(OutputMode::Append),
        other => Err((written.span(), unknown("mode", other, &MODES))),
    }
}

fn format(section: &StepSection) -> Result<Option<&'static str>, (std::ops::Range<usize>, String)> {
    let Some(written) = &section.format else {
        if ExportName::parse(section.output.get_ref()).format.is_some() {
            return Ok(None);
        }
        let problem = format!(
            "the ending of {:?} does not say which format to write: add format = \"parquet\"",
            section.output.get_ref()
        );
        return Err((section.output.span(), problem));
    };
    let lower = written.get_ref().to_lowercase();
    match FORMATS.into_iter().find(|format| *format == lower) {
        Some(format) => Ok(Some(format)),
        None => Err((
            written.span(),
            unknown("format", written.get_ref(), &FORMATS),
        )),
    }
}

fn unknown(what: &str, written: &str, known: &[&str]) -> String {
    let hint = nearest(written, known.iter().copied()).map_or_else(
        || format!("there are {}", known.join(", ")),
        |near| format!("did you mean {near:?}?"),
    );
    format!("no {what} {written:?}; {hint}")
}

/// Names of options with their values as SQL.
type NamedOptions = Vec<(String, String)>;

fn options(
    written: &BTreeMap<String, Spanned<toml::Value>>,
) -> Result<NamedOptions, (std::ops::Range<usize>, String)> {
    let option = |(name, value): (&String, &Spanned<toml::Value>)| {
        let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let text = option_value(value.get_ref()).filter(|_| is_word && !name.is_empty());
        let key = [
            "format",
            "partition_by",
            "overwrite",
            "overwrite_partitions",
            "append",
        ];
        match text {
            _ if key.contains(&name.to_lowercase().as_str()) => Err((
                value.span(),
                format!("option {name}: write format, partition_by and mode as keys of the step"),
            )),
            Some(text) => Ok((name.clone(), text)),
            None => Err((
                value.span(),
                format!("option {name} takes a text, a number, true, false or a list of columns"),
            )),
        }
    };
    written.iter().map(option).collect()
}

fn option_value(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(literal(text)),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Array(items) => {
            let names: Option<Vec<String>> = items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect();
            names.map(|names| format!("({})", quoted_names(&names)))
        }
        _ => None,
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn quoted_names(names: &[String]) -> String {
    let quoted = names
        .iter()
        .map(|name| format!("\"{}\"", name.replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(", ")
}
