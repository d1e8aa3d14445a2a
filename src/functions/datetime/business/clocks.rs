//! Business time calculator of each row, by the name of its calendar.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::ColumnarValue;

use crate::settings::DeskqlOptions;
use crate::time::calendar::{BusinessCalendars, BusinessTimeCalculator};

/// Business time calculators of the rows.
#[derive(Debug)]
pub(super) enum BusinessTimeCalculators {
    /// One for all rows; `None` if its name is NULL.
    One(Option<Box<BusinessTimeCalculator>>),
    /// By the name in each row.
    Each(Box<CalculatorsByCalendar>),
}

/// Calculators by the names of a column.
#[derive(Debug)]
pub(super) struct CalculatorsByCalendar {
    function: &'static str,
    calendars: Arc<BusinessCalendars>,
    names: StringArray,
    places: HashMap<String, usize>,
    clocks: Vec<BusinessTimeCalculator>,
    /// Index of the previous row's calculator, which mostly fits the next row.
    last: Option<usize>,
}

impl BusinessTimeCalculators {
    /// Calculators of an argument, with the calendars that the plan carries, or those of the session.
    ///
    /// # Errors
    /// When the argument is a literal that names no calendar.
    pub(super) fn new(
        function: &'static str,
        name: &ColumnarValue,
        carried: Option<&ColumnarValue>,
        rows: usize,
        config: &ConfigOptions,
    ) -> Result<Self> {
        let calendars = match carried {
            Some(ColumnarValue::Scalar(ScalarValue::Utf8(Some(text)))) => {
                let calendars = BusinessCalendars::from_definition(text);
                calendars.map_err(|problem| exec_datafusion_err!("{function}: {problem}"))?
            }
            _ => DeskqlOptions::calendars(config),
        };
        match name {
            ColumnarValue::Scalar(ScalarValue::Utf8(name)) => {
                let clock = name
                    .as_deref()
                    .map(|name| calculator(function, &calendars, name));
                Ok(Self::One(clock.transpose()?.map(Box::new)))
            }
            other => Ok(Self::Each(Box::new(CalculatorsByCalendar {
                function,
                calendars,
                names: other.to_array(rows)?.as_string::<i32>().clone(),
                places: HashMap::new(),
                clocks: Vec::new(),
                last: None,
            }))),
        }
    }

    /// Calculator of a row; `None` if the name is NULL.
    ///
    /// # Errors
    /// When no calendar has that name.
    pub(super) fn for_row(&mut self, row: usize) -> Result<Option<&mut BusinessTimeCalculator>> {
        match self {
            Self::One(clock) => Ok(clock.as_deref_mut()),
            Self::Each(named) => named.for_row(row),
        }
    }
}

impl CalculatorsByCalendar {
    fn for_row(&mut self, row: usize) -> Result<Option<&mut BusinessTimeCalculator>> {
        if self.names.is_null(row) {
            return Ok(None);
        }
        let name = self.names.value(row);
        let same = self
            .last
            .filter(|place| self.clocks[*place].calendar().name() == name);
        let place = match same.or_else(|| self.places.get(name).copied()) {
            Some(place) => place,
            None => {
                self.clocks
                    .push(calculator(self.function, &self.calendars, name)?);
                self.places.insert(name.to_owned(), self.clocks.len() - 1);
                self.clocks.len() - 1
            }
        };
        self.last = Some(place);
        Ok(self.clocks.get_mut(place))
    }
}

fn calculator(
    function: &str,
    calendars: &BusinessCalendars,
    name: &str,
) -> Result<BusinessTimeCalculator> {
    let calendar = calendars.find(name);
    let calendar = calendar.map_err(|problem| exec_datafusion_err!("{function}: {problem}"))?;
    Ok(calendar.calculator())
}
