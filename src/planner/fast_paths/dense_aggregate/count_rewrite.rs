//! Aggregates that can be computed from counts: `count(*)`, `count(x)`, and sums and averages of a CASE
//! between two integers, which is how portable SQL computes shares.
//!
//! Rows are counted by group, and the accumulator of the function consumes one value per group at the
//! end.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Decimal256Array, Float64Array, Int64Array,
    UInt64Array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Schema, i256};
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{CaseExpr, CastExpr, Literal};
use datafusion::physical_plan::PhysicalExpr;
use datafusion::scalar::ScalarValue;

use crate::functions::kernels::bits;
use crate::functions::kernels::bits::for_each_set;
use crate::functions::kernels::rows::common_group;

/// Integers up to this are added exactly as floats too, for any possible number of rows.
const EXACT: i64 = 1 << 20;

/// Number of counters of a group: neighbouring rows of one group do not wait for each other.
const LANES: usize = 4;

/// Number of groups above which a group has one counter only.
const LANED: usize = 1 << 10;

/// The aggregate that is computed from the counts of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CountRewrite {
    /// The number of rows.
    Rows,
    /// The number of values that are not NULL.
    Values,
    /// Sum or average of a CASE with one condition.
    Case {
        /// The value where the condition holds.
        then: i64,
        /// The value elsewhere; `None` for NULL.
        otherwise: Option<i64>,
        /// If both are decimals, the number of digits after the point; `then` and `otherwise` are
        /// unscaled.
        digits: Option<i8>,
    },
}

impl CountRewrite {
    fn is_decimal(self) -> bool {
        matches!(
            self,
            Self::Case {
                digits: Some(_),
                ..
            }
        )
    }
}

/// The rewrite of `function` over `argument` to counts, and the condition to count, if there is one.
pub(super) fn counted(
    function: &AggregateFunctionExpr,
    arguments: &[Arc<dyn PhysicalExpr>],
    schema: &Schema,
) -> Option<(CountRewrite, Option<Arc<dyn PhysicalExpr>>)> {
    let [argument] = arguments else {
        return None;
    };
    if function.is_distinct() {
        return None;
    }
    let literal = argument.downcast_ref::<Literal>();
    let case = case(argument);
    match (function.fun().name(), literal, case) {
        ("count", Some(literal), _) if !literal.value().is_null() => {
            Some((CountRewrite::Rows, None))
        }
        (
            "count",
            _,
            Some((
                condition,
                CountRewrite::Case {
                    otherwise: None, ..
                },
            )),
        ) => Some((CountRewrite::Rows, Some(condition))),
        ("sum" | "avg", _, Some((condition, case))) => {
            is_known(function).then_some((case, Some(condition)))
        }
        ("count", None, _) => Some((CountRewrite::Values, Some(undecoded(argument, schema)))),
        _ => None,
    }
}

/// `argument` without the cast that decodes its dictionary: NULLs can be found without the text.
fn undecoded(argument: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Arc<dyn PhysicalExpr> {
    let cast = argument.downcast_ref::<CastExpr>().map(CastExpr::expr);
    let dictionary = cast.filter(|inner| {
        let data_type = inner.data_type(schema);
        data_type.is_ok_and(|t| matches!(t, DataType::Dictionary(..)))
    });
    Arc::clone(dictionary.unwrap_or(argument))
}

/// True if [`CountRewriteAccumulator::states`] supports the state types of the function.
fn is_known(function: &AggregateFunctionExpr) -> bool {
    let Ok(states) = function.state_fields() else {
        return false;
    };
    let types: Vec<_> = states.iter().map(|state| state.data_type()).collect();
    let is_sum = matches!(
        function.field().data_type(),
        DataType::Int64 | DataType::Float64
    );
    match function.fun().name() {
        "avg" => {
            matches!(types.as_slice(), [DataType::UInt64, DataType::Float64]) || is_counted(&types)
        }
        _ => is_sum || is_counted(&types),
    }
}

/// True for the states of deskql's `sum` and `avg` of integers and decimals.
fn is_counted(types: &[&DataType]) -> bool {
    matches!(
        types,
        [
            DataType::Int64,
            DataType::Decimal128(..) | DataType::Decimal256(..)
        ]
    )
}

fn case(argument: &Arc<dyn PhysicalExpr>) -> Option<(Arc<dyn PhysicalExpr>, CountRewrite)> {
    if let Some(cast) = argument.downcast_ref::<CastExpr>() {
        let is_float = *cast.cast_type() == DataType::Float64;
        return case(cast.expr()).filter(|(_, counted)| is_float && !counted.is_decimal());
    }
    let case = argument.downcast_ref::<CaseExpr>()?;
    let (None, [(when, then)]) = (case.expr(), case.when_then_expr()) else {
        return None;
    };
    let then = then.downcast_ref::<Literal>()?.value();
    let otherwise = match case.else_expr() {
        None => None,
        Some(otherwise) => match otherwise.downcast_ref::<Literal>()?.value() {
            value if value.is_null() => None,
            value if value.data_type() != then.data_type() => return None,
            value => Some(whole(value)?),
        },
    };
    let digits = match then.data_type() {
        DataType::Decimal128(_, scale) => Some(scale),
        _ => None,
    };
    let then = whole(then)?;
    Some((
        Arc::clone(when),
        CountRewrite::Case {
            then,
            otherwise,
            digits,
        },
    ))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "checked to be whole"
)]
fn whole(value: &ScalarValue) -> Option<i64> {
    let whole = match value {
        ScalarValue::Int64(value) => (*value)?,
        // Counted in units of its last digit.
        ScalarValue::Decimal128(value, ..) => i64::try_from((*value)?).ok()?,
        ScalarValue::Float64(value) => {
            let value = (*value).filter(|value| value.trunc() == *value && value.abs() < 1e6)?;
            value as i64
        }
        _ => return None,
    };
    (whole.abs() <= EXACT).then_some(whole)
}

