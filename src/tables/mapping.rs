//! Column mapping: a view over the raw table, so that filter pushdown still reaches the scan.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::DFSchema;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{ExprSchemable, LogicalPlanBuilder};
use datafusion::prelude::Expr;
use toml::Spanned;

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
    /// NULL texts of CSV files are handled by type inference.
    pub(crate) is_csv: bool,
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
    let nulls_to_map = !mapping.is_csv && !mapping.table.null.is_empty();
    let schema = raw.schema();
    let mut fields = schema.fields().iter();
    let times_to_map = fields.any(|field| mapping.zoned_time_sql(field).is_some());
    if mapping.table.columns.is_empty() && !nulls_to_map && !times_to_map {
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
                let problem = format!("column {name:?}: {}", one_line(&error));
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
                    let sql = placed.unwrap_or_else(|| self.with_nulls(field, &[]));
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
            Some(field) => self.with_nulls(field, &column.null),
            None => quoted(from),
        };
        let has_words = !(column.yes.is_empty() && column.no.is_empty());
        let has_time = column.time.is_some() || column.timezone.is_some();
        match (has_words, has_time, &column.data_type) {
            (false, false, None) => Ok(field
                .and_then(|field| self.zoned_time_sql(field))
                .unwrap_or(value)),
            (true, false, None) => Ok(boolean(&value, column)),
            (false, true, None) => self.time(&value, column).ok_or_else(|| {
                problem(
                    "time needs a timezone, here or for the whole table (\"UTC\" if it is that)",
                )
            }),
            (false, false, Some(written)) => sql_type(written.get_ref())
                .map(|sql_type| cast(&value, &sql_type, column.invalid))
                .ok_or_else(|| {
                    let text = format!("column {name:?}: {:?} is not a type", written.get_ref());
                    self.config.problem(&written.span(), text)
                }),
            _ => Err(problem(
                "give one of type, time (with timezone) and true/false words",
            )),
        }
    }

    /// Column expression that replaces its NULL texts by NULL.
    fn with_nulls(&self, field: &Field, own: &[String]) -> String {
        let column = quoted(field.name());
        let all = (!self.is_csv).then_some(&self.table.null);
        let words: Vec<&String> = own.iter().chain(all.into_iter().flatten()).collect();
        if words.is_empty() || !is_text(field.data_type()) {
            return column;
        }
        format!(
            "CASE WHEN {column} IN ({}) THEN NULL ELSE {column} END",
            list(words)
        )
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

    fn time(&self, value: &str, column: &ColumnConfig) -> Option<String> {
        let zone = column.timezone.as_ref().or(self.table.timezone.as_ref())?;
        let function = match column.invalid {
            InvalidValueAction::Error => "from_local_time",
            InvalidValueAction::Null => "try_from_local_time",
        };
        let pattern = column
            .time
            .as_ref()
            .map(Spanned::get_ref)
            .filter(|pattern| !pattern.eq_ignore_ascii_case("iso"));
        Some(match pattern {
            Some(pattern) => format!(
                "{function}({value}, {}, {})",
                literal(zone.get_ref()),
                literal(pattern)
            ),
            None => format!("{function}({value}, {})", literal(zone.get_ref())),
        })
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
    format!("{sql} ELSE {} END", cast(value, "BOOLEAN", column.invalid))
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

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// SQL name of the type; `None` for text that cannot be a type.
fn sql_type(written: &str) -> Option<String> {
    let lower = written.trim().to_ascii_lowercase();
    let is_plain = lower
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '(' | ')' | ','));
    if lower.is_empty() || !is_plain {
        return None;
    }
    Some(match lower.as_str() {
        "int" | "integer" => "BIGINT".to_owned(),
        "text" | "string" => "VARCHAR".to_owned(),
        "bool" => "BOOLEAN".to_owned(),
        "float" | "number" => "DOUBLE".to_owned(),
        _ => lower,
    })
}

/// Type of a partition column.
pub(crate) fn partition_type(word: &str) -> Option<DataType> {
    match word.to_ascii_lowercase().as_str() {
        "int" | "integer" | "bigint" => Some(DataType::Int64),
        "text" | "string" | "varchar" => Some(DataType::Utf8),
        "date" => Some(DataType::Date32),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_plain_words() {
        assert_eq!(sql_type("int").as_deref(), Some("BIGINT"));
        assert_eq!(
            sql_type("Decimal(10, 2)").as_deref(),
            Some("decimal(10, 2)")
        );
        assert_eq!(sql_type("int); drop"), None);
    }
}
