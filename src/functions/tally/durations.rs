//! Times from one instant to another, read from two columns of a call.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, exec_datafusion_err, plan_err};

use super::mean::{MeanSampleReader, NarrowMeanSample};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, by_pair, eligible};
use crate::functions::kernels::times::{DurationUnit, instant_text, ticks, ticks_per_second};
use crate::settings::InvalidPolicy;

/// Reads the ticks from one instant of a row to the other.
#[derive(Debug, Clone)]
pub(crate) struct DurationReader {
    function: &'static str,
    /// Names of the two instants, for messages.
    from: &'static str,
    to: &'static str,
    invalid: InvalidPolicy,
    ticks_per_second: i64,
    unit: DurationUnit,
}

impl DurationReader {
    pub(crate) fn new(call: &KpiArguments<'_>) -> Result<Self> {
        let unit = match call.text("unit") {
            Some(name) => DurationUnit::parse(call.function, name)?,
            None => DurationUnit::default(),
        };
        if call.is_given("calendar") {
            return plan_err!(
                "{}: calendar needs a session of deskql, which has calendars",
                call.function
            );
        }
        let ticks_per_second = ticks_per_second(&call.types[0]);
        Ok(Self {
            function: call.function,
            from: call.parameters[0].name,
            to: call.parameters[1].name,
            invalid: call.invalid,
            ticks_per_second,
            unit,
        })
    }

    /// Ticks in a second.
    pub(crate) fn ticks_per_second(&self) -> i64 {
        self.ticks_per_second
    }

    /// Seconds in one reported unit.
    pub(crate) fn seconds_per_unit(&self) -> i64 {
        self.unit.seconds()
    }

    /// Ticks in one reported unit.
    pub(crate) fn ticks_per_unit(&self) -> i64 {
        self.ticks_per_second * self.seconds_per_unit()
    }

    /// Reads the duration of each row in ticks, through `item`.
    pub(crate) fn read<I: Copy + Default>(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        item: impl Fn(i64) -> I,
        each: ChunkVisitor<'_, I>,
    ) -> Result<()> {
        let [start, end] = [&columns[0], &columns[1]];
        let batch = EligibleRows {
            rows: start.len(),
            eligible: eligible(&[start, end], filter),
            invalid: self.invalid,
        };
        let fill = by_pair(ticks(start)?, ticks(end)?, |from, to| {
            let ticks = to.wrapping_sub(from);
            // The difference of two distant instants wraps to a negative number.
            (item(ticks), (to >= from) & (ticks >= 0))
        });
        let complaint = |row| {
            exec_datafusion_err!(
                "{}: {} {} is before {} {}; {WAYS_ON}",
                self.function,
                self.to,
                instant_text(end, row),
                self.from,
                instant_text(start, row)
            )
        };
        batch.gather(&fill, &complaint, each)
    }
}

/// Squares of milliseconds stay in range, those of nanoseconds do not.
impl MeanSampleReader for DurationReader {
    type Sample = NarrowMeanSample;

    fn samples(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, NarrowMeanSample>,
    ) -> Result<()> {
        // Each divisor is a constant of its own, since division by a variable takes longer than everything
        // else.
        match self.ticks_per_second {
            1_000_000_000 => self.read(columns, filter, narrow::<1_000_000>, each),
            1_000_000 => self.read(columns, filter, narrow::<1_000>, each),
            _ => self.read(columns, filter, narrow::<1>, each),
        }
    }
}

/// Ticks of 0 or more, and the same in milliseconds or seconds.
#[inline]
fn narrow<const PER_COARSE: u64>(ticks: i64) -> NarrowMeanSample {
    NarrowMeanSample::new(ticks, (ticks.cast_unsigned() / PER_COARSE).cast_signed())
}
