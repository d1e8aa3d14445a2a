//! Times of a column as periods, and times of periods that have no row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_datafusion_err, plan_err};

use super::calendar_grain::CalendarGrain;
use crate::functions::kernels::times::ticks_per_second;
use crate::sql_type;
use crate::time::zone::{self, LocalTimeConverter};

const SECONDS_A_DAY: i64 = 86_400;
const SECONDS_AN_HOUR: i64 = 3_600;

/// Type of the times of a series and length of its periods.
///
/// Days and longer periods are those of the local clock where the times have a zone. Hours are hours of
/// elapsed time, since clocks that are put back would show two rows in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeriesClock {
    data_type: DataType,
    grain: CalendarGrain,
}

/// The period of a time, and how far into the period it is, in ticks of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PeriodPlace {
    pub(crate) period: i64,
    pub(crate) offset: i64,
}

impl SeriesClock {
    /// The clock of times of `data_type`; a whole number has no grain, all others have one.
    ///
    /// # Errors
    /// When no series can have times of this type, or not with this grain.
    pub(crate) fn try_new(
        function: &str,
        data_type: &DataType,
        grain: Option<CalendarGrain>,
    ) -> Result<Self> {
        let grain = match (data_type, grain) {
            (number, None) if number.is_integer() => CalendarGrain::Number,
            (number, Some(grain)) if number.is_integer() => {
                return plan_err!(
                    "{function}: time is a whole number, which is the period itself; leave grain => \
                     '{}' out, or give a date",
                    grain.word()
                );
            }
            (DataType::Date32, Some(CalendarGrain::Hour)) => {
                return plan_err!(
                    "{function}: a date has no hours; give a timestamp, or grain => 'day'"
                );
            }
            (DataType::Date32 | DataType::Timestamp(..), grain) => {
                grain.unwrap_or(CalendarGrain::Day)
            }
            (other, _) => {
                return plan_err!(
                    "{function}: time must be a date, a timestamp or a whole number, not {}; cast it",
                    sql_type::name(other)
                );
            }
        };
        Ok(Self {
            data_type: data_type.clone(),
            grain,
        })
    }

    pub(crate) fn grain(&self) -> CalendarGrain {
        self.grain
    }

    pub(crate) fn data_type(&self) -> &DataType {
        &self.data_type
    }

    /// A period in a sentence.
    pub(crate) fn label(&self, period: i64) -> String {
        format!("{} {}", self.grain.word(), self.grain.label(period))
    }

    fn converter(&self) -> Result<Option<LocalTimeConverter>> {
        let DataType::Timestamp(_, Some(name)) = &self.data_type else {
            return Ok(None);
        };
        let zone = zone::named(name).map_err(|problem| exec_datafusion_err!("{problem}"))?;
        let per_second = ticks_per_second(&self.data_type);
        Ok(Some(LocalTimeConverter::new(zone, per_second)))
    }

    fn ticks_a_day(&self) -> i64 {
        match self.data_type {
            DataType::Timestamp(..) => SECONDS_A_DAY * ticks_per_second(&self.data_type),
            _ => 1,
        }
    }

    fn ticks_an_hour(&self) -> i64 {
        SECONDS_AN_HOUR * ticks_per_second(&self.data_type)
    }

    /// The period of each time, none of which is NULL.
    ///
    /// # Errors
    /// When a time lies outside the calendar or the range of periods.
    pub(crate) fn places(&self, function: &str, times: &ArrayRef) -> Result<Vec<PeriodPlace>> {
        let outside = |row: usize| {
            let text = arrow::util::display::array_value_to_string(times, row);
            exec_datafusion_err!(
                "{function}: the time {} is outside the calendar",
                text.unwrap_or_default()
            )
        };
        // Unsigned numbers beyond the range become NULL.
        let ticks = cast(times, &DataType::Int64)?;
        let ticks = ticks.as_primitive::<Int64Type>();
        let mut converter = self.converter()?;
        (0..ticks.len())
            .map(|row| {
                let tick = ticks.is_valid(row).then(|| ticks.value(row));
                let place = tick.and_then(|tick| self.place(tick, converter.as_mut()));
                place.ok_or_else(|| outside(row))
            })
            .collect()
    }

