//! The blocks of a section.

use super::page::TerminalPage;
use super::table::{CellKind, TerminalTable, TintedText};
use super::{kpis, prose};
use crate::output::chart::ChartCanvas;
use crate::report::figures;
use crate::report::model::{
    ActionStatus, Finding, FindingList, Report, ReportAction, ReportBlock, ReportChart, ReportTable,
};
use crate::text;

/// Lines of a chart.
const CHART_HEIGHT: usize = 12;
/// Bars or series of a chart.
const CHART_BARS: usize = 12;
/// Width from which on a chart gains nothing.
const WIDEST_CHART: usize = 100;
/// Details, such as comments, are cut here.
const LONGEST_DETAIL: usize = 400;

pub(super) fn write_block(page: &mut TerminalPage, block: &ReportBlock, report: &Report) {
    match block {
        ReportBlock::Summary(summary) => {
            for finding in &summary.sentences {
                write_finding(page, finding);
            }
            kpis::write_tiles(page, &summary.tiles);
        }
        ReportBlock::Text { markdown } => prose::write_markdown(page, markdown),
        ReportBlock::Kpis { groups } => {
            for group in groups {
                kpis::write_group(page, group, report);
            }
        }
        ReportBlock::Chart(chart) => write_chart(page, chart),
        ReportBlock::Charts { charts } => {
            for chart in charts {
                write_chart(page, chart);
            }
        }
        ReportBlock::Table(table) => {
            page.subheading(&table.caption);
            write_table(page, table);
        }
        ReportBlock::Findings(list) => write_findings(page, list),
        ReportBlock::Actions { actions } => write_actions(page, actions),
    }
}

fn write_findings(page: &mut TerminalPage, list: &FindingList) {
    page.subheading(&list.heading);
    if list.findings.is_empty() {
        page.paragraph(&list.when_empty);
    }
    for finding in &list.findings {
        write_finding(page, finding);
    }
}

fn write_finding(page: &mut TerminalPage, finding: &Finding) {
    page.finding(finding.tone, &finding.text);
    for detail in &finding.details {
        page.detail(&text::cut(&super::one_line(detail), Some(LONGEST_DETAIL)));
    }
}

/// A chart, or its title and description if enough charts are drawn. One that cannot be drawn is its table.
fn write_chart(page: &mut TerminalPage, chart: &ReportChart) {
    if !page.takes_chart() {
        page.subheading(&chart.title);
        page.remark(&chart.description);
        return;
    }
    let canvas = ChartCanvas {
        width: page.width.min(WIDEST_CHART),
        height: CHART_HEIGHT,
        bars: CHART_BARS,
        more: "",
        color: page.color,
    };
    match chart.drawing.text(canvas) {
        Ok(drawn) => page.drawing(&drawn),
        Err(_) => {
            page.subheading(&chart.title);
            write_table(page, &chart.table);
        }
    }
}

fn write_table(page: &mut TerminalPage, table: &ReportTable) {
    if table.rows.is_empty() {
        page.paragraph("No rows.");
        return;
    }
    let mut fitted = TerminalTable::default();
    for (place, column) in table.columns.iter().enumerate() {
        let kind = if column.is_number {
            CellKind::Number
        } else {
            CellKind::Text
        };
        // The first column names the row, and the last is seldom the most important.
        fitted = fitted.column(&column.name, kind, place);
    }
    for row in &table.rows {
        fitted.row(
            row.iter()
                .map(|cell| TintedText::plain(&cell.text))
                .collect(),
        );
    }
    fitted.write(page);
    if table.omitted > 0 {
        page.remark(&format!("{} more rows are left out.", table.omitted));
    }
}

fn write_actions(page: &mut TerminalPage, actions: &[ReportAction]) {
    if actions.is_empty() {
        page.paragraph("No actions.");
        return;
    }
    let mut table = TerminalTable::default()
        .column("action", CellKind::Text, 0)
        .column("owner", CellKind::Text, 1)
        .column("due", CellKind::Number, 0)
        .column("status", CellKind::Words, 0);
    for action in actions {
        let tint = (action.status == ActionStatus::Overdue).then_some(comfy_table::Color::DarkRed);
        table.row(vec![
            TintedText::plain(&action.title),
            TintedText::plain(action.owner.as_deref().unwrap_or_default()),
            TintedText::plain(&action.due.map(figures::day).unwrap_or_default()),
            TintedText::tinted(action.status.words(), tint),
        ]);
    }
    table.without_empty_columns().write(page);
}
