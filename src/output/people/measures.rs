//! KPI values with their units.

use super::NULL;
use crate::functions::declaration::measure::KpiUnit;
use crate::output::numbers::{decimals, readable};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
/// From this length on, days are more readable than hours.
const LONG: f64 = 48.0 * HOUR;

pub(super) fn texts(numbers: &[Option<f64>], unit: KpiUnit) -> Vec<String> {
    let digits = decimals(numbers.iter().flatten().copied());
    let digits = match unit {
        KpiUnit::Percent | KpiUnit::Points => digits.min(1),
        _ => digits.min(2),
    };
    let text = |number: &Option<f64>| match number {
        Some(number) => text(*number, unit, digits),
        None => NULL.to_owned(),
    };
    numbers.iter().map(text).collect()
}

/// KPIs in hours or days, which the query selects, keep that unit; minutes and seconds, which are
/// defaults, change to the unit that fits the length. Minutes show tenths instead of seconds: a
/// mean that was rounded to 5.1 has no seconds.
fn text(number: f64, unit: KpiUnit, digits: usize) -> String {
    match unit {
        _ if !number.is_finite() => number.to_string(),
        KpiUnit::Percent => format!("{} %", readable(number, digits)),
        KpiUnit::Points => readable(number, digits),
        KpiUnit::Hour => format!("{} h", readable(number, digits)),
        KpiUnit::Day => format!("{} d", readable(number, digits)),
        KpiUnit::Minute if is_some_minutes(number) => {
            format!("{} min", readable(number, digits.min(1)))
        }
        KpiUnit::Minute => length(number * MINUTE),
        KpiUnit::Second => length(number),
    }
}

/// True for at least one minute, and less than an hour when shown with tenths.
fn is_some_minutes(number: f64) -> bool {
    let tenths = (number.abs() * 10.0).round();
    (10.0..600.0).contains(&tenths)
}

/// Duration in its two largest units.
fn length(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs();
    // Rounded before the split: 59.99 minutes are an hour, not 60 minutes.
    let in_units_of = |unit: f64| (seconds / unit).round() * unit;
    let text = if in_units_of(0.01) < MINUTE {
        format!(
            "{} s",
            readable(seconds, decimals([seconds].into_iter()).min(1))
        )
    } else if in_units_of(1.0) < HOUR {
        two(in_units_of(1.0), (MINUTE, "min"), (1.0, "s"))
    } else if in_units_of(MINUTE) < LONG {
        two(in_units_of(MINUTE), (HOUR, "h"), (MINUTE, "min"))
    } else {
        two(in_units_of(HOUR), (DAY, "d"), (HOUR, "h"))
    };
    format!("{sign}{text}")
}

fn two(seconds: f64, large: (f64, &str), small: (f64, &str)) -> String {
    let whole = (seconds / large.0).floor();
    let rest = ((seconds - whole * large.0) / small.0).round();
    format!("{} {} {rest} {}", readable(whole, 0), large.1, small.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_in_their_two_largest_units() {
        for (seconds, shown) in [
            (0.0, "0 s"),
            (0.25, "0.2 s"),
            (4.2, "4.2 s"),
            (59.996, "1 min 0 s"),
            (90.0, "1 min 30 s"),
            (3599.7, "1 h 0 min"),
            (4320.0, "1 h 12 min"),
            (90_932.0, "25 h 16 min"),
            (273_600.0, "3 d 4 h"),
            (86_400_000_000.0, "1,000,000 d 0 h"),
            (-90.0, "-1 min 30 s"),
        ] {
            assert_eq!(length(seconds), shown, "{seconds}");
        }
    }

    #[test]
    fn each_unit_stands_beside_its_number() {
        let texts = |unit| texts(&[Some(81.234), Some(5.0), None], unit);
        assert_eq!(texts(KpiUnit::Percent), ["81.2 %", "5.0 %", "NULL"]);
        assert_eq!(texts(KpiUnit::Points), ["81.2", "5.0", "NULL"]);
        assert_eq!(texts(KpiUnit::Hour), ["81.23 h", "5.00 h", "NULL"]);
        assert_eq!(texts(KpiUnit::Day), ["81.23 d", "5.00 d", "NULL"]);
        assert_eq!(texts(KpiUnit::Minute), ["1 h 21 min", "5.0 min", "NULL"]);
        assert_eq!(texts(KpiUnit::Second), ["1 min 21 s", "5 s", "NULL"]);
    }

    #[test]
    fn a_tiny_share_is_not_none() {
        assert_eq!(
            texts(&[Some(0.004), Some(50.0)], KpiUnit::Percent),
            ["0.004 %", "50.0 %"]
        );
    }
}
