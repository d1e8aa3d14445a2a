//! The rows of all series of a call, read from one batch.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::partition;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err, internal_err};

use super::periods::{MissingPeriods, PeriodFault, PeriodSlot, SeriesPoint, line_up};
use super::series_call::SeriesLayout;
use super::series_clock::PeriodPlace;
use crate::functions::kernels::numbers::with_plain_numbers;
use crate::functions::kernels::rows::WAYS_ON;
use crate::settings::InvalidPolicy;

/// Periods of all series of a call together: what is computed of them is held in memory.
const MOST_PERIODS: usize = 10_000_000;

/// All rows of a call, sorted by what tells series apart.
#[derive(Debug)]
pub(crate) struct SeriesBatch<'a> {
    pub(crate) layout: &'a SeriesLayout,
    pub(crate) batch: &'a RecordBatch,
    places: Vec<PeriodPlace>,
    numbers: Vec<Vec<Option<f64>>>,
    ignored: Option<BooleanArray>,
    baseline: Option<BooleanArray>,
}

/// The periods of one series in order of time.
#[derive(Debug)]
pub(crate) struct OneSeries<'a> {
    all: &'a SeriesBatch<'a>,
    /// Its rows.
    pub(crate) rows: Range<usize>,
    /// Its periods; rows are those of the batch.
    pub(crate) slots: Vec<PeriodSlot>,
    /// Value of a period without a row or a number.
    gap: Option<f64>,
}

impl<'a> SeriesBatch<'a> {
    /// Reads the columns of a batch.
    ///
    /// # Errors
    /// When a time or a number is invalid.
    pub(crate) fn try_new(layout: &'a SeriesLayout, batch: &'a RecordBatch) -> Result<Self> {
        let column = |place: usize| batch.columns().get(place);
        let Some(times) = column(layout.time_place()) else {
            return internal_err!("{}: rows have no time", layout.function);
        };
        let mut found = Self {
            layout,
            batch,
            places: layout.clock.places(layout.function, times)?,
            numbers: vec![],
            ignored: condition(layout.ignore_place().and_then(column)),
            baseline: condition(layout.baseline_place().and_then(column)),
        };
        for (number, name) in layout.numbers.iter().enumerate() {
            let numbers = match column(layout.number_place(number)) {
                Some(column) => found.read_numbers(name, column)?,
                None => return internal_err!("{}: rows have no {name}", layout.function),
            };
            found.numbers.push(numbers);
        }
        Ok(found)
    }

    fn read_numbers(&self, name: &str, column: &ArrayRef) -> Result<Vec<Option<f64>>> {
        let function = self.layout.function;
        if column.data_type().is_null() {
            return Ok(vec![None; column.len()]);
        }
        with_plain_numbers!(function, column, |number| {
            (0..column.len())
                .map(|row| {
                    if column.is_null(row) {
                        return Ok(None);
                    }
                    match number(row).to_f64() {
                        value if value.is_finite() => Ok(Some(value)),
                        value => self.invalid(row, &format!("{name} is {value}")),
                    }
                })
                .collect()
        })
    }

    /// An invalid row, left out where the session says so.
    ///
    /// # Errors
    /// Everywhere else.
    pub(crate) fn invalid<T>(&self, row: usize, problem: &str) -> Result<Option<T>> {
        if self.layout.invalid == InvalidPolicy::Ignore {
            return Ok(None);
        }
        let at = self.places.get(row).map_or(0, |place| place.period);
        exec_err!(
            "{}: {problem} in the {}{}; {WAYS_ON}",
            self.layout.function,
            self.layout.clock.label(at),
            self.of_series(row)
        )
    }

    /// ` of team = 'x'`, empty where there is one series.
    pub(crate) fn of_series(&self, row: usize) -> String {
        let columns = self.layout.by.iter().zip(self.batch.columns());
        let names: Vec<String> = columns
            .map(|(field, column)| {
                if column.is_null(row) || column.data_type().is_null() {
                    return format!("{} NULL", field.name());
                }
                let text = arrow::util::display::array_value_to_string(column, row);
                format!("{} '{}'", field.name(), text.unwrap_or_default())
            })
            .collect();
        match names.as_slice() {
            [] => String::new(),
            names => format!(" of {}", names.join(", ")),
        }
    }

