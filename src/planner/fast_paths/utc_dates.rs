//! Dates of instants in UTC by division.
//!
//! `created_at::DATE` is how most SQL groups by days and compares with days. The stock cast takes each instant through
//! the calendar and back, which is longer than the rest of many queries.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, PrimitiveArray};
use arrow::compute::{cast, max, min};
use arrow::datatypes::{
    ArrowTimestampType, DataType, Field, FieldRef, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::common::cast::as_primitive_array;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "utc_dates",
        about: "Whether dates of instants in UTC are divisions",
    },
    explain_mark: NAME,
    retire_when: "the stock cast of an instant in UTC to a date divides",
    rewrites: &[Rewrite::Expression(rewrite)],
};

const NAME: &str = "utc_date";

/// The first and the last day of the calendar of the stock cast, which refuses others.
const DAYS: std::ops::RangeInclusive<i64> = -96_465_292..=95_026_236;

/// The call in the place of a cast.
fn rewrite(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::Cast(Cast { expr, field }) = &expression else {
        return Ok(Transformed::no(expression));
    };
    let is_date = *field.data_type() == DataType::Date32 && field.metadata().is_empty();
    if !is_date || !is_in_utc(&expr.get_type(schema)?) {
        return Ok(Transformed::no(expression));
    }
    let call = ScalarFunction::new_udf(Arc::new(function()), vec![expr.as_ref().clone()]);
    Ok(Transformed::yes(Expr::ScalarFunction(call)))
}

/// True of instants in UTC, and of those without a zone.
fn is_in_utc(data_type: &DataType) -> bool {
    let DataType::Timestamp(_, zone) = data_type else {
        return false;
    };
    matches!(zone.as_deref(), None | Some("UTC" | "+00:00"))
}

/// `utc_date(instant)`, so that plans with it can be sent to other processes. No user writes it.
pub(in crate::planner) fn function() -> ScalarUDF {
    ScalarUDF::from(UtcDate {
        signature: Signature::any(1, Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct UtcDate {
    signature: Signature,
}

impl ScalarUDFImpl for UtcDate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Date32)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let [instant] = arguments.arg_fields else {
            return internal_err!("{NAME} takes an instant");
        };
        // A cast passes the metadata of the column on.
        let date = Field::new(NAME, DataType::Date32, instant.is_nullable());
        Ok(Arc::new(date.with_metadata(instant.metadata().clone())))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match arguments.args.as_slice() {
            [ColumnarValue::Array(instants)] => Ok(ColumnarValue::Array(dates(instants)?)),
            [ColumnarValue::Scalar(instant)] => {
                let date = dates(&instant.to_array()?)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                    &date, 0,
                )?))
            }
            _ => internal_err!("{NAME} takes an instant"),
        }
    }
}

/// The dates of a column of instants, by the stock cast if one of them is in no calendar.
fn dates(instants: &ArrayRef) -> Result<ArrayRef> {
    let divided = match instants.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            divided::<TimestampSecondType, 86_400>(as_primitive_array(instants)?)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            divided::<TimestampMillisecondType, 86_400_000>(as_primitive_array(instants)?)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            divided::<TimestampMicrosecondType, 86_400_000_000>(as_primitive_array(instants)?)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            divided::<TimestampNanosecondType, 86_400_000_000_000>(as_primitive_array(instants)?)
        }
        _ => None,
    };
    match divided {
        Some(dates) => Ok(Arc::new(dates)),
        None => Ok(cast(instants, &DataType::Date32)?),
    }
}

/// The dates of `instants` of so many ticks a day; `None` if one is in no calendar.
#[expect(
    clippy::cast_possible_truncation,
    reason = "days of the calendar are fewer than 2^31"
)]
fn divided<T: ArrowTimestampType, const TICKS: i64>(
    instants: &PrimitiveArray<T>,
) -> Option<Date32Array> {
    let ends = [min(instants), max(instants)];
    let is_day = |instant: &T::Native| DAYS.contains(&instant.div_euclid(TICKS));
    if !ends.iter().flatten().all(is_day) {
        return None;
    }
    Some(instants.unary(|instant| instant.div_euclid(TICKS) as i32))
}

#[cfg(test)]
mod tests {
    use arrow::array::TimestampMicrosecondArray;
    use proptest::prelude::*;

    use super::*;

    fn column<T: ArrowTimestampType>(ticks: &[Option<i64>]) -> ArrayRef {
        Arc::new(ticks.iter().copied().collect::<PrimitiveArray<T>>())
    }

    proptest! {
        #[test]
        fn dates_are_those_of_the_stock_cast(
            ticks in prop::collection::vec(prop::option::of(-4_000_000_000_000_000_i64..4_000_000_000_000_000), 0..50),
            days in prop::collection::vec(prop::option::of(-40_000_i64..40_000), 0..50),
        ) {
            let columns = [
                column::<TimestampNanosecondType>(&ticks),
                column::<TimestampMicrosecondType>(&ticks),
                column::<TimestampMillisecondType>(&ticks),
                column::<TimestampSecondType>(&days.iter().map(|day| Some((*day)? * 86_400)).collect::<Vec<_>>()),
                column::<TimestampSecondType>(&days.iter().map(|day| Some((*day)? * 86_400 - 1)).collect::<Vec<_>>()),
            ];
            for instants in &columns {
                prop_assert_eq!(&dates(instants).unwrap(), &cast(instants, &DataType::Date32).unwrap());
            }
        }
    }

    #[test]
    fn days_of_no_calendar_are_refused_as_by_the_stock_cast() {
        let day = 86_400_000_000;
        for (last, is_day) in [
            (95_026_236, true),
            (95_026_237, false),
            (-96_465_292, true),
            (-96_465_293, false),
        ] {
            let instants: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![0, last * day]));
            let stock = cast(&instants, &DataType::Date32);
            assert_eq!(stock.is_ok(), is_day, "{last}");
            assert_eq!(dates(&instants).is_ok(), is_day, "{last}");
        }
        // Under a NULL there may be anything.
        let null = PrimitiveArray::<TimestampMicrosecondType>::new(
            vec![i64::MAX, 1].into(),
            Some(vec![false, true].into()),
        );
        let null: ArrayRef = Arc::new(null);
        let stock = cast(&null, &DataType::Date32).unwrap();
        assert_eq!(&dates(&null).unwrap(), &stock);
    }
}
