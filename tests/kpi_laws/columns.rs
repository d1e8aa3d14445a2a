//! Random typed columns and the plain values that stand in them.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Decimal32Array, Decimal64Array, Decimal128Array, Decimal256Array,
    Float64Array, Int64Array, StringArray, TimestampNanosecondArray, make_array,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit, i256};

use super::exact::Fraction;

/// One value of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    Null,
    Number(Fraction),
    Flag(bool),
    /// Nanoseconds since 1970.
    Time(i128),
    Key(u8),
}

impl Cell {
    pub(super) fn number(self) -> Option<Fraction> {
        match self {
            Self::Number(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn flag(self) -> Option<bool> {
        match self {
            Self::Flag(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn time(self) -> Option<i128> {
        match self {
            Self::Time(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn key(self) -> Option<u8> {
        match self {
            Self::Key(value) => Some(value),
            _ => None,
        }
    }
}

/// Domain of an argument of a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Arg {
    /// Answers on the scale from the first to the second number.
    Score(i128, i128),
    /// 0 or more.
    Amount,
    /// Whole numbers 0, 1, 2.
    Few,
    Flag,
    Start,
    /// Not before the time in the argument of this position.
    End(usize),
    /// The same instant in every row: days after [`FIRST_DAY`].
    Day(i128),
    Key,
    /// A constant number.
    Constant(f64),
    /// A constant text.
    Text(&'static str),
    /// A constant interval of days.
    Days(i32),
}

/// 2026-01-01.
pub(super) const FIRST_DAY: i128 = 20_454;
pub(super) const DAY: i128 = 86_400 * SECOND;
pub(super) const SECOND: i128 = 1_000_000_000;

fn dictionary(values: DataType) -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(values))
}

/// The type of the column of an argument; `zoned` is one choice for all times of a call.
pub(super) fn data_type(arg: Arg, choice: u8, zoned: bool) -> DataType {
    use DataType::{
        Decimal32, Decimal64, Decimal128, Decimal256, Float16, Float32, Float64, Int8, Int16,
        Int32, Int64, UInt8, UInt16, UInt32, UInt64,
    };
    let one_of = |types: &[DataType]| types[usize::from(choice) % types.len()].clone();
    match arg {
        Arg::Score(..) | Arg::Amount | Arg::Few => one_of(&[
            Int64,
            Float64,
            Int8,
            Decimal128(12, 2),
            Int16,
            Int32,
            UInt8,
            Float32,
            UInt16,
            UInt32,
            UInt64,
            Float16,
            Decimal32(7, 2),
            Decimal64(12, 3),
            Decimal256(40, 4),
            Decimal256(60, 30),
            dictionary(Int32),
            dictionary(Float64),
            dictionary(Decimal128(12, 2)),
        ]),
        Arg::Flag => DataType::Boolean,
        Arg::Start | Arg::End(_) | Arg::Day(_) => {
            let zone = zoned.then(|| "Europe/Berlin".into());
            let unit = |unit| DataType::Timestamp(unit, zone.clone());
            let mut types = vec![
                unit(TimeUnit::Microsecond),
                unit(TimeUnit::Second),
                unit(TimeUnit::Millisecond),
                unit(TimeUnit::Nanosecond),
            ];
            if !zoned {
                types.push(DataType::Date32);
                types.push(dictionary(unit(TimeUnit::Microsecond)));
            }
            one_of(&types)
        }
        Arg::Key => one_of(&[
            DataType::Utf8,
            DataType::Utf8View,
            DataType::LargeUtf8,
            dictionary(DataType::Utf8),
            Int64,
        ]),
        Arg::Constant(_) => Float64,
        Arg::Text(_) | Arg::Days(_) => DataType::Utf8,
    }
}

/// True where sums of a column are rounded.
pub(super) fn is_float(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_float(values),
        DataType::Decimal256(_, scale) => *scale > 18,
        other => other.is_floating(),
    }
}

/// The value that a random number stands for.
pub(super) fn cell(arg: Arg, data_type: &DataType, raw: Option<u32>, row: &[Cell]) -> Cell {
    let Some(raw) = raw.map(i128::from) else {
        return Cell::Null;
    };
    match arg {
        Arg::Score(low, high) => {
            let steps = steps(data_type, 8);
            let offset = raw % ((high - low) * steps + 1);
            Cell::Number(Fraction::whole(low).plus(Fraction::new(offset, steps)))
        }
        Arg::Few => Cell::Number(Fraction::whole(raw % 3)),
        Arg::Amount => Cell::Number(amount(data_type, raw)),
        Arg::Flag => Cell::Flag(raw % 2 == 0),
        Arg::Key => Cell::Key(u8::try_from(raw % 4).unwrap()),
        Arg::Start => {
            let seconds = raw % (40 * 86_400);
            Cell::Time(
                FIRST_DAY * DAY
                    + seconds / tick(data_type, SECOND) * tick(data_type, SECOND) * SECOND,
            )
        }
        Arg::End(start) => {
            let from = row[start].time().unwrap_or(FIRST_DAY * DAY);
            let tick = tick(data_type, 1);
            let after = (raw * 1_234_567) % (9 * DAY);
            Cell::Time((from + after + tick - 1) / tick * tick)
        }
        Arg::Day(days) => Cell::Time((FIRST_DAY + days) * DAY),
        Arg::Constant(_) | Arg::Text(_) | Arg::Days(_) => Cell::Null,
    }
}

/// Number of values of a column between two whole numbers.
fn steps(data_type: &DataType, floats: i128) -> i128 {
    match data_type {
        DataType::Dictionary(_, values) => steps(values, floats),
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => 10_i128.pow(u32::try_from(*scale).unwrap().min(6)),
        other if other.is_floating() => floats,
        _ => 1,
    }
}

fn amount(data_type: &DataType, raw: i128) -> Fraction {
    match data_type {
        DataType::Dictionary(_, values) => amount(values, raw),
        DataType::Int8 | DataType::UInt8 => Fraction::whole(raw % 128),
        DataType::Int16 | DataType::UInt16 => Fraction::whole(raw % 30_000),
        // Exports usually store cents as doubles.
        #[expect(clippy::cast_precision_loss, reason = "small")]
        DataType::Float64 => Fraction::of_float((raw % 1_000_000) as f64 / 100.0),
        DataType::Float16 => Fraction::new(raw % 512, 8),
        DataType::Float32 => Fraction::new(raw % 65_536, 8),
        other => Fraction::new(raw % 5_000_000, steps(other, 1).min(100)),
    }
}

/// Nanoseconds, or what `unit` is in, between two values of a time column.
fn tick(data_type: &DataType, unit: i128) -> i128 {
    let nanoseconds = match data_type {
        DataType::Dictionary(_, values) => return tick(values, unit),
        DataType::Date32 => DAY,
        DataType::Timestamp(TimeUnit::Second, _) => SECOND,
        DataType::Timestamp(TimeUnit::Millisecond, _) => 1_000_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => 1_000,
        _ => 1,
    };
    (nanoseconds / unit).max(1)
}

/// The cells of one argument as a column.
pub(super) fn column(data_type: &DataType, cells: &[Cell]) -> ArrayRef {
    match data_type {
        DataType::Dictionary(_, values) => cast(&column(values, cells), data_type).unwrap(),
        DataType::Boolean => {
            let flags: BooleanArray = cells.iter().map(|cell| cell.flag()).collect();
            Arc::new(flags)
        }
        DataType::Timestamp(_, zone) => {
            let nanos: TimestampNanosecondArray = times(cells).collect();
            let nanos: ArrayRef = Arc::new(nanos.with_timezone_opt(zone.clone()));
            cast(&nanos, data_type).unwrap()
        }
        DataType::Date32 => {
            let nanos: TimestampNanosecondArray = times(cells).collect();
            cast(&nanos, data_type).unwrap()
        }
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => {
            let keys = cells
                .iter()
                .map(|cell| cell.key().map(|key| format!("customer {key}")));
            cast(&keys.collect::<StringArray>(), data_type).unwrap()
        }
        _ if cells.iter().any(|cell| cell.key().is_some()) => {
            let keys = cells.iter().map(|cell| cell.key().map(i64::from));
            Arc::new(keys.collect::<Int64Array>())
        }
        _ => numbers(data_type, cells),
    }
}

fn times(cells: &[Cell]) -> impl Iterator<Item = Option<i64>> {
    let time = |cell: &Cell| cell.time().map(|time| i64::try_from(time).unwrap());
    cells.iter().map(time)
}

fn numbers(data_type: &DataType, cells: &[Cell]) -> ArrayRef {
    let unscaled = |scale: i8| {
        let per_one = Fraction::whole(10_i128.pow(u32::try_from(scale).unwrap()));
        cells.iter().map(move |cell| {
            let units = cell.number()?.times(per_one).nearest();
            assert!(units.1, "a decimal the oracle cannot write");
            #[expect(clippy::cast_possible_truncation, reason = "whole")]
            Some(units.0 as i128)
        })
    };
    let decimal: ArrayRef = match *data_type {
        DataType::Decimal32(_, scale) => Arc::new(
            unscaled(scale)
                .map(|v| v.map(|v| i32::try_from(v).unwrap()))
                .collect::<Decimal32Array>(),
        ),
        DataType::Decimal64(_, scale) => Arc::new(
            unscaled(scale)
                .map(|v| v.map(|v| i64::try_from(v).unwrap()))
                .collect::<Decimal64Array>(),
        ),
        DataType::Decimal128(..) => {
            let DataType::Decimal128(_, scale) = *data_type else {
                unreachable!()
            };
            Arc::new(unscaled(scale).collect::<Decimal128Array>())
        }
        DataType::Decimal256(_, scale) => {
            let coarse = scale.min(6);
            let rest = i256::from_i128(10).wrapping_pow(u32::try_from(scale - coarse).unwrap());
            Arc::new(
                unscaled(coarse)
                    .map(|v| v.map(|v| i256::from_i128(v) * rest))
                    .collect::<Decimal256Array>(),
            )
        }
        _ => {
            let floats = cells.iter().map(|cell| cell.number().map(Fraction::float));
            let floats: ArrayRef = Arc::new(floats.collect::<Float64Array>());
            return cast(&floats, data_type).unwrap();
        }
    };
    let data = decimal
        .to_data()
        .into_builder()
        .data_type(data_type.clone());
    make_array(data.build().unwrap())
}

/// True where values of a column lie between whole numbers.
pub(super) fn has_fraction(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => has_fraction(values),
        other => other.is_decimal() || other.is_floating(),
    }
}