    /// The series, in the order of the rows. `absent` is what a period without a row is where the call does
    /// not say so.
    ///
    /// # Errors
    /// When two rows of a series lie in one period, or the periods are too many.
    pub(crate) fn series(&'a self, absent: MissingPeriods) -> Result<Vec<OneSeries<'a>>> {
        let missing = self.layout.missing.unwrap_or(absent);
        let until = self.places.iter().map(|place| place.period).max();
        let keys = self.batch.columns().get(..self.layout.by.len());
        let ranges = match keys {
            _ if self.places.is_empty() => vec![],
            None | Some([]) => vec![Range {
                start: 0,
                end: self.places.len(),
            }],
            Some(keys) => partition(keys)?.ranges(),
        };
        let mut all = 0;
        let mut series = Vec::with_capacity(ranges.len());
        for rows in ranges {
            let slots = self.line_up_rows(&rows, missing, until)?;
            all += slots.len();
            if all > MOST_PERIODS {
                return exec_err!(
                    "{}: the series have more than {MOST_PERIODS} periods together; take a longer grain, \
                     or missing => 'skip'",
                    self.layout.function
                );
            }
            series.push(OneSeries {
                all: self,
                rows,
                slots,
                gap: (missing == MissingPeriods::Zero).then_some(0.0),
            });
        }
        Ok(series)
    }

    fn line_up_rows(
        &self,
        rows: &Range<usize>,
        missing: MissingPeriods,
        until: Option<i64>,
    ) -> Result<Vec<PeriodSlot>> {
        let places = self.places.get(rows.clone()).unwrap_or_default();
        let periods: Vec<i64> = places.iter().map(|place| place.period).collect();
        let (function, clock) = (self.layout.function, &self.layout.clock);
        match line_up(&periods, missing, until) {
            Ok(mut slots) => {
                for slot in &mut slots {
                    slot.row = slot.row.map(|row| rows.start + row);
                }
                Ok(slots)
            }
            Err(PeriodFault::TwoRows { period, .. }) => exec_err!(
                "{function}: two rows lie in the {}{}; a series has one row a {}: sum them up with GROUP BY \
                 first, or name in by what tells series apart",
                clock.label(period),
                self.of_series(rows.start),
                clock.grain().word()
            ),
            Err(PeriodFault::TooLong { first, last, limit }) => exec_err!(
                "{function}: from the {} to the {}{} there are more than {limit} periods to fill; leave \
                 rows with a wrong time out, or write missing => 'skip'",
                clock.label(first),
                clock.label(last),
                self.of_series(rows.start)
            ),
        }
    }
}

fn condition(column: Option<&ArrayRef>) -> Option<BooleanArray> {
    column.and_then(|column| column.as_boolean_opt()).cloned()
}

fn is_true(condition: Option<&BooleanArray>, row: Option<usize>) -> Option<bool> {
    let (condition, row) = (condition?, row?);
    Some(condition.is_valid(row) && condition.value(row))
}

impl OneSeries<'_> {
    /// A number of a slot: that of its row, or what a gap is.
    pub(crate) fn number(&self, number: usize, slot: &PeriodSlot) -> Option<f64> {
        let numbers = self.all.numbers.get(number)?;
        let found = slot.row.and_then(|row| numbers.get(row).copied().flatten());
        found.or(self.gap)
    }

    /// True where the row is to be ignored.
    pub(crate) fn is_ignored(&self, slot: &PeriodSlot) -> bool {
        is_true(self.all.ignored.as_ref(), slot.row).unwrap_or(false)
    }

    /// True where the row may set limits. A period without a row is in the baseline while the one before is.
    pub(crate) fn baseline(&self) -> Vec<bool> {
        let mut last = true;
        let in_baseline = self.slots.iter().map(|slot| {
            last = match &self.all.baseline {
                None => true,
                Some(baseline) => is_true(Some(baseline), slot.row).unwrap_or(last),
            };
            last
        });
        in_baseline.collect()
    }

