//! `nps_class`, `csat_class`: the class of a single answer.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use crate::functions::declaration::families::CUSTOMER;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::declaration::signature;
use crate::functions::kernels::column_reader;
use crate::functions::kernels::numbers::{NumericValue, number_at, unpacked};
use crate::functions::kernels::rows::{EligibleRows, WAYS_ON, eligible};
use crate::functions::kpis::csat::CsatScale;
use crate::functions::kpis::nps::NpsAnswer;
use crate::functions::tally::scores::ScoreScale as _;
use crate::settings::{DeskqlOptions, InvalidPolicy};

pub(crate) fn all() -> [ScalarUDF; 2] {
    [&NPS_CLASS, &CSAT_CLASS].map(|class| ScalarUDF::from(ClassFunction::new(class)))
}

/// Parameters of the function called `name`; `None` if it is not one of these.
pub(crate) fn parameters(name: &str) -> Option<Vec<FunctionParameter>> {
    [&NPS_CLASS, &CSAT_CLASS]
        .into_iter()
        .find(|class| class.name == name)
        .map(|class| class.parameters.to_vec())
}

/// Specification of a function that classifies answers.
#[derive(Debug)]
struct AnswerClassSpec {
    name: &'static str,
    parameters: &'static [FunctionParameter],
    description: &'static str,
    example: &'static str,
    /// Creates the scale and the classifier from the constants.
    bind: fn(&[Option<f64>]) -> Result<AnswerClassifier>,
}

#[derive(Debug, Clone, Copy)]
enum AnswerClassifier {
    Nps,
    Csat(CsatScale),
}

impl AnswerClassifier {
    fn name(self, score: NumericValue) -> Option<&'static str> {
        match self {
            Self::Nps => NpsAnswer::from_score(score).map(|answer| match answer {
                NpsAnswer::Promoter => "promoter",
                NpsAnswer::Passive => "passive",
                NpsAnswer::Detractor => "detractor",
            }),
            Self::Csat(scale) => scale.is_satisfied(score.to_f64()).map(|satisfied| {
                if satisfied {
                    "satisfied"
                } else {
                    "dissatisfied"
                }
            }),
        }
    }

    fn scale(self) -> String {
        match self {
            Self::Nps => "0..10".to_owned(),
            Self::Csat(scale) => scale.text(),
        }
    }
}

static NPS_CLASS: AnswerClassSpec = AnswerClassSpec {
    name: "nps_class",
    parameters: &[FunctionParameter::required(
        "score",
        ParameterKind::Number,
        "Answer on the scale 0..10.",
    )],
    description: "The class of an NPS answer as `nps` counts it: 'promoter' (9 and 10), 'passive' \
        or 'detractor' (0 to 6). NULL for NULL; a score off the scale is an error.",
    example: "SELECT nps_class(9);\n-- promoter",
    bind: |_| Ok(AnswerClassifier::Nps),
};

static CSAT_CLASS: AnswerClassSpec = AnswerClassSpec {
    name: "csat_class",
    parameters: &[
        FunctionParameter::required(
            "score",
            ParameterKind::Number,
            "Answer on the scale 1..`scale_max`.",
        ),
        FunctionParameter::optional(
            "satisfied_from",
            ParameterKind::Constant,
            "Lowest score that counts as satisfied; 4 when absent.",
        ),
        FunctionParameter::optional(
            "scale_max",
            ParameterKind::Constant,
            "Highest score; 5 when absent.",
        ),
    ],
    description: "The class of a CSAT answer as `csat` counts it: 'satisfied' or 'dissatisfied'. \
        NULL for NULL; a score off the scale is an error.",
    example: "SELECT csat_class(3);\n-- dissatisfied",
    bind: |constants| {
        let constant = |position: usize| constants.get(position).copied().flatten();
        Ok(AnswerClassifier::Csat(CsatScale::new(
            "csat_class",
            constant(0),
            constant(1),
        )?))
    },
};

#[derive(Debug)]
struct ClassFunction {
    class: &'static AnswerClassSpec,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for ClassFunction {
    fn eq(&self, other: &Self) -> bool {
        self.class.name == other.class.name
    }
}

impl Eq for ClassFunction {}

impl std::hash::Hash for ClassFunction {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.class.name.hash(state);
    }
}

impl ClassFunction {
    fn new(class: &'static AnswerClassSpec) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(
            class
                .parameters
                .iter()
                .map(|parameter| parameter.name.to_owned())
                .collect(),
        );
        let section = DocSection {
            include: true,
            label: CUSTOMER.0,
            description: None,
        };
        let syntax = signature::syntax(class.name, class.parameters);
        let mut builder = Documentation::builder(section, class.description, syntax)
            .with_sql_example(format!("```sql\n{}\n```", class.example));
        for parameter in class.parameters {
            builder = builder.with_argument(parameter.name, parameter.meaning);
        }
        Self {
            class,
            signature,
            documentation: builder.build(),
        }
    }

    fn constants(&self, args: &[ColumnarValue]) -> Result<Vec<Option<f64>>> {
        let constant = |(argument, parameter): (&ColumnarValue, &FunctionParameter)| match argument
        {
            ColumnarValue::Scalar(value) => {
                signature::constant_number(self.class.name, parameter.name, Some(value))
            }
            ColumnarValue::Array(_) => {
                plan_err!("{}: {} must be a constant", self.class.name, parameter.name)
            }
        };
        args.iter()
            .zip(self.class.parameters)
            .skip(1)
            .map(constant)
            .collect()
    }
}

impl ScalarUDFImpl for ClassFunction {
    fn name(&self) -> &str {
        self.class.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match signature::coerced(self.class.name, self.class.parameters, arg_types)? {
            Some(types) if types.len() == arg_types.len() => Ok(types),
            _ => plan_err!(
                "{} takes a number",
                signature::syntax(self.class.name, self.class.parameters)
            ),
        }
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let namer = (self.class.bind)(&self.constants(&args.args)?)?;
        let invalid = if DeskqlOptions::ignores_invalid_values(&args.config_options) {
            InvalidPolicy::Ignore
        } else {
            InvalidPolicy::Error
        };
        let scalar = matches!(args.args[0], ColumnarValue::Scalar(_));
        let scores = args.args[0].to_array(if scalar { 1 } else { args.number_rows })?;
        let names = names(self.class.name, namer, invalid, &scores)?;
        if scalar {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &names, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(names))
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

fn names(
    function: &str,
    namer: AnswerClassifier,
    invalid: InvalidPolicy,
    scores: &ArrayRef,
) -> Result<ArrayRef> {
    let batch = EligibleRows {
        rows: scores.len(),
        eligible: eligible(&[scores], None),
        invalid,
    };
    let scores = unpacked(scores)?;
    let fill = column_reader::numbers(function, &scores, |score| namer.name(score))?;
    let complaint = |row| match number_at(function, &scores, row) {
        Ok(score) => exec_datafusion_err!(
            "{function}: score {score} is off the scale {}; {WAYS_ON}",
            namer.scale()
        ),
        Err(error) => error,
    };
    let mut names = vec![None; scores.len()];
    batch.gather(&fill, &complaint, &mut |chunk| {
        chunk.for_each(|row, name| names[chunk.start + row] = Some(name));
    })?;
    Ok(Arc::new(StringArray::from(names)))
}
