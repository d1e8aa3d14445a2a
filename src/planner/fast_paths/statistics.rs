//! What the statistics of plans say of their rows and keys.

use std::sync::Arc;

use datafusion::common::{ScalarValue, Statistics};
use datafusion::physical_expr::expressions::{Column, IsNotNullExpr, IsNullExpr};
use datafusion::physical_expr::split_conjunction;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

fn known(plan: &Arc<dyn ExecutionPlan>) -> Option<Arc<Statistics>> {
    let context = StatisticsContext::new();
    context.compute(plan.as_ref(), &StatisticsArgs::new()).ok()
}

/// About how many rows `plan` gives.
///
/// The stock estimate has one row in five pass any filter but comparisons of numbers. How many NULLs
/// there are is written in the files, though, and `IS NULL` may drop nothing (tickets that are not
/// merged) or most (surveys that are answered).
pub(super) fn rows(plan: &Arc<dyn ExecutionPlan>) -> Option<usize> {
    // Asks the whole plan below, so that it is asked for only where it counts.
    let stock = || known(plan)?.num_rows.get_value().copied();
    match (plan.downcast_ref::<FilterExec>(), &plan.children()[..]) {
        (Some(filter), _) => passing_rows(filter, stock()?),
        (None, [input]) if keeps_rows(plan) => rows(input).or_else(stock),
        (None, [input]) if is_grouping(plan) => stock().into_iter().chain(rows(input)).min(),
        _ => stock(),
    }
}

/// About how many rows pass, where the stock estimate is `stock`.
fn passing_rows(filter: &FilterExec, stock: usize) -> Option<usize> {
    let input = known(filter.input())?;
    let all = *input.num_rows.get_value()?;
    let mut passing = all;
    let mut is_other = false;
    for condition in split_conjunction(filter.predicate()) {
        match valid_or_null(condition, &input, all) {
            Some(count) => passing = scaled(passing, count, all),
            None => is_other = true,
        }
    }
    Some(if is_other {
        scaled(passing, stock, all)
    } else {
        passing
    })
}

/// True of operators that give the rows of their input.
fn keeps_rows(plan: &Arc<dyn ExecutionPlan>) -> bool {
    matches!(plan.cardinality_effect(), CardinalityEffect::Equal)
}

/// True of groupings by keys, which give at most the rows of their input.
fn is_grouping(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let aggregate = plan.downcast_ref::<AggregateExec>();
    let keys = aggregate.map(AggregateExec::group_expr);
    keys.is_some_and(|keys| !keys.is_empty() && !keys.has_grouping_set())
}

/// The rows out of `all` that a condition on NULLs lets pass.
fn valid_or_null(
    condition: &Arc<dyn PhysicalExpr>,
    input: &Statistics,
    all: usize,
) -> Option<usize> {
    let nulls = |argument: &Arc<dyn PhysicalExpr>| {
        let column = argument.downcast_ref::<Column>()?;
        let known = input.column_statistics.get(column.index())?;
        known.null_count.get_value().copied()
    };
    if let Some(is_null) = condition.downcast_ref::<IsNullExpr>() {
        return nulls(is_null.arg());
    }
    let is_not_null = condition.downcast_ref::<IsNotNullExpr>()?;
    all.checked_sub(nulls(is_not_null.arg())?)
}

fn scaled(rows: usize, part: usize, all: usize) -> usize {
    let exact = rows as u128 * part as u128 / (all as u128).max(1);
    usize::try_from(exact).unwrap_or(usize::MAX)
}

/// The lowest and the highest value of a column of integers, or of dates as numbers of days; `None` where files do not say.
pub(super) fn integer_bounds(plan: &Arc<dyn ExecutionPlan>, column: usize) -> Option<(i128, i128)> {
    let known = known(plan)?;
    let values = known.column_statistics.get(column)?;
    let lowest = integer(values.min_value.get_value()?)?;
    let highest = integer(values.max_value.get_value()?)?;
    Some((lowest, highest))
}

fn integer(value: &ScalarValue) -> Option<i128> {
    match value {
        ScalarValue::Int8(value) => value.map(i128::from),
        ScalarValue::Int16(value) => value.map(i128::from),
        ScalarValue::Int32(value) => value.map(i128::from),
        ScalarValue::Int64(value) => value.map(i128::from),
        ScalarValue::Date32(value) => value.map(i128::from),
        ScalarValue::UInt8(value) => value.map(i128::from),
        ScalarValue::UInt16(value) => value.map(i128::from),
        ScalarValue::UInt32(value) => value.map(i128::from),
        ScalarValue::UInt64(value) => value.map(i128::from),
        _ => None,
    }
}