/// Number of rows by group.
#[derive(Debug)]
enum GroupRowCounts {
    /// For few groups: consecutive rows often belong to the same one.
    Lanes(Vec<[i64; LANES]>),
    /// For more than [`LANED`] groups, where the number of counters that fit the cache matters.
    Single(Vec<i64>),
}

impl GroupRowCounts {
    fn reach(&mut self, groups: usize) {
        match self {
            Self::Lanes(counts) if groups <= LANED => counts.resize(groups, [0; LANES]),
            Self::Lanes(_) => {
                let mut counts = self.totals();
                counts.resize(groups, 0);
                *self = Self::Single(counts);
            }
            Self::Single(counts) => counts.resize(groups, 0),
        }
    }

    fn add_many(&mut self, group: usize, rows: usize) {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        match self {
            Self::Lanes(counts) => counts[group][0] += rows,
            Self::Single(counts) => counts[group] += rows,
        }
    }

    fn add_all(&mut self, groups: &[usize]) {
        if let Some(group) = common_group(groups) {
            return self.add_many(group, groups.len());
        }
        let counts = match self {
            Self::Lanes(counts) => counts.as_mut_slice(),
            Self::Single(counts) => return groups.iter().for_each(|&group| counts[group] += 1),
        };
        let (fours, rest) = groups.as_chunks::<LANES>();
        for four in fours {
            for (lane, &group) in four.iter().enumerate() {
                counts[group][lane] += 1;
            }
        }
        rest.iter().for_each(|&group| counts[group][0] += 1);
    }

    fn add(&mut self, groups: &[usize], rows: &BooleanBuffer) {
        if rows.count_set_bits() == rows.len() {
            return self.add_all(groups);
        }
        if let Some(group) = common_group(groups) {
            return self.add_many(group, rows.count_set_bits());
        }
        match self {
            Self::Lanes(counts) => {
                let counts = counts.as_mut_slice();
                for_each_set(rows, |row| counts[groups[row]][row % LANES] += 1);
            }
            Self::Single(counts) => for_each_set(rows, |row| counts[groups[row]] += 1),
        }
    }

    fn totals(&self) -> Vec<i64> {
        match self {
            Self::Lanes(counts) => counts.iter().map(|lanes| lanes.iter().sum()).collect(),
            Self::Single(counts) => counts.clone(),
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Lanes(counts) => counts.capacity() * size_of::<[i64; LANES]>(),
            Self::Single(counts) => counts.capacity() * size_of::<i64>(),
        }
    }
}

impl Default for GroupRowCounts {
    fn default() -> Self {
        Self::Lanes(vec![])
    }
}

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
        self.holds.reach(total);
        let condition = condition.and_then(|condition| match self.counted {
            CountRewrite::Values => condition.logical_nulls().map(NullBuffer::into_inner),
            _ => Some(bits::known_true(condition.as_boolean())),
        });
        let holds = match (&condition, filter) {
            (Some(condition), Some(filter)) => Some(condition & filter),
            (Some(condition), None) => Some(condition.clone()),
            (None, filter) => filter.cloned(),
        };
        match (self.counted, holds) {
            (CountRewrite::Rows | CountRewrite::Values, None) => self.holds.add_all(groups),
            (_, Some(holds)) => self.holds.add(groups, &holds),
            (CountRewrite::Case { .. }, None) => {}
        }
        let CountRewrite::Case {
            otherwise: Some(_), ..
        } = self.counted
        else {
            return;
        };
        self.rows.reach(total);
        match filter {
            Some(filter) => self.rows.add(groups, filter),
            None => self.rows.add_all(groups),
        }
    }

    /// The partial states of all groups, in the form of `function`.
    ///
    /// # Errors
    /// When the function refuses the totals.
    pub(super) fn states(&self, function: &AggregateFunctionExpr) -> Result<Vec<ArrayRef>> {
        let holds = self.holds.totals();
        let CountRewrite::Case {
            then, otherwise, ..
        } = self.counted
        else {
            return Ok(vec![Arc::new(Int64Array::from(holds))]);
        };
        let rows = match otherwise {
            Some(_) => self.rows.totals(),
            None => holds.clone(),
        };
        let total =
            |(rows, holds): (&i64, &i64)| then * holds + otherwise.unwrap_or(0) * (rows - holds);
        let totals: Vec<Option<i64>> = rows
            .iter()
            .zip(&holds)
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

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        self.rows.size() + self.holds.size()
    }
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2^52, see EXACT")]
fn floats(totals: &[Option<i64>]) -> ArrayRef {
    let totals = totals.iter().map(|total| total.map(|total| total as f64));
    Arc::new(totals.collect::<Float64Array>())
}
