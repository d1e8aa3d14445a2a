//! Figures and dates as the sentences, tables and charts of a report print them.

use chrono::{Datelike, NaiveDate};

use crate::catalogue::CatalogueUnit;
/// True minus, as wide as a digit and never broken from its number.
const MINUS: &str = "−";

/// Number of decimals that the figures of a unit have.
pub(crate) const fn decimals(unit: CatalogueUnit) -> usize {
    match unit {
        CatalogueUnit::Points
        | CatalogueUnit::Tickets
        | CatalogueUnit::Seconds
        | CatalogueUnit::Score => 0,
        CatalogueUnit::OfSeven | CatalogueUnit::Money => 2,
        CatalogueUnit::Percent
        | CatalogueUnit::Minutes
        | CatalogueUnit::Hours
        | CatalogueUnit::Messages => 1,
    }
}

/// `value` without its unit: "79.3", "1,812", "−4".
pub(crate) fn bare(unit: CatalogueUnit, value: f64) -> String {
    let text = format!("{:.*}", decimals(unit), value.abs());
    let is_zero = !text.contains(|digit: char| ('1'..='9').contains(&digit));
    let sign = if value < 0.0 && !is_zero { MINUS } else { "" };
    format!("{sign}{}", thousands(&text))
}

/// Sets thousands apart, of four digits too: sentences have no columns that line up.
fn thousands(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut text = String::with_capacity(digits.len() + whole / 3);
    for (place, character) in digits.chars().enumerate() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(character);
    }
    text
}

/// `value` with its unit: "79.3%", "1.9 h", "35", "5.24 of 7".
pub(crate) fn value(unit: CatalogueUnit, value: f64) -> String {
    format!("{}{}", bare(unit, value), suffix(unit))
}

const fn suffix(unit: CatalogueUnit) -> &'static str {
    match unit {
        CatalogueUnit::Percent => "%",
        CatalogueUnit::OfSeven => " of 7",
        CatalogueUnit::Score => " of 100",
        CatalogueUnit::Seconds => " s",
        CatalogueUnit::Minutes => " min",
        CatalogueUnit::Hours => " h",
        CatalogueUnit::Points
        | CatalogueUnit::Tickets
        | CatalogueUnit::Messages
        | CatalogueUnit::Money => "",
    }
}

/// A difference without a unit, with its sign: "+0.4", "−5.0", "0.0".
pub(crate) fn signed(unit: CatalogueUnit, difference: f64) -> String {
    let text = bare(unit, difference);
    let is_zero = !text.contains(|digit: char| ('1'..='9').contains(&digit));
    if difference > 0.0 && !is_zero {
        format!("+{text}")
    } else {
        text
    }
}

/// The size of a difference, in words: "5.0 points" of percentages and NPS, "0.4 h", "12" of counts.
pub(crate) fn size(unit: CatalogueUnit, difference: f64) -> String {
    let text = bare(unit, difference.abs());
    match unit {
        CatalogueUnit::Percent | CatalogueUnit::Points | CatalogueUnit::Score => {
            let is_one = text == "1";
            format!("{text} {}", if is_one { "point" } else { "points" })
        }
        CatalogueUnit::OfSeven => text,
        other => format!("{text}{}", suffix(other)),
    }
}

/// Ends of an interval without a unit: "82.0 to 86.1".
pub(crate) fn interval(unit: CatalogueUnit, low: f64, high: f64) -> String {
    format!("{} to {}", bare(unit, low), bare(unit, high))
}

/// Ends of the interval of a difference: "−8.0 to −1.9", "−0.2 to +0.3".
pub(crate) fn signed_interval(unit: CatalogueUnit, low: f64, high: f64) -> String {
    format!("{} to {}", signed(unit, low), signed(unit, high))
}

/// The unit of an axis, behind its title: " (%)", " (h)"; nothing of counts and money.
pub(crate) fn axis_unit(unit: CatalogueUnit) -> String {
    match unit {
        CatalogueUnit::Tickets | CatalogueUnit::Messages | CatalogueUnit::Money => String::new(),
        other => format!(" ({})", other.word()),
    }
}

/// A number of rows: "1,204".
pub(crate) fn count(n: u64) -> String {
    thousands(&n.to_string())
}

/// "4 March 2025".
pub(crate) fn day(date: NaiveDate) -> String {
    format!("{} {}", date.day(), date.format("%B %Y"))
}

/// The text with a capital first letter.
pub(crate) fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// True if the two print alike, so that nothing is said of their difference.
pub(crate) fn reads_equal(unit: CatalogueUnit, a: f64, b: f64) -> bool {
    bare(unit, a) == bare(unit, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_their_units_and_signs() {
        let percent = CatalogueUnit::Percent;
        assert_eq!(value(percent, 79.26), "79.3%");
        assert_eq!(signed(percent, -5.04), "−5.0");
        assert_eq!(signed(percent, 0.04), "0.0");
        assert_eq!(bare(percent, -0.04), "0.0");
        assert_eq!(size(percent, -5.04), "5.0 points");
        assert_eq!(size(CatalogueUnit::Points, 1.2), "1 point");
        assert_eq!(size(CatalogueUnit::Hours, 0.44), "0.4 h");
        assert_eq!(
            signed_interval(CatalogueUnit::Points, -13.2, 8.0),
            "−13 to +8"
        );
        assert_eq!(value(CatalogueUnit::Tickets, 12_345.0), "12,345");
        assert_eq!(
            (count(999), count(1_812), count(1_234_567)),
            ("999".into(), "1,812".into(), "1,234,567".into())
        );
        assert_eq!(
            day(NaiveDate::from_ymd_opt(2025, 3, 4).unwrap()),
            "4 March 2025"
        );
    }
}
