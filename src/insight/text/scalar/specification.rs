//! A function of texts as a DataFusion scalar function.
//!
//! A column that Parquet stores as a dictionary is answered once for each distinct text: the fast path
//! `dictionary_scan` evaluates functions over entries.

use std::hash::{Hash, Hasher};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::arguments::TextArguments;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind, unpacked};
use crate::functions::declaration::signature;
use crate::functions::kernels::numbers::is_number;
use crate::insight::families::TEXT;
use crate::sql_type;

/// Specification of a function of texts.
#[derive(Debug)]
pub(in crate::insight::text) struct TextFunctionSpec {
    pub(super) name: &'static str,
    /// Definition, NULL behaviour, errors and source; empty for a function that only plans call.
    pub(super) description: &'static str,
    /// SQL that can be executed; its last line is a comment with the expected value.
    pub(super) example: &'static str,
    /// Texts, numbers and booleans as columns or constants; [`LIST`] is a list of texts.
    pub(super) parameters: &'static [FunctionParameter],
    /// True if calls carry the languages of the desk behind these, which the planner appends.
    pub(super) carries_languages: bool,
    pub(super) returns: fn() -> DataType,
    /// The result of all rows.
    pub(super) kernel: fn(&TextArguments) -> Result<ArrayRef>,
    /// Rejects constants that mean nothing, when the call is planned.
    pub(super) check: fn(&[Expr]) -> Result<()>,
}

/// The kind of parameters that are lists of texts.
pub(super) const LIST: ParameterKind = ParameterKind::Key;

/// The type of a list of texts.
pub(super) fn list_of_texts() -> DataType {
    DataType::new_list(DataType::Utf8, true)
}

/// The function of `spec`.
pub(super) fn function(spec: &'static TextFunctionSpec) -> ScalarUDF {
    ScalarUDF::from(TextFunction {
        spec,
        signature: Signature::user_defined(Volatility::Immutable),
        documentation: (!spec.description.is_empty()).then(|| documentation(spec)),
    })
}

fn documentation(spec: &TextFunctionSpec) -> Documentation {
    let section = DocSection {
        include: true,
        label: TEXT.0,
        description: None,
    };
    let syntax = signature::syntax(spec.name, spec.parameters);
    let builder = Documentation::builder(section, spec.description, syntax)
        .with_sql_example(format!("```sql\n{}\n```", spec.example));
    let parameters = spec.parameters.iter();
    parameters
        .fold(builder, |builder, parameter| {
            builder.with_argument(parameter.name, parameter.meaning)
        })
        .build()
}

#[derive(Debug)]
pub(super) struct TextFunction {
    pub(super) spec: &'static TextFunctionSpec,
    signature: Signature,
    documentation: Option<Documentation>,
}

impl PartialEq for TextFunction {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for TextFunction {}

impl Hash for TextFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spec.name.hash(state);
    }
}

fn coerced(kind: ParameterKind, data_type: &DataType) -> Option<DataType> {
    let null = data_type.is_null();
    match kind {
        ParameterKind::Text => (null || unpacked(data_type).is_string()).then_some(DataType::Utf8),
        ParameterKind::Number => (null || is_number(data_type)).then_some(DataType::Float64),
        ParameterKind::Flag => {
            (null || *data_type == DataType::Boolean).then_some(DataType::Boolean)
        }
        _ => {
            let is_list = match data_type {
                DataType::List(of) | DataType::LargeList(of) | DataType::FixedSizeList(of, _) => {
                    of.data_type().is_null() || unpacked(of.data_type()).is_string()
                }
                _ => null,
            };
            is_list.then(list_of_texts)
        }
    }
}

impl ScalarUDFImpl for TextFunction {
    fn name(&self) -> &str {
        self.spec.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let parameters = self.spec.parameters;
        let required = parameters.iter().filter(|own| !own.optional).count();
        let carried = self.spec.carries_languages.then_some(LIST);
        let kinds = parameters.iter().map(|own| own.kind).chain(carried);
        let most = parameters.len() + usize::from(carried.is_some());
        let types: Option<Vec<_>> = arg_types
            .iter()
            .zip(kinds)
            .map(|(data_type, kind)| coerced(kind, data_type))
            .collect();
        match types.filter(|_| (required..=most).contains(&arg_types.len())) {
            Some(types) => Ok(types),
            None => {
                let given: Vec<_> = arg_types.iter().map(sql_type::name).collect();
                plan_err!(
                    "{} takes {}; got ({})",
                    signature::syntax(self.spec.name, parameters),
                    taken(parameters),
                    given.join(", ")
                )
            }
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok((self.spec.returns)())
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        (self.spec.check)(&args)?;
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut values = args.args.iter();
        let is_scalar = values.all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let rows = if is_scalar { 1 } else { args.number_rows };
        let result = (self.spec.kernel)(&TextArguments::try_new(&args.args, rows)?)?;
        Ok(if is_scalar {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?)
        } else {
            ColumnarValue::Array(result)
        })
    }

    // Bounds of the null type, the default, would have an ORDER BY of an enclosing expression mistaken.
    fn evaluate_bounds(&self, _: &[&Interval]) -> Result<Interval> {
        Interval::make_unbounded(&(self.spec.returns)())
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.documentation.as_ref()
    }
}

/// The kinds of the parameters, for messages.
fn taken(parameters: &[FunctionParameter]) -> String {
    let kinds = parameters.iter().map(|own| match own.kind {
        ParameterKind::Text => "a text",
        ParameterKind::Number => "a number",
        ParameterKind::Flag => "a boolean",
        _ => "a list of texts",
    });
    kinds.collect::<Vec<_>>().join(" and ")
}
