//! What stands below the sections: how to read the report, what its KPIs mean, and what it was made from.

use super::escape::escape;
use super::page::{MarkdownColumn, MarkdownPage, anchor_name};
use crate::report::figures;
use crate::report::model::{DataQuality, Report, ReportAnnotation};
use crate::report::sentences;

pub(super) fn write_appendix(page: &mut MarkdownPage, report: &Report) {
    if !report.how_to_read.is_empty() {
        page.heading(2, "How to read this");
        let lines: Vec<String> = report.how_to_read.iter().map(|line| escape(line)).collect();
        page.list(&lines);
    }
    write_definitions(page, report);
    write_data_quality(page, &report.data_quality);
    write_annotations(page, &report.annotations);
    write_checks(page, report);
    write_statements(page, report);
    page.block("---");
    let lines = sentences::footer_lines(&report.footer);
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    page.block(&lines.join("  \n"));
}

fn write_definitions(page: &mut MarkdownPage, report: &Report) {
    if report.definitions.is_empty() {
        return;
    }
    page.heading(2, "Definitions");
    let rows = report.definitions.iter().map(|kpi| {
        vec![
            escape(&kpi.title),
            escape(&kpi.definition),
            escape(&kpi.formula),
        ]
    });
    page.table(
        &text_columns(&["KPI", "Definition", "Formula"]),
        &rows.collect::<Vec<_>>(),
    );
}

fn write_data_quality(page: &mut MarkdownPage, tables: &[DataQuality]) {
    if tables.is_empty() {
        return;
    }
    page.heading(2, "Data quality");
    let mut columns = text_columns(&["Table", "Rows of the period", "Newest row", "Remarks"]);
    columns[1].is_number = true;
    let rows = tables.iter().map(|table| {
        vec![
            escape(&table.table),
            figures::count(table.rows),
            table.newest.as_deref().map(escape).unwrap_or_default(),
            escape(&table.remarks.join("; ")),
        ]
    });
    page.table(&columns, &rows.collect::<Vec<_>>());
}

fn write_annotations(page: &mut MarkdownPage, annotations: &[ReportAnnotation]) {
    if annotations.is_empty() {
        return;
    }
    page.heading(2, "Annotations");
    let mut columns = text_columns(&["Number", "From", "Until", "Kind", "Title"]);
    columns[0].is_number = true;
    let rows = annotations.iter().map(|annotation| {
        vec![
            annotation.number.to_string(),
            figures::day(annotation.at),
            annotation.until.map(figures::day).unwrap_or_default(),
            escape(&annotation.kind),
            escape(&annotation.title),
        ]
    });
    page.table(&columns, &rows.collect::<Vec<_>>());
}

fn write_checks(page: &mut MarkdownPage, report: &Report) {
    if report.checks.is_empty() {
        return;
    }
    page.heading(2, "Checks");
    let item = |check: &crate::report::model::PitfallCheck| {
        format!("**{}**: {}", escape(&check.pitfall), escape(&check.text))
    };
    let items: Vec<String> = report.checks.iter().map(item).collect();
    page.list(&items);
}

fn write_statements(page: &mut MarkdownPage, report: &Report) {
    if report.statements.is_empty() {
        return;
    }
    page.heading(2, "SQL");
    for statement in &report.statements {
        page.heading(3, &statement_heading(&statement.id));
        page.paragraph(&statement.title);
        page.code("sql", &statement.sql);
    }
}

fn statement_heading(id: &str) -> String {
    format!("SQL of {id}")
}

/// `words` as a link to the SQL behind them; without one if the report has no such statement.
pub(super) fn statement_link(report: &Report, id: &str, words: &str) -> String {
    let words = escape(words);
    if report.statements.iter().any(|statement| statement.id == id) {
        format!("[{words}](#{})", anchor_name(&statement_heading(id)))
    } else {
        words
    }
}

fn text_columns(names: &[&str]) -> Vec<MarkdownColumn> {
    let column = |name: &&str| MarkdownColumn {
        name: (*name).to_owned(),
        is_number: false,
    };
    names.iter().map(column).collect()
}
