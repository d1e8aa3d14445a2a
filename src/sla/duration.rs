//! Notation of a target: `4h`, `1h30m`, `90s`, `2d`.

const DAY: i64 = 86_400;
/// Longer targets are typing errors, and would not fit the nanoseconds of a log.
const LONGEST: i64 = 100 * 366 * DAY;

/// Seconds of a target. Days are 24 hours; with `has_days` false, as for a calendar with closing
/// times, they are rejected.
///
/// # Errors
/// If the text is not a valid length; the message says what to write instead.
pub(crate) fn duration(text: &str, has_days: bool) -> Result<i64, String> {
    let problem =
        || format!("{text:?} is no length of time; write \"4h\", \"30m\", \"1h30m\" or \"90s\"");
    let mut rest = text.trim();
    let mut seconds: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit());
        let digits = digits.ok_or_else(|| {
            format!("{text:?} has no unit; write \"{rest}m\" for minutes or \"{rest}h\" for hours")
        })?;
        let count: i64 = rest[..digits].parse().ok().ok_or_else(problem)?;
        let after = rest[digits..].trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic());
        let (unit, next) = after.split_at(letters.unwrap_or(after.len()));
        let unit = unit_seconds(unit).ok_or_else(problem)?;
        if unit >= DAY && !has_days {
            return Err(format!(
                "{text:?}: a day of business time is as long as the calendar's hours of that day; \
                 write hours, such as \"16h\""
            ));
        }
        let part = count.checked_mul(unit).ok_or_else(problem)?;
        seconds = seconds.checked_add(part).ok_or_else(problem)?;
        rest = next.trim_start();
    }
    match seconds {
        1..=LONGEST => Ok(seconds),
        0 => Err(problem()),
        _ => Err(format!("{text:?} is more than a hundred years")),
    }
}

fn unit_seconds(unit: &str) -> Option<i64> {
    match unit.to_ascii_lowercase().as_str() {
        "s" | "sec" | "second" | "seconds" => Some(1),
        "m" | "min" | "minute" | "minutes" => Some(60),
        "h" | "hour" | "hours" => Some(3_600),
        "d" | "day" | "days" => Some(DAY),
        "w" | "week" | "weeks" => Some(7 * DAY),
        _ => None,
    }
}

/// Formats seconds as a target: hours, minutes and seconds.
#[must_use]
pub(crate) fn written(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let parts = [(hours, 'h'), (minutes, 'm'), (rest, 's')];
    let shown = parts.iter().filter(|(count, _)| *count > 0);
    shown
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        for (text, seconds) in [
            ("4h", 14_400),
            ("30m", 1_800),
            ("1h30m", 5_400),
            (" 1 hour 30 minutes ", 5_400),
            ("90s", 90),
            ("2d", 172_800),
            ("1w", 604_800),
        ] {
            assert_eq!(duration(text, true), Ok(seconds), "{text}");
        }
        assert_eq!(written(5_400), "1h30m");
        assert_eq!(written(45), "45s");
    }

    #[test]
    fn what_is_no_target_is_told() {
        for (text, problem) in [
            ("", "no length"),
            ("0h", "no length"),
            ("-4h", "no length"),
            ("4", "no unit; write \"4m\""),
            ("1.5h", "no length"),
            ("4 moons", "no length"),
            ("999999999999999999h", "no length"),
            ("9999999d", "hundred years"),
        ] {
            let found = duration(text, true).unwrap_err();
            assert!(found.contains(problem), "{text}: {found}");
        }
        assert!(duration("2d", false).unwrap_err().contains("write hours"));
    }
}
