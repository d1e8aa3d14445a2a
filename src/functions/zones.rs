//! Named time zones: the zone of each row, and instants of wall-clock times in it.

use arrow::array::{Array, AsArray, StringArray};
use chrono::{Duration, MappedLocalTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::ColumnarValue;

/// When clocks in `zone` show `time`, in microseconds since 1970 in UTC.
pub(crate) fn instant(time: NaiveDateTime, zone: Tz) -> Option<i64> {
    let offset = match zone.offset_from_local_datetime(&time) {
        MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(offset, _) => offset.fix(),
        // In a gap the offset before it still counts; the longest on record are a whole day.
        MappedLocalTime::None => (1..=26)
            .find_map(|hours| {
                let before = time.checked_sub_signed(Duration::hours(hours))?;
                zone.offset_from_local_datetime(&before).latest()
            })?
            .fix(),
    };
    let utc = time.checked_sub_signed(Duration::seconds(i64::from(offset.local_minus_utc())))?;
    Some(utc.and_utc().timestamp_micros())
}

/// The zone of each row.
#[derive(Debug)]
pub(crate) enum Zones {
    One(Option<Tz>),
    Each {
        function: &'static str,
        names: StringArray,
        last: Option<(String, Tz)>,
    },
}

impl Zones {
    /// The zone that an argument names.
    ///
    /// # Errors
    /// When it is a literal that names none.
    pub(crate) fn new(function: &'static str, zone: &ColumnarValue, rows: usize) -> Result<Self> {
        match zone {
            ColumnarValue::Scalar(ScalarValue::Utf8(name)) => {
                let zone = name.as_deref().map(|name| named(function, name));
                Ok(Self::One(zone.transpose()?))
            }
            other => Ok(Self::Each {
                function,
                names: other.to_array(rows)?.as_string::<i32>().clone(),
                last: None,
            }),
        }
    }

    /// The zone of a row, `None` where its name is NULL.
    ///
    /// # Errors
    /// When the name is that of no zone.
    pub(crate) fn of(&mut self, row: usize) -> Result<Option<Tz>> {
        match self {
            Self::One(zone) => Ok(*zone),
            Self::Each { names, .. } if names.is_null(row) => Ok(None),
            Self::Each {
                function,
                names,
                last,
            } => {
                let name = names.value(row);
                if let Some((known, zone)) = last
                    && known == name
                {
                    return Ok(Some(*zone));
                }
                let zone = named(function, name)?;
                *last = Some((name.to_owned(), zone));
                Ok(Some(zone))
            }
        }
    }
}

fn named(function: &str, name: &str) -> Result<Tz> {
    name.parse().or_else(|_| {
        exec_err!(
            "{function}: unknown time zone {name:?}, use an IANA name such as 'America/New_York'"
        )
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(text: &str, zone: &str) -> String {
        let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
        let micros = instant(time, zone.parse().unwrap()).unwrap();
        DateTime::from_timestamp_micros(micros)
            .unwrap()
            .to_rfc3339()
    }

    #[test]
    fn summer_and_winter() {
        assert_eq!(
            at("2026-01-15 12:00:00", "Europe/Berlin"),
            "2026-01-15T11:00:00+00:00"
        );
        assert_eq!(
            at("2026-07-15 12:00:00", "Europe/Berlin"),
            "2026-07-15T10:00:00+00:00"
        );
        assert_eq!(
            at("2026-07-15 00:00:00", "Asia/Kolkata"),
            "2026-07-14T18:30:00+00:00"
        );
    }

    #[test]
    fn a_gap_moves_forward() {
        // 02:30 is shown by no clock on that day: 02:00 became 03:00, so it is 03:30 there.
        assert_eq!(
            at("2026-03-29 02:30:00", "Europe/Berlin"),
            "2026-03-29T01:30:00+00:00"
        );
        // Samoa went without 30 December 2011: noon of it is noon of the 31st, at +14.
        assert_eq!(
            at("2011-12-30 12:00:00", "Pacific/Apia"),
            "2011-12-30T22:00:00+00:00"
        );
    }

    #[test]
    fn a_fold_is_the_first_time() {
        assert_eq!(
            at("2026-10-25 02:30:00", "Europe/Berlin"),
            "2026-10-25T00:30:00+00:00"
        );
        assert_eq!(
            at("2011-11-06 01:30:00", "America/New_York"),
            "2011-11-06T05:30:00+00:00"
        );
    }
}
