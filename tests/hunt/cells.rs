//! Cells of any engine in one form, and the comparison of answers.

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Truth(bool),
    /// Digits and the number of them after the decimal point.
    Exact(i128, u32),
    Double(f64),
    Text(String),
    /// A date or a time without its zone, which is UTC.
    Time(String),
    /// Months, and microseconds with a day as 24 hours.
    Length(i64, i128),
    Other(String),
}

/// Type of an engine's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Truth,
    Exact,
    Double,
    Text,
    Time,
    Length,
    Other,
}

/// Rows, or the reason for their absence.
pub(super) type Answer = Result<Vec<Vec<Cell>>, String>;

impl Cell {
    pub(super) fn read(shape: Shape, text: &str) -> Self {
        match shape {
            Shape::Truth => Self::Truth(text.starts_with('t')),
            Shape::Exact => exact(text).unwrap_or_else(|| double(text)),
            Shape::Double => double(text),
            Shape::Text => Self::Text(text.to_owned()),
            Shape::Time => Self::Time(time(text)),
            Shape::Length => length(text).unwrap_or_else(|| Self::Other(text.to_owned())),
            Shape::Other => Self::Other(text.to_owned()),
        }
    }

    /// Formatted for a page.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Truth(value) => value.to_string(),
            Self::Exact(digits, 0) => digits.to_string(),
            Self::Exact(digits, scale) => {
                let scale = usize::try_from(*scale).unwrap();
                let sign = if *digits < 0 { "-" } else { "" };
                let digits = format!("{:0>1$}", digits.unsigned_abs(), scale + 1);
                let (whole, fraction) = digits.split_at(digits.len() - scale);
                format!("{sign}{whole}.{fraction}")
            }
            Self::Double(value) => format!("{value:?}"),
            Self::Text(text) => format!("'{text}'"),
            Self::Time(text) | Self::Other(text) => text.clone(),
            Self::Length(months, micros) => {
                let seconds = micros / 1_000_000;
                match months {
                    0 => format!("{seconds} s"),
                    months => format!("{months} months {seconds} s"),
                }
            }
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "for a tolerance")]
            Self::Exact(digits, scale) => {
                Some(*digits as f64 / 10f64.powi(i32::try_from(*scale).unwrap()))
            }
            Self::Double(value) => Some(*value),
            _ => None,
        }
    }

    /// Equal, or as close as doubles and quotients of decimals may be.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Exact(a, scale), Self::Exact(b, other)) => same_digits(*a, *scale, *b, *other),
            (Self::Time(a), Self::Time(b)) => a == b,
            // A mean is rounded to a microsecond.
            (Self::Length(a, micros), Self::Length(b, other)) => {
                a == b && (micros - other).abs() <= 1
            }
            (Self::Other(a), Self::Text(b)) | (Self::Text(b), Self::Other(a)) => a == b,
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => near(a, b),
                _ => self == other,
            },
        }
    }

    /// A text to sort rows by.
    fn key(&self) -> String {
        self.number().map_or_else(
            || format!("{self:?}"),
            |number| format!("{:.5e}", number + 0.0),
        )
    }
}

#[expect(clippy::float_cmp, reason = "infinities are equal to themselves")]
fn near(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
}

/// Equal digits; a quotient or a mean may have fewer of them, though never fewer than four.
fn same_digits(a: i128, scale: u32, b: i128, other: u32) -> bool {
    let (a, b, low) = if scale <= other {
        (a, b, scale)
    } else {
        (b, a, other)
    };
    let high = scale.max(other);
    let Some(power) = 10i128.checked_pow(high - low) else {
        return false;
    };
    let Some(wide) = a.checked_mul(power) else {
        return false;
    };
    wide == b || (low >= 4 && (wide - b).abs() <= power)
}

fn exact(text: &str) -> Option<Cell> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some(Cell::Exact(digits, u32::try_from(fraction.len()).unwrap()))
}

fn double(text: &str) -> Cell {
    let word = text.to_lowercase().replace("infinity", "inf");
    word.parse()
        .map_or_else(|_| Cell::Other(text.to_owned()), Cell::Double)
}

/// `2024-01-02 03:04:05.5`, midnight without its time, zones dropped (they are UTC).
fn time(text: &str) -> String {
    let text = text.replacen('T', " ", 1);
    let text = text.strip_suffix("+00:00").unwrap_or(&text);
    let text = text.strip_suffix("+00").unwrap_or(text);
    let text = text.trim_end_matches('Z');
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    };
    text.strip_suffix(" 00:00:00").unwrap_or(text).to_owned()
}

/// `1 year 2 mons -3 days +04:05:06.7` and its like in DuckDB.
fn length(text: &str) -> Option<Cell> {
    let (mut months, mut micros) = (0, 0);
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word.contains(':') {
            micros += clock(word)?;
            continue;
        }
        let count: i64 = word.parse().ok()?;
        match words.next()?.trim_end_matches('s') {
            "year" => months += 12 * count,
            "mon" | "month" => months += count,
            "day" => micros += i128::from(count) * 86_400_000_000,
            _ => return None,
        }
    }
    Some(Cell::Length(months, micros))
}

fn clock(word: &str) -> Option<i128> {
    let (sign, word) = match word.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, word.trim_start_matches('+')),
    };
    let (clock, fraction) = word.split_once('.').unwrap_or((word, ""));
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<i128>().ok()?;
    }
    let micros = format!("{fraction:0<6}").get(..6)?.parse::<i128>().ok()?;
    Some(sign * (seconds * 1_000_000 + micros))
}

/// True if two answers have the same rows, in the same order if `ordered`.
pub(super) fn same_rows(ours: &[Vec<Cell>], theirs: &[Vec<Cell>], ordered: bool) -> bool {
    let same = |one: &[Cell], other: &[Cell]| {
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.same(b))
    };
    if ours.len() != theirs.len() {
        return false;
    }
    if ordered {
        return ours.iter().zip(theirs).all(|(one, other)| same(one, other));
    }
    let key = |row: &&Vec<Cell>| row.iter().map(Cell::key).collect::<Vec<_>>();
    let [mut ours, mut theirs] = [ours, theirs].map(|rows| rows.iter().collect::<Vec<_>>());
    ours.sort_by_cached_key(key);
    theirs.sort_by_cached_key(key);
    let left: Vec<_> = ours
        .iter()
        .zip(&theirs)
        .filter(|(one, other)| !same(one, other))
        .collect();
    // Numbers that are nearly equal may have been sorted differently.
    let mut rest: Vec<_> = left.iter().map(|(_, other)| **other).collect();
    left.iter().all(|(one, _)| {
        let found = rest.iter().position(|other| same(one, other));
        found.map(|at| rest.swap_remove(at)).is_some()
    })
}
