//! Sentences about numbers of tickets: neutral words, since more tickets are better or worse for nobody.

use super::compared::{ComparedKpi, DaysOfPeriods};
use crate::catalogue::CatalogueUnit;
use crate::report::figures;
use crate::report::model::FEWEST_ROWS;

/// `1,812 tickets, 6% more than before; expected 1,640 to 1,790 for such a week.` Where one of the periods has more days,
/// `1,812 tickets, 6% more than before (87 a working day, 2% fewer); ..`.
pub(super) fn count_sentence(kpi: &ComparedKpi<'_>) -> Option<String> {
    let [(value, _), (before, _)] = kpi.values()?;
    let number = figures::bare(kpi.unit, value);
    let compared = compared_count(value, before, kpi.reference.words());
    let expected = kpi.expected.map(|(low, high)| {
        let range = figures::interval(kpi.unit, low, high);
        format!("; expected {range} for such a {}", kpi.grain)
    });
    Some(format!(
        "{number} {}, {compared}{}{}.",
        kpi.rows,
        per_day(kpi.per_day, value, before),
        expected.unwrap_or_default()
    ))
}

/// ` (87 a working day, 2% fewer)`; nothing where both periods have equally many days.
fn per_day(days: Option<DaysOfPeriods>, value: f64, before: f64) -> String {
    let Some(days) = days.filter(|_| before > 0.0) else {
        return String::new();
    };
    let [now, before] = [value / f64::from(days.now), before / f64::from(days.before)];
    let percent = 100.0 * (now - before) / before;
    let change = match percent.abs() {
        ..0.5 => "as many".to_owned(),
        size if percent > 0.0 => format!("{size:.0}% more"),
        size => format!("{size:.0}% fewer"),
    };
    // A desk of a few tickets a day would read "0 a day".
    let unit = if now < 10.0 {
        CatalogueUnit::Messages
    } else {
        CatalogueUnit::Tickets
    };
    format!(" ({} a {}, {change})", figures::bare(unit, now), days.words)
}

/// `6% more than before`. Of a few tickets a percentage would be large and mean nothing, so they are named.
pub(super) fn compared_count(value: f64, before: f64, reference: &str) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let fewest = FEWEST_ROWS as f64;
    if before < fewest {
        return format!(
            "{} {reference}",
            figures::bare(CatalogueUnit::Tickets, before)
        );
    }
    let word = if value > before { "more" } else { "fewer" };
    let percent = 100.0 * (value - before).abs() / before;
    match percent {
        0.0 => format!("as many as {reference}"),
        ..1.0 => format!("less than 1% {word} than {reference}"),
        _ => format!("{percent:.0}% {word} than {reference}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::changes::change_sentence;
    use super::super::compared::ReferencePeriod;
    use super::super::compared::examples::{csat, estimate};
    use super::*;

    fn tickets(value: f64, before: f64) -> ComparedKpi<'static> {
        ComparedKpi {
            title: "Ticket volume",
            unit: CatalogueUnit::Tickets,
            better: None,
            now: estimate(value, 1),
            before: Some(estimate(before, 1)),
            change: None,
            rows: "tickets",
            ..csat()
        }
    }

    #[test]
    fn counts_are_compared_and_expected() {
        let week = ComparedKpi {
            expected: Some((1_640.0, 1_790.0)),
            ..tickets(1_812.0, 1_710.0)
        };
        assert_eq!(
            change_sentence(&week),
            "1,812 tickets, 6% more than before; expected 1,640 to 1,790 for such a week."
        );
        let year = ComparedKpi {
            reference: ReferencePeriod::YearAgo,
            ..tickets(90.0, 100.0)
        };
        assert_eq!(
            change_sentence(&year),
            "90 tickets, 10% fewer than a year ago."
        );
    }

    #[test]
    fn totals_of_unequal_months_are_divided_by_their_days() {
        let of_days = |value, before, words| ComparedKpi {
            per_day: Some(DaysOfPeriods {
                now: 20,
                before: 23,
                words,
            }),
            ..tickets(value, before)
        };
        assert_eq!(
            change_sentence(&of_days(2_000.0, 2_300.0, "working day")),
            "2,000 tickets, 13% fewer than before (100 a working day, as many)."
        );
        // 64 / 20 = 3.2 against 46 / 23 = 2.
        assert_eq!(
            change_sentence(&of_days(64.0, 46.0, "day")),
            "64 tickets, 39% more than before (3.2 a day, 60% more)."
        );
    }

    #[test]
    fn small_and_equal_counts() {
        assert_eq!(
            change_sentence(&tickets(12.0, 3.0)),
            "12 tickets, 3 before."
        );
        assert_eq!(
            change_sentence(&tickets(100.0, 100.0)),
            "100 tickets, as many as before."
        );
        assert_eq!(
            change_sentence(&tickets(1_001.0, 1_000.0)),
            "1,001 tickets, less than 1% more than before."
        );
    }
}
