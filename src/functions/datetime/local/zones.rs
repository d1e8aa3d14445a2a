//! The zone argument of a function: the local time converter of each row.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::ColumnarValue;

use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

/// Local time converters of the rows.
#[derive(Debug)]
pub(crate) enum LocalTimeConverters {
    /// One for all rows; `None` if the zone is NULL.
    One(Option<Box<LocalTimeConverter>>),
    Each(Box<ConvertersByZone>),
}

/// Converters by the zone name in each row.
#[derive(Debug)]
pub(crate) struct ConvertersByZone {
    function: &'static str,
    ticks_per_second: i64,
    names: StringArray,
    places: HashMap<String, usize>,
    clocks: Vec<LocalTimeConverter>,
    /// Index of the previous row's converter.
    last: Option<usize>,
    last_row: usize,
}

impl LocalTimeConverters {
    /// Converters for the zone names of a text argument, and for times in ticks of `ticks_per_second`.
    ///
    /// # Errors
    /// When the argument is a literal that names no zone.
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

    /// Converter of a row; `None` if the name of its zone is NULL.
    ///
    /// # Errors
    /// When no zone has that name.
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

/// True for text of any encoding.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}
