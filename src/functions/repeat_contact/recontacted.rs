//! `recontacted(opened_at, within) OVER (..)`: true if the customer came back.

use std::any::Any;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, PartitionEvaluator, Signature, Volatility, WindowUDF,
    WindowUDFImpl,
};

use super::deadlines::{RepeatContactInterval, deadlines};
use crate::functions::declaration::families::QUALITY;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::declaration::signature;
use crate::functions::kernels::times::ticks;

pub(crate) const NAME: &str = "recontacted";

const PARAMETERS: &[FunctionParameter] = &[
    FunctionParameter::required(
        "opened_at",
        ParameterKind::Instant,
        "When the contact began.",
    ),
    FunctionParameter::required(
        "within",
        ParameterKind::Span,
        "How soon another contact counts as a repeat: a constant INTERVAL, end included.",
    ),
    FunctionParameter::optional(
        "observed_until",
        ParameterKind::Instant,
        "Until when contacts were observed; the latest `opened_at` of the whole input when absent.",
    ),
];

pub(crate) fn function() -> WindowUDF {
    WindowUDF::from(RecontactedFunction::default())
}

/// For each contact, true if the next contact of the same customer opens in time.
#[derive(Debug)]
struct RecontactedFunction {
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for RecontactedFunction {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for RecontactedFunction {}

impl std::hash::Hash for RecontactedFunction {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

impl Default for RecontactedFunction {
    fn default() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(
            PARAMETERS
                .iter()
                .map(|parameter| parameter.name.to_owned())
                .collect(),
        );
        Self {
            signature,
            documentation: documentation(),
        }
    }
}

fn documentation() -> Documentation {
    let section = DocSection {
        include: true,
        label: QUALITY.0,
        description: None,
    };
    let mut builder = Documentation::builder(
        section,
        "Whether the same customer made another contact soon after this one. True when the next \
         contact of the partition opens within `within`; false when none does; NULL while that is \
         undecided, because the window runs past `observed_until` and no repeat was seen, when \
         `opened_at` is NULL, or, if `observed_until` is left to the engine, when the customer is. Of two contacts at the same instant the later row is the repeat. Add \
         a category to PARTITION BY for repeats about the same thing. `rate(NOT recontacted)` over \
         it is first contact resolution by any grouping.",
        format!(
            "{} OVER (PARTITION BY customer_id ORDER BY opened_at)",
            signature::syntax(NAME, PARAMETERS)
        ),
    )
    .with_sql_example(
        "```sql\nSELECT rate(NOT again) FROM (SELECT recontacted(opened_at, INTERVAL '7 days') OVER \
         (PARTITION BY customer_id ORDER BY opened_at) AS again FROM (VALUES (1, DATE \
         '2026-01-01'), (1, DATE '2026-01-05'), (2, DATE '2026-01-20')) AS tickets(customer_id, \
         opened_at)) AS contacts;\n-- 50.0\n```",
    )
    .with_related_udf("fcr");
    for parameter in PARAMETERS {
        builder = builder.with_argument(parameter.name, parameter.meaning);
    }
    builder.build()
}

impl WindowUDFImpl for RecontactedFunction {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match signature::coerced(NAME, PARAMETERS, arg_types)? {
            Some(types) if types.len() <= PARAMETERS.len() => Ok(types),
            _ => {
                let given: Vec<_> = arg_types.iter().map(ToString::to_string).collect();
                plan_err!(
                    "{} takes a timestamp and a constant INTERVAL such as INTERVAL '7 days'; got \
                     ({})",
                    signature::syntax(NAME, PARAMETERS),
                    given.join(", ")
                )
            }
        }
    }

    fn field(&self, field_args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(
            field_args.name(),
            DataType::Boolean,
            true,
        )))
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        let [_, within, ..] = args.input_exprs() else {
            return plan_err!(
                "{} takes two arguments",
                signature::syntax(NAME, PARAMETERS)
            );
        };
        let nothing = RecordBatch::new_empty(Arc::new(arrow::datatypes::Schema::empty()));
        // A column cannot be evaluated on a batch without columns.
        match within.evaluate(&nothing) {
            Ok(ColumnarValue::Scalar(within)) => Ok(Box::new(RecontactedEvaluator {
                within: RepeatContactInterval::new(NAME, &within)?,
            })),
            _ => plan_err!("{NAME}: within must be a constant INTERVAL, not a column"),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

#[derive(Debug)]
struct RecontactedEvaluator {
    within: RepeatContactInterval,
}

impl PartitionEvaluator for RecontactedEvaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> Result<ArrayRef> {
        let [opened, _, observed_until] = values else {
            return exec_err!(
                "{NAME}: say until when contacts were observed, as the third argument"
            );
        };
        let (times, until) = (ticks(opened)?, ticks(observed_until)?);
        let deadlines = deadlines(opened, &self.within)?;
        let mut order: Vec<usize> = (0..num_rows).filter(|&row| opened.is_valid(row)).collect();
        // Already sorted if the window has ORDER BY opened_at; correct for any order.
        order.sort_by_key(|&row| times[row]);
        let mut again = vec![None; num_rows];
        for (position, &row) in order.iter().enumerate() {
            let repeated = order
                .get(position + 1)
                .is_some_and(|&next| times[next] <= deadlines[row]);
            let decided = observed_until.is_valid(row) && deadlines[row] <= until[row];
            again[row] = if repeated {
                Some(true)
            } else {
                decided.then_some(false)
            };
        }
        Ok(Arc::new(BooleanArray::from(again)))
    }
}

/// True for the window function of this module.
pub(crate) fn is_recontacted(function: &WindowUDF) -> bool {
    (function.inner().as_ref() as &dyn Any).is::<RecontactedFunction>()
}
