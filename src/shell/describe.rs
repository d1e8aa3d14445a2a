//! `\d`: the tables, or the columns of one, as results.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, UInt64Array};
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::common::stats::Precision;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::TableType;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};

use super::catalog::{ShellCatalog, ShellTable};
use super::held::RetainedResult;
use crate::Engine;
use crate::error::{Error, Result};
use crate::sql_type;

/// One row for each of the user's tables.
///
/// # Errors
/// When a table cannot be read.
pub(super) async fn tables(engine: &Engine, catalog: &ShellCatalog) -> Result<RetainedResult> {
    let is_shown = |table: &&ShellTable| !table.is_built_in();
    let tables: Vec<&ShellTable> = catalog.tables.iter().filter(is_shown).collect();
    let (mut rows, mut origins) = (Vec::new(), Vec::new());
    for table in &tables {
        let provider = provider(engine, table).await?;
        rows.push(count(engine, &provider).await);
        origins.push(origin(engine, table, &provider));
    }
    let names = tables.iter().map(|table| table.full_name());
    let columns = tables.iter().map(|table| table.columns.len() as u64);
    let columns: [(&str, ArrayRef); 4] = [
        ("table", Arc::new(StringArray::from_iter_values(names))),
        ("rows", Arc::new(UInt64Array::from(rows))),
        ("columns", Arc::new(UInt64Array::from_iter_values(columns))),
        ("from", Arc::new(StringArray::from(origins))),
    ];
    held(columns)
}

/// One row for each column of a table, and a line about the table.
///
/// # Errors
/// When there is no such table.
pub(super) async fn columns(
    engine: &Engine,
    catalog: &ShellCatalog,
    name: &str,
) -> Result<(RetainedResult, String)> {
    let wanted = name.replace('"', "");
    let table = catalog
        .table(&wanted)
        .ok_or_else(|| Error::Usage(catalog.unknown_table(&wanted)))?;
    let provider = provider(engine, table).await?;
    let schema = provider.schema();
    let fields = schema.fields();
    let names = fields.iter().map(|field| field.name().as_str());
    let types = fields.iter().map(|field| sql_type::name(field.data_type()));
    let nullable: Vec<bool> = fields.iter().map(|field| field.is_nullable()).collect();
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("column", Arc::new(StringArray::from_iter_values(names))),
        ("type", Arc::new(StringArray::from_iter_values(types))),
        ("nullable", Arc::new(BooleanArray::from(nullable))),
    ];
    let comment = |key: &str| -> Vec<Option<&str>> {
        let fields = fields.iter();
        fields
            .map(|field| field.metadata().get(key).map(String::as_str))
            .collect()
    };
    for key in ["comment", "description"] {
        let comments = comment(key);
        if comments.iter().any(Option::is_some) {
            columns.push((key, Arc::new(StringArray::from(comments))));
        }
    }
    let rows = match count(engine, &provider).await {
        Some(1) => "1 row, ".to_owned(),
        Some(rows) => format!("{} rows, ", indicatif::HumanCount(rows)),
        None => String::new(),
    };
    let origin = origin(engine, table, &provider).unwrap_or_default();
    let about = format!(
        "{}: {rows}{} columns, {origin}",
        table.full_name(),
        fields.len()
    );
    Ok((
        held(columns)?,
        about.trim_end_matches([',', ' ']).to_owned(),
    ))
}

async fn provider(engine: &Engine, table: &ShellTable) -> Result<Arc<dyn TableProvider>> {
    let reference = match &table.schema {
        Some(schema) => TableReference::partial(schema.as_str(), table.name.as_str()),
        None => TableReference::bare(table.name.as_str()),
    };
    Ok(engine.context().table_provider(reference).await?)
}

/// Number of rows, if it is known without reading them.
async fn count(engine: &Engine, provider: &Arc<dyn TableProvider>) -> Option<u64> {
    let frame = engine.context().read_table(Arc::clone(provider)).ok()?;
    let plan = frame.create_physical_plan().await.ok()?;
    let statistics = StatisticsContext::new()
        .compute(plan.as_ref(), &StatisticsArgs::new())
        .ok()?;
    match statistics.num_rows {
        Precision::Exact(rows) => u64::try_from(rows).ok(),
        _ => None,
    }
}

/// Source of a table's rows.
fn origin(
    engine: &Engine,
    table: &ShellTable,
    provider: &Arc<dyn TableProvider>,
) -> Option<String> {
    if table.schema.is_none()
        && let Some(place) = engine.origin(&table.name)
    {
        return Some(place.to_owned());
    }
    if let Some(definition) = provider.get_table_definition() {
        return Some(definition.to_owned());
    }
    match (provider.table_type(), &table.schema) {
        (TableType::View, _) => Some("a view".to_owned()),
        (_, Some(schema)) if schema == "deskql" => Some("built in".to_owned()),
        (TableType::Base, None) => Some("made in this session".to_owned()),
        _ => None,
    }
}

fn held<'a>(columns: impl IntoIterator<Item = (&'a str, ArrayRef)>) -> Result<RetainedResult> {
    let batch = RecordBatch::try_from_iter(columns).map_err(DataFusionError::from)?;
    let mut held = RetainedResult::new(batch.schema());
    held.push(&batch);
    Ok(held)
}
