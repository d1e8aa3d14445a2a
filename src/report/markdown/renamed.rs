//! The report of the fixture with one name wherever data are named, for the tests of the faces.

use crate::report::fixture;
use crate::report::model::{FindingList, Report, ReportBlock, ReportTable};

/// Texts that would do harm if a face took them for its own.
pub(in crate::report) fn hostile_names() -> Vec<String> {
    let mut names = vec![
        "a | b `c` *d* _e_ [f](https://g.example) # h".to_owned(),
        "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{202e}evil\r\nnext".to_owned(),
        "\\".to_owned(),
        "long ".repeat(200),
        "x".repeat(10_000),
        "# heading".to_owned(),
        "1. item".to_owned(),
        "---".to_owned(),
    ];
    names.extend(fixture::HOSTILE.map(str::to_owned));
    names
}

pub(in crate::report) fn renamed_report(name: &str) -> Report {
    let mut report = fixture::full();
    let fields = [
        &mut report.title,
        &mut report.subtitle,
        &mut report.period.zone,
    ];
    fields.into_iter().for_each(|field| name.clone_into(field));
    report.population = Some(name.to_owned());
    report.how_to_read.push(name.to_owned());
    report.footer.data.push(name.to_owned());
    for kpi in &mut report.definitions {
        name.clone_into(&mut kpi.title);
    }
    for table in &mut report.data_quality {
        table.remarks.push(name.to_owned());
    }
    for annotation in &mut report.annotations {
        name.clone_into(&mut annotation.title);
    }
    for check in &mut report.checks {
        name.clone_into(&mut check.text);
    }
    for statement in &mut report.statements {
        name.clone_into(&mut statement.title);
    }
    for section in &mut report.sections {
        section
            .blocks
            .iter_mut()
            .for_each(|block| rename_block(block, name));
    }
    report
}

fn rename_block(block: &mut ReportBlock, name: &str) {
    match block {
        ReportBlock::Summary(summary) => {
            for tile in &mut summary.tiles {
                name.clone_into(&mut tile.title);
            }
        }
        // Its Markdown is the definition's, not data.
        ReportBlock::Text { .. } => {}
        ReportBlock::Kpis { groups } => {
            for row in groups.iter_mut().flat_map(|group| &mut group.rows) {
                name.clone_into(&mut row.title);
                row.sentences.push(name.to_owned());
            }
        }
        ReportBlock::Chart(chart) => {
            name.clone_into(&mut chart.title);
            rename_table(&mut chart.table, name);
        }
        ReportBlock::Charts { charts } => {
            for chart in charts {
                name.clone_into(&mut chart.description);
            }
        }
        ReportBlock::Table(table) => rename_table(table, name),
        ReportBlock::Findings(list) => rename_findings(list, name),
        ReportBlock::Actions { actions } => {
            for action in actions {
                name.clone_into(&mut action.title);
                action.owner = Some(name.to_owned());
            }
        }
    }
}

fn rename_table(table: &mut ReportTable, name: &str) {
    name.clone_into(&mut table.caption);
    for column in &mut table.columns {
        name.clone_into(&mut column.name);
    }
    for cell in table.rows.iter_mut().flatten() {
        name.clone_into(&mut cell.text);
    }
}

fn rename_findings(list: &mut FindingList, name: &str) {
    name.clone_into(&mut list.heading);
    name.clone_into(&mut list.when_empty);
    for finding in &mut list.findings {
        name.clone_into(&mut finding.text);
        finding.details.push(name.to_owned());
    }
}
