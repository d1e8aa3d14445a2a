//! The conditions of joins.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{Join, JoinConstraint, JoinOperator, TableFactor};

use super::joined::MergedColumnPairs;
use crate::parser::correctness::merged_columns;
use crate::parser::refused;

/// Refuses a join without a condition, which would be all pairs of rows. A LATERAL, or a table function over columns
/// of the left side, has its condition inside.
pub(super) fn check(join: &Join, place: Option<Span>) -> Result<()> {
    let is_dependent = match &join.relation {
        TableFactor::Derived { lateral, .. } | TableFactor::Function { lateral, .. } => *lateral,
        TableFactor::UNNEST { .. } => true,
        TableFactor::Table { args, .. } => args.is_some(),
        _ => false,
    };
    let constraint = merged_columns::constraint(&join.join_operator);
    if is_dependent || !matches!(constraint, Some(JoinConstraint::None)) {
        return Ok(());
    }
    let advice = "JOIN needs a condition: write ON a.id = b.id or USING (id), or CROSS JOIN for all pairs of rows";
    Err(refused(advice, place))
}

/// Writes the condition of a join that merges columns.
pub(super) fn settle(
    join: &mut JoinOperator,
    pairs: MergedColumnPairs,
    place: Option<Span>,
) -> Result<()> {
    let fault = match pairs {
        MergedColumnPairs::Known(pairs) => {
            merged_columns::join_on(join, pairs);
            return Ok(());
        }
        MergedColumnPairs::Several(name) => format!(
            "'{name}' matches several columns of one side of the join: write ON with the tables' names"
        ),
        MergedColumnPairs::Unknown if merged_columns::keeps_right(join) => {
            "USING and NATURAL in a RIGHT or FULL JOIN need columns known before planning: name them, AS t (a, b)"
                .to_owned()
        }
        MergedColumnPairs::No | MergedColumnPairs::Missing | MergedColumnPairs::Unknown => return Ok(()),
    };
    Err(refused(&fault, place))
}