    fn place(&self, tick: i64, converter: Option<&mut LocalTimeConverter>) -> Option<PeriodPlace> {
        let local = match (self.grain, converter) {
            (CalendarGrain::Number, _) => {
                return Some(PeriodPlace {
                    period: tick,
                    offset: 0,
                });
            }
            (CalendarGrain::Hour, _) => {
                return Some(PeriodPlace {
                    period: tick.div_euclid(self.ticks_an_hour()),
                    offset: tick.rem_euclid(self.ticks_an_hour()),
                });
            }
            (_, None) => tick,
            (_, Some(converter)) => converter.local(tick)?,
        };
        let day = local.div_euclid(self.ticks_a_day());
        let period = self.grain.period_of_day(day)?;
        let start = self
            .grain
            .first_day(period)?
            .checked_mul(self.ticks_a_day());
        Some(PeriodPlace {
            period,
            offset: local.checked_sub(start?)?,
        })
    }

    /// How far into their periods all of `places` are, 0 where they differ. A last day of the month is one in
    /// a shorter month too.
    pub(crate) fn common_offset(&self, places: &[PeriodPlace]) -> i64 {
        let offset = places.iter().map(|place| place.offset).max().unwrap_or(0);
        let agrees =
            |place: &PeriodPlace| self.offset_within(place.period, offset) == Some(place.offset);
        if places.iter().all(agrees) { offset } else { 0 }
    }

    /// The offset, on the last day of a period that is too short for it.
    fn offset_within(&self, period: i64, offset: i64) -> Option<i64> {
        if matches!(self.grain, CalendarGrain::Hour | CalendarGrain::Number) {
            return Some(offset);
        }
        let first = self.grain.first_day(period)?;
        let days = self.grain.first_day(period.checked_add(1)?)? - first;
        let ticks = self.ticks_a_day();
        let day = offset.div_euclid(ticks).min(days - 1);
        Some(day * ticks + offset.rem_euclid(ticks))
    }

    /// Times of periods in the type of the column, each as far into its period as its offset says.
    ///
    /// # Errors
    /// When a time lies outside the calendar or the type.
    pub(crate) fn times(&self, function: &str, places: &[PeriodPlace]) -> Result<ArrayRef> {
        let mut converter = self.converter()?;
        let ticks = places.iter().map(|place| {
            let tick = self.tick(*place, converter.as_mut());
            tick.ok_or_else(|| self.too_far(function, *place))
        });
        let ticks = Int64Array::from(ticks.collect::<Result<Vec<_>>>()?);
        let narrow = match &self.data_type {
            DataType::Date32 => cast(&ticks, &DataType::Int32)?,
            _ => Arc::new(ticks),
        };
        let times = cast(&narrow, &self.data_type)?;
        match places.get(times.nulls().map_or_else(|| times.len(), first_null)) {
            Some(place) => Err(self.too_far(function, *place)),
            None => Ok(times),
        }
    }

    fn too_far(&self, function: &str, place: PeriodPlace) -> datafusion::error::DataFusionError {
        exec_datafusion_err!(
            "{function}: the {} is outside the range of the times",
            self.label(place.period)
        )
    }

    fn tick(&self, place: PeriodPlace, converter: Option<&mut LocalTimeConverter>) -> Option<i64> {
        match self.grain {
            CalendarGrain::Number => return Some(place.period),
            CalendarGrain::Hour => {
                let start = place.period.checked_mul(self.ticks_an_hour())?;
                return start.checked_add(place.offset);
            }
            _ => {}
        }
        let start = self
            .grain
            .first_day(place.period)?
            .checked_mul(self.ticks_a_day())?;
        let local = start.checked_add(self.offset_within(place.period, place.offset)?)?;
        match converter {
            Some(converter) => converter.not_before(local),
            None => Some(local),
        }
    }
}

fn first_null(nulls: &arrow::buffer::NullBuffer) -> usize {
    (0..nulls.len())
        .find(|row| nulls.is_null(*row))
        .unwrap_or(nulls.len())
}

#[cfg(test)]
mod tests;
