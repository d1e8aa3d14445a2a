//! `regr_r2` of a line on which all values lie.
//!
//! If the dependent variable is constant and the other one varies, the line explains everything, and the SQL
//! standard, `PostgreSQL` and DuckDB return 1. The stock function returns NULL.
//!
//! Upstream: none found: `regr_r2(y, x)` is NULL where `var_pop(y)` is 0, the SQL standard says 1
//! Retire when: the stock engine gives 1

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::regr::regr_r2_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Signature,
};

/// The stock function, except for that case.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct RegrR2 {
    stock: AggregateUDF,
}

impl Default for RegrR2 {
    fn default() -> Self {
        Self {
            stock: regr_r2_udaf().as_ref().clone(),
        }
    }
}

impl AggregateUDFImpl for RegrR2 {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.stock.return_type(arg_types)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.stock.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let stock = self.stock.accumulator(args)?;
        Ok(Box::new(RegrR2Accumulator { stock }))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}

#[derive(Debug)]
struct RegrR2Accumulator {
    stock: Box<dyn Accumulator>,
}

impl RegrR2Accumulator {
    /// True if only the independent variable varies.
    fn is_level(&mut self) -> Result<bool> {
        // State: count, means of x and y, sums of the squares of their deviations, sum of products.
        let state = self.stock.state()?;
        let squares = |place: usize| match state.get(place) {
            Some(ScalarValue::Float64(squares)) => *squares,
            _ => None,
        };
        Ok(squares(3).is_some_and(|x| x > 0.0) && squares(4) == Some(0.0))
    }
}

impl Accumulator for RegrR2Accumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.stock.update_batch(values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = self.stock.evaluate()?;
        if value.is_null() && self.is_level()? {
            Ok(ScalarValue::Float64(Some(1.0)))
        } else {
            Ok(value)
        }
    }

    fn size(&self) -> usize {
        self.stock.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.stock.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.stock.merge_batch(states)
    }
}