    /// The first number of each slot as a point.
    pub(crate) fn points(&self) -> Vec<SeriesPoint> {
        let point = |slot: &PeriodSlot| SeriesPoint {
            period: slot.period,
            value: self.number(0, slot),
            ignored: self.is_ignored(slot),
        };
        self.slots.iter().map(point).collect()
    }

    /// How far into their periods the rows are, for times of periods without one.
    pub(crate) fn offset(&self) -> i64 {
        let places = self.all.places.get(self.rows.clone()).unwrap_or_default();
        self.all.layout.clock.common_offset(places)
    }

    /// An invalid slot, left out where the session says so.
    ///
    /// # Errors
    /// Everywhere else.
    pub(crate) fn invalid<T>(&self, slot: &PeriodSlot, problem: &str) -> Result<Option<T>> {
        self.all
            .invalid(slot.row.unwrap_or(self.rows.start), problem)
    }

    /// Refuses a period without a number where the call does not say what it is.
    ///
    /// # Errors
    /// When a slot that is not ignored has none.
    pub(crate) fn refuse_missing(&self) -> Result<()> {
        let layout = self.all.layout;
        if layout.missing.is_some() {
            return Ok(());
        }
        for slot in self.slots.iter().filter(|slot| !self.is_ignored(slot)) {
            for (number, name) in layout.numbers.iter().enumerate() {
                if self.number(number, slot).is_none() {
                    return exec_err!(
                        "{}: {name} is NULL in the {}{}; say what that is: missing => 'zero', or missing \
                         => 'skip' to leave such periods out",
                        layout.function,
                        layout.clock.label(slot.period),
                        self.name()
                    );
                }
            }
        }
        Ok(())
    }

    /// The first number of each period from the first to the last one, with what gaps are, `None` for those
    /// that are left out or ignored.
    ///
    /// # Errors
    /// When the periods are too many.
    pub(crate) fn known_values(&self) -> Result<Vec<Option<f64>>> {
        self.by_period(|slot| self.number(0, slot))
    }

    /// The same for levels, which are unknown in a gap whatever it is.
    ///
    /// # Errors
    /// When the periods are too many.
    pub(crate) fn known_levels(&self) -> Result<Vec<Option<f64>>> {
        let numbers = self.all.numbers.first();
        self.by_period(|slot| numbers?.get(slot.row?).copied().flatten())
    }

    fn by_period(&self, number: impl Fn(&PeriodSlot) -> Option<f64>) -> Result<Vec<Option<f64>>> {
        let (Some(first), Some(last)) = (self.slots.first(), self.slots.last()) else {
            return Ok(vec![]);
        };
        let span = last
            .period
            .checked_sub(first.period)
            .and_then(|span| usize::try_from(span).ok());
        if span.is_none_or(|span| span >= MOST_PERIODS) {
            return exec_err!(
                "{}: from the {} to the {}{} there are more than {MOST_PERIODS} periods; leave rows with a \
                 wrong time out",
                self.all.layout.function,
                self.all.layout.clock.label(first.period),
                self.all.layout.clock.label(last.period),
                self.name()
            );
        }
        let mut slots = self.slots.iter().peekable();
        let periods = first.period..=last.period;
        let numbers = periods.map(|period| {
            let slot = slots.next_if(|slot| slot.period == period)?;
            number(slot).filter(|_| !self.is_ignored(slot))
        });
        Ok(numbers.collect())
    }

    /// Refuses a period without a row between the first and the last one where the call does not say what it is.
    ///
    /// # Errors
    /// When there is one.
    pub(crate) fn refuse_gaps(&self) -> Result<()> {
        let layout = self.all.layout;
        let next = self.slots.iter().skip(1);
        let gap = self
            .slots
            .iter()
            .zip(next)
            .find(|(one, next)| next.period - one.period > 1);
        match gap {
            Some((before, _)) if layout.missing.is_none() => exec_err!(
                "{}: there is no row in the {}{}; say what that is: missing => 'zero', or missing => 'skip'",
                layout.function,
                layout.clock.label(before.period + 1),
                self.name()
            ),
            _ => Ok(()),
        }
    }

    /// ` of team 'x'`, for messages.
    pub(crate) fn name(&self) -> String {
        self.all.of_series(self.rows.start)
    }
}
