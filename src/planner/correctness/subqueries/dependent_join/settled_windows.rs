//! Values of windows that are the same each time that they are computed.
//!
//! Rows that tie in ORDER BY stand in any order. What a function gives at a place depends on the places
//! only if its argument is the same in all tied rows, and beside it only what they all share can be read.

use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, Window, WindowFrameUnits, WindowFunctionDefinition,
};

/// Functions whose value is that of a place among the rows, or of the argument at one.
const OF_PLACES: [&str; 11] = [
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "nth_value",
];

/// Aggregates that are exact in any order of the rows.
const EXACT: [&str; 5] = ["count", "min", "max", "sum", "avg"];

/// True if `values`, over the rows of `node`, are a function of the places of rows.
pub(super) fn are_settled(node: &Window, values: &[Expr]) -> Result<bool> {
    let own = node.input.schema().fields().len();
    let windows = node.schema.columns().split_off(own);
    let mut shared: Option<Vec<Column>> = None;
    for (window, column) in node.window_expr.iter().zip(&windows) {
        if !values
            .iter()
            .any(|value| value.column_refs().contains(column))
        {
            continue;
        }
        let Expr::WindowFunction(call) = window.clone().unalias() else {
            return Ok(false);
        };
        let known = columns_of_places(&call);
        if shared.as_ref().is_some_and(|other| *other != known)
            || !depends_on_places(&call, &known, &node.input)?
        {
            return Ok(false);
        }
        shared = Some(known);
    }
    let shared = shared.unwrap_or_default();
    let mut read = values.iter().flat_map(Expr::column_refs);
    Ok(read.all(|column| shared.contains(column) || windows.contains(column)))
}

/// The columns of PARTITION BY and ORDER BY.
fn columns_of_places(call: &WindowFunction) -> Vec<Column> {
    let order = call.params.order_by.iter().map(|sort| &sort.expr);
    let all = call.params.partition_by.iter().chain(order);
    let columns = all.filter_map(|key| match key {
        Expr::Column(column) => Some(column.clone()),
        _ => None,
    });
    columns.collect()
}

fn depends_on_places(call: &WindowFunction, known: &[Column], input: &LogicalPlan) -> Result<bool> {
    let mut read = call.params.args.iter().flat_map(Expr::column_refs);
    let reads_known = read.all(|column| known.contains(column)) && call.params.filter.is_none();
    let name = call.fun.name();
    if reads_known && OF_PLACES.contains(&name) {
        return Ok(true);
    }
    let is_exact = match (call.params.args.first(), &call.fun) {
        (Some(argument), WindowFunctionDefinition::AggregateUDF(_)) => {
            EXACT.contains(&name) && !argument.get_type(input.schema())?.is_floating()
        }
        _ => false,
    };
    // Without ROWS, tied rows are in one frame together.
    Ok(is_exact && (reads_known || call.params.window_frame.units != WindowFrameUnits::Rows))
}
