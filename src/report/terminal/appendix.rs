//! What stands below the sections: how to read the report, what its KPIs mean, and what it was made from.

use super::page::TerminalPage;
use super::section::AppendixPart;
use super::table::{CellKind, TerminalTable, TintedText};
use crate::report::figures;
use crate::report::model::Report;
use crate::report::sentences;

pub(super) fn write_part(page: &mut TerminalPage, part: AppendixPart, report: &Report) {
    match part {
        AppendixPart::HowToRead => {
            for line in &report.how_to_read {
                page.item(line);
            }
            page.item("Sentences with + before them are good news, those with ! bad news.");
        }
        AppendixPart::Definitions => write_definitions(page, report),
        AppendixPart::DataQuality => write_data_quality(page, report),
        AppendixPart::Annotations => write_annotations(page, report),
        AppendixPart::Checks => {
            for check in &report.checks {
                page.item(&format!("{}: {}", check.pitfall, check.text));
            }
        }
        AppendixPart::Statements => write_statements(page, report),
    }
}

fn write_definitions(page: &mut TerminalPage, report: &Report) {
    for kpi in &report.definitions {
        let formula = match kpi.formula.as_str() {
            "" => String::new(),
            formula => format!(" ({formula})"),
        };
        page.item(&format!("{}: {}{formula}", kpi.title, kpi.definition));
    }
}

fn write_data_quality(page: &mut TerminalPage, report: &Report) {
    let mut table = TerminalTable::default()
        .column("table", CellKind::Text, 0)
        .column("rows", CellKind::Number, 0)
        .column("newest", CellKind::Number, 1)
        .column("remarks", CellKind::Text, 0);
    for quality in &report.data_quality {
        table.row(vec![
            TintedText::plain(&quality.table),
            TintedText::plain(&figures::count(quality.rows)),
            TintedText::plain(quality.newest.as_deref().unwrap_or_default()),
            TintedText::plain(&quality.remarks.join("; ")),
        ]);
    }
    table.without_empty_columns().write(page);
}

fn write_annotations(page: &mut TerminalPage, report: &Report) {
    let mut table = TerminalTable::default()
        .column("number", CellKind::Number, 1)
        .column("from", CellKind::Number, 0)
        .column("until", CellKind::Number, 2)
        .column("kind", CellKind::Words, 3)
        .column("title", CellKind::Text, 0);
    for annotation in &report.annotations {
        table.row(vec![
            TintedText::plain(&annotation.number.to_string()),
            TintedText::plain(&figures::day(annotation.at)),
            TintedText::plain(&annotation.until.map(figures::day).unwrap_or_default()),
            TintedText::plain(&annotation.kind),
            TintedText::plain(&annotation.title),
        ]);
    }
    table.without_empty_columns().write(page);
}

/// SQL as it stands: it is there to be copied.
fn write_statements(page: &mut TerminalPage, report: &Report) {
    for statement in &report.statements {
        page.subheading(&format!("{}: {}", statement.id, statement.title));
        page.finished(&super::lines(&statement.sql));
    }
}

pub(super) fn write_footer(page: &mut TerminalPage, report: &Report) {
    page.gap();
    for line in sentences::footer_lines(&report.footer) {
        page.remark(&line);
    }
    page.remark("--section NAME prints one section with all of its charts, --section sql the SQL of the numbers.");
}
