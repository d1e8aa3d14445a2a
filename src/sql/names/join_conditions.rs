//! The condition of a join with `USING` or `NATURAL`.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::JoinOperator;

use super::joined::MergedColumnPairs;
use crate::parser::correctness::merged_columns;
use crate::parser::refused;

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
