//! The function that replaces a cast of text to a date, a time of day or a timestamp.
//!
//! The stock cast accepts few formats: `2026-03-02 09:05`, `2026/01/02` and a blank at an end fail, and
//! `TRY_CAST` silently returns NULL for them; `'0930'` as TIME is 930 nanoseconds.
//!
//! Upstream: none found: CAST('0930' AS TIME) gives 00:00:00.000000930, and times without seconds do not parse
//! Retire when: arrow's casts of text read what `src/time/text/` reads

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use crate::functions::datetime::text::{times_of_texts, type_named};

/// `time_of_text(text, type, is_lenient)`; the last two are literals, so that a serialized plan needs only
/// the name.
pub(crate) fn function() -> ScalarUDF {
    ScalarUDF::from(TimeOfText {
        signature: Signature::any(3, Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TimeOfText {
    signature: Signature,
}

impl ScalarUDFImpl for TimeOfText {
    fn name(&self) -> &'static str {
        "time_of_text"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        internal_err!("{} has a return field, not a return type", self.name())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let literal = |place: usize| args.scalar_arguments.get(place).copied().flatten();
        let name = literal(1).and_then(|name| name.try_as_str().flatten());
        let (Some(name), Some(ScalarValue::Boolean(Some(is_lenient)))) = (name, literal(2)) else {
            return plan_err!("{}: type and leniency are literals", self.name());
        };
        let nullable = *is_lenient || args.arg_fields[0].is_nullable();
        let field = Field::new(self.name(), type_named(name)?, nullable);
        Ok(Arc::new(field))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [
            texts,
            _,
            ColumnarValue::Scalar(ScalarValue::Boolean(Some(is_lenient))),
        ] = args.args.as_slice()
        else {
            return internal_err!("{} takes a text and two literals", self.name());
        };
        let wanted = args.return_field.data_type();
        let is_constant = matches!(texts, ColumnarValue::Scalar(_));
        let texts: ArrayRef = texts.to_array(if is_constant { 1 } else { args.number_rows })?;
        let times = times_of_texts(&texts, wanted, *is_lenient)?;
        if is_constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &times, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(times))
        }
    }
}
