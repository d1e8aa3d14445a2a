//! `business_seconds`, `business_minutes`, `business_hours`: business time between two instants.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::arguments::{
    END, START, calendar, documentation, instants, result, rows, signature, valid, with_ticks,
};
use super::clocks::Clocks;
use crate::functions::kernels::numbers::ratio;
use crate::functions::kernels::times::ticks;

/// The functions.
pub(super) fn all() -> Vec<ScalarUDF> {
    let of = |name, seconds, unit, related, value| {
        ScalarUDF::from(Elapsed::new(name, seconds, unit, related, value))
    };
    vec![
        of("business_seconds", 1, "seconds", "business_add", "5400.0"),
        of(
            "business_minutes",
            60,
            "minutes",
            "business_seconds",
            "90.0",
        ),
        of("business_hours", 3_600, "hours", "business_seconds", "1.5"),
    ]
}

#[derive(Debug)]
struct Elapsed {
    name: &'static str,
    /// Seconds of a reported unit.
    seconds: i64,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for Elapsed {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Elapsed {}

impl std::hash::Hash for Elapsed {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Elapsed {
    fn new(
        name: &'static str,
        seconds: i64,
        unit: &str,
        related: &'static str,
        value: &str,
    ) -> Self {
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
        Self {
            name,
            seconds,
            signature: signature(&["start", "end", "calendar"]),
            documentation: documentation(
                name,
                &description,
                &[("start", START), ("end", END)],
                &example,
                related,
            ),
        }
    }

    /// The value of each row, and the rows whose calendar is NULL.
    fn values<const PER_SECOND: i64>(
        &self,
        clocks: &mut Clocks,
        (starts, ends): (&[i64], &[i64]),
        nulls: Option<NullBuffer>,
    ) -> Result<Float64Array> {
        let unit = PER_SECOND * self.seconds;
        let is_valid = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let mut values = vec![0.0; starts.len()];
        let pairs = starts.iter().zip(ends);
        let clock = match clocks {
            Clocks::One(Some(clock)) => clock,
            Clocks::One(None) => return Ok(Float64Array::new_null(starts.len())),
            Clocks::Each(_) => {
                let mut found = vec![false; starts.len()];
                for (row, ((value, start), end)) in
                    values.iter_mut().zip(starts).zip(ends).enumerate()
                {
                    if is_valid(row)
                        && let Some(clock) = clocks.of(row)?
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
                // What stands where a value is NULL may be any number.
                None if !is_valid(row) => 0.0,
                None => wide(clock.ticks_between::<PER_SECOND>(*start, *end), unit),
            };
        }
        Ok(Float64Array::new(values.into(), nulls))
    }
}

/// The nearest double to `ticks / unit`.
#[inline]
#[expect(
    clippy::cast_precision_loss,
    reason = "where it would, another way is gone"
)]
fn narrow(ticks: i64, unit: i64) -> f64 {
    match ticks.unsigned_abs() < 1 << 53 {
        true => ticks as f64 / unit as f64,
        false => wide(i128::from(ticks), unit),
    }
}

fn wide(ticks: i128, unit: i64) -> f64 {
    ratio(ticks, i128::from(unit)).unwrap_or_default()
}

impl ScalarUDFImpl for Elapsed {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [start, end, name] = arg_types else {
            return plan_err!("{}(start, end, calendar) takes three arguments", self.name);
        };
        let instant = instants(self.name, &[("start", start), ("end", end)])?;
        Ok(vec![instant.clone(), instant, calendar(self.name, name)?])
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (rows, is_constant) = rows(&args.args, args.number_rows);
        let [start, end, name] = args.args.as_slice() else {
            return plan_err!("{}(start, end, calendar) takes three arguments", self.name);
        };
        let mut clocks = Clocks::new(self.name, name, rows, &args.config_options)?;
        let (start, end) = (start.to_array(rows)?, end.to_array(rows)?);
        let nulls = valid(&[&start, &end]);
        let pairs: (&[i64], &[i64]) = (ticks(&start)?, ticks(&end)?);
        let values =
            with_ticks!(start.data_type(), P => self.values::<P>(&mut clocks, pairs, nulls))?;
        let values: ArrayRef = Arc::new(values);
        result(&values, is_constant)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
