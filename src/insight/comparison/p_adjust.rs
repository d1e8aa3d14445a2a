//! `p_adjust(p [, method]) OVER ()`: p values adjusted for the number of tests.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    DocSection, Documentation, PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::expressions::Literal;

use super::adjustment::{benjamini_hochberg, holm};
use crate::insight::families::SIGNIFICANCE;

pub(crate) const NAME: &str = "p_adjust";

const SYNTAX: &str = "p_adjust(p [, method]) OVER ([PARTITION BY ..])";

/// The function.
pub(crate) fn function() -> WindowUDF {
    WindowUDF::from(AdjustedP {
        signature: Signature::user_defined(Volatility::Immutable),
        documentation: documentation(),
    })
}

fn documentation() -> Documentation {
    let section = DocSection {
        include: true,
        label: SIGNIFICANCE.0,
        description: None,
    };
    Documentation::builder(
        section,
        "The p values of a partition adjusted for their number: of twenty teams that did not change one \
         looks as if it had. 'holm', the default, bounds the chance of any false claim (Holm 1979); 'bh' \
         the share of false claims among all (Benjamini and Hochberg 1995). NULL stays NULL and is not \
         counted; equal p values get one result; a p below 0 or above 1 is an error. It takes the whole \
         partition: ORDER BY or a frame in OVER is an error.",
        SYNTAX,
    )
    .with_argument("p", "A p value, 0 to 1.")
    .with_argument("method", "'holm' or 'bh'; 'holm' when absent.")
    .with_sql_example(
        "```sql\nSELECT round(p_adjust(p) OVER (), 3) AS adjusted FROM (VALUES (0.01)) AS tests(p);\n\
         -- 0.01\n```",
    )
    .build()
}

#[derive(Debug)]
struct AdjustedP {
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for AdjustedP {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for AdjustedP {}

impl std::hash::Hash for AdjustedP {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

impl WindowUDFImpl for AdjustedP {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let number = |own: &DataType| own.is_null() || own.is_numeric();
        match arg_types {
            [p] if number(p) => Ok(vec![DataType::Float64]),
            [p, _] if number(p) => Ok(vec![DataType::Float64, DataType::Utf8]),
            _ => plan_err!("{SYNTAX} takes a number, and the name of a method"),
        }
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        let method = args.input_exprs().get(1).map(|method| {
            let literal = method.downcast_ref::<Literal>();
            literal.map(|literal| literal.value().clone())
        });
        let adjust = match method {
            None => holm,
            Some(Some(method)) => adjustment(&method)?,
            Some(None) => return plan_err!("{NAME}: method must be 'holm' or 'bh', not a column"),
        };
        Ok(Box::new(AdjustedPartition { adjust }))
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(args.name(), DataType::Float64, true)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

type Adjustment = fn(&[Option<f64>]) -> Vec<Option<f64>>;

fn adjustment(method: &ScalarValue) -> Result<Adjustment> {
    match method.try_as_str().flatten() {
        Some("bh") => Ok(benjamini_hochberg),
        Some("holm") => Ok(holm),
        None if method.is_null() => Ok(holm),
        _ => plan_err!("{NAME}: there is no method {method}; there are 'holm' and 'bh'"),
    }
}

#[derive(Debug)]
struct AdjustedPartition {
    adjust: Adjustment,
}

impl PartitionEvaluator for AdjustedPartition {
    fn evaluate_all(&mut self, values: &[ArrayRef], _: usize) -> Result<ArrayRef> {
        let p = values[0].as_primitive::<Float64Type>();
        if let Some(off) = p.iter().flatten().find(|p| !(0.0..=1.0).contains(p)) {
            return exec_err!("{NAME}: p must lie between 0 and 1, not {off}");
        }
        let p: Vec<_> = p.iter().collect();
        Ok(Arc::new(Float64Array::from((self.adjust)(&p))))
    }
}
