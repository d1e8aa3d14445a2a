//! Column mapping: a view over the raw table, so that filter pushdown still reaches the scan.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::DFSchema;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{ExprSchemable, LogicalPlanBuilder};
use datafusion::prelude::Expr;
use toml::Spanned;

use super::column_types::{sql_type, unknown_type};
use super::config::{ColumnConfig, ConfigFile, InvalidValueAction, OtherColumns, TableConfig};
use super::file_errors::one_line;
use super::missing_column::column_exists;
use crate::error::Result;
use crate::parser;

/// Inputs of a mapping.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnMapping<'a> {
    pub(crate) config: &'a ConfigFile,
    pub(crate) table: &'a TableConfig,
    /// NULL texts of CSV files and sheets are handled by their readers.
    pub(crate) has_null_words: bool,
}

/// View of the table as the section declares it; `raw` itself if nothing is mapped.
///
/// # Errors
/// If an entry names a column that the files do not have, or an expression is invalid.
pub(crate) fn view(
    state: &SessionState,
    name: &str,
    raw: Arc<dyn TableProvider>,
    mapping: &ColumnMapping<'_>,
) -> Result<Arc<dyn TableProvider>> {
    let nulls_to_map = !mapping.has_null_words && !mapping.table.null.is_empty();
    let schema = raw.schema();
    let mut fields = schema.fields().iter();
    let is_mapped = |field: &FieldRef| {
        mapping.zoned_time_sql(field).is_some() || mapping.is_text_in_bytes(field)
    };
    let has_mapped = fields.any(is_mapped);
    if mapping.table.columns.is_empty() && !nulls_to_map && !has_mapped {
        return Ok(raw);
    }
    let scan = LogicalPlanBuilder::scan(name, provider_as_source(raw), None)?;
    let columns = mapping.expressions(state, &schema, scan.schema())?;
    let plan = scan.project(columns)?.build()?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}

