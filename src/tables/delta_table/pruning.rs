//! Files that cannot hold a row for which the filters are true.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::DFSchema;
use datafusion::common::pruning::PruningStatistics;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

/// For each file whether it may hold such a row; `schema` has the columns of files and folders.
///
/// # Errors
/// If a filter cannot be planned.
pub(super) fn fitting(
    session: &dyn Session,
    schema: &SchemaRef,
    statistics: &dyn PruningStatistics,
    filters: &[Expr],
) -> Result<Vec<bool>> {
    // Each by itself: one that says nothing of files must not hide what others say.
    let mut fits = vec![true; statistics.num_containers()];
    for filter in filters {
        let names = DFSchema::try_from(Arc::clone(schema))?;
        let filter = session.create_physical_expr(filter.clone(), &names)?;
        let Ok(predicate) = PruningPredicateBuilder::new()
            .with_file_schema(Arc::clone(schema))
            .try_build(filter)
        else {
            continue;
        };
        if predicate.always_true() {
            continue;
        }
        for (fits, may) in fits.iter_mut().zip(predicate.prune(statistics)?) {
            *fits &= may;
        }
    }
    Ok(fits)
}
