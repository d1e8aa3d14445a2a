//! `business_seconds`, `business_minutes`, `business_hours`: business time between two instants.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{Documentation, ScalarUDF};

use super::arguments::{END, START, documentation, instants, valid, with_ticks};
use super::clocks::BusinessTimeCalculators;
use super::function::{BusinessFunction, BusinessKernel};
use crate::functions::kernels::numbers::ratio;
use crate::functions::kernels::times::ticks;

pub(super) fn all() -> Vec<ScalarUDF> {
    [
        ElapsedUnit::Seconds,
        ElapsedUnit::Minutes,
        ElapsedUnit::Hours,
    ]
    .map(BusinessFunction::udf)
    .to_vec()
}

/// Unit of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ElapsedUnit {
    Seconds,
    Minutes,
    Hours,
}

impl ElapsedUnit {
    fn seconds(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
        }
    }

    /// Plural of the unit, result of the example, and the related function.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Seconds => ("seconds", "5400.0", "business_add"),
            Self::Minutes => ("minutes", "90.0", "business_seconds"),
            Self::Hours => ("hours", "1.5", "business_seconds"),
        }
    }

    /// Business time of each row; NULL where the calendar is NULL.
    fn elapsed<const PER_SECOND: i64>(
        self,
        clocks: &mut BusinessTimeCalculators,
        (starts, ends): (&[i64], &[i64]),
        nulls: Option<NullBuffer>,
    ) -> Result<Float64Array> {
        let unit = PER_SECOND * self.seconds();
        let is_valid = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let mut values = vec![0.0; starts.len()];
        let pairs = starts.iter().zip(ends);
        let clock = match clocks {
            BusinessTimeCalculators::One(Some(clock)) => clock,
            BusinessTimeCalculators::One(None) => return Ok(Float64Array::new_null(starts.len())),
            BusinessTimeCalculators::Each(_) => {
                let mut found = vec![false; starts.len()];
                for (row, ((value, start), end)) in
                    values.iter_mut().zip(starts).zip(ends).enumerate()
                {
                    if is_valid(row)
                        && let Some(clock) = clocks.for_row(row)?
                    {
                        found[row] = true;
                        *value = wide(clock.ticks_between::<PER_SECOND>(*start, *end), unit);
                    }
                }
                return Ok(Float64Array::new(
                    values.into(),
                    Some(NullBuffer::from(found)),
                ));
            }
        };
        for (row, (value, (start, end))) in values.iter_mut().zip(pairs).enumerate() {
            *value = match clock.near::<PER_SECOND>(*start, *end) {
                Some(ticks) => narrow(ticks, unit),
                // The value under a NULL is arbitrary.
                None if !is_valid(row) => 0.0,
                None => wide(clock.ticks_between::<PER_SECOND>(*start, *end), unit),
            };
        }
        Ok(Float64Array::new(values.into(), nulls))
    }
}

/// Double nearest to `ticks / unit`.
#[inline]
#[expect(
    clippy::cast_precision_loss,
    reason = "where it would, another way is gone"
)]
fn narrow(ticks: i64, unit: i64) -> f64 {
    if ticks.unsigned_abs() < 1 << 53 {
        ticks as f64 / unit as f64
    } else {
        wide(i128::from(ticks), unit)
    }
}

fn wide(ticks: i128, unit: i64) -> f64 {
    ratio(ticks, i128::from(unit)).unwrap_or_default()
}

impl BusinessKernel for ElapsedUnit {
    fn name(&self) -> &'static str {
        match self {
            Self::Seconds => "business_seconds",
            Self::Minutes => "business_minutes",
            Self::Hours => "business_hours",
        }
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["start", "end"]
    }

    fn documentation(&self) -> Documentation {
        let (name, (unit, value, related)) = (self.name(), self.words());
        let description = format!(
            "The {unit} of business hours from `start` to `end`, a DOUBLE: exact to the tick of the \
             timestamps, not rounded to minutes. Negative when `end` is before `start`. 0 when both \
             lie in one closed stretch; NULL only when an argument is NULL. A timestamp without a \
             time zone is an error."
        );
        let example = format!(
            "SELECT {name}(TIMESTAMPTZ '2026-01-05T10:00:00Z', TIMESTAMPTZ '2026-01-05T11:30:00Z', \
             '24x7');\n-- {value}"
        );
        let parameters = [("start", START), ("end", END)];
        documentation(name, &description, &parameters, &example, related)
    }

    fn coerce(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let instant = instants(self.name(), &[("start", &types[0]), ("end", &types[1])])?;
        Ok(vec![instant.clone(), instant])
    }

    fn return_type(&self, _: &[DataType]) -> DataType {
        DataType::Float64
    }

    fn values(
        &self,
        clocks: &mut BusinessTimeCalculators,
        columns: &[ArrayRef],
    ) -> Result<ArrayRef> {
        let (start, end) = (&columns[0], &columns[1]);
        let nulls = valid(&[start, end]);
        let pairs: (&[i64], &[i64]) = (ticks(start)?, ticks(end)?);
        let values = with_ticks!(start.data_type(), P => self.elapsed::<P>(clocks, pairs, nulls))?;
        Ok(Arc::new(values))
    }
}
