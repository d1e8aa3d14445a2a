//! Numbers of any Arrow type, read as stored, and exact arithmetic on their sums.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

/// A value of a numeric column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NumericValue {
    /// From an integer column.
    Integer(i64),
    /// From an unsigned column, if it exceeds the signed range.
    Unsigned(u64),
    /// From a floating-point column, or a decimal of more than 38 digits.
    Float(f64),
    /// From a decimal column: `unscaled / 10^scale`.
    Decimal {
        /// The stored integer.
        unscaled: i128,
        /// Digits after the point; never negative here.
        scale: i8,
    },
}

/// Floats are summed in fixed point with this many binary digits after the point: exact for magnitudes of
/// 2^-4 and above, and independent of the order of rows.
const BINARY_DIGITS: u32 = 56;
/// Largest magnitude of a float that can be summed; two billion of them still fit.
const LARGEST: f64 = (1_u64 << 40) as f64;
/// Largest number of digits after the point of a decimal that is read as stored.
const LARGEST_SCALE: i8 = 18;
/// Largest unscaled decimal that can be summed.
const LARGEST_UNSCALED: u128 = 1 << 96;
/// Squares are summed over values rounded to thousandths: money in cents is exact, and no interval of other values
/// needs more.
pub(crate) const COARSE: i64 = 1_000;
/// The same as a double.
pub(crate) const COARSE_PER_ONE: f64 = 1e3;

impl NumericValue {
    /// Nearest double; exact for every score on any scale.
    #[inline]
    #[expect(
        clippy::cast_precision_loss,
        reason = "scores are small; larger values only compare"
    )]
    pub(crate) fn to_f64(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Unsigned(value) => value as f64,
            Self::Float(value) => value,
            Self::Decimal { unscaled, scale } => unscaled as f64 / 10_f64.powi(i32::from(scale)),
        }
    }

    /// A decimal of more than 38 digits: off every scale, and too large to sum.
    #[cold]
    pub(crate) fn from_wide_decimal(unscaled: arrow::datatypes::i256, scale: i8) -> Self {
        let unscaled = unscaled.to_string().parse().unwrap_or(f64::NAN);
        Self::Float(unscaled / 10_f64.powi(i32::from(scale)))
    }

    /// The value in units of its column's [`ExactSumUnit`]; `None` for NaN and values too large to sum.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the magnitude is checked")]
    pub(crate) fn units(self) -> Option<i128> {
        match self {
            Self::Integer(value) => Some(i128::from(value)),
            Self::Unsigned(value) => Some(i128::from(value)),
            Self::Float(value) if value.abs() <= LARGEST => {
                Some((value * f64::from(BINARY_DIGITS).exp2()).round_ties_even() as i128)
            }
            Self::Float(_) => None,
            Self::Decimal { unscaled, .. } => {
                (unscaled.unsigned_abs() <= LARGEST_UNSCALED).then_some(unscaled)
            }
        }
    }
}

impl std::fmt::Display for NumericValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Unsigned(value) => value.fmt(f),
            other => match other.to_f64() {
                // Three hundred digits are not readable.
                value
                    if value.is_finite()
                        && value != 0.0
                        && !(1e-6..1e16).contains(&value.abs()) =>
                {
                    write!(f, "{value:e}")
                }
                value => value.fmt(f),
            },
        }
    }
}

/// Value of one unit of a column's exact sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExactSumUnit {
    /// Integers: 1.
    One,
    /// Decimals: `10^-scale`.
    Decimal(i8),
    /// Floats: 2^-56.
    Binary,
}

impl ExactSumUnit {
    /// Unit in which a column of `data_type` is summed.
    pub(crate) fn for_type(data_type: &DataType) -> Self {
        match data_type {
            DataType::Dictionary(_, values) => Self::for_type(values),
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
            | DataType::Decimal256(_, scale) => Self::Decimal(*scale),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Self::Binary,
            _ => Self::One,
        }
    }

