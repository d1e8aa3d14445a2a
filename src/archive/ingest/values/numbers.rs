//! Numbers from text, without detours: every digit that is written counts.

/// Reads a whole number of 64 bits; `5.0` is one too, since spreadsheets and data frames write ids so.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    let (sign, digits) = signed(text.as_bytes());
    let end = digits.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = match end {
        Some(end) => (digits.get(..end)?, digits.get(end + 1..)?),
        None => (digits, &[][..]),
    };
    if whole.is_empty() || end.is_some() && fraction.is_empty() {
        return None;
    }
    if fraction.iter().any(|byte| *byte != b'0') {
        return None;
    }
    let mut value: i64 = 0;
    for byte in whole {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        // Summed up below zero, where there is room for the least number.
        value = value.checked_mul(10)?.checked_sub(i64::from(digit))?;
    }
    if sign < 0 {
        Some(value)
    } else {
        value.checked_neg()
    }
}

/// Reads a finite number.
pub(super) fn double(text: &str) -> Option<f64> {
    // `inf`, `nan` and `infinity` are words of programs, not numbers of a desk.
    let is_number = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    if !text.bytes().all(is_number) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Reads a number of at most `digits` digits as a count of its last one, `scale` behind the point. Digits further
/// behind must be zeros.
pub(super) fn decimal(text: &str, digits: u8, scale: u8) -> Option<i128> {
    let (sign, rest) = signed(text.as_bytes());
    let mut value: i128 = 0;
    let (mut is_behind, mut behind, mut has_digit) = (false, 0_u8, false);
    for byte in rest {
        if *byte == b'.' && !is_behind {
            is_behind = true;
            continue;
        }
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        has_digit = true;
        if is_behind && behind == scale {
            if digit != 0 {
                return None;
            }
            continue;
        }
        behind += u8::from(is_behind);
        value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
    }
    for _ in behind..scale {
        value = value.checked_mul(10)?;
    }
    let limit = 10_i128.checked_pow(u32::from(digits))?;
    (has_digit && value < limit).then_some(i128::from(sign) * value)
}

fn signed(bytes: &[u8]) -> (i8, &[u8]) {
    match bytes {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        rest => (1, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_all_digits() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-12", Some(-12)),
            ("+7", Some(7)),
            ("007", Some(7)),
            ("12.0", Some(12)),
            ("12.000", Some(12)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("12.5", None),
            ("12.", None),
            (".0", None),
            ("1e3", None),
            ("", None),
            ("-", None),
            ("1 2", None),
        ] {
            assert_eq!(whole_number(text), expected, "{text}");
        }
    }

    #[test]
    fn decimals_are_counts_of_the_last_digit() {
        for (text, expected) in [
            ("29.85", Some(2985)),
            ("-0.5", Some(-50)),
            ("7", Some(700)),
            ("7.", Some(700)),
            (".25", Some(25)),
            ("1.230", Some(123)),
            ("1.235", None),
            ("999.99", Some(99_999)),
            ("1000", None),
            ("", None),
            (".", None),
            ("1.2.3", None),
            ("1e2", None),
        ] {
            assert_eq!(decimal(text, 5, 2), expected, "{text}");
        }
        assert_eq!(decimal(&"9".repeat(38), 38, 0), Some(10_i128.pow(38) - 1));
        assert_eq!(decimal(&"9".repeat(39), 38, 0), None);
    }

    #[test]
    fn doubles_are_finite() {
        assert_eq!(double("1e3"), Some(1000.0));
        assert_eq!(double("-.5"), Some(-0.5));
        for text in ["nan", "inf", "1e999", "", "1,5", "0x1"] {
            assert_eq!(double(text), None, "{text}");
        }
    }
}
