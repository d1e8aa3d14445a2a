//! A cast that has its type in its name.

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

pub(crate) const NAME: &str = "named_cast";

/// `named_cast(CAST(x AS T), 'T')`: returns the first argument unchanged, also NULL.
///
/// The planner names a cast after its operand, so that `min(x::DATE)` and `min(x)` would be the same
/// expression.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct NamedCast {
    signature: Signature,
}

impl Default for NamedCast {
    fn default() -> Self {
        Self {
            signature: Signature::any(2, Volatility::Immutable),
        }
    }
}

impl ScalarUDFImpl for NamedCast {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [cast, _] => Ok(cast.clone()),
            _ => internal_err!("{NAME} takes 2 arguments"),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        match args.arg_fields {
            [cast, _] => Ok(FieldRef::clone(cast)),
            _ => internal_err!("{NAME} takes 2 arguments"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.as_slice() {
            [cast, _] => Ok(cast.clone()),
            _ => internal_err!("{NAME} takes 2 arguments"),
        }
    }
}
