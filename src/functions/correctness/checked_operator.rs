//! `+`, `-`, `*` and unary minus over integers, as functions that fail on overflow.

use crate::sql_type;
use arrow::compute::kernels::numeric::{add, mul, sub};
use arrow::datatypes::{DataType, FieldRef};
use arrow::error::ArrowError;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::interval_arithmetic::{Interval, apply_operator};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility, lit,
};
use datafusion::physical_expr_common::datum::apply;

/// One operator; both arguments and the result have the same integer type.
///
/// A NULL argument gives NULL. A result that does not fit its type is an error.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CheckedOperator {
    operator: Operator,
    signature: Signature,
}

impl CheckedOperator {
    /// Function of `+`, `-` or `*`; `None` for any other operator.
    #[must_use]
    pub(crate) fn for_operator(operator: Operator) -> Option<Self> {
        let known = matches!(
            operator,
            Operator::Plus | Operator::Minus | Operator::Multiply
        );
        known.then(|| Self {
            operator,
            signature: Signature::any(2, Volatility::Immutable),
        })
    }
}

impl ScalarUDFImpl for CheckedOperator {
    fn name(&self) -> &str {
        match self.operator {
            Operator::Plus => "checked_add",
            Operator::Minus => "checked_subtract",
            _ => "checked_multiply",
        }
    }

    // Keeps the operator's name in columns and plans.
    fn display_name(&self, args: &[Expr]) -> Result<String> {
        let [left, right] = args else {
            return internal_err!("{} takes 2 arguments", self.name());
        };
        Ok(Expr::BinaryExpr(self.expression(left, right)).to_string())
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let [left, right] = args else {
            return internal_err!("{} takes 2 arguments", self.name());
        };
        let (left, right) = (left.schema_name(), right.schema_name());
        Ok(format!("{left} {} {right}", self.operator))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(arg_types[0].clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        let data_type = args.arg_fields[0].data_type().clone();
        Ok(arrow::datatypes::Field::new(self.name(), data_type, nullable).into())
    }

    fn is_strict(&self) -> bool {
        true
    }

    // As for the operator: a NULL argument makes the result NULL before evaluation.
    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let null = |arg: &Expr| matches!(arg, Expr::Literal(value, _) if value.is_null());
        if !args.iter().any(null) {
            return Ok(ExprSimplifyResult::Original(args));
        }
        let data_type = info.get_data_type(&args[0])?;
        Ok(ExprSimplifyResult::Simplified(lit(
            ScalarValue::try_new_null(&data_type)?,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return internal_err!("{} takes 2 arguments", self.name());
        };
        let result = match self.operator {
            Operator::Plus => apply(left, right, add),
            Operator::Minus => apply(left, right, sub),
            _ => apply(left, right, mul),
        };
        result.map_err(|error| explain(error, &left.data_type()))
    }

    fn evaluate_bounds(&self, input: &[&Interval]) -> Result<Interval> {
        apply_operator(&self.operator, input[0], input[1])
    }

    // Without wrap-around, the result has the order of its arguments.
    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        let (left, right) = (&inputs[0].sort_properties, &inputs[1].sort_properties);
        Ok(match self.operator {
            Operator::Plus => left.add(right),
            Operator::Minus => left.sub(right),
            _ => SortProperties::Unordered,
        })
    }
}

impl CheckedOperator {
    fn expression(&self, left: &Expr, right: &Expr) -> datafusion::logical_expr::BinaryExpr {
        datafusion::logical_expr::BinaryExpr::new(
            Box::new(left.clone()),
            self.operator,
            Box::new(right.clone()),
        )
    }
}

/// Zero of a signed integer type, from which unary minus subtracts; `None` for other types.
pub(crate) fn zero(data_type: &DataType) -> Option<ScalarValue> {
    let signed = matches!(
        data_type,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64
    );
    signed
        .then(|| ScalarValue::new_zero(data_type).ok())
        .flatten()
}

/// Adds the type and a workaround to Arrow's overflow message.
fn explain(error: DataFusionError, data_type: &DataType) -> DataFusionError {
    let DataFusionError::ArrowError(inner, _) = &error else {
        return error;
    };
    let ArrowError::ArithmeticOverflow(text) = inner.as_ref() else {
        return error;
    };
    let term = text.trim_start_matches("Overflow happened on: ");
    let sql = sql_type::name(data_type);
    exec_datafusion_err!(
        "{term} does not fit in {sql}; cast an argument to DECIMAL(38, 0) or DOUBLE first"
    )
}
