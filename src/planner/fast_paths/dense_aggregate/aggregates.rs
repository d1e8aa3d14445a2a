//! The aggregates of a grouping: evaluation of arguments, and accumulators.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, new_null_array};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::cast::as_boolean_array;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_expr::GroupsAccumulatorAdapter;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_plan::PhysicalExpr;

use super::count_accumulator::CountRewriteAccumulator;
use super::count_rewrite::CountRewrite;
use super::sums::{SharedSumAccumulator, SumStatistic};
use crate::functions::kernels::bits;

/// The call of one aggregate over the rows of the operator.
#[derive(Debug, Clone)]
pub(crate) struct DenseAggregateCall {
    pub(crate) function: Arc<AggregateFunctionExpr>,
    /// Positions among the evaluated expressions.
    pub(super) arguments: Vec<usize>,
    /// Position of the FILTER.
    pub(super) filter: Option<usize>,
    /// True if the accumulator may consume rows that do not pass the filter of the query, for a group
    /// that is discarded.
    pub(super) takes_discarded: bool,
    /// The count that replaces the accumulator; the condition is the only argument then.
    pub(super) counted: Option<CountRewrite>,
    /// Position of the shared sums that replace the accumulator.
    pub(super) summed: Option<(usize, SumStatistic)>,
}

/// True for aggregates that neither fail on a value nor retain values, so that evaluating rows that do
/// not pass the filter does no harm. A KPI may fail on an invalid value, and a decimal sum on its
/// range.
pub(super) fn takes_discarded(
    function: &AggregateFunctionExpr,
    arguments: &[Arc<dyn PhysicalExpr>],
    schema: &Schema,
) -> bool {
    let is_known = matches!(
        function.fun().name(),
        "count" | "sum" | "avg" | "min" | "max"
    );
    let is_plain = |argument: &Arc<dyn PhysicalExpr>| {
        let data_type = argument.data_type(schema);
        data_type.is_ok_and(|t| t.is_integer() || t.is_floating() || t == DataType::Boolean)
    };
    is_known && !function.is_distinct() && arguments.iter().all(is_plain)
}

/// Expressions that are evaluated once per batch, also if several consumers read them.
#[derive(Debug)]
pub(super) struct AggregateInputEvaluator {
    expressions: Arc<[Arc<dyn PhysicalExpr>]>,
    /// The array of each constant, as long as the last batch.
    constants: Vec<Option<ArrayRef>>,
}

impl AggregateInputEvaluator {
    pub(super) fn new(expressions: &Arc<[Arc<dyn PhysicalExpr>]>) -> Self {
        Self {
            expressions: Arc::clone(expressions),
            constants: vec![None; expressions.len()],
        }
    }

    /// The value of each expression for each row.
    ///
    /// # Errors
    /// When one cannot be evaluated.
    pub(super) fn evaluate(&mut self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        let rows = batch.num_rows();
        let expressions = self.expressions.iter().zip(&mut self.constants);
        expressions
            .map(|(expression, constant)| {
                if !expression.is::<Literal>() {
                    return expression.evaluate(batch)?.into_array(rows);
                }
                if let Some(array) = constant
                    && array.len() >= rows
                {
                    return Ok(array.slice(0, rows));
                }
                let array = expression.evaluate(batch)?.into_array(rows)?;
                *constant = Some(Arc::clone(&array));
                Ok(array)
            })
            .collect()
    }
}

/// One aggregate with the state of all groups.
pub(super) struct GroupedAggregate {
    call: DenseAggregateCall,
    state: GroupedAggregateState,
}

enum GroupedAggregateState {
    Accumulated(Box<dyn GroupsAccumulator>),
    Counted(CountRewriteAccumulator),
    Summed(usize, SumStatistic),
}

impl GroupedAggregate {
    /// # Errors
    /// When the function has no accumulator for this call.
    pub(super) fn new(call: &DenseAggregateCall) -> Result<Self> {
        let state = match (call.summed, call.counted) {
            (Some((place, finish)), _) => GroupedAggregateState::Summed(place, finish),
            (None, Some(counted)) => {
                GroupedAggregateState::Counted(CountRewriteAccumulator::new(counted))
            }
            (None, None) => GroupedAggregateState::Accumulated(accumulator(&call.function)?),
        };
        Ok(Self {
            call: call.clone(),
            state,
        })
    }

