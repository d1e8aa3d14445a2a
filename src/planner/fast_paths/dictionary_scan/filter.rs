//! Filters over text that is read as dictionaries.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_expr::{conjunction, split_conjunction};
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::entry_parts::{columns_of_parts, decoded_by_entries, is_text};
use super::with_dictionaries;
use crate::planner::rewrite::{PlanRef, columns_read, replaced};

/// Lets filters evaluate parts of conditions that depend on one text column once for each entry of its dictionary,
/// where nothing else needs the column.
///
/// After the rules that take filters in, which do the same themselves.
pub(super) fn rewrite(plan: PlanRef, _config: &ConfigOptions) -> Result<PlanRef> {
    replaced(plan, |node| match node.downcast_ref::<FilterExec>() {
        Some(filter) => over_dictionaries(filter, &[]),
        None => Ok(None),
    })
}

/// `filter` with those of its output `columns` as dictionaries that come from text columns of Parquet
/// files, and with text that only its conditions ask for read so too; `None` when there is none.
///
/// # Errors
/// When the plan cannot be put together.
pub(super) fn over_dictionaries(
    filter: &FilterExec,
    columns: &[usize],
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let conditions = split_conjunction(filter.predicate());
    let before = filter.input().schema();
    let wanted = wanted(filter, &conditions, &before, columns);
    let Some(input) = with_dictionaries(filter.input(), &wanted)? else {
        return Ok(None);
    };
    let now = input.schema();
    let conditions = conditions.into_iter();
    let conditions = conditions
        .map(|condition| decoded_by_entries(condition, &before, &now))
        .collect::<Result<Vec<_>>>()?;
    let rewritten = FilterExecBuilder::from(filter)
        .with_predicate(conjunction(conditions))
        .with_input(input)
        .build()?;
    Ok(Some(Arc::new(rewritten)))
}

/// The columns of the input that can be dictionaries: text that is not emitted as text, and that conditions read
/// only in parts that depend on nothing else.
fn wanted(
    filter: &FilterExec,
    conditions: &[&Arc<dyn PhysicalExpr>],
    input: &Schema,
    columns: &[usize],
) -> Vec<usize> {
    let emitted: Vec<usize> = match filter.projection() {
        Some(kept) => kept.to_vec(),
        None => (0..input.fields().len()).collect(),
    };
    let as_dictionary: Vec<usize> = columns.iter().map(|&column| emitted[column]).collect();
    let parts = columns_of_parts(conditions.iter().copied());
    let is_read = |column: usize| {
        let mut conditions = conditions.iter();
        conditions.any(|condition| columns_read(condition).contains(&column))
    };
    let in_parts = parts.iter().copied();
    let mut wanted: Vec<usize> = in_parts
        .filter(|column| !emitted.contains(column))
        .chain(as_dictionary)
        .filter(|&column| is_text(input.field(column).data_type()))
        .filter(|&column| parts.contains(&column) || !is_read(column))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}
