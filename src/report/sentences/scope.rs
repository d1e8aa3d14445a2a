//! Period and population, said once at the top of a report; and its footer.

use super::amounts;
use crate::report::figures;
use crate::report::model::{Report, ReportFooter};

/// `Only team billing. 1 March 2025 to 31 March 2025, compared with February 2025 and March 2024; days of UTC.`
pub(crate) fn scope_sentence(report: &Report) -> String {
    let period = &report.period;
    let population = report.population.as_ref();
    let population = population
        .map(|rows| format!("Only {rows}. "))
        .unwrap_or_default();
    let first = figures::day(period.start);
    let last = figures::day(period.end.pred_opt().unwrap_or(period.end));
    let compared = if period.is_unfinished {
        "not compared: the data end before the period does".to_owned()
    } else {
        format!(
            "compared with {} and {}",
            period.before_label, period.year_ago_label
        )
    };
    format!(
        "{population}{first} to {last}, {compared}; days of {}.",
        period.zone
    )
}

/// Program, data, newest row, zone, level and time of making, a line each.
pub(crate) fn footer_lines(footer: &ReportFooter) -> Vec<String> {
    let newest = footer.newest.as_deref().unwrap_or("none");
    vec![
        format!("{}, made {}", footer.program, footer.stamp),
        format!("Data: {}", footer.data.join(", ")),
        format!(
            "Newest row: {newest}; times of {}; intervals of {}",
            footer.zone,
            amounts::level(footer.level)
        ),
    ]
}
