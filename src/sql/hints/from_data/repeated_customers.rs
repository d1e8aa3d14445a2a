//! `compare_nps(score, is_b)` over several answers of one customer: they are counted as if each were of another
//! customer, so the interval is too narrow.

use std::collections::HashMap;

use arrow::row::{RowConverter, SortField};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::{SampledColumn, each_expr, filters, sample};
use crate::sql::hints::HintSet;
use crate::sql::lineage::table_column;

/// The column that says whose a row is.
const CUSTOMER: &str = "customer_id";
/// Fewer rows say little of how often customers come back.
const LEAST_ROWS: usize = 20;
/// So many rows for each customer may be chance.
const MOST_ROWS_PER_CUSTOMER: f64 = 1.1;

/// One hint for a query, at its first such call.
pub(super) async fn check(state: &SessionState, plan: &LogicalPlan, found: &mut HintSet) {
    let Some((call, compared)) = call(plan) else {
        return;
    };
    let filters = filters(plan, &compared);
    let repeats = repeats(state, &compared, &filters).await;
    if let Some((rows, customers)) = repeats {
        found.add(format!(
            "{call} takes rows as independent, and {rows} that were looked at are of {customers} customers: its interval \
             is too narrow; take one row a customer first, by QUALIFY row_number() OVER (PARTITION BY {CUSTOMER} \
             ORDER BY ..) = 1"
        ));
    }
}

/// The first `compare_*` over a column of a table with customers, of which the query makes no use.
fn call(plan: &LogicalPlan) -> Option<(String, SampledColumn)> {
    let (mut found, mut uses_customers) = (None, false);
    each_expr(plan, &mut |expr, node| {
        if let Expr::Column(column) = expr {
            let origin = table_column(column, node).map(|(_, name)| name);
            uses_customers |= origin.unwrap_or(&column.name) == CUSTOMER;
        }
        if found.is_none() {
            found = compared(expr, node);
        }
    });
    found.filter(|_| !uses_customers)
}

fn compared(expr: &Expr, node: &LogicalPlan) -> Option<(String, SampledColumn)> {
    let Expr::AggregateFunction(call) = expr else {
        return None;
    };
    // Other rows than those looked at.
    if !call.func.name().starts_with("compare_") || call.params.filter.is_some() {
        return None;
    }
    let columns = call.params.args.first()?.column_refs();
    let (scan, value) = columns
        .into_iter()
        .find_map(|column| table_column(column, node))?;
    let has_customers = scan.source.schema().index_of(CUSTOMER).is_ok();
    has_customers.then(|| (call.func.name().to_owned(), SampledColumn::new(scan, value)))
}

/// The rows looked at and their customers, if there are many more rows; unknown customers are left out.
async fn repeats(
    state: &SessionState,
    compared: &SampledColumn,
    filters: &[Expr],
) -> Option<(usize, usize)> {
    let parts = sample::values(state, compared, CUSTOMER, filters);
    let parts = parts.await.ok()?;
    let keys = RowConverter::new(vec![SortField::new(parts.first()?.data_type().clone())]).ok()?;
    let (mut rows, mut customers) = (0, HashMap::new());
    for part in parts {
        let known = arrow::compute::is_not_null(&part).ok()?;
        let known = arrow::compute::filter(&part, &known).ok()?;
        for key in &keys.convert_columns(&[known]).ok()? {
            rows += 1;
            *customers.entry(key.owned()).or_insert(0_usize) += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a sample of rows")]
    let is_repeated = rows as f64 > customers.len() as f64 * MOST_ROWS_PER_CUSTOMER;
    (rows >= LEAST_ROWS && is_repeated).then_some((rows, customers.len()))
}