    /// Consumes a batch whose rows belong to `groups`; `total` is the number of groups.
    ///
    /// # Errors
    /// When the function refuses a value.
    pub(super) fn update(
        &mut self,
        evaluated: &[ArrayRef],
        groups: &[usize],
        selected: Option<&BooleanBuffer>,
        total: usize,
    ) -> Result<()> {
        let own = passing(evaluated, self.call.filter)?;
        let mut arguments = self
            .call
            .arguments
            .iter()
            .map(|&position| &evaluated[position]);
        let accumulator = match &mut self.state {
            GroupedAggregateState::Counted(counts) => {
                counts.update(groups, own.as_ref(), arguments.next(), total);
                return Ok(());
            }
            GroupedAggregateState::Summed(..) => return Ok(()),
            GroupedAggregateState::Accumulated(accumulator) => accumulator,
        };
        let selected = selected.filter(|_| !self.call.takes_discarded);
        let filter = match (own, selected) {
            (Some(own), Some(selected)) => Some(&own & selected),
            (own, selected) => own.or_else(|| selected.cloned()),
        };
        let filter = filter.map(|filter| BooleanArray::new(filter, None));
        let arguments: Vec<ArrayRef> = arguments.map(Arc::clone).collect();
        accumulator.update_batch(&arguments, groups, filter.as_ref(), total)
    }

    /// Initializes the state of the only group of a query without keys if there were no rows. It
    /// consumes a row that its FILTER drops, since an accumulator takes a group without any row for one
    /// that has had values.
    ///
    /// # Errors
    /// When the function refuses NULLs.
    pub(super) fn reach(&mut self, types: &[ArrayRef]) -> Result<()> {
        match &mut self.state {
            GroupedAggregateState::Counted(counts) => counts.update(&[], None, None, 2),
            GroupedAggregateState::Summed(..) => {}
            GroupedAggregateState::Accumulated(accumulator) => {
                let types = self.call.arguments.iter().map(|&i| types[i].data_type());
                let nulls: Vec<ArrayRef> = types.map(|t| new_null_array(t, 1)).collect();
                let dropped = BooleanArray::from(vec![false]);
                accumulator.update_batch(&nulls, &[1], Some(&dropped), 2)?;
            }
        }
        Ok(())
    }

    /// The states of all groups except the first, which holds the discarded rows.
    ///
    /// # Errors
    /// When a state cannot be written.
    pub(super) fn states(&mut self, sums: &[SharedSumAccumulator]) -> Result<Vec<ArrayRef>> {
        let states = match &mut self.state {
            GroupedAggregateState::Accumulated(accumulator) => accumulator.state(EmitTo::All)?,
            GroupedAggregateState::Counted(counts) => counts.states(&self.call.function)?,
            GroupedAggregateState::Summed(place, finish) => {
                let fields = self.call.function.state_fields()?;
                let types: Vec<_> = fields.iter().map(|f| f.data_type().clone()).collect();
                sums[*place].states(*finish, &types)?
            }
        };
        let kept = states.iter().map(|state| state.slice(1, state.len() - 1));
        Ok(kept.collect())
    }

    /// True if rows are counted or summed, which takes little memory.
    pub(super) fn counts(&self) -> bool {
        !matches!(self.state, GroupedAggregateState::Accumulated(_))
    }

    /// Drops the first group, before [`Self::next_states`].
    ///
    /// # Errors
    /// When a state cannot be written.
    pub(super) fn forget_discarded(&mut self) -> Result<()> {
        self.next_states(1).map(|_| ())
    }

    /// Emits the states of the next groups and drops them. An aggregate that counts emits all at once,
    /// see [`Self::states`].
    ///
    /// # Errors
    /// When a state cannot be written.
    pub(super) fn next_states(&mut self, groups: usize) -> Result<Vec<ArrayRef>> {
        match &mut self.state {
            GroupedAggregateState::Accumulated(accumulator) => {
                accumulator.state(EmitTo::First(groups))
            }
            _ => internal_err!("counts and sums are emitted at once"),
        }
    }

    /// Number of bytes in memory.
    pub(super) fn size(&self) -> usize {
        match &self.state {
            GroupedAggregateState::Accumulated(accumulator) => accumulator.size(),
            GroupedAggregateState::Counted(counts) => counts.size(),
            GroupedAggregateState::Summed(..) => 0,
        }
    }
}

fn accumulator(function: &Arc<AggregateFunctionExpr>) -> Result<Box<dyn GroupsAccumulator>> {
    if function.groups_accumulator_supported() {
        return function.create_groups_accumulator();
    }
    let function = Arc::clone(function);
    let single = move || function.create_accumulator();
    Ok(Box::new(GroupsAccumulatorAdapter::new(single)))
}

/// The rows that pass the filter at this position.
///
/// # Errors
/// When it is no predicate.
pub(super) fn passing(
    evaluated: &[ArrayRef],
    filter: Option<usize>,
) -> Result<Option<BooleanBuffer>> {
    let filter = filter.map(|position| as_boolean_array(&evaluated[position]));
    Ok(filter.transpose()?.map(bits::known_true))
}
