//! Times such as `2026-03-02 09:05:30.25Z`, which most exports have, read byte by byte.
//!
//! Other forms are left to the general reader.

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A time on some clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WrittenInstant {
    /// Microseconds since 1970 on the clock of the text.
    pub(super) local: i64,
    /// Seconds east of UTC, if the text says.
    pub(super) offset: Option<i64>,
}

impl WrittenInstant {
    /// Reads a date with or without a time of day to the second or finer, with or without `Z` or an offset.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let days = days(date)?;
        if rest.is_empty() {
            return Some(Self {
                local: days * DAY,
                offset: None,
            });
        }
        let (time, rest) = rest.split_at_checked(9)?;
        let [b' ' | b'T', h1, h2, b':', m1, m2, b':', s1, s2] = time else {
            return None;
        };
        let (hour, minute) = (two(*h1, *h2)?, two(*m1, *m2)?);
        let second = two(*s1, *s2)?;
        // 24:00 and leap seconds are left to the general reader.
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let (micros, rest) = fraction(rest)?;
        let seconds = hour * 3_600 + minute * 60 + second;
        Some(Self {
            local: days * DAY + seconds * 1_000_000 + micros,
            offset: offset(rest)?,
        })
    }
}

fn digit(byte: u8) -> Option<i64> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(i64::from(digit))
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Days since 1970 of `YYYY-MM-DD`, of the year 1 at the earliest.
fn days(date: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else {
        return None;
    };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let (month, day) = (two(*m1, *m2)?, two(*d1, *d2)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    if year == 0 || !(1..=length).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day is the last of its year.
    let shifted = if month > 2 { year } else { year - 1 };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + of_era - 719_468)
}

/// Microseconds of `.25`, and the rest; digits behind the sixth are dropped.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.', behind @ ..] = rest else {
        return Some((0, rest));
    };
    let count = behind
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, rest) = behind.split_at_checked(count)?;
    if digits.is_empty() {
        return None;
    }
    let mut micros = 0;
    for place in 0..6 {
        micros = micros * 10 + digits.get(place).copied().map_or(Some(0), digit)?;
    }
    Some((micros, rest))
}

fn offset(rest: &[u8]) -> Option<Option<i64>> {
    let (sign, hours, minutes) = match rest {
        [] => return Some(None),
        [b'Z'] => return Some(Some(0)),
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => {
            (*sign, two(*h1, *h2)?, two(*m1, *m2)?)
        }
        [sign, h1, h2] => (*sign, two(*h1, *h2)?, 0),
        _ => return None,
    };
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    (hours < 16 && minutes < 60).then_some(Some(sign * (hours * 3_600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::text;

    /// The same by the general reader.
    fn general(written: &str) -> Option<WrittenInstant> {
        let parsed = text::read(written).ok()?;
        Some(WrittenInstant {
            local: parsed.wall()?.and_utc().timestamp_micros(),
            offset: parsed.offset,
        })
    }

    #[test]
    fn times_are_those_of_the_general_reader() {
        for written in [
            "1970-01-01",
            "2024-02-29 23:59:59",
            "1969-12-31T23:59:59.999999Z",
            "0001-01-01 00:00:00",
            "9999-12-31 23:59:59.123456789+05:30",
            "2026-03-02T09:05:30-0800",
            "2026-03-02T09:05:30+01",
            "2000-03-01",
            "1900-03-01",
        ] {
            let read = WrittenInstant::read(written.as_bytes());
            assert!(read.is_some(), "{written}");
            assert_eq!(read, general(written), "{written}");
        }
        let read = WrittenInstant::read(b"1970-01-02 00:00:01.5").unwrap();
        assert_eq!((read.local, read.offset), (86_401_500_000, None));
        for none in [
            "2023-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-01 25:00:00",
            "2026-1-1",
        ] {
            assert_eq!(WrittenInstant::read(none.as_bytes()), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_general_reader_says(
            year in 1_u32..=9999, month in 0_u32..=13, day in 0_u32..=32,
            hour in 0_u32..=24, minute in 0_u32..=60, second in 0_u32..=60,
            rest in "(\\.[0-9]{1,9})?(Z|[+-][01][0-9]:?[0-5][0-9]|[+-][01][0-9])?",
        ) {
            let written = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{rest}");
            if let Some(read) = WrittenInstant::read(written.as_bytes()) {
                prop_assert_eq!(Some(read), general(&written), "{}", written);
            }
        }
    }
}
