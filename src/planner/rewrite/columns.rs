//! The columns that physical expressions read.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_expr::PhysicalExprRef;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr_common::physical_expr::is_volatile;

/// The columns that `expression` reads, each once, in order.
pub(crate) fn columns_read(expression: &PhysicalExprRef) -> Vec<usize> {
    let columns = collect_columns(expression);
    let mut indices: Vec<usize> = columns.iter().map(Column::index).collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}

/// The only column on which the value of `expression` depends; `None` if there are none or several, or
/// if it is volatile.
pub(crate) fn only_column(expression: &PhysicalExprRef) -> Option<usize> {
    match columns_read(expression)[..] {
        [column] if !is_volatile(expression) => Some(column),
        _ => None,
    }
}

/// `expression` with column `i` replaced by `columns[i]`.
///
/// # Errors
/// When it cannot be rewritten.
pub(crate) fn substituted(
    expression: &PhysicalExprRef,
    columns: &[PhysicalExprRef],
) -> Result<PhysicalExprRef> {
    let rewritten = Arc::clone(expression).transform_up(|node| {
        let column = node.downcast_ref::<Column>();
        Ok(
            match column.and_then(|column| columns.get(column.index())) {
                // The replacement is over another schema and must not be visited.
                Some(replacement) => Transformed::yes(Arc::clone(replacement)),
                None => Transformed::no(node),
            },
        )
    })?;
    Ok(rewritten.data)
}
