//! The zone argument of a function: the clock of each row.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::ColumnarValue;

use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

/// The clock of each row.
#[derive(Debug)]
pub(crate) enum LocalTimeConverters {
    /// The same for all; `None` when the zone is NULL.
    One(Option<Box<LocalTimeConverter>>),
    Each(Box<ConvertersByZone>),
}

/// Clocks by the name in each row.
#[derive(Debug)]
pub(crate) struct ConvertersByZone {
    function: &'static str,
    ticks_per_second: i64,
    names: StringArray,
    places: HashMap<String, usize>,
    clocks: Vec<LocalTimeConverter>,
    /// The clock of the row before.
    last: Option<usize>,
    last_row: usize,
}

impl LocalTimeConverters {
    /// The clocks of zones that an argument of type text names, for times in such ticks.
    ///
    /// # Errors
    /// When it is a literal that names no zone.
    pub(crate) fn new(
        function: &'static str,
        zone: &ColumnarValue,
        rows: usize,
        ticks_per_second: i64,
    ) -> Result<Self> {
        match zone {
            ColumnarValue::Scalar(ScalarValue::Utf8(name)) => {
                let clock = name
                    .as_deref()
                    .map(|name| converter(function, name, ticks_per_second));
                Ok(Self::One(clock.transpose()?.map(Box::new)))
            }
            other => Ok(Self::Each(Box::new(ConvertersByZone {
                function,
                ticks_per_second,
                names: other.to_array(rows)?.as_string::<i32>().clone(),
                places: HashMap::new(),
                clocks: Vec::new(),
                last: None,
                last_row: 0,
            }))),
        }
    }

    /// The clock of a row, `None` where the name of its zone is NULL.
    ///
    /// # Errors
    /// When the name is that of no zone.
    #[inline]
    pub(crate) fn for_row(&mut self, row: usize) -> Result<Option<&mut LocalTimeConverter>> {
        match self {
            Self::One(clock) => Ok(clock.as_deref_mut()),
            Self::Each(each) => each.for_row(row),
        }
    }
}

impl ConvertersByZone {
    fn for_row(&mut self, row: usize) -> Result<Option<&mut LocalTimeConverter>> {
        if self.names.is_null(row) {
            return Ok(None);
        }
        let name = self.names.value(row);
        let place = match self.last {
            Some(place) if self.names.value(self.last_row) == name => place,
            _ => match self.places.get(name) {
                Some(&place) => place,
                None => {
                    let clock = converter(self.function, name, self.ticks_per_second)?;
                    self.clocks.push(clock);
                    self.places.insert(name.to_owned(), self.clocks.len() - 1);
                    self.clocks.len() - 1
                }
            },
        };
        (self.last, self.last_row) = (Some(place), row);
        Ok(self.clocks.get_mut(place))
    }
}

fn converter(function: &str, name: &str, ticks_per_second: i64) -> Result<LocalTimeConverter> {
    let zone =
        zone::named(name).map_err(|problem| exec_datafusion_err!("{function}: {problem}"))?;
    Ok(LocalTimeConverter::new(zone, ticks_per_second))
}

/// Text of any encoding.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}
