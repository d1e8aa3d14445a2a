//! The common part of the functions of series: one computation for each series, and the columns of the result.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, new_empty_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err};

use super::periods::{MissingPeriods, PeriodSlot};
use super::series_call::SeriesLayout;
use super::series_clock::PeriodPlace;
use super::series_rows::{OneSeries, SeriesBatch};
use crate::insight::table_function::TableComputation;

/// The computation of one function on a series.
pub(crate) trait SeriesComputation: Debug + Send + Sync + 'static {
    /// Its own columns of a row.
    type Row: Debug;

    /// Name of the column of times.
    const TIME: &'static str = "time";

    /// True if the value of the row follows the time in the result.
    const HAS_VALUE: bool = false;

    /// The columns after these.
    fn fields(&self) -> Vec<Field>;

    /// Treatment of a period without a row where the call does not say so.
    fn missing(&self) -> MissingPeriods {
        MissingPeriods::Skip
    }

    /// True if rows of months would be misread as rows of days.
    fn needs_grain(&self) -> bool {
        self.missing() == MissingPeriods::Zero
    }

    /// Rows of the result, each with its period, which may lie behind the last one of the series.
    ///
    /// # Errors
    /// When the series cannot be computed.
    fn rows(&self, series: &OneSeries<'_>) -> Result<Vec<(PeriodSlot, Self::Row)>>;

    /// Refuses series that would take too long; `sizes` are their numbers of periods.
    ///
    /// # Errors
    /// When they would.
    fn check_size(&self, _sizes: &[usize]) -> Result<()> {
        Ok(())
    }

    /// The columns of [`Self::fields`].
    fn columns(&self, rows: &[Self::Row]) -> Vec<ArrayRef>;
}

/// A planned call of one of the functions.
#[derive(Debug)]
pub(crate) struct SeriesTable<C> {
    pub(crate) layout: SeriesLayout,
    pub(crate) computation: C,
}

/// Rows of the result: the row that tells the series, and the period.
#[derive(Debug, Default)]
struct ResultPlaces {
    series_rows: Vec<u32>,
    slots: Vec<(PeriodSlot, i64)>,
}

impl<C: SeriesComputation> TableComputation for SeriesTable<C> {
    fn fields(&self) -> Vec<FieldRef> {
        let layout = &self.layout;
        let field =
            |name: &str, data_type: &DataType| Arc::new(Field::new(name, data_type.clone(), true));
        let mut fields = vec![field(C::TIME, layout.clock.data_type())];
        fields.extend(layout.by.iter().map(Arc::clone));
        if C::HAS_VALUE {
            fields.extend(
                layout
                    .number_types
                    .first()
                    .map(|value| field("value", value)),
            );
        }
        fields.extend(self.computation.fields().into_iter().map(Arc::new));
        fields
    }

    fn sorted_by(&self) -> usize {
        self.layout.time_place() + 1
    }

    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch> {
        let batch = SeriesBatch::try_new(&self.layout, input)?;
        let all = batch.series(self.computation.missing())?;
        let sizes: Vec<usize> = all.iter().map(|series| series.slots.len()).collect();
        self.computation.check_size(&sizes)?;
        if self.computation.needs_grain() && self.layout.is_daily_by_default() {
            for series in &all {
                let rows = series.slots.iter().filter(|slot| slot.row.is_some());
                let periods: Vec<i64> = rows.map(|slot| slot.period).collect();
                self.layout.check_grain(&periods)?;
            }
        }
        let mut places = ResultPlaces::default();
        let mut rows = vec![];
        for series in &all {
            let Ok(first) = u32::try_from(series.rows.start) else {
                return internal_err!("{}: too many rows", self.layout.function);
            };
            let mut offset = None;
            for (slot, row) in self.computation.rows(series)? {
                let offset = match slot.row {
                    Some(_) => 0,
                    None => *offset.get_or_insert_with(|| series.offset()),
                };
                places.series_rows.push(first);
                places.slots.push((slot, offset));
                rows.push(row);
            }
        }
        let mut columns = vec![self.times(input, &places)?];
        let series_rows = UInt32Array::from(places.series_rows.clone());
        for by in input.columns().iter().take(self.layout.by.len()) {
            columns.push(take(by, &series_rows, None)?);
        }
        if C::HAS_VALUE {
            columns.push(self.values(input, &places)?);
        }
        columns.extend(self.computation.columns(&rows));
        let schema = Arc::new(Schema::new(self.fields()));
        Ok(RecordBatch::try_new(schema, columns)?)
    }
}

impl<C> SeriesTable<C> {
    /// The times of the rows, and of the periods without one.
    fn times(&self, input: &RecordBatch, places: &ResultPlaces) -> Result<ArrayRef> {
        let made: Vec<PeriodPlace> = places
            .slots
            .iter()
            .filter(|(slot, _)| slot.row.is_none())
            .map(|(slot, offset)| PeriodPlace {
                period: slot.period,
                offset: *offset,
            })
            .collect();
        let made = self.layout.clock.times(self.layout.function, &made)?;
        let mut next = 0..;
        let from = places.slots.iter().map(|(slot, _)| match slot.row {
            Some(row) => (0, row),
            None => (1, next.next().unwrap_or(0)),
        });
        let from: Vec<(usize, usize)> = from.collect();
        let times = input.column(self.layout.time_place());
        merged(times, &made, &from)
    }

    /// The first number of each row, 0 for a period without a row, and for a NULL that counts as 0.
    fn values(&self, input: &RecordBatch, places: &ResultPlaces) -> Result<ArrayRef> {
        let values = input.column(self.layout.number_place(0));
        let counts_nulls = self.layout.missing == Some(MissingPeriods::Zero);
        let zero = match values.data_type() {
            DataType::Null => ScalarValue::Null,
            number => ScalarValue::new_zero(number)
                .map_err(|_error| exec_datafusion_err!("{}: no zero", self.layout.function))?,
        };
        let from = places.slots.iter().map(|(slot, _)| match slot.row {
            Some(row) if !(counts_nulls && values.is_null(row)) => (0, row),
            _ => (1, 0),
        });
        let from: Vec<(usize, usize)> = from.collect();
        merged(values, &zero.to_array()?, &from)
    }
}

fn merged(one: &ArrayRef, other: &ArrayRef, from: &[(usize, usize)]) -> Result<ArrayRef> {
    if from.is_empty() {
        return Ok(new_empty_array(one.data_type()));
    }
    Ok(interleave(&[one.as_ref(), other.as_ref()], from)?)
}
