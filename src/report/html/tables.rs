//! Rows of a query, and the box in which every table of the page scrolls.

use maud::{Markup, html};

use super::anchors::PageContext;
use super::{statements, text};
use crate::report::figures;
use crate::report::model::{ReportTable, TableCell, TableColumn};

/// A box that scrolls sideways, with the keyboard too, so that the page itself never does.
pub(super) fn scrolling(context: &PageContext<'_>, label: &str, content: &Markup) -> Markup {
    html! {
        section.scroll tabindex="0" aria-label=(context.anchors.label(label)) { (content) }
    }
}

/// A caption that stays in sight when its table scrolls.
pub(super) fn caption(content: &Markup) -> Markup {
    html! { caption { span { (content) } } }
}

/// A table of a section, with its address.
pub(super) fn table(context: &PageContext<'_>, table: &ReportTable) -> Markup {
    html! {
        div.data id=[context.anchors.claim(&table.id)] {
            (rows(context, table, &statement(context, table)))
            (omitted(table))
        }
    }
}

/// The rows under their caption, after which comes `link`.
pub(super) fn rows(context: &PageContext<'_>, table: &ReportTable, link: &Markup) -> Markup {
    let content = html! {
        table {
            (caption(&html! { (text::sentence(&table.caption)) " " (link) }))
            thead {
                tr { @for column in &table.columns { (head(column)) } }
            }
            tbody {
                @for row in &table.rows { tr { (cells(&table.columns, row)) } }
            }
        }
    };
    scrolling(context, &table.caption, &content)
}

/// A link to the statement of a table.
pub(super) fn statement(context: &PageContext<'_>, table: &ReportTable) -> Markup {
    statements::link(context, &table.statement, &table.caption)
}

/// How many rows were left out.
pub(super) fn omitted(table: &ReportTable) -> Markup {
    html! {
        @match table.omitted {
            0 => {},
            1 => p.note { "One more row is left out." },
            more => p.note { (figures::count(more as u64)) " more rows are left out." },
        }
    }
}

fn head(column: &TableColumn) -> Markup {
    html! {
        th.num[column.is_number] scope="col" { (text::name(&column.name)) }
    }
}

/// The first cell names its row, unless it is a number.
fn cells(columns: &[TableColumn], row: &[TableCell]) -> Markup {
    html! {
        @for (place, (cell, column)) in row.iter().zip(columns).enumerate() {
            @if place == 0 && !column.is_number {
                th scope="row" { (text::name(&cell.text)) }
            } @else {
                td.num[column.is_number] { (text::name(&cell.text)) }
            }
        }
    }
}