    /// Number of units in 1.
    pub(crate) fn per_one(self) -> i128 {
        match self {
            Self::One => 1,
            Self::Decimal(scale) => 10_i128.pow(u32::try_from(scale).unwrap_or(0)),
            Self::Binary => 1 << BINARY_DIGITS,
        }
    }

    /// `units` in thousandths, rounded to the nearest, for sums of squares and products.
    #[inline]
    pub(crate) fn coarse(self, units: i128) -> i128 {
        let coarse = units.saturating_mul(i128::from(COARSE));
        match self {
            Self::One => coarse,
            Self::Decimal(_) => {
                let half = coarse.signum() * (self.per_one() / 2);
                coarse.saturating_add(half) / self.per_one()
            }
            // A double near a cent is that cent.
            Self::Binary => coarse.saturating_add(1 << (BINARY_DIGITS - 1)) >> BINARY_DIGITS,
        }
    }
}

/// A sum of products of two [`ExactSumUnit::coarse`] values as a double; NaN if it overflowed.
#[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
pub(crate) fn coarse_products(sum: i128) -> f64 {
    if is_saturated(sum) {
        return f64::NAN;
    }
    sum as f64 / (COARSE_PER_ONE * COARSE_PER_ONE)
}

/// Double nearest to `numerator / denominator`, of any size: rounded once.
///
/// `None` if the denominator is 0 or a sum overflowed, so that no wrong result is returned.
#[expect(
    clippy::cast_precision_loss,
    reason = "only used where the integers are exact doubles"
)]
pub(crate) fn ratio(numerator: i128, denominator: i128) -> Option<f64> {
    const EXACT: u128 = 1 << f64::MANTISSA_DIGITS;
    if denominator == 0
        || [numerator, denominator]
            .iter()
            .any(|&sum| is_saturated(sum))
    {
        return None;
    }
    let (top, bottom) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    if top <= EXACT && bottom <= EXACT {
        return Some(numerator as f64 / denominator as f64);
    }
    let quotient = long_division(top, bottom);
    Some(if (numerator < 0) == (denominator < 0) {
        quotient
    } else {
        -quotient
    })
}

/// Divides bit by bit until the quotient has more bits than a double; the last bit is set if there is a
/// remainder, so that the final rounding is correct.
#[expect(clippy::cast_precision_loss, reason = "this is the one rounding")]
fn long_division(top: u128, bottom: u128) -> f64 {
    let (mut quotient, mut rest, mut halvings) = (top / bottom, top % bottom, 0);
    while quotient < 1 << 63 && rest != 0 {
        rest <<= 1;
        quotient = quotient << 1 | u128::from(rest >= bottom);
        rest -= if rest >= bottom { bottom } else { 0 };
        halvings += 1;
    }
    (quotient | u128::from(rest != 0)) as f64 * (-f64::from(halvings)).exp2()
}

/// True for a sum that overflowed and is not valid any more.
pub(crate) fn is_saturated(sum: i128) -> bool {
    sum == i128::MAX || sum == i128::MIN
}

/// Casts a dictionary column to its values; other columns are returned unchanged.
///
/// # Errors
/// When the dictionary cannot be cast.
pub(crate) fn unpacked(column: &ArrayRef) -> Result<ArrayRef> {
    match column.data_type() {
        DataType::Dictionary(_, values) => Ok(arrow::compute::cast(column, values)?),
        _ => Ok(ArrayRef::clone(column)),
    }
}

/// True for numeric types, plain or in a dictionary.
pub(crate) fn is_number(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_number(values),
        other => other.is_numeric(),
    }
}

/// Type in which [`with_numbers`] reads a column of numbers: its own, except for decimals with more digits
/// after the point than an exact sum can hold, and those with a negative scale. These are read as DOUBLE.
pub(crate) fn readable(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) if readable(values) != **values => DataType::Float64,
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale)
            if !(0..=LARGEST_SCALE).contains(scale) =>
        {
            DataType::Float64
        }
        other => other.clone(),
    }
}

