//! Limits of common variation, from the periods before: a control chart of individual values for each KPI.

use std::collections::BTreeMap;

use super::definition::text_literal;
use super::measuring::MeasuredKpi;
use super::model::ControlLimits;
use super::periods::ReportPeriods;
use super::session::ReportSession;
use crate::catalogue::CatalogueUnit;
use crate::error::Result;

/// Share that can pass 100%.
const REVENUE: &str = "nrr";
/// Periods that limits need.
const FEWEST: usize = 8;

/// The limits of each KPI that has enough periods, by name.
///
/// # Errors
/// When the statement fails.
pub(super) async fn limits(
    session: &ReportSession<'_>,
    kpis: &BTreeMap<String, MeasuredKpi>,
    periods: &ReportPeriods,
) -> Result<BTreeMap<String, ControlLimits>> {
    let mut rows = Vec::new();
    for (name, kpi) in kpis {
        let points = periods.history.iter().filter_map(|span| {
            let value = kpi.value(*span).value?;
            Some(format!(
                "({}, DATE '{}', {value:?})",
                text_literal(name),
                span.start
            ))
        });
        let points: Vec<String> = points.collect();
        if points.len() > FEWEST {
            rows.extend(points);
        }
    }
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let now = periods.now().start;
    let sql = format!(
        "SELECT kpi, centre, low, high, CASE WHEN is_out THEN 1 ELSE 0 END AS is_out\n\
         FROM control_chart(\n  (SELECT * FROM (VALUES {}) AS history(kpi, period, value)),\n  \
         time => period, value => value, by => kpi, grain => '{}', kind => 'xmr', baseline_until => DATE '{now}')\n\
         WHERE time = DATE '{now}'",
        rows.join(",\n    "),
        periods.grain.word(),
    );
    let answer = session
        .shown("control-limits", "Limits of common variation", &sql)
        .await?;
    let mut limits = BTreeMap::new();
    for row in 0..answer.len() {
        let number = |column: &str| answer.number(column, row);
        let ends = number("centre").zip(number("low")).zip(number("high"));
        if let (Some(kpi), Some(((center, low), high))) = (answer.text("kpi", row), ends) {
            let is_out = number("is_out").is_some_and(|out| out > 0.0);
            let [low, high] = possible(&kpi, kpis.get(&kpi), [low, high]);
            limits.insert(
                kpi,
                ControlLimits {
                    center,
                    low,
                    high,
                    is_out,
                },
            );
        }
    }
    Ok(limits)
}

/// The limits within the values that a KPI can have. Times, shares and counts are never below 0, and shares not above
/// 100 unless they are of revenue, which expands.
fn possible(name: &str, kpi: Option<&MeasuredKpi>, [low, high]: [f64; 2]) -> [f64; 2] {
    let unit = kpi.map(|kpi| kpi.about.unit);
    let may_be_negative = unit == Some(CatalogueUnit::Points);
    let is_share = unit == Some(CatalogueUnit::Percent) && name != REVENUE;
    [
        if may_be_negative { low } else { low.max(0.0) },
        if is_share { high.min(100.0) } else { high },
    ]
}
