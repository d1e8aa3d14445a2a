//! Counts, sums, means and variances of one argument, computed in one pass over it.
//!
//! Portable SQL has `count(x)`, `sum(x)`, `avg(x)` and `var_samp(x)` side by side, the last two of `x`
//! as a double. Integers and decimals are added as they are stored, which is exact, and the state of
//! each function is computed at the end.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal256Array, Float64Array,
    Int64Array, UInt64Array,
};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Float64Type, i256};
use datafusion::common::{Result, exec_datafusion_err, internal_err};

use super::float_sums;
use super::float_sums::FloatMoments;
use super::integer_sums::GroupedIntegerSums;
use crate::functions::kernels::column_reader;
use crate::functions::kernels::rows::{EligibleRows, RowChunk, by_value, eligible};
use crate::settings::InvalidPolicy;
use crate::sql_type;

/// The statistic that a function needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SumStatistic {
    Count,
    Sum,
    Mean,
    /// Variances and standard deviations.
    Deviations,
}

/// The type of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SumInputType {
    Integers,
    /// Decimals with so many digits after the point.
    Decimals(u8),
    Doubles,
}

/// The input of shared sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedSumSpec {
    /// Position among the evaluated expressions.
    pub(super) argument: usize,
    pub(super) filter: Option<usize>,
    pub(super) values: SumInputType,
    /// True if deviations are needed.
    pub(super) squares: bool,
}

/// The sums of all groups.
#[derive(Debug)]
pub(super) struct SharedSumAccumulator {
    pub(super) summed: SharedSumSpec,
    groups: GroupedSums,
}

#[derive(Debug)]
enum GroupedSums {
    Integers(GroupedIntegerSums),
    Floats(Vec<FloatMoments>),
}

impl SharedSumAccumulator {
    pub(super) fn new(summed: &SharedSumSpec) -> Self {
        let groups = match summed.values {
            SumInputType::Doubles => GroupedSums::Floats(vec![]),
            _ => GroupedSums::Integers(GroupedIntegerSums::new(summed.squares)),
        };
        Self {
            summed: summed.clone(),
            groups,
        }
    }

    /// Consumes a batch of `column`, whose rows belong to `groups`; `total` is the number of groups.
    ///
    /// # Errors
    /// When a decimal has more digits than its type.
    pub(super) fn update(
        &mut self,
        column: &ArrayRef,
        filter: Option<BooleanBuffer>,
        groups: &[usize],
        total: usize,
    ) -> Result<()> {
        let filter = filter.map(|filter| BooleanArray::new(filter, None));
        let batch = EligibleRows {
            rows: column.len(),
            eligible: eligible(&[column], filter.as_ref()),
            invalid: InvalidPolicy::Error,
        };
        let too_large = |row| {
            let text = arrow::util::display::array_value_to_string(column, row);
            let text = text.unwrap_or_default();
            exec_datafusion_err!(
                "{text} does not fit in {}",
                sql_type::name(column.data_type())
            )
        };
        match &mut self.groups {
            GroupedSums::Integers(wholes) => {
                wholes.reach(total);
                let fill = match self.summed.values {
                    SumInputType::Decimals(_) => column_reader::unscaled(column, Some)?,
                    _ => column_reader::integers(column, Some)?,
                };
                batch.gather(&fill, &too_large, &mut |chunk| {
                    wholes.add(of_chunk(groups, chunk), chunk);
                })
            }
            GroupedSums::Floats(reals) => {
                reals.resize(total, FloatMoments::default());
                let values = column.as_primitive::<Float64Type>();
                let fill = by_value(values.values(), Some);
                let squares = self.summed.squares;
                batch.gather(&fill, &too_large, &mut |chunk| {
                    float_sums::add_by_group(reals, of_chunk(groups, chunk), chunk, squares);
                })
            }
        }
    }

    /// The partial state of each group for a function with states of `types`.
    ///
    /// # Errors
    /// When the function has other states, which the rule excludes.
    pub(super) fn states(&self, finish: SumStatistic, types: &[DataType]) -> Result<Vec<ArrayRef>> {
        match (finish, &self.groups) {
            (SumStatistic::Count, _) => {
                let counts = self.float_moments().into_iter().map(|real| real.n);
                Ok(vec![Arc::new(counts.collect::<Int64Array>())])
            }
            (SumStatistic::Sum, _) if *types == [DataType::Float64] => {
                Ok(vec![sums(&self.float_moments())])
            }
            (SumStatistic::Sum, GroupedSums::Integers(wholes)) => totals(wholes, types),
            (SumStatistic::Sum, GroupedSums::Floats(_)) => internal_err!("a sum of doubles is one"),
            (SumStatistic::Mean, _) => {
                let reals = self.float_moments();
                let counts = reals.iter().map(|real| u64::try_from(real.n).ok());
                let counts: UInt64Array = counts.map(|n| n.filter(|&n| n > 0)).collect();
                Ok(vec![Arc::new(counts), sums(&reals)])
            }
            (SumStatistic::Deviations, _) => {
                let reals = self.float_moments();
                let counts = reals.iter().map(|real| real.n.cast_unsigned());
                let means = reals.iter().map(|real| real.mean);
                let squares = reals.iter().map(|real| real.squares);
                Ok(vec![
                    Arc::new(UInt64Array::from_iter_values(counts)),
                    Arc::new(Float64Array::from_iter_values(means)),
                    Arc::new(Float64Array::from_iter_values(squares)),
                ])
            }
        }
    }

    fn float_moments(&self) -> Vec<FloatMoments> {
        match &self.groups {
            GroupedSums::Floats(reals) => reals.clone(),
            GroupedSums::Integers(wholes) => wholes.float_moments(match self.summed.values {
                SumInputType::Decimals(digits) => 10_f64.powi(i32::from(digits)),
                _ => 1.0,
            }),
        }
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        match &self.groups {
            GroupedSums::Integers(wholes) => wholes.size(),
            GroupedSums::Floats(reals) => reals.capacity() * size_of::<FloatMoments>(),
        }
    }
}

fn of_chunk<'a, I>(groups: &'a [usize], chunk: &RowChunk<'_, I>) -> &'a [usize] {
    &groups[chunk.start..][..chunk.items.len()]
}

/// A group without a value has no sum.
fn sums(reals: &[FloatMoments]) -> ArrayRef {
    let sums = reals.iter().map(|real| (real.n > 0).then_some(real.sum));
    Arc::new(sums.collect::<Float64Array>())
}

/// The states of deskql's `sum`: counts, and totals in the type that they cannot overflow.
fn totals(wholes: &GroupedIntegerSums, types: &[DataType]) -> Result<Vec<ArrayRef>> {
    let counts = wholes.totals().map(|total| total.0);
    let counts: ArrayRef = Arc::new(Int64Array::from_iter_values(counts));
    let totals = wholes.totals().map(|total| total.1);
    let totals: ArrayRef = match types {
        [_, wide @ DataType::Decimal128(..)] => {
            let totals = Decimal128Array::from_iter_values(totals);
            Arc::new(totals.with_data_type(wide.clone()))
        }
        [_, wide @ DataType::Decimal256(..)] => {
            let totals = Decimal256Array::from_iter_values(totals.map(i256::from_i128));
            Arc::new(totals.with_data_type(wide.clone()))
        }
        _ => return internal_err!("a sum of whole numbers has a count and a decimal"),
    };
    Ok(vec![counts, totals])
}