impl ColumnMapping<'_> {
    fn expressions(
        &self,
        state: &SessionState,
        schema: &SchemaRef,
        scanned: &DFSchema,
    ) -> Result<Vec<Expr>> {
        let mut mapped: Vec<_> = self.table.columns.iter().collect();
        mapped.sort_by_key(|(_, column)| column.span().start);
        let mut columns = Vec::new();
        let mut used = BTreeSet::new();
        for (name, column) in mapped {
            let sql = self.column_sql(schema, name, column)?;
            let parsed = parser::expression(&sql);
            let planned =
                parsed.and_then(|parsed| state.create_logical_expr_from_sql_expr(parsed, scanned));
            // Otherwise incompatible types would cause an error in the first query only, and that
            // error could not name this file.
            let typed = planned.and_then(|planned| planned.get_type(scanned).map(|_| planned));
            let expression = typed.map_err(|error| {
                let written = column.get_ref().data_type.as_ref();
                let is_type = root_text(&error).contains("Unsupported SQL type");
                let text = match written.filter(|_| is_type) {
                    Some(written) => unknown_type(written.get_ref()),
                    None => one_line(&error),
                };
                let problem = format!("column {name:?}: {text}");
                self.config.problem(&column.span(), problem)
            })?;
            columns.push(expression.alias(name));
            used.insert(name.as_str());
            if column.get_ref().sql.is_none() {
                used.insert(column.get_ref().from.as_deref().unwrap_or(name));
            }
        }
        if self.table.other_columns == OtherColumns::Keep {
            for field in schema.fields() {
                if !used.contains(field.name().as_str()) {
                    let placed = self.zoned_time_sql(field);
                    let sql = placed
                        .unwrap_or_else(|| self.with_nulls(field, &[], InvalidValueAction::Error));
                    let expression = state.create_logical_expr(&sql, scanned)?;
                    columns.push(expression.alias(field.name()));
                }
            }
        }
        Ok(columns)
    }

    /// SQL expression of column `name`.
    fn column_sql(
        &self,
        schema: &SchemaRef,
        name: &str,
        entry: &Spanned<ColumnConfig>,
    ) -> Result<String> {
        let column = entry.get_ref();
        let problem = |text: &str| {
            self.config
                .problem(&entry.span(), format!("column {name:?}: {text}"))
        };
        if let Some(sql) = &column.sql {
            let is_alone = column.from.is_none() && !column.reads_text();
            return if is_alone && column.timezone.is_none() {
                Ok(sql.get_ref().clone())
            } else {
                Err(problem("sql cannot be combined with other keys"))
            };
        }
        let from = column.from.as_deref().unwrap_or(name);
        column_exists(self.config, &entry.span(), schema, from)?;
        let field = schema.field_with_name(from).ok();
        let value = match field {
            Some(field) => self.with_nulls(field, &column.null, column.invalid),
            None => quoted(from),
        };
        let has_words = !(column.yes.is_empty() && column.no.is_empty());
        let has_time = column.time.is_some() || column.timezone.is_some();
        match (has_words, has_time, &column.data_type) {
            (false, false, None) => Ok(field
                .and_then(|field| self.zoned_time_sql(field))
                .unwrap_or(value)),
            (true, false, None) => Ok(boolean(&value, column)),
            (false, true, None) => match self.zone(column) {
                Some(zone) => Ok(instant(&value, column, zone)),
                None => Err(problem(NO_ZONE)),
            },
            (false, true, Some(written)) => self
                .typed_time(&value, column, written.get_ref())
                .map_err(|text| problem(&text)),
            (false, false, Some(written)) => sql_type(written.get_ref())
                .map(|sql_type| {
                    cast(
                        &self.filled(field, value, &sql_type),
                        &sql_type,
                        column.invalid,
                    )
                })
                .ok_or_else(|| {
                    let text = format!("column {name:?}: {}", unknown_type(written.get_ref()));
                    self.config.problem(&written.span(), text)
                }),
            _ => Err(problem("give one of type, time and true/false words")),
        }
    }

    /// `value` of a column that gets another type: an empty text has none, as in CSV.
    fn filled(&self, field: Option<&Field>, value: String, sql_type: &str) -> String {
        let is_text = field.is_some_and(|field| is_text(field.data_type()));
        if self.has_null_words || !is_text || sql_type == "VARCHAR" {
            return value;
        }
        format!("CASE WHEN trim({value}) = '' THEN NULL ELSE {value} END")
    }

    /// Column expression that replaces its NULL texts by NULL. Where bytes are text, it is a cast, which refuses bytes
    /// that are not UTF-8.
    fn with_nulls(&self, field: &Field, own: &[String], invalid: InvalidValueAction) -> String {
        let name = quoted(field.name());
        let is_in_bytes = self.is_text_in_bytes(field);
        let column = if is_in_bytes {
            cast(&name, "VARCHAR", invalid)
        } else {
            name
        };
        let all = (!self.has_null_words).then_some(&self.table.null);
        let words: Vec<&String> = own.iter().chain(all.into_iter().flatten()).collect();
        if words.is_empty() || !(is_in_bytes || is_text(field.data_type())) {
            return column;
        }
        format!(
            "CASE WHEN {column} IN ({}) THEN NULL ELSE {column} END",
            list(words)
        )
    }

    /// True if the values are bytes and the table declares them text.
    fn is_text_in_bytes(&self, field: &Field) -> bool {
        self.table.has_text_in_bytes() && may_hold_text(field.data_type())
    }

    /// Expression that converts times without a zone to instants, if the table declares their zone.
    fn zoned_time_sql(&self, field: &Field) -> Option<String> {
        let DataType::Timestamp(unit, None) = field.data_type() else {
            return None;
        };
        let zone = self.table.timezone.as_ref()?.get_ref();
        let column = quoted(field.name());
        Some(match zone.as_str() {
            // A cast keeps the unit, and comparisons are pushed down through it to file statistics.
            "UTC" => format!("arrow_cast({column}, 'Timestamp({unit}, \"UTC\")')"),
            zone => format!("from_local_time({column}, {})", literal(zone)),
        })
    }

    /// Time zone of a column's times.
    fn zone<'a>(&'a self, column: &'a ColumnConfig) -> Option<&'a str> {
        let zone = column.timezone.as_ref().or(self.table.timezone.as_ref());
        zone.map(|zone| zone.get_ref().as_str())
    }

    /// Expression that reads a text as a date, as a time without a zone or as an instant.
    fn typed_time(
        &self,
        value: &str,
        column: &ColumnConfig,
        written: &str,
    ) -> Result<String, String> {
        let words = written.to_ascii_lowercase();
        let zone = self.zone(column);
        match words
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .as_str()
        {
            // A date that is written alone is the same in every zone.
            "date" => Ok(match zone {
                None | Some("UTC") => format!("CAST({} AS DATE)", instant(value, column, "UTC")),
                Some(zone) => format!(
                    "local_date({}, {})",
                    instant(value, column, zone),
                    literal(zone)
                ),
            }),
            "timestamp" | "timestamp without time zone" | "datetime" => Ok(format!(
                "CAST({} AS TIMESTAMP)",
                instant(value, column, "UTC")
            )),
            "timestamptz" | "timestamp with time zone" => zone
                .map(|zone| instant(value, column, zone))
                .ok_or_else(|| NO_ZONE.to_owned()),
            _ => Err(format!(
                "{written:?} has no times: use date, timestamp or timestamptz"
            )),
        }
    }
}

