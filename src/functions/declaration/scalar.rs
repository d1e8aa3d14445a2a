//! The common structure of the scalar functions: a specification and a kernel over whole columns.

use std::hash::{Hash, Hasher};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

/// Specification of a function.
#[derive(Debug)]
pub(crate) struct ScalarFunctionSpec {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    /// Syntax of a call, for the documentation.
    pub(crate) syntax: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) arguments: &'static [(&'static str, &'static str)],
    /// A statement that can be executed.
    pub(crate) example: &'static str,
    /// Coerced types of the arguments; the error lists the accepted types.
    pub(crate) coerce: fn(&[DataType]) -> Result<Vec<DataType>>,
    /// Type of the result, by the coerced types.
    pub(crate) returns: fn(&[DataType]) -> Result<DataType>,
    /// Result, from columns of the coerced types and one length.
    pub(crate) kernel: fn(&[ArrayRef]) -> Result<ArrayRef>,
}

/// Documentation section of these functions.
pub(crate) const SECTION: &str = "Friendly SQL";

/// Documentation of a function of this folder.
pub(crate) fn documentation(
    syntax: &str,
    meaning: &str,
    arguments: &[(&str, &str)],
    example: &str,
) -> Documentation {
    let section = DocSection {
        include: true,
        label: SECTION,
        description: None,
    };
    let builder = Documentation::builder(section, meaning, syntax)
        .with_sql_example(format!("```sql\n{example}\n```"));
    arguments
        .iter()
        .fold(builder, |builder, (name, about)| {
            builder.with_argument(*name, *about)
        })
        .build()
}

/// The function of `spec`.
pub(crate) fn function(spec: ScalarFunctionSpec) -> ScalarUDF {
    ScalarUDF::new_from_impl(DeclaredScalarFunction {
        aliases: spec.aliases.iter().map(|&alias| alias.to_owned()).collect(),
        signature: Signature::user_defined(Volatility::Immutable),
        documentation: documentation(spec.syntax, spec.meaning, spec.arguments, spec.example),
        spec,
    })
}

#[derive(Debug)]
struct DeclaredScalarFunction {
    spec: ScalarFunctionSpec,
    aliases: Vec<String>,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for DeclaredScalarFunction {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for DeclaredScalarFunction {}

impl Hash for DeclaredScalarFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spec.name.hash(state);
    }
}

impl ScalarUDFImpl for DeclaredScalarFunction {
    fn name(&self) -> &str {
        self.spec.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        (self.spec.coerce)(arg_types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        (self.spec.returns)(arg_types)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = args
            .args
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if is_scalar { 1 } else { args.number_rows };
        let columns: Vec<ArrayRef> = args
            .args
            .iter()
            .map(|arg| arg.to_array(rows))
            .collect::<Result<_>>()?;
        let result = (self.spec.kernel)(&columns)?;
        if is_scalar {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &result, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(result))
        }
    }

    // Bounds of the result type: with bounds of the null type, the default, the enclosing expression has no
    // bounds either, and an ORDER BY of it is mistaken for another.
    fn evaluate_bounds(&self, input: &[&Interval]) -> Result<Interval> {
        let types: Vec<_> = input.iter().map(|bounds| bounds.data_type()).collect();
        let data_type = (self.spec.returns)(&types).unwrap_or(DataType::Null);
        Interval::make_unbounded(&data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
