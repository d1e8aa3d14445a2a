//! Lengths of time from text, in whole seconds.

/// Unit of lengths of time that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DurationTextUnit {
    Milliseconds,
    Seconds,
    Minutes,
    Hours,
    Days,
}

/// Digits behind the point that are read.
const MOST_DIGITS: u32 = 9;

impl DurationTextUnit {
    /// Unit with the name `text`, in the singular or plural.
    ///
    /// # Errors
    /// A line for the user if there is none.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "ms" | "millisecond" | "milliseconds" => Ok(Self::Milliseconds),
            "s" | "second" | "seconds" => Ok(Self::Seconds),
            "min" | "minute" | "minutes" => Ok(Self::Minutes),
            "h" | "hour" | "hours" => Ok(Self::Hours),
            "d" | "day" | "days" => Ok(Self::Days),
            _ => Err(format!(
                "{text:?} is not a unit: use milliseconds, seconds, minutes, hours or days"
            )),
        }
    }

    fn milliseconds(self) -> i128 {
        match self {
            Self::Milliseconds => 1,
            Self::Seconds => 1_000,
            Self::Minutes => 60_000,
            Self::Hours => 3_600_000,
            Self::Days => 86_400_000,
        }
    }

    /// Seconds of a number of this unit, rounded half away from zero, or of `h:mm`, `h:mm:ss`.
    pub(super) fn seconds(self, text: &str) -> Option<i64> {
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let seconds = if text.contains(':') {
            clock(text)?
        } else {
            self.number(text)?
        };
        Some(sign * seconds)
    }

    fn number(self, text: &str) -> Option<i64> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut scaled: i128 = 0;
        let kept = fraction.bytes().take(MOST_DIGITS as usize);
        for byte in whole.bytes().chain(kept) {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            scaled = scaled.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let behind = u32::try_from(fraction.len()).ok()?.min(MOST_DIGITS);
        let divisor = 10_i128.checked_pow(behind)?.checked_mul(1_000)?;
        let milliseconds = scaled.checked_mul(self.milliseconds())?;
        i64::try_from((milliseconds + divisor / 2) / divisor).ok()
    }
}

/// Seconds of `36:05` or `36:05:30`.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let number = |part: &str| -> Option<i64> {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_number)
    };
    let hours = number(parts.next()?)?;
    let minutes = number(parts.next()?).filter(|minutes| *minutes < 60)?;
    let seconds = parts.next().unwrap_or("0");
    // Spreadsheets write thousandths behind a point.
    let whole = seconds.split_once('.').map_or(seconds, |(whole, _)| whole);
    let seconds = number(whole).filter(|seconds| *seconds < 60)?;
    if parts.next().is_some() {
        return None;
    }
    hours
        .checked_mul(3_600)?
        .checked_add(minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_seconds() {
        for (unit, text, expected) in [
            (DurationTextUnit::Seconds, "90", Some(90)),
            (DurationTextUnit::Minutes, "1.5", Some(90)),
            (DurationTextUnit::Hours, "0.01", Some(36)),
            (DurationTextUnit::Days, "2", Some(172_800)),
            (DurationTextUnit::Milliseconds, "1500", Some(2)),
            (DurationTextUnit::Milliseconds, "1499", Some(1)),
            (DurationTextUnit::Minutes, "-2", Some(-120)),
            (DurationTextUnit::Hours, "36:05", Some(129_900)),
            (DurationTextUnit::Hours, "00:00:07", Some(7)),
            (DurationTextUnit::Hours, "1:60", None),
            (DurationTextUnit::Hours, "1:2:3:4", None),
            (DurationTextUnit::Seconds, "", None),
            (DurationTextUnit::Seconds, ".", None),
            (DurationTextUnit::Seconds, "1x", None),
            (DurationTextUnit::Seconds, "1.x", None),
        ] {
            assert_eq!(unit.seconds(text), expected, "{unit:?} {text}");
        }
        assert_eq!(
            DurationTextUnit::parse("Hours"),
            Ok(DurationTextUnit::Hours)
        );
        assert_eq!(
            DurationTextUnit::parse("ms"),
            Ok(DurationTextUnit::Milliseconds)
        );
        assert!(DurationTextUnit::parse("weeks").is_err());
    }
}