/// What a time without a zone lacks.
const NO_ZONE: &str = "time needs a timezone, here or for the whole table (\"UTC\" if it is that), or type = \"date\" or \
                       \"timestamp\"";

/// Expression that reads a text as a time on the clock of `zone`.
fn instant(value: &str, column: &ColumnConfig, zone: &str) -> String {
    let function = match column.invalid {
        InvalidValueAction::Error => "from_local_time",
        InvalidValueAction::Null => "try_from_local_time",
    };
    let pattern = column
        .time
        .as_ref()
        .map(Spanned::get_ref)
        .filter(|pattern| !pattern.eq_ignore_ascii_case("iso"));
    match pattern {
        Some(pattern) => format!(
            "{function}({value}, {}, {})",
            literal(zone),
            literal(pattern)
        ),
        None => format!("{function}({value}, {})", literal(zone)),
    }
}

fn boolean(value: &str, column: &ColumnConfig) -> String {
    let lower = |words: &[String]| {
        words
            .iter()
            .map(|word| word.to_lowercase())
            .collect::<Vec<_>>()
    };
    let text = format!("lower(trim(CAST({value} AS VARCHAR)))");
    let mut sql = "CASE".to_owned();
    for (words, meaning) in [(&column.yes, "true"), (&column.no, "false")] {
        if !words.is_empty() {
            let words = lower(words);
            sql.push_str(&format!(
                " WHEN {text} IN ({}) THEN {meaning}",
                list(&words)
            ));
        }
    }
    // Where a value is neither, all values that are cast fail together: the words must not be among them.
    let words = lower(&[column.yes.as_slice(), &column.no].concat());
    let rest = format!(
        "CASE WHEN {text} IN ('', {}) THEN NULL ELSE {value} END",
        list(&words)
    );
    format!("{sql} ELSE {} END", cast(&rest, "BOOLEAN", column.invalid))
}

fn cast(value: &str, sql_type: &str, invalid: InvalidValueAction) -> String {
    let function = match invalid {
        InvalidValueAction::Error => "CAST",
        InvalidValueAction::Null => "TRY_CAST",
    };
    format!("{function}({value} AS {sql_type})")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words
        .into_iter()
        .map(|word| literal(word.as_ref()))
        .collect();
    words.join(", ")
}

/// True for bytes, unless all values have the same length, as keys and hashes do.
pub(super) fn may_hold_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView
    )
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn root_text(error: &DataFusionError) -> String {
    error.find_root().to_string()
}
