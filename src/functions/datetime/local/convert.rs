//! Conversion of columns of instants to columns of local times.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::NullBuffer;
use datafusion::common::{Result, exec_err};

use super::zones::LocalTimeConverters;
use crate::functions::kernels::times::{instant_text, ticks};
use crate::time::zone::LocalTimeConverter;

/// Applies `of_local` to the local time of each instant, both in ticks; NULL if the instant or its zone is
/// NULL.
///
/// # Errors
/// When a zone is unknown, or a time is out of the range of `of_local` or of 64 bits.
pub(super) fn convert<T: ArrowPrimitiveType>(
    function: &str,
    instants: &ArrayRef,
    clocks: &mut LocalTimeConverters,
    mut of_local: impl FnMut(i64) -> Option<T::Native>,
) -> Result<PrimitiveArray<T>> {
    let values: &[i64] = ticks(instants)?;
    let nulls = instants.nulls().filter(|nulls| nulls.null_count() > 0);
    let failed = match (clocks, nulls) {
        (LocalTimeConverters::One(None), _) => return Ok(PrimitiveArray::new_null(values.len())),
        (LocalTimeConverters::One(Some(clock)), None) => match all(values, clock, &mut of_local) {
            Ok(values) => return Ok(PrimitiveArray::new(values.into(), None)),
            Err(row) => row,
        },
        (LocalTimeConverters::One(Some(clock)), Some(nulls)) => {
            match valid(values, nulls, clock, &mut of_local) {
                Ok(values) => return Ok(PrimitiveArray::new(values.into(), Some(nulls.clone()))),
                Err(row) => row,
            }
        }
        (clocks, nulls) => {
            let rows = values.iter().enumerate();
            let rows = rows.map(|(row, &value)| {
                let is_valid = nulls.is_none_or(|nulls| nulls.is_valid(row));
                let Some(clock) = clocks.for_row(row)?.filter(|_| is_valid) else {
                    return Ok(None);
                };
                match clock.local(value).and_then(&mut of_local) {
                    Some(value) => Ok(Some(value)),
                    None => outside(function, instants, row),
                }
            });
            return rows.collect();
        }
    };
    outside(function, instants, failed)
}

/// All values, or the row without one.
fn all<N>(
    instants: &[i64],
    clock: &mut LocalTimeConverter,
    of_local: &mut impl FnMut(i64) -> Option<N>,
) -> Result<Vec<N>, usize> {
    let mut values = Vec::with_capacity(instants.len());
    for &instant in instants {
        match clock.local(instant).and_then(&mut *of_local) {
            Some(value) => values.push(value),
            None => return Err(values.len()),
        }
    }
    Ok(values)
}

fn valid<N: Default>(
    instants: &[i64],
    nulls: &NullBuffer,
    clock: &mut LocalTimeConverter,
    of_local: &mut impl FnMut(i64) -> Option<N>,
) -> Result<Vec<N>, usize> {
    let mut values = Vec::with_capacity(instants.len());
    for (&instant, is_valid) in instants.iter().zip(nulls) {
        // The value under a NULL is arbitrary.
        let value = if is_valid {
            clock.local(instant).and_then(&mut *of_local)
        } else {
            Some(N::default())
        };
        match value {
            Some(value) => values.push(value),
            None => return Err(values.len()),
        }
    }
    Ok(values)
}

fn outside<T>(function: &str, instants: &ArrayRef, row: usize) -> Result<T> {
    let instant = instant_text(instants, row);
    exec_err!("{function}: the time {instant} is outside the calendar")
}
