//! The value of a subquery that stands for one value.

use arrow::array::Array;
use arrow::array::cast::AsArray;
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

/// `single_row(value, rows)`: the value, or an error if it was one of several rows. Volatile, so that it
/// is evaluated where it was written and for no row that a condition or CASE has left out.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct SingleRow {
    signature: Signature,
}

impl Default for SingleRow {
    fn default() -> Self {
        Self {
            signature: Signature::any(2, Volatility::Volatile),
        }
    }
}

impl ScalarUDFImpl for SingleRow {
    fn name(&self) -> &'static str {
        "__single_row"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [value, DataType::Int64] => Ok(value.clone()),
            _ => plan_err!("{} takes a value and a number of rows", self.name()),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<_> = args
            .arg_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let value = self.return_type(&types)?;
        let field = args.arg_fields[0].as_ref().clone();
        Ok(field
            .with_name(self.name())
            .with_data_type(value)
            .with_nullable(true)
            .into())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.args[1].to_array(args.number_rows)?;
        let rows = rows.as_primitive::<Int64Type>();
        if rows.iter().flatten().any(|rows| rows > 1) {
            return exec_err!("Scalar subquery returned more than one row");
        }
        let value = args.args[0].to_array(args.number_rows)?;
        debug_assert_eq!(value.len(), args.number_rows);
        Ok(ColumnarValue::Array(value))
    }
}