/// Same as [`with_plain_numbers`], for a column that may be a dictionary.
macro_rules! with_numbers {
    ($function:expr, $column:expr, |$get:ident| $body:expr) => {{
        let column = $crate::functions::kernels::numbers::unpacked($column)?;
        $crate::functions::kernels::numbers::with_plain_numbers!($function, &column, |$get| $body)
    }};
}

/// Evaluates `$body` with `$get: impl Fn(usize) -> NumericValue` over a numeric column of any type.
///
/// The body is compiled once per type, so that integers are compared as stored.
macro_rules! with_plain_numbers {
    ($function:expr, $column:expr, |$get:ident| $body:expr) => {{
        use arrow::array::AsArray;
        use arrow::datatypes as types;
        use $crate::functions::kernels::numbers::NumericValue;
        let column: &arrow::array::ArrayRef = $column;
        macro_rules! read {
            ($type:ty, $value:ident => $number:expr) => {{
                let array = column.as_primitive::<$type>();
                let $get = move |row: usize| {
                    let $value = array.value(row);
                    $number
                };
                $body
            }};
        }
        match column.data_type() {
            types::DataType::Int8 => read!(types::Int8Type, v => NumericValue::Integer(i64::from(v))),
            types::DataType::Int16 => read!(types::Int16Type, v => NumericValue::Integer(i64::from(v))),
            types::DataType::Int32 => read!(types::Int32Type, v => NumericValue::Integer(i64::from(v))),
            types::DataType::Int64 => read!(types::Int64Type, v => NumericValue::Integer(v)),
            types::DataType::UInt8 => read!(types::UInt8Type, v => NumericValue::Integer(i64::from(v))),
            types::DataType::UInt16 => read!(types::UInt16Type, v => NumericValue::Integer(i64::from(v))),
            types::DataType::UInt32 => read!(types::UInt32Type, v => NumericValue::Integer(i64::from(v))),
            types::DataType::UInt64 => read!(types::UInt64Type, v => match i64::try_from(v) {
                Ok(v) => NumericValue::Integer(v),
                Err(_) => NumericValue::Unsigned(v),
            }),
            types::DataType::Float16 => {
                read!(types::Float16Type, v => NumericValue::Float(f64::from(v)))
            }
            types::DataType::Float32 => {
                read!(types::Float32Type, v => NumericValue::Float(f64::from(v)))
            }
            types::DataType::Float64 => read!(types::Float64Type, v => NumericValue::Float(v)),
            types::DataType::Decimal32(_, scale) => {
                let scale = *scale;
                read!(types::Decimal32Type, v => NumericValue::Decimal { unscaled: i128::from(v), scale })
            }
            types::DataType::Decimal64(_, scale) => {
                let scale = *scale;
                read!(types::Decimal64Type, v => NumericValue::Decimal { unscaled: i128::from(v), scale })
            }
            types::DataType::Decimal128(_, scale) => {
                let scale = *scale;
                read!(types::Decimal128Type, v => NumericValue::Decimal { unscaled: v, scale })
            }
            types::DataType::Decimal256(_, scale) => {
                let scale = *scale;
                read!(types::Decimal256Type, v => match v.to_i128() {
                    Some(unscaled) => NumericValue::Decimal { unscaled, scale },
                    None => NumericValue::from_wide_decimal(v, scale),
                })
            }
            other => datafusion::common::internal_err!("{} cannot read {other}", $function),
        }
    }};
}
pub(crate) use {with_numbers, with_plain_numbers};

/// One number of a column.
///
/// # Errors
/// When the column is not numeric, which coercion rules out.
#[cold]
pub(crate) fn number_at(function: &str, column: &ArrayRef, row: usize) -> Result<NumericValue> {
    with_numbers!(function, column, |number| Ok(number(row)))
}
