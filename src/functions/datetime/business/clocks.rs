//! The clock of each row: that of a calendar by name.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::ColumnarValue;

use crate::settings::Options;
use crate::time::calendar::{Calendars, Clock};

/// The clock of each row.
#[derive(Debug)]
pub(super) enum Clocks {
    /// One for all; `None` where its name is NULL.
    One(Option<Box<Clock>>),
    /// By the name in the row.
    Each(Box<Named>),
}

/// Clocks by the names of a column.
#[derive(Debug)]
pub(super) struct Named {
    function: &'static str,
    calendars: Arc<Calendars>,
    names: StringArray,
    places: HashMap<String, usize>,
    clocks: Vec<Clock>,
    /// The row before mostly has the same.
    last: Option<usize>,
}

impl Clocks {
    /// The clocks of an argument, in the calendars that the plan carries, or in the session's.
    ///
    /// # Errors
    /// When it is a literal that names no calendar.
    pub(super) fn new(
        function: &'static str,
        name: &ColumnarValue,
        carried: Option<&ColumnarValue>,
        rows: usize,
        config: &ConfigOptions,
    ) -> Result<Self> {
        let calendars = match carried {
            Some(ColumnarValue::Scalar(ScalarValue::Utf8(Some(text)))) => {
                let calendars = Calendars::from_definition(text);
                calendars.map_err(|problem| exec_datafusion_err!("{function}: {problem}"))?
            }
            _ => Options::calendars(config),
        };
        match name {
            ColumnarValue::Scalar(ScalarValue::Utf8(name)) => {
                let clock = name
                    .as_deref()
                    .map(|name| clock(function, &calendars, name));
                Ok(Self::One(clock.transpose()?.map(Box::new)))
            }
            other => Ok(Self::Each(Box::new(Named {
                function,
                calendars,
                names: other.to_array(rows)?.as_string::<i32>().clone(),
                places: HashMap::new(),
                clocks: Vec::new(),
                last: None,
            }))),
        }
    }

    /// The clock of a row, `None` where the name is NULL.
    ///
    /// # Errors
    /// When the name is that of no calendar.
    pub(super) fn of(&mut self, row: usize) -> Result<Option<&mut Clock>> {
        match self {
            Self::One(clock) => Ok(clock.as_deref_mut()),
            Self::Each(named) => named.of(row),
        }
    }
}

impl Named {
    fn of(&mut self, row: usize) -> Result<Option<&mut Clock>> {
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
                    .push(clock(self.function, &self.calendars, name)?);
                self.places.insert(name.to_owned(), self.clocks.len() - 1);
                self.clocks.len() - 1
            }
        };
        self.last = Some(place);
        Ok(self.clocks.get_mut(place))
    }
}

fn clock(function: &str, calendars: &Calendars, name: &str) -> Result<Clock> {
    let calendar = calendars.find(name);
    let calendar = calendar.map_err(|problem| exec_datafusion_err!("{function}: {problem}"))?;
    Ok(calendar.clock())
}
