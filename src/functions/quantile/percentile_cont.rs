//! `percentile_cont` (also `quantile_cont`) of doubles, exact to the last digit.
//!
//! DataFusion's own rounds the fraction between two values to a millionth, and stores every value of every
//! group as a double. It still defines the signature and error texts, and evaluates `DISTINCT` and other
//! types.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{DFSchema, Result, ScalarValue, internal_datafusion_err};
use datafusion::functions_aggregate::percentile_cont::percentile_cont_udaf;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, ExprSchemable,
    GroupsAccumulator, Signature,
};
use datafusion::physical_expr::expressions::Literal;

use super::exact;
use super::exact::{DoubleKey, QuantileQuery, RankedValues, double_of, key_of};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, by_value, eligible};
use crate::settings::InvalidPolicy;

pub(crate) fn function() -> AggregateUDF {
    AggregateUDF::from(ExactPercentileCont {
        inner: percentile_cont_udaf(),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ExactPercentileCont {
    inner: Arc<AggregateUDF>,
}

fn is_ours(data_type: &DataType, is_distinct: bool) -> bool {
    *data_type == DataType::Float64 && !is_distinct
}

/// Query of a call that this function evaluates; anything unusual is delegated to the stock function, which
/// reports what is wrong.
fn quantile_query(args: &AccumulatorArgs<'_>) -> Option<PercentileContQuery> {
    if !is_ours(args.expr_fields[0].data_type(), args.is_distinct) {
        return None;
    }
    let literal = args.exprs[1].downcast_ref::<Literal>()?;
    let is_descending = args
        .order_bys
        .first()
        .is_some_and(|order| order.options.descending);
    let q = share(literal.value(), is_descending)?;
    Some(PercentileContQuery(q))
}

/// State columns for the doubles of a call called `name`.
pub(crate) fn state_fields(name: &str) -> Vec<FieldRef> {
    let parts = exact::state(&[], false).into_iter();
    let field = |(part, data_type)| {
        let name = format_state_name(name, part);
        Arc::new(Field::new(name, data_type, true))
    };
    parts.map(field).collect()
}

/// The fraction in a literal, counted from the lowest value.
fn share(literal: &ScalarValue, is_descending: bool) -> Option<f64> {
    let q = match literal {
        ScalarValue::Float64(q) => (*q)?,
        ScalarValue::Float32(q) => f64::from((*q)?),
        _ => return None,
    };
    let q = if is_descending { 1.0 - q } else { q };
    (0.0..=1.0).contains(&q).then_some(q)
}

/// The argument and the fraction of a `percentile_cont` call; `None` for other calls, and for those
/// delegated to the stock function. `schema` is that of the call's input.
pub(crate) fn parse_call(call: &AggregateFunction, schema: &DFSchema) -> Option<(Expr, f64)> {
    let inner: &dyn std::any::Any = call.func.inner().as_ref();
    let params = &call.params;
    let ([value, Expr::Literal(literal, _)], true) = (
        params.args.as_slice(),
        inner.is::<ExactPercentileCont>() && params.null_treatment.is_none(),
    ) else {
        return None;
    };
    let is_descending = match params.order_by.as_slice() {
        [] => false,
        [by] if is_ordered_by(value, &by.expr) => !by.asc,
        _ => return None,
    };
    let data_type = value.get_type(schema).ok()?;
    let q = share(literal, is_descending).filter(|_| is_ours(&data_type, params.distinct))?;
    Some((value.clone(), q))
}

/// True if `value` is `by`, or what type coercion has made of it: it casts the argument and not the ORDER BY.
fn is_ordered_by(value: &Expr, by: &Expr) -> bool {
    value == by || matches!(value, Expr::Cast(cast) if *cast.expr == *by)
}

impl AggregateUDFImpl for ExactPercentileCont {
    fn name(&self) -> &'static str {
        "percentile_cont"
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arg_types)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let data_type = args.input_fields[0].data_type();
        if !is_ours(data_type, args.is_distinct) {
            return self.inner.state_fields(args);
        }
        Ok(state_fields(args.name))
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        match quantile_query(&args) {
            Some(question) => Ok(exact::accumulator::<DoubleKey>(question, false)),
            None => self.inner.accumulator(args),
        }
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        match quantile_query(&args) {
            Some(question) => Ok(exact::accumulator::<DoubleKey>(question, true)),
            None => self.inner.create_sliding_accumulator(args),
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        match quantile_query(&args) {
            Some(question) => Ok(exact::groups::<DoubleKey>(question)),
            None => self.inner.create_groups_accumulator(args),
        }
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        self.inner.simplify()
    }

    fn supports_within_group_clause(&self) -> bool {
        true
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// The value at this fraction of the order from the lowest to the highest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PercentileContQuery(pub(crate) f64);

impl PercentileContQuery {
    /// Reads the doubles of a column as keys.
    ///
    /// # Errors
    /// Never fails; the type is that of [`QuantileQuery::read`].
    pub(crate) fn keys(
        column: &ArrayRef,
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, i64>,
    ) -> Result<()> {
        let values = column.as_primitive::<Float64Type>();
        let batch = EligibleRows {
            rows: values.len(),
            eligible: eligible(&[column], filter),
            invalid: InvalidPolicy::Error,
        };
        let fill = by_value(values.values(), |value| Some(key_of(value)));
        let never = |_| internal_datafusion_err!("every double has a key");
        batch.gather(&fill, &never, each)
    }

    /// The percentile of sorted keys; `None` without keys.
    pub(crate) fn interpolate(self, ranked: &mut RankedValues) -> Option<f64> {
        let (below, above, way) = ranked.around(self.0)?;
        let (below, above) = (double_of(below), double_of(above));
        // Does not multiply the difference if there is none, which would make NaN of infinities, or if it
        // exceeds the largest double.
        let gap = above - below;
        Some(match below.to_bits() == above.to_bits() || way == 0.0 {
            true => below,
            false if gap.is_infinite() && below.is_finite() && above.is_finite() => {
                below * (1.0 - way) + above * way
            }
            false => below + way * gap,
        })
    }
}

impl QuantileQuery for PercentileContQuery {
    type Answer = Option<f64>;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, i64>,
    ) -> Result<()> {
        Self::keys(&columns[0], filter, each)
    }

    fn answer(&self, ranked: &mut RankedValues) -> Option<f64> {
        self.interpolate(ranked)
    }

    fn column(&self, answers: &[Option<f64>]) -> Result<ArrayRef> {
        Ok(Arc::new(answers.iter().copied().collect::<Float64Array>()))
    }
}
