//! The rules that put the operator into plans.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::{Result, ScalarValue, Statistics};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::projection::ProjectionExpr;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use super::contact_query::RepeatContactRequest;
use super::customers::fits_i64;
use super::first_pass::FirstPass;
use super::match_window::{ContactWindowMatch, recognise};
use super::operator::RepeatContactsExec;
use super::output::{ContactColumnSource, RepeatContactOutput};
use super::projection::project;
use super::repeatable::repeatable;
use crate::planner::rewrite::{PlanRef, replaced};
use crate::settings::DeskqlOptions;

/// Bytes that a contact may need where contacts have to be sorted, with room for rows whose number
/// was underestimated.
const BYTES_PER_CONTACT: usize = 64;

/// Finds repeat contacts without the sort of the window operator.
///
/// To run before distribution and order are enforced, since the operator needs neither.
pub(super) fn rewrite(plan: PlanRef, config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| without_sort(node, config))
}

fn without_sort(plan: &PlanRef, config: &ConfigOptions) -> Result<Option<PlanRef>> {
    let Some(asks) = recognise(plan) else {
        return Ok(None);
    };
    if is_sorted_already(&asks)? {
        return Ok(None);
    }
    let Some(input) = repeatable(&asks.input, config)? else {
        return Ok(None);
    };
    let Some(keys) = key_types(&asks)? else {
        return Ok(None);
    };
    let instant = asks.instant.data_type(&input.schema())?;
    if !matches!(instant, DataType::Timestamp(..)) {
        return Ok(None);
    }
    let who_and_when = asks.keys.iter().chain([&asks.instant]);
    let contacts = project(named(who_and_when), Arc::clone(&input))?;
    let statistics = StatisticsContext::new().compute(contacts.as_ref(), &StatisticsArgs::new())?;
    if !fits(statistics.num_rows, DeskqlOptions::memory_limit(config)) {
        return Ok(None);
    }
    let span_of_ids = keys
        .first()
        .filter(|key| fits_i64(key))
        .and_then(|_| span_of_ids(&statistics));
    let request = RepeatContactRequest {
        keys,
        must_be_known: asks.must_be_known,
        instant,
        ties: asks.ties.iter().map(|key| key.options).collect(),
        questions: asks.questions,
        span_of_ids,
    };
    let ties = if asks.ties.is_empty() {
        None
    } else {
        let keys = named(asks.ties.iter().map(|key| &key.expr));
        Some(project(keys, Arc::clone(&input))?)
    };
    let pass = FirstPass {
        request: Arc::new(request),
        contacts,
        ties,
    };
    let output = output(plan, &input, asks.newest);
    let rows = statistics.num_rows;
    Ok(Some(Arc::new(RepeatContactsExec::new(
        pass, input, output, rows,
    ))))
}

/// True for inputs that surely fit in memory; others are left to the operator that can spill.
fn fits(rows: Precision<usize>, memory_limit: Option<usize>) -> bool {
    memory_limit.is_none_or(|limit| {
        let rows = rows.get_value().copied();
        rows.is_some_and(|rows| rows.saturating_mul(BYTES_PER_CONTACT) <= limit / 2)
    })
}

/// Exposes the plans below the operator, once no other rule can change one of them alone.
pub(super) fn reveal(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| {
        let operator = node.downcast_ref::<RepeatContactsExec>();
        Ok(operator.map(|operator| Arc::new(operator.revealed()) as _))
    })
}

/// True when the stock operator would have nothing to sort.
fn is_sorted_already(asks: &ContactWindowMatch) -> Result<bool> {
    let by_customer = asks
        .keys
        .iter()
        .map(|key| PhysicalSortExpr::new_default(Arc::clone(key)));
    let properties = asks.input.equivalence_properties();
    properties.ordering_satisfy(by_customer)
}

/// The types of the keys, if they are all of types whose equal values are equal in every respect.
fn key_types(asks: &ContactWindowMatch) -> Result<Option<Vec<DataType>>> {
    let schema = asks.input.schema();
    let types = asks.keys.iter().map(|key| key.data_type(&schema));
    let types: Vec<_> = types.collect::<Result<_>>()?;
    let all = types.iter().all(|key| {
        key.is_integer()
            || key.is_string()
            || matches!(
                key,
                DataType::Boolean | DataType::Date32 | DataType::Timestamp(..)
            )
    });
    Ok(all.then_some(types))
}

fn named<'a>(expressions: impl Iterator<Item = &'a Arc<dyn PhysicalExpr>>) -> Vec<ProjectionExpr> {
    let named = expressions.map(|expression| ProjectionExpr {
        expr: Arc::clone(expression),
        alias: match expression.downcast_ref::<Column>() {
            Some(column) => column.name().to_owned(),
            None => expression.to_string(),
        },
    });
    named.collect()
}

/// The columns of the window in their order: its input's, the newest instants, the answers.
fn output(
    window: &Arc<dyn ExecutionPlan>,
    input: &Arc<dyn ExecutionPlan>,
    newest: usize,
) -> RepeatContactOutput {
    let (schema, inputs) = (window.schema(), input.schema().fields().len());
    let columns = schema.fields().iter().enumerate();
    let columns: Vec<(ContactColumnSource, FieldRef)> = columns
        .map(|(at, field)| {
            let source = if at < inputs {
                ContactColumnSource::Input(at)
            } else if at < inputs + newest {
                ContactColumnSource::Newest
            } else {
                ContactColumnSource::Answer(at - inputs - newest)
            };
            (source, Arc::clone(field))
        })
        .collect();
    RepeatContactOutput::new(columns, &schema)
}

/// The span of integer customers, if there are not many more ids in it than rows.
fn span_of_ids(statistics: &Statistics) -> Option<(i64, usize)> {
    let ids = statistics.column_statistics.first()?;
    let least = as_i64(ids.min_value.get_value()?)?;
    let most = as_i64(ids.max_value.get_value()?)?;
    let span = usize::try_from(most.checked_sub(least)?)
        .ok()?
        .checked_add(1)?;
    let rows = match statistics.num_rows {
        Precision::Exact(rows) => rows,
        // A filter is taken to keep a fifth of the rows. Most keep nearly all, so that a place for
        // each id takes less than a map of those that are seen.
        Precision::Inexact(rows) => rows.saturating_mul(5),
        Precision::Absent => return None,
    };
    let most = rows.saturating_add(1 << 16).min(1 << 31);
    (span <= most).then_some((least, span))
}

fn as_i64(value: &ScalarValue) -> Option<i64> {
    let value = value.cast_to(&DataType::Int64).ok()?;
    match value {
        ScalarValue::Int64(value) => value,
        _ => None,
    }
}
