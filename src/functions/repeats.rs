//! When a contact counts as repeated: its deadline.

use arrow::array::{Array, ArrayRef, IntervalMonthDayNanoArray, Scalar};
use arrow::buffer::ScalarBuffer;
use arrow::compute::kernels::numeric::add;
use arrow::datatypes::IntervalMonthDayNano;
use datafusion::common::{Result, ScalarValue, plan_err};

use crate::functions::times::ticks;

/// A constant length of time, 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(IntervalMonthDayNano);

impl Span {
    /// Checks the constant of a call.
    ///
    /// # Errors
    /// When it is no interval, NULL or negative.
    pub(crate) fn new(function: &str, value: &ScalarValue) -> Result<Self> {
        match value {
            ScalarValue::IntervalMonthDayNano(Some(span))
                if span.months >= 0 && span.days >= 0 && span.nanoseconds >= 0 =>
            {
                Ok(Self(*span))
            }
            other => plan_err!(
                "{function}: within must be a constant INTERVAL of 0 or more, such as INTERVAL '7 \
                 days', not {other}"
            ),
        }
    }
}

/// `opened + within` of every contact, in ticks; months and days are the calendar's, as for `+` in
/// SQL.
///
/// # Errors
/// When a deadline lies past the range of timestamps.
pub(crate) fn deadlines(opened: &ArrayRef, within: &Span) -> Result<ScalarBuffer<i64>> {
    let span = Scalar::new(IntervalMonthDayNanoArray::from(vec![within.0]));
    let deadlines = add(&opened.as_ref() as &dyn arrow::array::Datum, &span)?;
    debug_assert_eq!(deadlines.len(), opened.len());
    Ok(ticks(&deadlines)?.clone())
}
