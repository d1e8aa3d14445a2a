//! Sentences about days, levels and words that stand out.
//!
//! What happened at the same time is said to have happened at the same time, and no more.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use super::amounts;
use crate::catalogue::CatalogueUnit;
use crate::report::figures;
use crate::report::model::ControlLimits;

/// A value outside the range that is expected of its day.
#[derive(Debug, Clone)]
pub(crate) struct AnomalousValue<'a> {
    pub(crate) day: NaiveDate,
    pub(crate) unit: CatalogueUnit,
    pub(crate) value: f64,
    /// What the value counts, such as "tickets", or the title of the KPI.
    pub(crate) rows: &'a str,
    pub(crate) expected: (f64, f64),
    /// Annotations and incidents that overlap the day.
    pub(crate) events: Vec<OverlappingEvent<'a>>,
}

/// Something that happened on the day of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverlappingEvent<'a> {
    /// Such as "Incident 12 (sev1)".
    pub(crate) title: &'a str,
    /// Such as "10:12".
    pub(crate) from: &'a str,
    /// `None` of what has no end, such as a deployment.
    pub(crate) until: Option<&'a str>,
}

/// `16 September: 342 tickets, expected 90 to 150. Incident 12 (sev1) ran at the same time, 10:12 to 16:50.`
pub(crate) fn anomaly(anomaly: &AnomalousValue<'_>) -> String {
    let (unit, (low, high)) = (anomaly.unit, anomaly.expected);
    let value = match unit {
        CatalogueUnit::Tickets | CatalogueUnit::Messages => {
            format!("{} {}", figures::bare(unit, anomaly.value), anomaly.rows)
        }
        _ => format!("{} {}", anomaly.rows, figures::value(unit, anomaly.value)),
    };
    let day = day_of_period(anomaly.day);
    let mut text = format!(
        "{day}: {value}, expected {}.",
        figures::interval(unit, low, high)
    );
    for event in &anomaly.events {
        // Writing to a string cannot fail.
        let _ = match event.until {
            Some(until) => write!(
                text,
                " {} ran at the same time, {} to {until}.",
                event.title, event.from
            ),
            None => write!(
                text,
                " {} came at the same time, {}.",
                event.title, event.from
            ),
        };
    }
    text
}

/// `Median first response has been at 1.9 h since 4 March (1.4 h before).`
pub(crate) fn level_shift(
    title: &str,
    unit: CatalogueUnit,
    level: f64,
    since: NaiveDate,
    before: f64,
) -> String {
    format!(
        "{title} has been at {} since {} ({} before).",
        figures::value(unit, level),
        day_of_period(since),
        figures::value(unit, before),
    )
}

/// The shares of detractors and promoters who write of a theme.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThemeShares<'a> {
    pub(crate) theme: &'a str,
    /// 0 to 100.
    pub(crate) detractors: f64,
    pub(crate) detractor_comments: u64,
    /// 0 to 100.
    pub(crate) promoters: f64,
    pub(crate) promoter_comments: u64,
}

/// `Detractors write of "slow" more than promoters do (34% of 180 against 4% of 350).`
pub(crate) fn theme(shares: &ThemeShares<'_>) -> String {
    format!(
        "Detractors write of \"{}\" more than promoters do ({} of {} against {} of {}).",
        shares.theme,
        amounts::share(shares.detractors),
        figures::count(shares.detractor_comments),
        amounts::share(shares.promoters),
        figures::count(shares.promoter_comments),
    )
}

/// `No theme differs clearly in 10 comments of the discontented; the longest:`
pub(crate) fn no_theme(comments: u64) -> String {
    let noun = if comments == 1 { "comment" } else { "comments" };
    format!(
        "No theme differs clearly in {} {noun} of the discontented; the longest:",
        figures::count(comments)
    )
}

/// `A special cause in CSAT: below the lower limit (79.3%, limits 80.1% to 88.2%).` Common variation gets no story.
pub(crate) fn control_state(
    title: &str,
    unit: CatalogueUnit,
    value: f64,
    limits: &ControlLimits,
) -> String {
    let range = figures::interval(unit, limits.low, limits.high);
    let number = figures::value(unit, value);
    match limits.is_out {
        true if value > limits.high => {
            format!("A special cause in {title}: above the upper limit ({number}, limits {range}).")
        }
        true if value < limits.low => {
            format!("A special cause in {title}: below the lower limit ({number}, limits {range}).")
        }
        _ => format!(
            "{title} lies within the limits of its common variation ({number}, limits {range})."
        ),
    }
}

/// "16 September": the heading of the report names the year.
pub(super) fn day_of_period(day: NaiveDate) -> String {
    format!("{} {}", day.day(), day.format("%B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, month, day).unwrap()
    }

    #[test]
    fn anomalies() {
        let incident = OverlappingEvent {
            title: "Incident 12 (sev1)",
            from: "10:12",
            until: Some("16:50"),
        };
        let release = OverlappingEvent {
            title: "Release 8.2",
            from: "06:00",
            until: None,
        };
        let mut value = AnomalousValue {
            day: day(9, 16),
            unit: CatalogueUnit::Tickets,
            value: 342.0,
            rows: "tickets",
            expected: (90.0, 150.0),
            events: Vec::new(),
        };
        assert_eq!(
            anomaly(&value),
            "16 September: 342 tickets, expected 90 to 150."
        );
        value.events = vec![incident, release];
        assert_eq!(
            anomaly(&value),
            "16 September: 342 tickets, expected 90 to 150. Incident 12 (sev1) ran at the same time, 10:12 to 16:50. \
             Release 8.2 came at the same time, 06:00."
        );
        let csat = AnomalousValue {
            unit: CatalogueUnit::Percent,
            rows: "CSAT",
            value: 61.0,
            expected: (78.0, 90.0),
            events: Vec::new(),
            ..value
        };
        assert_eq!(
            anomaly(&csat),
            "16 September: CSAT 61.0%, expected 78.0 to 90.0."
        );
    }

    #[test]
    fn level_shifts() {
        assert_eq!(
            level_shift(
                "Median first response",
                CatalogueUnit::Hours,
                1.9,
                day(3, 4),
                1.4
            ),
            "Median first response has been at 1.9 h since 4 March (1.4 h before)."
        );
    }

    #[test]
    fn themes() {
        let shares = ThemeShares {
            theme: "slow",
            detractors: 34.0,
            detractor_comments: 180,
            promoters: 4.0,
            promoter_comments: 350,
        };
        assert_eq!(
            theme(&shares),
            "Detractors write of \"slow\" more than promoters do (34% of 180 against 4% of 350)."
        );
    }

    #[test]
    fn special_causes_and_common_variation() {
        let limits = ControlLimits {
            center: 84.2,
            low: 80.1,
            high: 88.2,
            is_out: true,
        };
        let said = |value, is_out| {
            let limits = ControlLimits { is_out, ..limits };
            control_state("CSAT", CatalogueUnit::Percent, value, &limits)
        };
        assert_eq!(
            said(79.3, true),
            "A special cause in CSAT: below the lower limit (79.3%, limits 80.1 to 88.2)."
        );
        assert_eq!(
            said(90.0, true),
            "A special cause in CSAT: above the upper limit (90.0%, limits 80.1 to 88.2)."
        );
        assert_eq!(
            said(84.0, false),
            "CSAT lies within the limits of its common variation (84.0%, limits 80.1 to 88.2)."
        );
    }
}
