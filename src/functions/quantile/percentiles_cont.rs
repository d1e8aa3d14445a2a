//! Several percentiles of the same doubles in one pass, for calls of `percentile_cont` that agree.
//!
//! Not for users: the planner makes such a call of theirs.

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
use super::exact::{Doubles, Question, Ranked};
use super::percentile_cont::{Percentile, state_fields};
use crate::functions::kernels::rows::Each;

/// The function: doubles and then shares, to a struct of a percentile for each share.
pub(crate) fn function() -> AggregateUDF {
    AggregateUDF::from(PercentilesCont {
        signature: Signature::user_defined(Volatility::Immutable),
    })
}

/// What the field of the struct at `place` is called.
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

fn question(args: &AccumulatorArgs<'_>) -> Result<Percentiles> {
    let shares = args.exprs.iter().skip(1).map(|share| {
        let literal = share.downcast_ref::<Literal>().map(Literal::value);
        match literal {
            Some(ScalarValue::Float64(Some(share))) => Ok(Percentile(*share)),
            _ => plan_err!("the shares of percentiles_cont are literals"),
        }
    });
    Ok(Percentiles(shares.collect::<Result<_>>()?))
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
        Ok(exact::accumulator::<Doubles>(question(&args)?, false))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(exact::groups::<Doubles>(question(&args)?))
    }
}

#[derive(Debug, Clone)]
struct Percentiles(Vec<Percentile>);

impl Question for Percentiles {
    type Answer = Vec<Option<f64>>;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: Each<'_, i64>,
    ) -> Result<()> {
        Percentile::keys(&columns[0], filter, each)
    }

    fn answer(&self, ranked: &mut Ranked) -> Vec<Option<f64>> {
        self.0.iter().map(|share| share.of(ranked)).collect()
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
