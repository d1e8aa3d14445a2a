//! Tables of KPIs, and below them what may be said of each row.

use super::escape::escape;
use super::page::{MarkdownColumn, MarkdownPage};
use crate::report::model::{KpiGroup, KpiTile, Report};
use crate::report::sentences::{KpiCells, row_sentences};

/// Writes the tiles of a summary as one table.
pub(super) fn write_tiles(page: &mut MarkdownPage, tiles: &[KpiTile]) {
    let columns = columns(&[
        ("KPI", false),
        ("Value", true),
        ("Interval", true),
        ("n", true),
        ("Change", true),
        ("Its interval", true),
        ("Verdict", false),
        ("Goal", false),
        ("Course", false),
    ]);
    let row = |tile: &KpiTile| {
        let cells = KpiCells::from_tile(tile);
        vec![
            escape(&tile.title),
            escape(&cells.value),
            escape(&cells.interval),
            cells.n,
            change(&cells.change),
            change(&cells.change_interval),
            cells.verdict.to_owned(),
            escape(&cells.goal),
            cells.history,
        ]
    };
    let rows: Vec<Vec<String>> = tiles.iter().map(row).collect();
    page.table(&columns, &rows);
}

/// Writes the KPIs of one focus area.
pub(super) fn write_group(page: &mut MarkdownPage, group: &KpiGroup, report: &Report) {
    page.heading(3, &group.heading);
    let periods = group
        .rows
        .iter()
        .map(|row| row.history.len())
        .max()
        .unwrap_or(0);
    let course = match periods {
        0 => "Course".to_owned(),
        many => format!("Last {many} {}s", report.period.grain),
    };
    let columns = columns(&[
        ("KPI", false),
        ("Value", true),
        ("Interval", true),
        ("n", true),
        ("Before", true),
        ("Change", true),
        ("Its interval", true),
        ("Verdict", false),
        ("Goal", false),
        ("A year ago", true),
        (&course, false),
    ]);
    let rows = group.rows.iter().map(|row| {
        let cells = KpiCells::from_row(row);
        vec![
            super::appendix::statement_link(report, &row.statement, &row.title),
            escape(&cells.value),
            escape(&cells.interval),
            cells.n,
            escape(&cells.before),
            change(&cells.change),
            change(&cells.change_interval),
            cells.verdict.to_owned(),
            escape(&cells.goal),
            escape(&cells.year_ago),
            cells.history,
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    page.table(&columns, &rows);
    let said = group.rows.iter().filter_map(row_sentences);
    page.list(&said.map(|words| escape(&words)).collect::<Vec<_>>());
}

/// A plus begins no list inside of a table.
fn change(cell: &str) -> String {
    escape(cell).trim_start_matches('\\').to_owned()
}

fn columns(names: &[(&str, bool)]) -> Vec<MarkdownColumn> {
    let column = |(name, is_number): &(&str, bool)| MarkdownColumn {
        name: (*name).to_owned(),
        is_number: *is_number,
    };
    names.iter().map(column).collect()
}
