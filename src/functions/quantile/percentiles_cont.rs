//! Several percentiles of the same doubles in one pass, for `percentile_cont` calls with the same argument.
//!
//! Not for users: the planner rewrites their calls to this function.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::expressions::Literal;

use super::exact;
use super::exact::{DoubleKey, QuantileQuery, RankedValues};
use super::percentile_cont::{PercentileContQuery, state_fields};
use crate::functions::kernels::rows::ChunkVisitor;

/// The function: takes doubles and then fractions, returns a struct with a percentile for each fraction.
pub(crate) fn function() -> AggregateUDF {
    AggregateUDF::from(PercentilesCont {
        signature: Signature::user_defined(Volatility::Immutable),
    })
}

/// Name of the struct field at `place`.
pub(crate) fn field_name(place: usize) -> String {
    format!("q{place}")
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PercentilesCont {
    signature: Signature,
}

fn fields(shares: usize) -> Fields {
    let field = |place| Field::new(field_name(place), DataType::Float64, true);
    (0..shares).map(field).collect()
}

fn quantile_query(args: &AccumulatorArgs<'_>) -> Result<PercentilesContQuery> {
    let shares = args.exprs.iter().skip(1).map(|share| {
        let literal = share.downcast_ref::<Literal>().map(Literal::value);
        match literal {
            Some(ScalarValue::Float64(Some(share))) => Ok(PercentileContQuery(*share)),
            _ => plan_err!("the shares of percentiles_cont are literals"),
        }
    });
    Ok(PercentilesContQuery(shares.collect::<Result<_>>()?))
}

impl AggregateUDFImpl for PercentilesCont {
    fn name(&self) -> &'static str {
        "percentiles_cont"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![DataType::Float64; arg_types.len()])
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields(arg_types.len() - 1)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(state_fields(args.name))
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(exact::accumulator::<DoubleKey>(
            quantile_query(&args)?,
            false,
        ))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(exact::groups::<DoubleKey>(quantile_query(&args)?))
    }
}

#[derive(Debug, Clone)]
struct PercentilesContQuery(Vec<PercentileContQuery>);

impl QuantileQuery for PercentilesContQuery {
    type Answer = Vec<Option<f64>>;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, i64>,
    ) -> Result<()> {
        PercentileContQuery::keys(&columns[0], filter, each)
    }

    fn answer(&self, ranked: &mut RankedValues) -> Vec<Option<f64>> {
        self.0
            .iter()
            .map(|share| share.interpolate(ranked))
            .collect()
    }

    fn column(&self, answers: &[Vec<Option<f64>>]) -> Result<ArrayRef> {
        let of_share = |place: usize| -> ArrayRef {
            let answers = answers.iter().map(|answers| answers[place]);
            Arc::new(answers.collect::<Float64Array>())
        };
        let columns = (0..self.0.len()).map(of_share).collect();
        Ok(Arc::new(StructArray::try_new(
            fields(self.0.len()),
            columns,
            None,
        )?))
    }
}
