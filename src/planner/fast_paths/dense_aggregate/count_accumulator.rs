//! Counts in the place of an accumulator, which consumes one value per group at the end.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal256Array, Float64Array,
    Int64Array, UInt64Array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, i256};
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use super::count_rewrite::{CountRewrite, is_counted};
use super::row_counts::GroupRowCounts;
use crate::functions::kernels::bits;

/// The counts of one aggregate.
#[derive(Debug)]
pub(super) struct CountRewriteAccumulator {
    counted: CountRewrite,
    rows: GroupRowCounts,
    holds: GroupRowCounts,
}

impl CountRewriteAccumulator {
    pub(super) fn new(counted: CountRewrite) -> Self {
        Self {
            counted,
            rows: GroupRowCounts::default(),
            holds: GroupRowCounts::default(),
        }
    }

    /// Counts the rows of a batch that pass `filter`, and those of them for which `condition` is true.
    pub(super) fn update(
        &mut self,
        groups: &[usize],
        filter: Option<&BooleanBuffer>,
        condition: Option<&ArrayRef>,
        total: usize,
    ) {
        let holds = condition.and_then(|condition| match self.counted {
            CountRewrite::Values => condition.logical_nulls().map(NullBuffer::into_inner),
            _ => Some(bits::known_true(condition.as_boolean())),
        });
        self.holds.reach(total);
        self.holds.add_passing(groups, holds.as_ref(), filter);
        let known = match self.counted {
            CountRewrite::Truth { .. } => condition.and_then(|condition| condition.nulls()),
            CountRewrite::Case {
                otherwise: Some(_), ..
            } => None,
            _ => return,
        };
        self.rows.reach(total);
        self.rows
            .add_passing(groups, known.map(NullBuffer::inner), filter);
    }

    /// The partial states of all groups, in the form of `function`.
    ///
    /// # Errors
    /// When the function refuses the totals.
    pub(super) fn states(&self, function: &AggregateFunctionExpr) -> Result<Vec<ArrayRef>> {
        let holds = self.holds.totals();
        match self.counted {
            CountRewrite::Rows | CountRewrite::Values => {
                Ok(vec![Arc::new(Int64Array::from(holds))])
            }
            CountRewrite::Truth { all } => Ok(vec![truths(&self.rows.totals(), &holds, all)]),
            CountRewrite::Case {
                then, otherwise, ..
            } => {
                let rows = match otherwise {
                    Some(_) => self.rows.totals(),
                    None => holds.clone(),
                };
                let values = [then, otherwise.unwrap_or(0)];
                case_states(function, rows, &holds, values)
            }
        }
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.rows.size() + self.holds.size()
    }
}

/// Whether a condition that `holds` for so many of the `rows` in which it is known does so for all of them, or for any;
/// NULL where there are none.
fn truths(rows: &[i64], holds: &[i64], all: bool) -> ArrayRef {
    let truths = rows.iter().zip(holds).map(|(&rows, &holds)| {
        let least = if all { rows } else { 1 };
        (rows > 0).then_some(holds >= least)
    });
    Arc::new(truths.collect::<BooleanArray>())
}

/// The states of a sum or average of a CASE whose condition `holds` for so many of the `rows` of each group, with its
/// values there and elsewhere.
fn case_states(
    function: &AggregateFunctionExpr,
    rows: Vec<i64>,
    holds: &[i64],
    [then, otherwise]: [i64; 2],
) -> Result<Vec<ArrayRef>> {
    let total = |(rows, holds): (&i64, &i64)| then * holds + otherwise * (rows - holds);
    let totals: Vec<Option<i64>> = rows
        .iter()
        .zip(holds)
        .map(|counts| (*counts.0 > 0).then(|| total(counts)))
        .collect();
    let groups: Vec<usize> = (0..rows.len()).collect();
    let mut accumulator = function.create_groups_accumulator()?;
    let states = function.state_fields()?;
    let types: Vec<_> = states.iter().map(|state| state.data_type()).collect();
    match function.fun().name() {
        _ if is_counted(&types) => {
            let counts: ArrayRef = Arc::new(Int64Array::from(rows));
            let totals = totals.iter().map(|total| i128::from(total.unwrap_or(0)));
            let totals: ArrayRef = match types[1] {
                DataType::Decimal256(..) => {
                    let totals = totals.map(i256::from_i128);
                    let totals = Decimal256Array::from_iter_values(totals);
                    Arc::new(totals.with_data_type(types[1].clone()))
                }
                narrow => {
                    let totals = Decimal128Array::from_iter_values(totals);
                    Arc::new(totals.with_data_type(narrow.clone()))
                }
            };
            accumulator.merge_batch(&[counts, totals], &groups, groups.len())?;
        }
        "avg" => {
            // A group without a row is NULL in both columns, as the function itself emits it.
            let counts = rows
                .iter()
                .map(|&rows| u64::try_from(rows).ok().filter(|&n| n > 0));
            let counts: UInt64Array = counts.collect();
            let state: [ArrayRef; 2] = [Arc::new(counts), floats(&totals)];
            accumulator.merge_batch(&state, &groups, groups.len())?;
        }
        _ => {
            let totals = match function.field().data_type() {
                DataType::Float64 => floats(&totals),
                _ => Arc::new(Int64Array::from(totals)),
            };
            accumulator.update_batch(&[totals], &groups, None, groups.len())?;
        }
    }
    accumulator.state(EmitTo::All)
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2^52, see EXACT")]
fn floats(totals: &[Option<i64>]) -> ArrayRef {
    let totals = totals.iter().map(|total| total.map(|total| total as f64));
    Arc::new(totals.collect::<Float64Array>())
}
