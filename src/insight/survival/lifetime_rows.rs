//! Lifetimes read from columns of instants.

use arrow::array::{Array, ArrayRef};
use arrow::buffer::ScalarBuffer;
use datafusion::common::{Result, exec_err};

use super::lifetimes::{ObservedLifetime, observe_lifetime};
use crate::functions::kernels::rows::WAYS_ON;
use crate::functions::kernels::times::{instant_text, ticks};
use crate::settings::InvalidPolicy;

/// Reads start, end and `as_of`, in that order, and the entry that may follow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LifetimeReader {
    pub(super) function: &'static str,
    pub(super) invalid: InvalidPolicy,
}

impl LifetimeReader {
    /// Passes the lifetime of each row on that has a start and an `as_of`, and that `is_read`. A row that does
    /// not count is passed on as such.
    ///
    /// # Errors
    /// When a row ends before it starts, unless invalid values are ignored.
    pub(super) fn read(
        &self,
        columns: &[ArrayRef],
        entry: Option<&ArrayRef>,
        is_read: &dyn Fn(usize) -> bool,
        each: &mut dyn FnMut(usize, ObservedLifetime),
    ) -> Result<()> {
        let [start, end, as_of, ..] = columns else {
            return Ok(());
        };
        let (Some(starts), Some(dates)) = (instants(start)?, instants(as_of)?) else {
            return Ok(());
        };
        let ends = instants(end)?;
        let entries = entry.map(instants).transpose()?.flatten();
        let known = |column: Option<&LifetimeInstants<'_>>, row: usize| {
            column.and_then(|column| column.at(row))
        };
        for row in (0..start.len()).filter(|row| is_read(*row)) {
            let (Some(from), Some(date)) = (starts.at(row), dates.at(row)) else {
                continue;
            };
            let to = known(ends.as_ref(), row);
            match observe_lifetime(from, to, date, known(entries.as_ref(), row)) {
                ObservedLifetime::Invalid if self.invalid == InvalidPolicy::Error => {
                    return exec_err!(
                        "{}: end {} is before start {}; {WAYS_ON}",
                        self.function,
                        instant_text(end, row),
                        instant_text(start, row)
                    );
                }
                ObservedLifetime::Invalid => {}
                lifetime => each(row, lifetime),
            }
        }
        Ok(())
    }
}

/// Ticks of a column with their NULLs.
struct LifetimeInstants<'a> {
    column: &'a ArrayRef,
    ticks: &'a ScalarBuffer<i64>,
}

impl LifetimeInstants<'_> {
    fn at(&self, row: usize) -> Option<i64> {
        self.column.is_valid(row).then(|| self.ticks[row])
    }
}

/// `None` for a bare NULL.
fn instants(column: &ArrayRef) -> Result<Option<LifetimeInstants<'_>>> {
    if column.data_type().is_null() {
        return Ok(None);
    }
    let ticks = ticks(column)?;
    Ok(Some(LifetimeInstants { column, ticks }))
}
