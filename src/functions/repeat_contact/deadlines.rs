//! The deadline of a contact: the latest start of a repeat contact.

use arrow::array::{Array, ArrayRef, IntervalMonthDayNanoArray, Scalar};
use arrow::buffer::ScalarBuffer;
use arrow::compute::kernels::numeric::add;
use arrow::datatypes::{DataType, IntervalMonthDayNano};
use datafusion::common::{Result, ScalarValue, plan_err};

use crate::functions::kernels::times::{ticks, ticks_per_second};

/// Range of the calendar on either side of 1970, in seconds.
const SAFE_SECONDS: i64 = 6_000_000_000_000;

/// A constant length of time, 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RepeatContactInterval(IntervalMonthDayNano);

impl RepeatContactInterval {
    /// Checks the constant of a call.
    ///
    /// # Errors
    /// When it is not an interval, or is NULL or negative.
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

    /// Ticks of the interval in a timestamp column of `data_type`; `None` if their number varies: months
    /// differ, and so do days where local time is set forward or back.
    pub(crate) fn constant_ticks(&self, data_type: &DataType) -> Option<i64> {
        let DataType::Timestamp(_, zone) = data_type else {
            return None;
        };
        let is_utc = zone
            .as_deref()
            .is_none_or(|zone| matches!(zone, "UTC" | "+00:00"));
        if self.0.months != 0 || (self.0.days != 0 && !is_utc) {
            return None;
        }
        let per_second = ticks_per_second(data_type);
        let days = i64::from(self.0.days)
            .checked_mul(86_400)?
            .checked_mul(per_second)?;
        days.checked_add(self.0.nanoseconds / (1_000_000_000 / per_second))
    }

    /// Ticks from each of these contacts to its deadline; `None` if their number varies, or if the last
    /// deadline may be outside the calendar.
    ///
    /// # Errors
    /// When the column is no timestamp, which coercion rules out.
    pub(crate) fn plus(&self, opened: &ArrayRef) -> Result<Option<i64>> {
        let Some(plus) = self.constant_ticks(opened.data_type()) else {
            return Ok(None);
        };
        let (values, mut least, mut most) = (ticks(opened)?, i64::MAX, i64::MIN);
        let mut see = |value: i64| {
            least = least.min(value);
            most = most.max(value);
        };
        match opened.nulls() {
            None => values.iter().for_each(|&value| see(value)),
            Some(nulls) => nulls.valid_indices().for_each(|row| see(values[row])),
        }
        let farthest = SAFE_SECONDS.saturating_mul(ticks_per_second(opened.data_type()));
        let last = most.checked_add(plus);
        let is_safe = least >= -farthest && last.is_some_and(|last| last <= farthest);
        Ok((least > most || is_safe).then_some(plus))
    }
}

/// `opened + within` of every contact, in ticks; months and days are added by calendar, as for `+` in SQL.
///
/// # Errors
/// When a deadline is out of the range of timestamps.
pub(crate) fn deadlines(
    opened: &ArrayRef,
    within: &RepeatContactInterval,
) -> Result<ScalarBuffer<i64>> {
    if let Some(plus) = within.plus(opened)? {
        // A value under a NULL is arbitrary.
        let deadlines = ticks(opened)?.iter().map(|time| time.wrapping_add(plus));
        return Ok(deadlines.collect());
    }
    let span = Scalar::new(IntervalMonthDayNanoArray::from(vec![within.0]));
    let deadlines = add(&opened.as_ref() as &dyn arrow::array::Datum, &span)?;
    debug_assert_eq!(deadlines.len(), opened.len());
    Ok(ticks(&deadlines)?.clone())
}
