//! An INTERVAL times a number and divided by one, field by field as `PostgreSQL` does.

use std::fmt;

use arrow::datatypes::IntervalMonthDayNano;

use crate::functions::kernels::lengths::{DAY, MONTH, rounded};

/// Factor or divisor of an interval.
#[derive(Debug, Clone, Copy)]
pub(super) enum IntervalFactor {
    Integer(i64),
    Float(f64),
}

impl fmt::Display for IntervalFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(factor) => factor.fmt(f),
            Self::Float(factor) => factor.fmt(f),
        }
    }
}

/// The interval times `factor`; `None` if the result does not fit.
pub(super) fn multiply(
    interval: IntervalMonthDayNano,
    factor: IntervalFactor,
) -> Option<IntervalMonthDayNano> {
    match factor {
        IntervalFactor::Integer(factor) => {
            let small = |part: i32| i32::try_from(i64::from(part).checked_mul(factor)?).ok();
            Some(IntervalMonthDayNano::new(
                small(interval.months)?,
                small(interval.days)?,
                interval.nanoseconds.checked_mul(factor)?,
            ))
        }
        IntervalFactor::Float(factor) => scaled(interval, |part| part * factor),
    }
}

/// The interval divided by `divisor`; `None` for a divisor of 0, or if the result does not fit.
pub(super) fn divide(
    interval: IntervalMonthDayNano,
    divisor: IntervalFactor,
) -> Option<IntervalMonthDayNano> {
    match divisor {
        IntervalFactor::Integer(0) => None,
        IntervalFactor::Integer(divisor) => shared(interval, i128::from(divisor)),
        IntervalFactor::Float(divisor) => scaled(interval, |part| part / divisor),
    }
}

/// An interval divided by a whole number, without floats.
pub(super) fn shared(interval: IntervalMonthDayNano, parts: i128) -> Option<IntervalMonthDayNano> {
    let (months, days) = (i128::from(interval.months), i128::from(interval.days));
    mean([months, days, i128::from(interval.nanoseconds)], parts)
}

/// Sums of months, days and nanoseconds divided by a count. The remainder of months becomes days, 30 to the
/// month, the remainder of days hours, 24 to the day; those of months and of days are not offset against
/// each other.
pub(super) fn mean(sums: [i128; 3], count: i128) -> Option<IntervalMonthDayNano> {
    let [months, days, nanoseconds] = sums;
    let flown = months % count * i128::from(MONTH);
    let mut rest = days % count + flown % count;
    let mut whole = days / count + flown / count;
    if rest.abs() >= count.abs() {
        whole += rest / count;
        rest %= count;
    }
    let below = rest * i128::from(DAY) + nanoseconds;
    let sign = count.signum();
    Some(IntervalMonthDayNano::new(
        i32::try_from(months / count).ok()?,
        i32::try_from(whole).ok()?,
        i64::try_from(rounded(below * sign, count.abs())).ok()?,
    ))
}

/// Applies `scale` to each field and carries remainders down in the same way, in floats. A millionth of a
/// day or second is noise.
fn scaled(
    interval: IntervalMonthDayNano,
    scale: impl Fn(f64) -> f64,
) -> Option<IntervalMonthDayNano> {
    const SECONDS: f64 = 86_400.0;
    let clean = |value: f64| (value * 1e6).round() / 1e6;
    let (months, days) = (scale(interval.months.into()), scale(interval.days.into()));
    #[expect(clippy::cast_precision_loss, reason = "a month has 30 days")]
    let flown = clean(months.fract() * MONTH as f64);
    let mut seconds = clean((days.fract() + flown.fract()) * SECONDS);
    let mut whole = days.trunc() + flown.trunc();
    if seconds.abs() >= SECONDS {
        whole += (seconds / SECONDS).trunc();
        seconds %= SECONDS;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "the product is a float in any case"
    )]
    let nanoseconds = scale(interval.nanoseconds as f64) + seconds * 1e9;
    let small = |value: f64| i32::try_from(integer(value)?).ok();
    Some(IntervalMonthDayNano::new(
        small(months.trunc())?,
        small(whole)?,
        integer(nanoseconds.round())?,
    ))
}

/// A float without a fraction as an integer, if it fits.
fn integer(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9.2e18;
    #[expect(clippy::cast_possible_truncation, reason = "held to the limit")]
    (value.abs() < LIMIT).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(months: i32, days: i32, nanoseconds: i64) -> IntervalMonthDayNano {
        IntervalMonthDayNano::new(months, days, nanoseconds)
    }

    #[test]
    fn fields_are_multiplied_and_parts_flow_down() {
        let whole = |i, f| multiply(i, IntervalFactor::Integer(f));
        let parts = |i, f| multiply(i, IntervalFactor::Float(f));
        assert_eq!(whole(interval(1, 2, 3), -2), Some(interval(-2, -4, -6)));
        assert_eq!(parts(interval(1, 0, 0), 1.5), Some(interval(1, 15, 0)));
        assert_eq!(parts(interval(0, 1, 0), 2.5), Some(interval(0, 2, DAY / 2)));
        assert_eq!(whole(interval(1, 0, 0), i64::MAX), None);
        assert_eq!(parts(interval(0, 0, 1), f64::NAN), None);
    }

    // Results of PostgreSQL 15.
    #[test]
    fn quotients_flow_down() {
        let parts = |i, n| divide(i, IntervalFactor::Integer(n));
        assert_eq!(parts(interval(1, 0, 0), 3), Some(interval(0, 10, 0)));
        assert_eq!(parts(interval(0, 1, 0), 3), Some(interval(0, 0, DAY / 3)));
        assert_eq!(
            parts(interval(1, -1, 0), 2),
            Some(interval(0, 15, -DAY / 2))
        );
        assert_eq!(parts(interval(5, 0, 0), -2), Some(interval(-2, -15, 0)));
        assert_eq!(parts(interval(1, 0, 0), 0), None);
        assert_eq!(divide(interval(1, 0, 0), IntervalFactor::Float(0.0)), None);
    }
}
