//! Tables of KPIs, and below them what may be said of each row. Where the terminal is narrow, intervals and n go first:
//! the sentences have them.

use comfy_table::Color;

use super::page::TerminalPage;
use super::table::{CellKind, TerminalTable, TintedText};
use crate::report::model::{GoalOutcome, GoalState, KpiGroup, KpiRow, KpiTile, Report, Verdict};
use crate::report::sentences::{KpiCells, row_sentences};

/// Writes the tiles of a summary as one table.
pub(super) fn write_tiles(page: &mut TerminalPage, tiles: &[KpiTile]) {
    let mut table = TerminalTable::default()
        .column("KPI", CellKind::Text, 0)
        .column("value", CellKind::Number, 0)
        .column("interval", CellKind::Number, 3)
        .column("n", CellKind::Number, 4)
        .column("change", CellKind::Number, 1)
        .column("its interval", CellKind::Number, 5)
        .column("verdict", CellKind::Words, 0)
        .column("goal", CellKind::Text, 1)
        .column("trend", CellKind::Words, 2);
    for tile in tiles {
        let cells = KpiCells::from_tile(tile);
        table.row(vec![
            TintedText::plain(&tile.title),
            value(&cells.value, tile.verdict),
            TintedText::plain(&cells.interval),
            TintedText::plain(&cells.n),
            TintedText::plain(&cells.change),
            TintedText::plain(&cells.change_interval),
            verdict(&cells, tile.verdict),
            goal(&cells.goal, tile.goal.as_ref()),
            TintedText::plain(&cells.history),
        ]);
    }
    if !tiles.is_empty() {
        page.gap();
    }
    table.without_empty_columns().write(page);
}

/// Writes the KPIs of one focus area.
pub(super) fn write_group(page: &mut TerminalPage, group: &KpiGroup, report: &Report) {
    page.subheading(&group.heading);
    let periods = group
        .rows
        .iter()
        .map(|row| row.history.len())
        .max()
        .unwrap_or(0);
    let course = format!("last {periods} {}s", report.period.grain);
    let mut table = TerminalTable::default()
        .column("KPI", CellKind::Text, 0)
        .column("value", CellKind::Number, 0)
        .column("interval", CellKind::Number, 4)
        .column("n", CellKind::Number, 5)
        .column("before", CellKind::Number, 3)
        .column("change", CellKind::Number, 1)
        .column("its interval", CellKind::Number, 6)
        .column("verdict", CellKind::Words, 0)
        .column("goal", CellKind::Text, 1)
        .column(&course, CellKind::Words, 2)
        .column("a year ago", CellKind::Number, 7);
    for row in &group.rows {
        table.row(row_cells(row));
    }
    table.without_empty_columns().write(page);
    for words in group.rows.iter().filter_map(row_sentences) {
        page.item(&words);
    }
}

fn row_cells(row: &KpiRow) -> Vec<TintedText> {
    let cells = KpiCells::from_row(row);
    vec![
        TintedText::plain(&row.title),
        value(&cells.value, row.verdict),
        TintedText::plain(&cells.interval),
        TintedText::plain(&cells.n),
        TintedText::plain(&cells.before),
        TintedText::plain(&cells.change),
        TintedText::plain(&cells.change_interval),
        verdict(&cells, row.verdict),
        goal(&cells.goal, row.goal.as_ref()),
        TintedText::plain(&cells.history),
        TintedText::plain(&cells.year_ago),
    ]
}

fn value(words: &str, verdict: Verdict) -> TintedText {
    let is_few = verdict == Verdict::TooFew;
    TintedText::tinted(words, is_few.then_some(Color::DarkGrey))
}

fn verdict(cells: &KpiCells, verdict: Verdict) -> TintedText {
    let tint = match verdict {
        Verdict::Better => Some(Color::DarkGreen),
        Verdict::Worse => Some(Color::DarkRed),
        Verdict::Hint => Some(Color::DarkYellow),
        Verdict::TooFew | Verdict::NotCompared => Some(Color::DarkGrey),
        _ => None,
    };
    TintedText::tinted(cells.verdict, tint)
}

fn goal(words: &str, state: Option<&GoalState>) -> TintedText {
    let tint = state.and_then(|goal| match goal.outcome {
        GoalOutcome::Met => Some(Color::DarkGreen),
        GoalOutcome::Missed => Some(Color::DarkRed),
        GoalOutcome::NotDecided => None,
    });
    TintedText::tinted(words, tint)
}
