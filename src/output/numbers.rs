//! Numbers for people: few decimals, separated thousands, and never a zero for a nonzero value.

/// From this size on, and below one millionth, an exponent is more readable.
const LARGEST: f64 = 1e15;
const SMALLEST: f64 = 1e-6;

/// Number of decimals for all values of a column: as few as show all of them exactly, at most two,
/// or four if all are below one (shares, correlations).
pub(super) fn decimals(values: impl Iterator<Item = f64> + Clone) -> usize {
    let finite = values.filter(|value| value.is_finite());
    let largest = finite.clone().fold(0.0_f64, |max, v| max.max(v.abs()));
    let most = if largest < 1.0 { 4 } else { 2 };
    let is_exact = |value: f64, decimals: usize| {
        let shown: Result<f64, _> = format!("{value:.decimals$}").parse();
        shown.is_ok_and(|shown| shown.total_cmp(&value).is_eq())
    };
    (0..most)
        .find(|&decimals| finite.clone().all(|value| is_exact(value, decimals)))
        .unwrap_or(most)
}

/// `value` with `decimals` decimals; with more if it would read as zero, and with an exponent if it
/// is too large or too small for digits.
pub(super) fn readable(value: f64, decimals: usize) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return value.to_string();
    }
    if size >= LARGEST || (size > 0.0 && size < SMALLEST) {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.decimals$}");
    if size > 0.0 && !text.contains(|digit: char| ('1'..='9').contains(&digit)) {
        return first_digits(value);
    }
    // Removes the sign of a rounded zero, which is formatted as "-0".
    if size > 0.0 {
        grouped(&text)
    } else {
        text.trim_start_matches('-').to_owned()
    }
}

/// First two digits of a number that is smaller than its column's decimals.
fn first_digits(value: f64) -> String {
    let text = format!("{value:.1e}");
    let exponent: usize = text
        .split_once("e-")
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    let text = format!("{value:.*}", exponent + 1);
    text.trim_end_matches('0').to_owned()
}

/// `digits` with a comma between thousands from five digits on; four are easy to read, and may be a
/// year.
pub(super) fn grouped(digits: &str) -> String {
    let (sign, rest) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits),
    };
    let (whole, fraction) = match rest.find('.') {
        Some(point) => rest.split_at(point),
        None => (rest, ""),
    };
    if whole.len() < 5 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut out = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(fraction);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_from_five_digits_on() {
        for (digits, shown) in [
            ("1234", "1234"),
            ("12345", "12,345"),
            ("-1234567", "-1,234,567"),
            ("100000.25", "100,000.25"),
            ("1e300", "1e300"),
            ("", ""),
        ] {
            assert_eq!(grouped(digits), shown);
        }
    }

    #[test]
    fn a_column_gets_as_few_decimals_as_show_it() {
        for (values, wanted) in [
            (vec![1.0, 25.0], 0),
            (vec![1.5, 25.0], 1),
            (vec![35.266_666, 2.0], 2),
            (vec![0.812_345, -0.5], 4),
            (vec![0.25, 0.5], 2),
            (vec![], 0),
            (vec![f64::NAN, 2.5], 1),
        ] {
            assert_eq!(decimals(values.iter().copied()), wanted, "{values:?}");
        }
    }

    #[test]
    fn no_value_but_zero_reads_as_zero() {
        for (value, decimals, shown) in [
            (35.266_666, 2, "35.27"),
            (1_234_567.891, 2, "1,234,567.89"),
            (0.0, 2, "0.00"),
            (-0.0, 2, "0.00"),
            (0.001_234, 2, "0.0012"),
            (-0.003, 2, "-0.003"),
            (0.000_000_012, 2, "1.20e-8"),
            (1e300, 2, "1.00e300"),
            (f64::NAN, 2, "NaN"),
        ] {
            assert_eq!(readable(value, decimals), shown);
        }
    }
}
