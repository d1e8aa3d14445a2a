//! `SUMMARIZE`: one row for each column, from one pass over the rows.
//!
//! As a query it would be a dozen aggregates for each column, and planning takes the square of their number:
//! here all columns are one operator.

mod column;
mod operator;
mod table;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::TableReference;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};

use table::SummaryTable;

/// Describes each column of `frame`: name and type, minimum and maximum, approximate number of
/// distinct values, mean, sample standard deviation and approximate quartiles (numbers and times
/// only), number of rows and percentage of NULLs.
///
/// # Errors
/// When the plan cannot be built.
pub(super) fn summarize(frame: DataFrame) -> Result<DataFrame> {
    let names: Vec<String> = frame
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    // Names may contain dots and capitals, or occur twice after a join: number the columns instead.
    let numbered: Vec<Expr> = frame
        .schema()
        .columns()
        .into_iter()
        .enumerate()
        .map(|(i, column)| Expr::Column(column).alias(format!("c{i}")))
        .collect();
    let (state, plan) = frame.select(numbered)?.into_parts();
    let table = SummaryTable {
        names,
        plan,
        schema: schema(),
    };
    let name = TableReference::bare("summary");
    let plan =
        LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(table)), None)?.build()?;
    Ok(DataFrame::new(state, plan))
}

/// The columns of the result, in order.
fn schema() -> SchemaRef {
    let column = |name: &str, data_type| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![
        column("column_name", DataType::Utf8),
        column("column_type", DataType::Utf8),
        column("min", DataType::Utf8),
        column("max", DataType::Utf8),
        column("approx_unique", DataType::Int64),
        column("avg", DataType::Float64),
        column("std", DataType::Float64),
        column("q25", DataType::Utf8),
        column("q50", DataType::Utf8),
        column("q75", DataType::Utf8),
        column("count", DataType::Int64),
        column("null_percentage", DataType::Float64),
    ]))
}
