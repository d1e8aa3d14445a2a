//! `generate_series` and `range` from a DATE to a TIMESTAMP, such as `generate_series(d, d + INTERVAL '1 week', ..)`.
//!
//! The stock functions require both bounds to have one type. Here a date beside a timestamp is its midnight,
//! and the series consists of timestamps, as in `PostgreSQL`; a bound or step in quotes is coerced to fit
//! the other bound.
//!
//! Upstream: none found: `generate_series(DATE '2026-01-01', TIMESTAMP '2026-01-02', INTERVAL '1 day')` matches no signature
//! Retire when: the stock functions take a DATE and a TIMESTAMP together.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, IntervalUnit};
use datafusion::common::Result;
use datafusion::functions_nested::range::{gen_series_udf, range_udf};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

/// `generate_series` and `range`.
pub(super) fn all() -> Vec<ScalarUDF> {
    let stock = [gen_series_udf(), range_udf()];
    stock
        .into_iter()
        .map(|stock| {
            ScalarUDF::new_from_impl(SeriesFunction {
                stock,
                signature: Signature::user_defined(Volatility::Immutable),
            })
        })
        .collect()
}

/// A stock series function that accepts bounds of two types.
#[derive(Debug)]
struct SeriesFunction {
    stock: Arc<ScalarUDF>,
    signature: Signature,
}

impl PartialEq for SeriesFunction {
    fn eq(&self, other: &Self) -> bool {
        self.stock == other.stock
    }
}

impl Eq for SeriesFunction {}

impl Hash for SeriesFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.stock.hash(state);
    }
}

/// Coerced types: a date beside a timestamp becomes a timestamp; a text bound takes the type of the other
/// bound, a text step becomes an interval between times and that type otherwise.
fn with_one_bound_type(types: &[DataType]) -> Vec<DataType> {
    let mut types = types.to_vec();
    let bounds = &types[..types.len().min(2)];
    let timestamp = bounds
        .iter()
        .find(|of| matches!(of, DataType::Timestamp(..)));
    let typed = timestamp.or_else(|| bounds.iter().find(|of| !of.is_string() && !of.is_null()));
    let Some(typed) = typed.cloned() else {
        return types;
    };
    let is_time = typed.is_temporal();
    for bound in types.iter_mut().take(2) {
        let is_date = matches!(bound, DataType::Date32 | DataType::Date64);
        if bound.is_string() || is_date && is_time {
            *bound = typed.clone();
        }
    }
    for step in types.iter_mut().skip(2).filter(|step| step.is_string()) {
        *step = if is_time {
            DataType::Interval(IntervalUnit::MonthDayNano)
        } else {
            typed.clone()
        };
    }
    types
}

impl ScalarUDFImpl for SeriesFunction {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn aliases(&self) -> &[String] {
        self.stock.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let fields: Vec<FieldRef> = with_one_bound_type(arg_types)
            .into_iter()
            .map(|data_type| Arc::new(Field::new("argument", data_type, true)))
            .collect();
        let coerced = fields_with_udf(&fields, self.stock.as_ref())?;
        Ok(coerced
            .iter()
            .map(|field| field.data_type().clone())
            .collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.stock.return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.stock.return_field_from_args(args)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.stock.invoke_with_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}
