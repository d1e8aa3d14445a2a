//! Numbers that people gave, and shares, in the words of sentences.

use crate::catalogue::CatalogueUnit;
use crate::report::figures;

/// More decimals than this are traces of binary fractions.
const PRECISION: f64 = 1e6;

/// A goal or another number that people gave, to its last digit: "90%", "2.25 h"; minutes where a third of an hour would
/// have no last one.
pub(super) fn given(unit: CatalogueUnit, value: f64) -> String {
    let minutes = value * 60.0;
    let is_whole = (minutes - minutes.round()).abs() * PRECISION < 1.0;
    if unit == CatalogueUnit::Hours && value > 0.0 && value < 1.0 && is_whole {
        return given(CatalogueUnit::Minutes, minutes.round());
    }
    let words = figures::value(unit, value);
    let suffix = words.strip_prefix(&figures::bare(unit, value));
    format!("{}{}", given_bare(value), suffix.unwrap_or_default())
}

/// The size of a difference that people gave: "1 point", "0.2".
pub(super) fn given_size(unit: CatalogueUnit, difference: f64) -> String {
    let text = given_bare(difference.abs());
    match unit {
        CatalogueUnit::Percent | CatalogueUnit::Points | CatalogueUnit::Score => {
            format!("{text} {}", if text == "1" { "point" } else { "points" })
        }
        CatalogueUnit::OfSeven => text,
        _ => given(unit, difference.abs()),
    }
}

/// `value` without its unit, to its last digit.
pub(super) fn given_bare(value: f64) -> String {
    let text = format!("{}", (value.abs() * PRECISION).round() / PRECISION);
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    // Without an integer of that size there is nothing to set apart.
    let whole = whole
        .parse()
        .map_or_else(|_| whole.to_owned(), figures::count);
    let sign = if value < 0.0 && text != "0" {
        "−"
    } else {
        ""
    };
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{decimals}")
}

/// A share of 0 to 100, without decimals: "22%".
pub(super) fn share(percent: f64) -> String {
    format!("{percent:.0}%")
}

/// The level of the intervals: "95%".
pub(super) fn level(level: f64) -> String {
    format!("{}%", given_bare((level * 1e4).round() / 1e2))
}

/// `low` and `high` if they are the ends of an interval.
pub(super) fn ends(low: Option<f64>, high: Option<f64>) -> Option<(f64, f64)> {
    let (low, high) = (low?, high?);
    (low.is_finite() && high.is_finite() && low <= high).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_numbers_keep_their_digits() {
        assert_eq!(given(CatalogueUnit::Percent, 90.0), "90%");
        assert_eq!(given(CatalogueUnit::Hours, 2.25), "2.25 h");
        assert_eq!(given(CatalogueUnit::Hours, 1.0 / 3.0), "20 min");
        assert_eq!(given(CatalogueUnit::Points, -5.0), "−5");
        assert_eq!(given(CatalogueUnit::Tickets, 12_500.0), "12,500");
        assert_eq!(given_size(CatalogueUnit::Percent, 1.0), "1 point");
        assert_eq!(given_size(CatalogueUnit::Percent, 0.1 + 0.2), "0.3 points");
        assert_eq!(given_size(CatalogueUnit::OfSeven, 0.2), "0.2");
        assert_eq!(
            (level(0.95), level(0.999)),
            ("95%".to_owned(), "99.9%".to_owned())
        );
    }

    #[test]
    fn an_interval_has_two_ends() {
        assert_eq!(ends(Some(-1.0), Some(1.0)), Some((-1.0, 1.0)));
        assert_eq!(ends(Some(1.0), Some(-1.0)), None);
        assert_eq!(ends(Some(f64::NAN), Some(1.0)), None);
        assert_eq!(ends(None, Some(1.0)), None);
    }
}
