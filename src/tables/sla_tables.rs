//! SLA policies from a table with one row per target.

use datafusion::prelude::SessionContext;

use crate::error::Result;
use crate::sla::{PauseStatuses, SlaRule};
use crate::time::calendar::BusinessCalendars;

use super::config::SlaTables;
use super::sla_policies::{calendar, condition, in_order, metric, moment, named, target};
use super::text_rows::{TextRow, row_error, rows};

/// Section that names the table.
const SECTION: &str = "sla_tables";
const COLUMNS: [&str; 10] = [
    "policy",
    "metric",
    "target",
    "position",
    "priority",
    "condition",
    "calendar",
    "pause",
    "effective_from",
    "effective_to",
];

/// Rules of the table, sorted by `position` and, if equal, in the order of its rows.
///
/// # Errors
/// If the table or a required column is missing, or a row is invalid.
pub(crate) async fn read(
    context: &SessionContext,
    tables: &SlaTables,
    calendars: &BusinessCalendars,
) -> Result<Vec<SlaRule>> {
    let name = tables.policies.get_ref();
    let mut placed = Vec::new();
    for row in &rows(context, (SECTION, name), &COLUMNS, 3).await? {
        let rule = rule(name, row, calendars);
        placed.push(rule.map_err(|problem| row_error(name, row, &problem))?);
    }
    placed.sort_by_key(|(position, _)| *position);
    Ok(placed.into_iter().map(|(_, rule)| rule).collect())
}

fn rule(
    table: &str,
    row: &TextRow,
    calendars: &BusinessCalendars,
) -> Result<(i64, SlaRule), String> {
    let cell = |place: usize| row[place].as_deref().filter(|text| !text.is_empty());
    let needed = |place: usize| cell(place).ok_or_else(|| format!("{} is NULL", COLUMNS[place]));
    let position = match cell(3) {
        Some(text) => {
            let number = text.parse().ok();
            number.ok_or_else(|| format!("position is {text}, not a whole number"))?
        }
        None => i64::MAX,
    };
    let metric = metric(needed(1)?)?;
    let calendar = calendar(calendars, cell(6))?;
    let when = cell(5).map(str::to_owned);
    if let Some(when) = &when {
        condition(when)?;
    }
    let pauses = match cell(7) {
        Some("none") => PauseStatuses::default(),
        Some(names) => PauseStatuses::from_names(&names.split(',').collect::<Vec<_>>())?,
        None => metric.pauses(),
    };
    let moment = |place: usize| cell(place).map(|text| moment(text, &calendar)).transpose();
    let (from, to) = (moment(8)?, moment(9)?);
    in_order(from, to)?;
    let rule = SlaRule {
        policy: named(needed(0)?)?,
        metric,
        priority: cell(4).map(str::to_owned),
        when,
        target: target(needed(2)?, &calendar)?,
        calendar,
        pauses,
        from,
        to,
        source: format!("table {table}"),
    };
    Ok((position, rule))
}
