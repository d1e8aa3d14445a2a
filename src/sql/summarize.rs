//! `SUMMARIZE`: one row for each column, from one pass over the rows.

use arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::Column;
use datafusion::dataframe::DataFrame;
use datafusion::error::Result;
use datafusion::functions_aggregate::expr_fn::{
    approx_distinct, approx_percentile_cont, avg, count, max, min, stddev,
};
use datafusion::functions_nested::expr_fn::make_array;
use datafusion::logical_expr::{Expr, cast, lit, try_cast};
use datafusion::scalar::ScalarValue;

/// The columns of the result, in order.
const ABOUT: [&str; 12] = [
    "column_name",
    "column_type",
    "min",
    "max",
    "approx_unique",
    "avg",
    "std",
    "q25",
    "q50",
    "q75",
    "count",
    "null_percentage",
];

/// Describes each column of `frame`: name and type, minimum and maximum, approximate number of
/// distinct values, mean, sample standard deviation and approximate quartiles (numbers and times
/// only), number of rows and percentage of NULLs.
///
/// # Errors
/// When the plan cannot be built.
pub(super) fn summarize(frame: DataFrame) -> Result<DataFrame> {
    let fields = fields(&frame)?;
    // Names may contain dots and capitals, or occur twice after a join: number the columns instead.
    let numbered: Vec<Expr> = frame
        .schema()
        .columns()
        .into_iter()
        .enumerate()
        .map(|(i, column)| Expr::Column(column).alias(format!("c{i}")))
        .collect();
    let aggregates: Vec<Expr> = fields
        .iter()
        .enumerate()
        .flat_map(|(i, field)| measures(i, field.data_type()))
        .collect();
    let about: Vec<Expr> = ABOUT
        .iter()
        .map(|name| make_array(values(name, &fields)).alias(*name))
        .collect();
    frame
        .select(numbered)?
        .aggregate(Vec::new(), aggregates)?
        .select(about)?
        .unnest_columns(&ABOUT)
}

/// The columns with their types after the analyzer.
fn fields(frame: &DataFrame) -> Result<Vec<Field>> {
    let (state, plan) = frame.clone().into_parts();
    let analyzed = state
        .analyzer()
        .execute_and_check(plan, state.config_options(), |_, _| {})?;
    let fields = analyzed.schema().fields().iter();
    Ok(fields.map(|field| field.as_ref().clone()).collect())
}

fn named(name: &str, i: usize) -> Expr {
    Expr::Column(Column::new_unqualified(format!("{name}{i}")))
}

/// The aggregates over column number `i`, named by kind and number.
fn measures(i: usize, data_type: &DataType) -> Vec<Expr> {
    let column = named("c", i);
    let mut all = vec![
        count(lit(1)).alias(format!("count{i}")),
        count(column.clone()).alias(format!("filled{i}")),
    ];
    if is_ordered(data_type) {
        all.push(min(column.clone()).alias(format!("min{i}")));
        all.push(max(column.clone()).alias(format!("max{i}")));
    }
    if is_hashed(data_type) {
        let hashed = match data_type {
            // The sketch supports no doubles and no dictionaries.
            of if of.is_floating() => cast(cast(column.clone(), DataType::Float64), DataType::Utf8),
            DataType::Dictionary(_, value) => cast(column.clone(), value.as_ref().clone()),
            _ => column.clone(),
        };
        all.push(approx_distinct(hashed).alias(format!("approx_unique{i}")));
    }
    if data_type.is_numeric() {
        let number = cast(column.clone(), DataType::Float64);
        all.push(avg(number.clone()).alias(format!("avg{i}")));
        all.push(stddev(number).alias(format!("std{i}")));
    }
    if let Some(number) = as_number(&column, data_type) {
        for (name, share) in QUARTILES {
            let order = number.clone().sort(true, false);
            let quartile = approx_percentile_cont(order, lit(share), None);
            all.push(quartile.alias(format!("{name}{i}")));
        }
    }
    all
}

const QUARTILES: [(&str, f64); 3] = [("q25", 0.25), ("q50", 0.5), ("q75", 0.75)];

/// Input of the quartile sketch: numbers unchanged, times as their count of units.
fn as_number(column: &Expr, data_type: &DataType) -> Option<Expr> {
    match data_type {
        t if t.is_numeric() => Some(cast(column.clone(), DataType::Float64)),
        DataType::Timestamp(..) | DataType::Date64 | DataType::Duration(_) => {
            Some(cast(column.clone(), DataType::Int64))
        }
        DataType::Date32 => Some(cast(cast(column.clone(), DataType::Int32), DataType::Int64)),
        _ => None,
    }
}

/// Bytes are ordered but have no text form.
fn is_ordered(data_type: &DataType) -> bool {
    !data_type.is_nested() && !data_type.is_null() && !data_type.is_binary()
}

fn is_hashed(data_type: &DataType) -> bool {
    !data_type.is_null() && !matches!(data_type, DataType::RunEndEncoded(..))
}

/// One column of the result: a value for each summarized column.
fn values(name: &str, fields: &[Field]) -> Vec<Expr> {
    fields
        .iter()
        .enumerate()
        .map(|(i, field)| value(name, i, field))
        .collect()
}

fn value(name: &str, i: usize, field: &Field) -> Expr {
    let t = field.data_type();
    let text = |expr: Expr| cast(expr, DataType::Utf8);
    let no_text = || lit(ScalarValue::Utf8(None));
    match name {
        "column_name" => lit(field.name().as_str()),
        "column_type" => lit(t.to_string()),
        "min" | "max" if is_ordered(t) => text(named(name, i)),
        "approx_unique" if is_hashed(t) => cast(named(name, i), DataType::Int64),
        "approx_unique" => lit(ScalarValue::Int64(None)),
        "avg" | "std" if t.is_numeric() => named(name, i),
        "avg" | "std" => lit(ScalarValue::Float64(None)),
        "q25" | "q50" | "q75" => quartile(named(name, i), t).map_or_else(no_text, text),
        "count" => named(name, i),
        "null_percentage" => null_percentage(i),
        _ => no_text(),
    }
}

fn quartile(number: Expr, data_type: &DataType) -> Option<Expr> {
    match data_type {
        t if t.is_numeric() => Some(number),
        DataType::Date32 => Some(try_cast(cast(number, DataType::Int32), DataType::Date32)),
        DataType::Date64 => {
            let millis = try_cast(number, DataType::Timestamp(TimeUnit::Millisecond, None));
            Some(cast(millis, DataType::Date32))
        }
        DataType::Timestamp(..) | DataType::Duration(_) => {
            Some(try_cast(number, data_type.clone()))
        }
        _ => None,
    }
}

/// 100 × NULLs / rows; NULL without rows.
fn null_percentage(i: usize) -> Expr {
    let rows = cast(named("count", i), DataType::Float64);
    let filled = cast(named("filled", i), DataType::Float64);
    let rows = datafusion::functions::core::expr_fn::nullif(rows, lit(0.0));
    lit(100.0) * (rows.clone() - filled) / rows
}
