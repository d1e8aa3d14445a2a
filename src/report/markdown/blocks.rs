//! The blocks of a section.

use super::appendix::statement_link;
use super::escape::{escape, without_html};
use super::kpis;
use super::page::{MarkdownColumn, MarkdownPage};
use crate::report::figures;
use crate::report::model::{
    Finding, FindingList, Report, ReportAction, ReportBlock, ReportChart, ReportSummary,
    ReportTable,
};

pub(super) fn write_block(page: &mut MarkdownPage, block: &ReportBlock, report: &Report) {
    match block {
        ReportBlock::Summary(summary) => write_summary(page, summary, report),
        ReportBlock::Text { markdown } => page.block(&without_html(markdown)),
        ReportBlock::Kpis { groups } => {
            for group in groups {
                kpis::write_group(page, group, report);
            }
        }
        ReportBlock::Chart(chart) => write_chart(page, chart, report),
        ReportBlock::Charts { charts } => {
            for chart in charts {
                write_chart(page, chart, report);
            }
        }
        ReportBlock::Table(table) => {
            page.label(&table.caption);
            write_table(page, table, report);
        }
        ReportBlock::Findings(list) => write_findings(page, list, report),
        ReportBlock::Actions { actions } => write_actions(page, actions),
    }
}

fn write_summary(page: &mut MarkdownPage, summary: &ReportSummary, report: &Report) {
    let items = summary
        .sentences
        .iter()
        .map(|finding| finding_item(finding, report));
    let items: Vec<String> = items.collect();
    page.list(&items);
    for finding in &summary.sentences {
        page.place_finding(&finding.id);
    }
    kpis::write_tiles(page, &summary.tiles);
}

fn write_findings(page: &mut MarkdownPage, list: &FindingList, report: &Report) {
    page.heading(3, &list.heading);
    if list.findings.is_empty() {
        page.paragraph(&list.when_empty);
    }
    let items: Vec<String> = list
        .findings
        .iter()
        .map(|finding| finding_item(finding, report))
        .collect();
    page.list(&items);
    for finding in &list.findings {
        page.place_finding(&finding.id);
    }
}

/// The sentence, its SQL, and its details one level deeper.
fn finding_item(finding: &Finding, report: &Report) -> String {
    let mut item = escape(&finding.text);
    if let Some(statement) = &finding.statement {
        item = format!("{item}{}", sql_link(report, statement));
    }
    for detail in &finding.details {
        item.push_str("\n  - ");
        item.push_str(&escape(detail));
    }
    item
}

/// ` (SQL)`, as a link; nothing if the report has no such statement.
fn sql_link(report: &Report, id: &str) -> String {
    if report.statements.iter().any(|statement| statement.id == id) {
        format!(" ({})", statement_link(report, id, "SQL"))
    } else {
        String::new()
    }
}

/// A chart is its title, its description and its numbers.
fn write_chart(page: &mut MarkdownPage, chart: &ReportChart, report: &Report) {
    page.label(&chart.title);
    page.paragraph(&chart.description);
    write_table(page, &chart.table, report);
}

fn write_table(page: &mut MarkdownPage, table: &ReportTable, report: &Report) {
    let columns: Vec<MarkdownColumn> = table
        .columns
        .iter()
        .map(|column| MarkdownColumn {
            name: column.name.clone(),
            is_number: column.is_number,
        })
        .collect();
    let row = |cells: &Vec<crate::report::model::TableCell>| {
        cells.iter().map(|cell| escape(&cell.text)).collect()
    };
    let rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
    if rows.is_empty() {
        page.paragraph("No rows.");
    }
    page.table(&columns, &rows);
    let omitted = (table.omitted > 0).then(|| format!("{} more rows are left out.", table.omitted));
    let note = format!(
        "{}{}",
        omitted.unwrap_or_default(),
        sql_link(report, &table.statement)
    );
    page.block(note.trim());
}

fn write_actions(page: &mut MarkdownPage, actions: &[ReportAction]) {
    if actions.is_empty() {
        page.paragraph("No actions.");
        return;
    }
    let names = ["Action", "Owner", "Due", "Status"];
    let columns: Vec<MarkdownColumn> = names
        .iter()
        .map(|name| MarkdownColumn {
            name: (*name).to_owned(),
            is_number: false,
        })
        .collect();
    let row = |action: &ReportAction| {
        let anchor = action
            .finding
            .as_deref()
            .and_then(|id| page.finding_anchor(id));
        let title = escape(&action.title);
        vec![
            anchor.map_or_else(
                || title.clone(),
                |anchor| format!("{title} ([finding](#{anchor}))"),
            ),
            action.owner.as_deref().map(escape).unwrap_or_default(),
            action.due.map(figures::day).unwrap_or_default(),
            action.status.words().to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = actions.iter().map(row).collect();
    page.table(&columns, &rows);
}
