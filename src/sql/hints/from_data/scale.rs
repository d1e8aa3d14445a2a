//! `nps(score)` over answers from 1 to 5: every one of them would be a detractor.

use arrow::array::AsArray;
use arrow::compute::{cast, max, min};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::execution::SessionState;
use datafusion::logical_expr::Expr;

use super::{SampledColumn, sample};

/// Fewer answers may all be low by chance.
const LEAST_ANSWERS: usize = 100;

/// The hint for `call`, an NPS, if a sample has answers from 1 to 5 only; none for a query that chooses answers by their value.
pub(super) async fn hint(
    state: &SessionState,
    call: &str,
    answer: &SampledColumn,
    filters: &[Expr],
) -> Option<String> {
    let is_chosen = |filter: &Expr| {
        let mut columns = filter.column_refs().into_iter();
        columns.any(|column| column.name == answer.name)
    };
    if filters.iter().any(is_chosen) {
        return None;
    }
    let answers = sample::answers(state, answer, filters).await.ok()?;
    let mut count = 0;
    for part in answers {
        let scores = cast(&part, &DataType::Float64).ok()?;
        let scores = scores.as_primitive::<Float64Type>();
        count += scores.len();
        let is_low = min(scores).is_none_or(|least| least >= 1.0);
        if !is_low || max(scores).is_some_and(|most| most > 5.0) {
            return None;
        }
    }
    (count >= LEAST_ANSWERS).then(|| {
        format!(
            "{call} takes answers from 0 to 10, and of {count} looked at none is above 5: answers from 1 to 5 are all \
             detractors, so use csat, or ces on its scale"
        )
    })
}
