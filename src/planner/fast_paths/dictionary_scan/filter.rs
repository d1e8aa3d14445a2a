//! Filters over text that is read as dictionaries.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{conjunction, split_conjunction};
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::per_value::DictionaryPredicateExpr;
use super::predicate_cache::DictionaryPredicate;
use super::{dictionary_type, with_dictionaries};
use crate::planner::rewrite::{PlanRef, columns_read, only_column, replaced};

/// Lets filters evaluate conditions on a text column once for each entry of its dictionary, where nothing else
/// needs the column.
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
    let conditions = conditions.into_iter().map(|condition| {
        let column = only_column(condition).filter(|&column| {
            wanted.contains(&column) && *now.field(column).data_type() == dictionary_type()
        });
        let Some(column) = column else {
            return Ok(Arc::clone(condition));
        };
        let dictionary = Arc::new(Column::new(now.field(column).name(), column));
        let condition = DictionaryPredicate::new(condition, column, &before)?;
        Ok(Arc::new(DictionaryPredicateExpr::new(dictionary, condition)) as Arc<dyn PhysicalExpr>)
    });
    let conditions = conditions.collect::<Result<Vec<_>>>()?;
    let rewritten = FilterExecBuilder::from(filter)
        .with_predicate(conjunction(conditions))
        .with_input(input)
        .build()?;
    Ok(Some(Arc::new(rewritten)))
}

/// The columns of the input that can be dictionaries: text that is not given as text, and of which each
/// condition asks alone or not at all.
fn wanted(
    filter: &FilterExec,
    conditions: &[&Arc<dyn PhysicalExpr>],
    input: &Schema,
    columns: &[usize],
) -> Vec<usize> {
    let given: Vec<usize> = match filter.projection() {
        Some(kept) => kept.to_vec(),
        None => (0..input.fields().len()).collect(),
    };
    let as_dictionary: Vec<usize> = columns.iter().map(|&column| given[column]).collect();
    let is_alone = |column: usize| {
        conditions.iter().all(|condition| {
            !columns_read(condition).contains(&column) || only_column(condition).is_some()
        })
    };
    let asked = conditions
        .iter()
        .flat_map(|condition| columns_read(condition));
    let mut wanted: Vec<usize> = asked
        .filter(|column| !given.contains(column))
        .chain(as_dictionary)
        .filter(|&column| is_text(input, column) && is_alone(column))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

fn is_text(schema: &Schema, column: usize) -> bool {
    matches!(
        schema.field(column).data_type(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}
